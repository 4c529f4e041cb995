"""The employer's inbox: who may look, what it can be narrowed to, and a file that is safe."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.hiring.cards import Applicant
from server.hiring.profile import Shared
from server.hiring.sheet import FORMULA, csv_of, safe
from tests.hiring.cast import PHONE, PROFILE, make_play
from tests.site import Site


async def test_only_members_look_into_an_inbox(site: Site) -> None:
    play = await make_play(site)
    await play.applied()
    rival = await site.person("rival")
    await site.organisation("Rival", (rival, "owner"))
    home = f"/employers/{play.world.organisation}"
    for path in (f"/api{home}/applications", f"/api{home}/applications.csv", f"{home}/inbox"):
        for person in (rival, play.candidate):
            assert (await play.call(person, "GET", path)).status_code == 403
        for person in (play.world.host, play.world.interviewer):
            assert (await play.call(person, "GET", path)).status_code == 200


async def test_an_inbox_is_narrowed_by_stage_job_and_live_room(site: Site) -> None:
    play = await make_play(site)
    first, second = play.world.jobs
    people = [await site.person(f"candidate-{n}", name=f"Candidate {n}") for n in range(3)]
    ways: list[dict[str, Any]] = [
        {"job": first, "room": play.world.room},
        {"job": first},
        {"job": second},
    ]
    for person, way in zip(people, ways, strict=True):
        await play.applied(person, full_name=person, phone=PHONE, **way)
    [last] = await play.mine(people[2])
    await play.does(play.world.host, f"{last['id']}/offer")

    async def found(**query: str) -> list[str]:
        return [a["shared"]["full_name"] for a in (await play.inbox(**query))["applications"]]

    assert await found() == people
    assert await found(stage="new") == people[:2]
    assert await found(stage="offered") == people[2:]
    assert await found(job=first) == people[:2]
    assert await found(room="any") == people[:1]
    assert await found(room=play.world.room, job=second) == []
    assert await found(stage="nonsense", page="-1") == people
    counts = (await play.inbox(job=first))["counts"]
    assert counts == {"new": 2, "interview": 0, "offered": 0, "hired": 0, "closed": 0}


async def test_a_long_inbox_has_pages_and_its_file_has_everybody(site: Site) -> None:
    play = await make_play(site)
    for number in range(21):
        person = await site.person(f"candidate-{number}")
        await play.applied(person, full_name=f"Candidate {number}", phone=PHONE)
    one, two = await play.inbox(), await play.inbox(page="2")
    assert [len(page["applications"]) for page in (one, two)] == [20, 1]
    assert (one["total"], one["pages"]) == (21, 2)
    assert (await play.inbox(page="99"))["page"] == 2
    path = f"/api/employers/{play.world.organisation}/applications.csv"
    file = await play.call(play.world.host, "GET", path)
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == 22
    assert file.headers["content-disposition"].startswith("attachment")


async def test_no_cell_of_the_file_is_a_formula(site: Site) -> None:
    play = await make_play(site)
    formulas = {
        "full_name": '=HYPERLINK("http://evil","x")',
        "headline": "+1+1",
        "place": "@SUM(A1)",
        "experience": "-2+3",
        "phone": "+86 138 0000 0000",
    }
    await play.call(play.candidate, "PUT", "/api/profile", {**PROFILE, **formulas})
    application = await play.applied()
    await play.does(play.world.host, f"{application}/offer")
    await play.does(play.candidate, f"{application}/accept")
    path = f"/api/employers/{play.world.organisation}/applications.csv"
    file = await play.call(play.world.host, "GET", path)
    headings, row = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert len(headings) == len(row)
    for text in formulas.values():
        assert f"'{text}" in row
    assert not [cell for cell in row if cell.startswith(FORMULA)]


@given(st.text())
def test_every_text_is_safe_in_a_cell_and_none_is_lost(text: str) -> None:
    assert not safe(text).startswith(FORMULA)
    assert safe(text).removeprefix("'") == text.removeprefix("'")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_whatever_a_candidate_writes_stays_in_its_own_cell(text: str) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    applicant = Applicant(
        id="a",
        job="j",
        job_title=text,
        stage="applied",
        reason=text,
        applied_at=moment,
        changed_at=moment,
        room=None,
        room_title=None,
        interview=None,
        held=None,
        shared=Shared(full_name=text, experience=text),
        contact=None,
        may=[],
        steps=[],
        line=[],
    )
    file = csv_of([applicant], lambda msgid: msgid).decode("utf-8-sig")
    headings, row = csv.reader(io.StringIO(file, newline=""))
    assert len(headings) == len(row)
    assert row[0] == row[1] == safe(text)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_pages_of_hiring_are_there_for_everybody(site: Site, lang: str) -> None:
    play = await make_play(site)
    newcomer = await site.person("newcomer")
    home = f"/employers/{play.world.organisation}/inbox?lang={lang}"
    for person, path in (
        (newcomer, f"/my?lang={lang}"),
        (newcomer, f"/profile?lang={lang}"),
        (play.world.host, home),
    ):
        assert (await play.call(person, "GET", path)).status_code == 200
    async with site.client() as api:
        for path in ("/my", "/profile", f"/employers/{play.world.organisation}/inbox"):
            answer = await api.get(path)
            assert answer.status_code == 303
