"""What every test may stand on: ports, browsers that tell on their pages, no task left behind."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

# Without these Chromium asks its maker for updates and people for permissions, at every start.
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
# A phone in the wild has neither of these; tests that speak of it launch without them.
EASY_MEDIA = (
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

Launch = Callable[..., Awaitable[Browser]]


class NewPage(Protocol):
    """Opens a page in a context (a person's browser) of its own.

    `forgive` holds patterns of console errors that the test provokes on purpose; all other
    options are those of Playwright's `new_context` (viewport, locale, base_url …).
    """

    def __call__(
        self, *, of: Browser | None = None, forgive: tuple[str, ...] = (), **options: Any
    ) -> Awaitable[Page]: ...


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder of the test's own."""
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that gives a port nobody uses on the loopback, neither for TCP nor for UDP."""

    def find() -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.bind(("127.0.0.1", port))
        return port

    return find


@pytest.fixture(autouse=True)
async def no_task_is_left_behind() -> AsyncIterator[None]:
    """After the test and its fixtures `asyncio.all_tasks()` is back to where it was."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:  # those that are just ending may end
        await asyncio.wait(left, timeout=1)
    orphans = [repr(task.get_coro()) for task in left if not task.done()]
    assert not orphans, f"tasks without an owner: {orphans}"


def chromium() -> str:
    """The browser of this machine; Playwright's own build has no H.264 and is not used."""
    named = os.environ.get("DAIGANG_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no Chromium here: `make test` installs it, or set DAIGANG_CHROMIUM"
    return path


@pytest.fixture
async def launch_browser() -> AsyncIterator[Launch]:
    """`await launch_browser(without=("--flag",))`: one more Chromium, closed after the test."""
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())

        async def launch(*, without: tuple[str, ...] = ()) -> Browser:
            flags = [flag for flag in (*QUIET, *EASY_MEDIA) if flag not in without]
            browser = await playwright.chromium.launch(executable_path=chromium(), args=flags)
            stack.push_async_callback(browser.close)
            return browser

        yield launch


@pytest.fixture
async def browser(launch_browser: Launch) -> Browser:
    """Chromium with fake camera and microphone, for this test."""
    return await launch_browser()


@pytest.fixture
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Pages whose console errors fail the test when it is over."""
    errors: list[str] = []

    async def open_page(
        *, of: Browser | None = None, forgive: tuple[str, ...] = (), **options: Any
    ) -> Page:
        page = await (await (of or browser).new_context(**options)).new_page()
        pardon = re.compile("|".join((*forgive, r"(?!)")))

        def note(said: str) -> None:
            if not pardon.search(said):
                errors.append(f"{page.url}: {said}")

        page.on("console", lambda message: note(message.text) if is_fault(message) else None)
        page.on("pageerror", lambda error: note(f"uncaught {error}"))
        return page

    yield open_page
    assert not errors, "the browser complained:\n" + "\n".join(errors)


def is_fault(message: ConsoleMessage) -> bool:
    """Whether the console reports a fault of ours.

    Chromium calls every 4xx and 503 an error; from the API and the media addresses these are
    answers that the page shows to people.
    """
    if message.type != "error":
        return False
    refused = re.search(r"the server responded with a status of (4\d\d|503)", message.text)
    path = urlsplit(str(message.location.get("url", ""))).path
    return not (refused and re.search(r"^/api/|/(whip|whep)(/|$)", path))
