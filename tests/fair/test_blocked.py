"""A live room behind a proxy that refuses WebSockets: it works, and changes over when it may."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.fair.conftest import Enter, Fair
from tests.fair.network import network_to
from tests.fair.test_live import WAIT_MS, go_live, say, watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

BLOCKED = ("WebSocket connection to",)
# The page looks again after half a minute whether sockets open; the test does not wait so long.
IMPATIENT = """(() => {
  const real = setTimeout;
  window.setTimeout = (run, ms, ...more) => real(run, ms === 30000 ? 500 : ms, ...more);
  window.sockets = [];
  const Real = WebSocket;
  window.WebSocket = class extends Real {
    constructor(...given) { super(...given); window.sockets.push(this); }
  };
})()"""
IS_OPEN = "() => window.sockets.some((socket) => socket.readyState === WebSocket.OPEN)"


async def test_chat_arrives_where_websockets_are_refused(enter: Enter, fair: Fair) -> None:
    host = await go_live(enter, fair)
    async with network_to(urlsplit(fair.served.url).port or 0) as network:
        network.blocks_sockets = True
        page = await watch(enter, fair, 0, through=network.port, forgive=BLOCKED)
        await expect(page.get_by_test_id("chat-log")).to_be_visible()
        await expect(page.get_by_test_id("viewer-count").locator("visible=true")).to_contain_text(
            "1", timeout=WAIT_MS
        )
        lines = [f"line {number}" for number in range(5)]
        for line in lines:
            await say(host, line)
        log = page.get_by_test_id("chat-log")
        await expect(log).to_contain_text(lines[-1], timeout=WAIT_MS)
        await say(page, "I hear you")
        await expect(host.get_by_test_id("chat-log")).to_contain_text("I hear you")
        assert network.blocked >= 2
        told = await log.inner_text()
        assert [told.count(line) for line in lines] == [1] * len(lines)
        await page.close()


async def test_the_page_goes_back_to_a_socket_once_one_opens(enter: Enter, fair: Fair) -> None:
    host = await go_live(enter, fair)
    async with network_to(urlsplit(fair.served.url).port or 0) as network:
        network.blocks_sockets = True
        page = await watch(enter, fair, 0, through=network.port, forgive=BLOCKED)
        await page.add_init_script(IMPATIENT)
        await page.reload()
        await expect(page.get_by_test_id("viewer-count").locator("visible=true")).to_contain_text(
            "1", timeout=WAIT_MS
        )
        network.blocks_sockets = False
        await page.wait_for_function(IS_OPEN, timeout=WAIT_MS)
        await say(host, "once")
        log = page.get_by_test_id("chat-log")
        await expect(log).to_contain_text("once", timeout=WAIT_MS)
        assert (await log.inner_text()).count("once") == 1
        await page.close()
