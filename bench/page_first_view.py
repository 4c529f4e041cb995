"""`page.first_view_kb`: what a phone loads before it watches: the live room, cold cache.

Bytes as they travel (compressed), of everything the page asks for but the video; counted by
Chromium itself through the DevTools protocol, for a guest in the demo's live room.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import Counter
from pathlib import Path

from playwright.async_api import Page, ViewportSize, async_playwright

from bench.harness import Result
from tests.conftest import EASY_MEDIA, QUIET, chromium
from tests.processes import run, serving

PHONE = ViewportSize(width=390, height=844)
SETTLED_MS = 3_000


def measure() -> list[Result]:
    """One row for everything, one for scripts alone (the design's limit is 150)."""
    sizes = asyncio.run(_load())
    total = sum(sizes.values()) / 1000
    scripts = sizes["Script"] / 1000
    return [
        Result(name="page.first_view_kb", value=round(total, 1), unit="kB compressed, all"),
        Result(
            name="page.first_view_scripts_kb",
            value=round(scripts, 1),
            unit="kB compressed, scripts",
            note="page.first_view_scripts_kb: the design allows 150 kB of script",
        ),
    ]


async def _load() -> Counter[str]:
    """Bytes by kind of resource."""
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder)) as served, async_playwright() as playwright:
            _, said, _ = await run(served.environ, "demo", "--json")
            browser = await playwright.chromium.launch(
                executable_path=chromium(), args=[*QUIET, *EASY_MEDIA]
            )
            page = await (await browser.new_context(viewport=PHONE)).new_page()
            sizes = await _count(page, json.loads(said)["live_room"]["url"])
            await browser.close()
            return sizes


async def _count(page: Page, url: str) -> Counter[str]:
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    devtools.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    devtools.on(
        "Network.loadingFinished",
        lambda e: sizes.update({kinds.get(e["requestId"], "Other"): int(e["encodedDataLength"])}),
    )
    await page.goto(url)
    await page.wait_for_timeout(SETTLED_MS)
    return sizes
