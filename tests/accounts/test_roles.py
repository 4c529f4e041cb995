"""Roles of the site: who gives them, who cannot, and what is never taken away."""

from __future__ import annotations

import pytest

from rooms.room import Seat
from rooms.wire import CLOSE_RESTARTING
from server.accounts.actions_roles import PAGE_SIZE, create_admin
from server.base.errors import Refusal
from server.showcase import actions as showcase
from tests.accounts.people import PASSWORD, code_of, sign_in
from tests.site import Site


async def roles_of(site: Site, person: str) -> list[str]:
    async with site.client(person) as api:
        return list((await api.get("/api/me")).json()["roles"])


async def test_an_administrator_gives_and_takes_roles(site: Site) -> None:
    root, mei = await site.person("root", "admin"), await site.person("mei")
    async with site.client(root) as api:
        for _ in range(2):  # giving twice changes nothing
            given = await api.post(f"/api/people/{mei}/roles", json={"role": "officer"})
            assert given.status_code == 201
        assert await roles_of(site, mei) == ["officer"]
        assert (await api.delete(f"/api/people/{mei}/roles/officer")).status_code == 200
        assert await roles_of(site, mei) == []
        again = await api.delete(f"/api/people/{mei}/roles/officer")
        assert code_of(again) == "not-found"


async def test_nobody_else_does(site: Site) -> None:
    for role in ("candidate", "organiser", "officer"):
        person = await site.person(f"{role}-1", *([] if role == "candidate" else [role]))
        async with site.client(person) as api:
            given = await api.post(f"/api/people/{person}/roles", json={"role": "admin"})
            assert code_of(given) == "forbidden"
            taken = await api.delete(f"/api/people/{person}/roles/officer")
            assert code_of(taken) == "forbidden"


async def test_there_is_always_an_administrator(site: Site) -> None:
    root, second = await site.person("root", "admin"), await site.person("second", "admin")
    async with site.client(root) as api:
        own = await api.delete(f"/api/people/{root}/roles/admin")
        assert code_of(own) == "forbidden"
        assert (await api.delete(f"/api/people/{second}/roles/admin")).status_code == 200


async def test_unknown_people_and_roles_are_refused(site: Site) -> None:
    root, mei = await site.person("root", "admin"), await site.person("mei")
    async with site.client(root) as api:
        nobody = await api.post("/api/people/nobody/roles", json={"role": "officer"})
        assert code_of(nobody) == "not-found"
        emperor = await api.post(f"/api/people/{mei}/roles", json={"role": "emperor"})
        assert code_of(emperor) == "invalid"


async def test_a_new_role_brings_the_persons_rooms_back_as_what_they_now_are(
    site: Site,
) -> None:
    root, mei = await site.person("root", "admin"), await site.person("mei")
    employer = await site.organisation("Hengtai")
    async with site.house.db.write() as tx:
        room = await showcase.open_live_room(tx, employer, "Open day")
    seat = Seat(mei, "everyone", "viewer")
    await site.house.lobby.enter(room, seat, None)
    async with site.client(root) as api:
        await api.post(f"/api/people/{mei}/roles", json={"role": "officer"})
    assert seat.outbox.close_code == CLOSE_RESTARTING


async def test_officers_find_people_by_any_part_of_their_names(site: Site) -> None:
    officer = await site.person("officer", "officer")
    await site.person("mei.chen", name="陈晓梅")
    await site.person("wang_j", name="Wang Jianguo")
    async with site.client(officer) as api:
        for wanted, found in (
            ("晓梅", ["mei.chen"]),
            ("JIANGUO", ["wang_j"]),
            ("g_j", ["wang_j"]),
            ("%", []),
            ("", ["officer", "wang_j", "mei.chen"]),
        ):
            answer = (await api.get("/api/people", params={"q": wanted})).json()
            assert [one["login"] for one in answer["people"]] == found, wanted


async def test_people_come_a_page_at_a_time(site: Site) -> None:
    officer = await site.person("officer", "officer")
    for n in range(PAGE_SIZE):
        await site.person(f"person{n}")
    async with site.client(officer) as api:
        lengths = []
        for page in ("1", "2", "99", "x", "-1"):
            answer = (await api.get("/api/people", params={"page": page})).json()
            assert answer["pages"] == 2
            lengths.append(len(answer["people"]))
    assert lengths == [PAGE_SIZE, 1, 1, PAGE_SIZE, PAGE_SIZE]


async def test_candidates_do_not_search_people(site: Site) -> None:
    for person in ("", await site.person("mei", "organiser")):
        async with site.client(person) as api:
            assert (await api.get("/api/people")).status_code in {401, 403}


async def test_the_first_administrator_comes_from_the_command_line(site: Site) -> None:
    root = await create_admin(site.house.db, "root", "Administrator", PASSWORD)
    assert await roles_of(site, root) == ["admin"]
    async with site.client() as api:
        assert (await sign_in(api, "root")).status_code == 200
    with pytest.raises(Refusal, match="invalid"):
        await create_admin(site.house.db, "other", "Administrator", "short")
