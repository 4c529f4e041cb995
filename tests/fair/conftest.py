"""The demo fair, served as people serve it, and browsers for its people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page

from server.demo import Seeded
from tests.conftest import NewPage
from tests.processes import Served, run, serving

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 720}}
# Keeps every RTCPeerConnection of a page, so that a test can ask it for its statistics.
KEEP_CONNECTIONS = """(() => {
  const Real = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
})()"""


@dataclass(frozen=True)
class Fair:
    """The running demo."""

    served: Served
    demo: Seeded

    def path(self, url: str) -> str:
        return url.removeprefix(self.served.url)


Enter = Callable[..., Awaitable[Page]]


@pytest.fixture
async def fair(data_dir: Path) -> AsyncIterator[Fair]:
    async with serving(data_dir) as served:
        code, said, complained = await run(served.environ, "demo", "--json")
        assert code == 0, complained
        yield Fair(served, msgspec.json.decode(said, type=Seeded))


@pytest.fixture
def enter(fair: Fair, new_page: NewPage) -> Enter:
    """`await enter(sign_in_link, url)`: a browser of that person's own, at the page.

    Without a link a guest. `through` is the port of a network in between.
    """

    async def open_page(link: str, url: str, *, through: int = 0, **options: Any) -> Page:
        base = f"http://127.0.0.1:{through}" if through else fair.served.url
        page = await new_page(base_url=base, **{"locale": "en-US", **DESK, **options})
        await page.context.grant_permissions(["camera", "microphone"], origin=base)
        await page.add_init_script(KEEP_CONNECTIONS)
        if link:
            await page.goto(base + fair.path(link))
        await page.goto(base + fair.path(url))
        return page

    return open_page
