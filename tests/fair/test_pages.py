"""Every page of the demo: no console error, nothing for axe, no sideways scrolling."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page

from server.demo import Ways
from tests.fair.conftest import Enter, Fair

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NARROW = {"viewport": {"width": 320, "height": 720}, "bypass_csp": True}
RULES = {"rules": {"color-contrast": {"enabled": True}}, "resultTypes": ["violations"]}


def ways(fair: Fair) -> Ways:
    assert fair.demo.sign_in is not None
    return fair.demo.sign_in


async def organisation(fair: Fair) -> str:
    assert fair.demo.tokens is not None
    headers = {"Authorization": f"Bearer {fair.demo.tokens.host}"}
    async with httpx.AsyncClient(base_url=fair.served.url, headers=headers) as api:
        return str((await api.get("/api/me")).json()["organisations"][0]["id"])


async def look_at(page: Page, paths: list[str]) -> list[str]:
    """What is wrong with each of the pages, in either language."""
    faults = []
    for path in paths:
        for lang in ("zh", "en"):
            answer = await page.goto(f"{path}?lang={lang}")
            assert answer is not None
            if answer.status != 200:
                faults.append(f"{path} {lang}: {answer.status}")
                continue
            await page.wait_for_load_state("networkidle")
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{path} {lang}: scrolls sideways")
            await page.add_script_tag(path=AXE)
            found = await page.evaluate("(rules) => axe.run(document, rules)", RULES)
            faults += [
                f"{path} {lang}: {one['id']}: {one['nodes'][0]['html'][:120]}"
                for one in found["violations"]
            ]
    return faults


async def test_pages_for_everyone(enter: Enter, fair: Fair) -> None:
    page = await enter("", "/", **NARROW)
    employer = f"/employers/{await organisation(fair)}"
    job = f"/jobs/{fair.demo.jobs[0]}"
    fairs = ["/", "/fairs", f"/fairs/{fair.demo.fair.id}"]
    doors = ["/sign-in", "/sign-up", "/reset", "/receipts", "/presence"]
    assert await look_at(page, [*fairs, "/jobs", job, employer, *doors, "/styleguide"]) == []


async def test_pages_for_candidates(enter: Enter, fair: Fair) -> None:
    page = await enter(ways(fair).candidates[0], "/my", **NARROW)
    interview = fair.path(fair.demo.interview.url)
    room = fair.path(fair.demo.live_room.url)
    paths = ["/my", "/profile", "/account", "/interviews", interview, room, "/employers/new"]
    assert await look_at(page, paths) == []


async def test_pages_for_employers(enter: Enter, fair: Fair) -> None:
    employer = f"/employers/{await organisation(fair)}"
    page = await enter(ways(fair).host, employer, **NARROW)
    rooms = [f"{employer}/{name}" for name in ("inbox", "jobs", "jobs/new", "fairs", "members")]
    rooms.append(f"{employer}/attendance")
    job = f"/jobs/{fair.demo.jobs[0]}/edit"
    host = fair.path(fair.demo.live_room.host_url)
    assert await look_at(page, [*rooms, job, f"{employer}/edit", host]) == []


async def test_pages_for_organisers_and_officers(enter: Enter, fair: Fair) -> None:
    page = await enter(ways(fair).organiser, "/organiser", **NARROW)
    own = [f"/fairs/{fair.demo.fair.id}/{name}" for name in ("edit", "agenda", "booths", "report")]
    assert await look_at(page, ["/organiser", "/fairs/new", *own]) == []
    officer = await enter(ways(fair).officer, "/officer/queue", **NARROW)
    paths = ["/officer/queue", "/officer/public", "/officer/decisions", "/admin/people"]
    assert await look_at(officer, paths) == []
