"""The demo: a weekly fair that is on now, with everybody one needs to try it.

Seeded once, through the same actions as in real use: an officer approves what becomes public.
Run again on another day, it moves the fair to today. Ways in exist on loopback only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from server.accounts import actions as accounts
from server.accounts import actions_links as links
from server.accounts import actions_organisations as employers
from server.accounts import store as people
from server.accounts import store_organisations
from server.base.caller import Caller
from server.base.clock import Clock
from server.base.db import Database, Tx
from server.base.security import new_token
from server.base.settings import Settings
from server.demo_data import COMPANIES, FAIR_ABOUT, FAIR_TITLE, OFFICER, ORGANISER, SEEKERS
from server.demo_data import Company as Told
from server.hiring import actions_profile as profiles
from server.interviews import actions as interviews
from server.jobs import actions_posting, actions_review
from server.scheduling import actions as fairs
from server.scheduling import actions_booths as booths
from server.scheduling import store_fairs
from server.scheduling.actions_sessions import Slot
from server.scheduling.fair import Fair
from server.showcase import actions as showcase
from server.showcase import actions_agenda as agenda
from server.trust import actions_organisations as gate

FAIR_LENGTH_MIN = 240
VALID_FOR = timedelta(days=180)


class Employer(msgspec.Struct):
    """An employer of the demo: its people, its postings, its booth and its live room today."""

    organisation: str
    host: str
    interviewer: str
    jobs: list[str]
    booth: str = ""
    room: str = ""


class Cast(msgspec.Struct):
    """The ids of what was seeded, kept in the data folder."""

    organiser: str
    officer: str
    employers: list[Employer]
    candidates: list[str]
    fair: str = ""
    interview: str = ""


class Room(msgspec.Struct):
    id: str
    url: str
    host_url: str


class Place(msgspec.Struct):
    id: str
    url: str


class Ways(msgspec.Struct):
    """One way in per role: sign-in links, or bearer tokens."""

    organiser: str
    officer: str
    host: str
    interviewer: str
    candidates: list[str]


class Seeded(msgspec.Struct):
    """What `daigang demo --json` prints."""

    base_url: str
    fair: Place
    live_room: Room
    jobs: list[str]
    interview: Place
    sign_in: Ways | None
    tokens: Ways | None


async def seed(settings: Settings) -> Seeded:
    """Make the demo if there is none, bring it to today, and open the ways in."""
    db = Database(settings.database_url, Clock())
    path = settings.data_dir / "demo.json"
    cast = _remembered(path)
    try:
        async with db.write() as tx:
            if cast is None or not await people.person(tx, cast.organiser):
                cast = await _cast(tx)
            await _bring_to_now(tx, cast, settings.timezone)
            seeded = await _seeded(tx, cast, settings)
        path.write_bytes(msgspec.json.encode(cast))
        return seeded
    finally:
        await db.close()


def show(seeded: Seeded, *, as_json: bool) -> str:
    """The demo for a program, or for a person at the terminal."""
    if as_json:
        return msgspec.json.format(msgspec.json.encode(seeded), indent=1).decode()
    lines = [f"Fair        {seeded.fair.url}", f"Live room   {seeded.live_room.url}"]
    if seeded.sign_in is None:
        return "\n".join([*lines, "Sign-in links exist only on a loopback address."])
    ways = seeded.sign_in
    lines += ["", "Sign in as (each in a browser window of its own):"]
    lines += [
        f"  {role:<12}{link}"
        for role, link in (
            ("host", ways.host),
            ("interviewer", ways.interviewer),
            *((f"candidate {n}", link) for n, link in enumerate(ways.candidates, 1)),
            ("organiser", ways.organiser),
            ("officer", ways.officer),
        )
    ]
    return "\n".join(lines)


def _remembered(path: Path) -> Cast | None:
    """What an earlier run seeded."""
    return msgspec.json.decode(path.read_bytes(), type=Cast) if path.exists() else None


async def _cast(tx: Tx) -> Cast:
    organiser = await _person(tx, *ORGANISER, role="organiser")
    officer = await _person(tx, *OFFICER, role="officer")
    made = Cast(organiser, officer, [], [])
    reviewer = await _caller(tx, officer)
    for company in COMPANIES:
        made.employers.append(await _employer(tx, company, reviewer))
    for seeker in SEEKERS:
        person = await _person(tx, seeker.login, seeker.name)
        profile = profiles.Profile(
            full_name=seeker.name,
            phone=seeker.phone,
            place=seeker.place,
            headline=seeker.headline,
            experience=seeker.experience,
            education=seeker.education,
        )
        await profiles.save(tx, person, profile)
        made.candidates.append(person)
    return made


async def _employer(tx: Tx, company: Told, officer: Caller) -> Employer:
    host = await _person(tx, *company.host)
    interviewer = await _person(tx, *company.interviewer)
    told = employers.Organisation(
        name=company.name,
        licence=company.licence,
        industry=company.industry,
        place=company.place,
        size=company.size,
        contact_name=company.host[1],
        contact_phone=company.phone,
        about=company.about,
    )
    organisation = await employers.register(tx, await _caller(tx, host), told)
    await store_organisations.add_member(tx, organisation, interviewer, "interviewer")
    await gate.review_organisation(tx, officer, organisation, "approved", "")
    caller = await _caller(tx, host)
    jobs = []
    for posting in company.postings:
        posting.valid_until = (tx.now + VALID_FOR).date()
        row = await actions_posting.create(tx, caller, organisation, posting, submit=True)
        await actions_review.review_job(tx, officer, row["id"], "approved")
        jobs.append(row["id"])
    return Employer(organisation, host, interviewer, jobs)


async def _bring_to_now(tx: Tx, cast: Cast, zone: str) -> None:
    """A session of every employer is on now, and the interview is open."""
    organiser = await _caller(tx, cast.organiser)
    if not await _is_on(tx, cast):
        wanted = _fair_now(tx.now, zone)
        if cast.fair:
            await fairs.change_fair(tx, organiser, cast.fair, wanted)
        else:
            cast.fair = await fairs.create_fair(tx, cast.organiser, wanted)
        await _fill_agenda(tx, cast, organiser, wanted.starts_local)
    if not cast.interview or await _is_over(tx, cast.interview):
        employer = cast.employers[0]
        cast.interview = await interviews.invite(
            tx,
            organisation=employer.organisation,
            job=employer.jobs[0],
            interviewer=employer.interviewer,
            candidate=cast.candidates[0],
            minutes=20,
        )


async def _fill_agenda(tx: Tx, cast: Cast, organiser: Caller, starts_local: str) -> None:
    occurrence = next(
        row
        for row in await store_fairs.occurrences_of(tx, [cast.fair], tx.now)
        if row["starts_at"] <= tx.now < row["ends_at"]
    )
    for employer, company in zip(cast.employers, COMPANIES, strict=True):
        host = await _caller(tx, employer.host)
        if not employer.booth:
            employer.booth = await booths.ask_for_booth(
                tx, host, cast.fair, employer.organisation, company.pitch
            )
            await booths.decide_booth(tx, organiser, employer.booth, "approved", "")
        slot = Slot(title=company.session, starts_local=starts_local, minutes=FAIR_LENGTH_MIN)
        _, employer.room = await agenda.add_session(
            tx, organiser, occurrence["id"], employer.booth, slot
        )
        for job in employer.jobs:
            await showcase.add_job(tx, host, employer.room, job)


def _fair_now(now: datetime, zone: str) -> Fair:
    """A weekly rule whose occurrence has just begun."""
    local = now.astimezone(ZoneInfo(zone)) - timedelta(minutes=5)
    starts = local.replace(minute=local.minute // 30 * 30)
    return Fair(
        title=FAIR_TITLE,
        about=FAIR_ABOUT,
        zone=zone,
        weekday=starts.weekday(),
        starts_local=f"{starts:%H:%M}",
        length_min=FAIR_LENGTH_MIN,
        first_date=starts.date(),
    )


async def _is_on(tx: Tx, cast: Cast) -> bool:
    """Whether the first employer's room of today may still go on air."""
    room = cast.employers[0].room
    if not room:
        return False
    rows = await store_fairs.occurrences_of(tx, [cast.fair], tx.now)
    is_on = any(row["starts_at"] <= tx.now < row["ends_at"] for row in rows)
    return is_on and (await showcase.need_room(tx, room))["phase"] != "ended"


async def _is_over(tx: Tx, interview: str) -> bool:
    return bool((await interviews.need_interview(tx, interview))["status"] == "ended")


async def _seeded(tx: Tx, cast: Cast, settings: Settings) -> Seeded:
    base, first = settings.origin, cast.employers[0]
    loopback = settings.is_loopback
    room, interview = f"{base}/live/{first.room}", f"/interviews/{cast.interview}"
    pages = {"host": f"/live/{first.room}/host", "interviewer": interview}
    return Seeded(
        base_url=base,
        fair=Place(cast.fair, f"{base}/fairs/{cast.fair}"),
        live_room=Room(first.room, room, f"{room}/host"),
        jobs=[job for employer in cast.employers for job in employer.jobs],
        interview=Place(cast.interview, base + interview),
        sign_in=await _ways(tx, cast, "link", base, pages) if loopback else None,
        tokens=await _ways(tx, cast, "token", base, pages) if loopback else None,
    )


async def _ways(
    tx: Tx, cast: Cast, kind: Literal["link", "token"], base: str, pages: dict[str, str]
) -> Ways:
    async def way(person: str, role: str) -> str:
        if kind == "token":
            return await links.demo_token(tx, person, f"demo {role}")
        page = pages.get(role, f"/fairs/{cast.fair}")
        return f"{base}{await links.demo_link(tx, person)}?next={page}"

    first = cast.employers[0]
    return Ways(
        organiser=await way(cast.organiser, "organiser"),
        officer=await way(cast.officer, "officer"),
        host=await way(first.host, "host"),
        interviewer=await way(first.interviewer, "interviewer"),
        candidates=[await way(person, "candidate") for person in cast.candidates],
    )


async def _person(
    tx: Tx, login: str, name: str, *, role: Literal["organiser", "officer", ""] = ""
) -> str:
    """A person who signs in by link; nobody knows the password, for there is none."""
    person = await accounts.create_person(tx, login=login, name=name, password_hash=new_token())
    if role:
        await people.add_grant(tx, person, role)
    return person


async def _caller(tx: Tx, person: str) -> Caller:
    row = await people.person(tx, person)
    assert row is not None
    return Caller(
        id=person,
        name=row["name"],
        roles=await people.roles(tx, person),
        organisations=await store_organisations.memberships_of(tx, person),
    )
