"""Pages of hiring: the candidate's profile and applications, the employer's inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from server.accounts import store_organisations
from server.base.caller import Access
from server.base.db import Reading
from server.base.errors import missing
from server.base.routing import Call, Routes
from server.hiring import actions_profile, actions_read
from server.hiring.actions_decide import MINUTES_MAX, MINUTES_MIN
from server.hiring.cards import Applicant, Application
from server.hiring.profile import Profile
from server.hiring.routes import shown
from server.hiring.routes_inbox import page_of, wanted_of

routes = Routes("hiring-pages")

MINUTES_OFFERED = (10, 15, 20, 30, 45, 60)
GROUPS = ("turn", "hired", "waiting", "over")


@routes.page("/profile", who=Access.PERSON)
async def profile(call: Call) -> Response:
    """The form of one's own profile, and who sees which part of it."""
    async with call.house.db.read() as db:
        known = await actions_profile.profile_of(db, call.caller.id)
    mine = shown(known or Profile(full_name=call.caller.name))
    return call.page("hiring/profile.html", profile=mine)


@routes.page("/my", who=Access.PERSON)
async def my(call: Call) -> Response:
    """My applications: what waits for me, what waits for employers, what is over."""
    async with call.house.db.read() as db:
        applications = await actions_read.mine(db, call.caller)
        known = await actions_profile.profile_of(db, call.caller.id)
        standing = await actions_read.standing(db, call.caller)
    groups: dict[str, list[Application]] = {group: [] for group in GROUPS}
    for one in applications:
        groups[group_of(one)].append(one)
    return call.page(
        "hiring/my.html",
        groups=groups,
        total=len(applications),
        standing=standing,
        profile=shown(known or Profile(full_name=call.caller.name)),
        asks_phone=any(asks_phone(one) for one in applications),
        marks=marks_of(applications, len(applications)),
    )


@routes.page("/employers/{organisation}/inbox", who=Access.EMPLOYER)
async def inbox(call: Call) -> Response:
    """The applicants of an employer by stage."""
    organisation = call.param("organisation")
    call.caller.need_member(organisation)
    async with call.house.db.read() as db:
        context = await _inbox(call, db, organisation)
    return call.page("hiring/inbox.html", **context)


async def _inbox(call: Call, db: Reading, organisation: str) -> dict[str, Any]:
    employer = await store_organisations.organisation(db, organisation)
    if employer is None:
        raise missing()
    wanted = wanted_of(call)
    counts = await actions_read.tab_counts(db, call.caller, wanted)
    tab = call.request.query_params.get("stage", "")
    if tab not in actions_read.TABS:
        tab = next((name for name, count in counts.items() if count), "new")
        wanted = actions_read.wanted_of(organisation, tab, wanted.job, wanted.room)
    found = await actions_read.inbox(db, call.caller, wanted, page_of(call))
    postings, rooms = await actions_read.sources(db, call.caller, organisation)
    narrowed = {"job": wanted.job, "room": wanted.room}
    return {
        "organisation": organisation,
        "employer": employer,
        "tab": tab,
        "counts": counts,
        "narrowed": narrowed,
        "found": found,
        "postings": postings,
        "rooms": rooms,
        "members": await store_organisations.members(db, organisation),
        "minutes_offered": MINUTES_OFFERED,
        "minutes_range": (MINUTES_MIN, MINUTES_MAX),
        "query": query_of(narrowed),
        "watch": query_of({"stage": tab, "page": str(found.page), **narrowed}),
        "marks": marks_of(found.applicants, found.total),
    }


def query_of(values: Mapping[str, str]) -> str:
    """The query of an address, without what is empty."""
    return urlencode({name: value for name, value in values.items() if value})


def group_of(one: Application) -> str:
    """Where an application stands on the candidate's page."""
    if one.stage == "hired":
        return "hired"
    if one.stage in {"declined", "withdrawn"}:
        return "over"
    awaited = one.interview is not None and one.interview.status != "ended"
    return "turn" if one.stage == "offered" or awaited else "waiting"


def asks_phone(one: Application) -> bool:
    """Whether the employer is about to need a phone number that was never given."""
    return one.needs_phone and one.stage in {"offered", "accepted", "hired"}


def marks_of(shown: Sequence[Applicant | Application], total: int) -> str:
    """What the page shows, in a word for each: static/pages/hiring.js compares it with now."""
    marks = [
        f"{one.id}:{one.stage}:{one.interview.status if one.interview else ''}" for one in shown
    ]
    return " ".join([*marks, str(total)])
