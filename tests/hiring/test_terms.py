"""What an offer promises aloud is never less than what its posting says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.hiring.terms import Terms, differences
from tests.site import Site
from tests.world import make_world

POSTED = Terms(6000, 8000, "Suzhou")
amounts = st.integers(1, 20_000)


@given(amounts, amounts)
def test_lower_pay_at_either_end_differs_and_more_never_does(low: int, more: int) -> None:
    offered = Terms(low, low + more, "Suzhou")
    falls_short = offered.pay_min < POSTED.pay_min or offered.pay_max < POSTED.pay_max
    assert [one.field for one in differences(POSTED, offered)] == ["pay"] * falls_short


@pytest.mark.parametrize(
    ("place", "differs"),
    [("suzhou ", False), ("Suzhou, Industrial Park", False), ("Wuxi", True), ("Su", True)],
)
def test_a_place_may_be_said_more_exactly_but_not_be_another(place: str, differs: bool) -> None:
    assert bool(differences(POSTED, POSTED._replace(work_place=place))) == differs


@pytest.mark.parametrize(
    ("wish", "posted", "offered"),
    [
        ({"pay_min": 5500}, "¥6,000–8,000", "¥5,500–8,000"),
        ({"pay_max": 7000}, "¥6,000–8,000", "¥6,000–7,000"),
        ({"work_place": "Wuxi"}, "Suzhou", "Wuxi"),
    ],
)
async def test_less_than_the_posting_is_refused_with_the_difference(
    site: Site, wish: dict[str, Any], posted: str, offered: str
) -> None:
    world = await make_world(site)
    offer = {"job": world.jobs[0], "kind": "hire", "places": 1, "seconds": 60, **wish}
    async with site.client(world.host) as host:
        answer = await host.post(f"/api/rooms/{world.room}/offers", json=offer)
        assert (answer.status_code, answer.json()["code"]) == (422, "below-posting")
        [difference] = answer.json()["differences"]
        assert (difference["posted"], difference["offered"]) == (posted, offered)
        assert posted in answer.json()["detail"]
        assert offered in answer.json()["detail"]
        state = (await host.get(f"/api/rooms/{world.room}/snapshot")).json()["state"]
        assert state["offers"] == {}


async def test_more_than_the_posting_is_on_every_screen(site: Site) -> None:
    world = await make_world(site)
    wish = {"pay_min": 7000, "pay_max": 9000, "work_place": "Suzhou, gate 3"}
    offer = {"job": world.jobs[0], "kind": "hire", "places": 1, "seconds": 60, **wish}
    async with site.client(world.host) as host:
        answer = await host.post(f"/api/rooms/{world.room}/offers", json=offer)
        state = (await host.get(f"/api/rooms/{world.room}/snapshot")).json()["state"]
    card = state["offers"][answer.json()["id"]]
    assert {name: card[name] for name in wish} == wish
