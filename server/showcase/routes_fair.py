"""HTTP of what everyone sees first: the home page and a fair, with what is on air now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from starlette.responses import Response

from server.base.caller import Access
from server.base.db import Reading
from server.base.routing import Call, Routes
from server.jobs import actions as jobs
from server.jobs.filters import JobFilter
from server.scheduling import actions as scheduling
from server.scheduling import store_sessions
from server.showcase import actions_fair, store_agenda
from server.showcase.actions_fair import Date, FairView
from server.showcase.agenda import State

routes = Routes("showcase")

ON_AIR_SHOWN = 6
NEXT_SHOWN = 6
JOBS_SHOWN = 6


class SessionShown(msgspec.Struct):
    """A live session on the agenda; its page is `/live/{room}`."""

    id: str
    title: str
    organisation: str
    employer: str
    starts_at: datetime
    ends_at: datetime
    room: str
    state: State


class DateShown(msgspec.Struct):
    """A date of the fair and its agenda."""

    id: str
    local_date: date
    starts_at: datetime
    ends_at: datetime
    sessions: list[SessionShown]


class BoothShown(msgspec.Struct):
    """An employer at the fair."""

    organisation: str
    employer: str
    pitch: str
    open_jobs: int


class DayOff(msgspec.Struct):
    """A date without the fair."""

    local_date: date
    reason: str


class FairShown(msgspec.Struct):
    """A fair from now on; weekday 0 is Monday, `starts_local` is HH:MM in `zone`."""

    id: str
    title: str
    about: str
    organiser_name: str
    zone: str
    weekday: int
    starts_local: str
    length_min: int
    first_date: date
    last_date: date | None
    is_closed: bool
    on_now: list[SessionShown]
    dates: list[DateShown]
    exceptions: list[DayOff]
    booths: list[BoothShown]


@routes.page("/")
async def home(call: Call) -> Response:
    """What Daigang is, what is on now, what comes next, and the newest jobs."""
    async with call.house.db.read() as db:
        on_air = await store_agenda.on_air(db, ON_AIR_SHOWN)
        coming = await actions_fair.with_phase(
            db, await store_sessions.coming_sessions(db, NEXT_SHOWN + ON_AIR_SHOWN)
        )
        fairs = await scheduling.fairs_with_next(db)
        found = await jobs.search(db, JobFilter())
    return call.page(
        "home.html",
        on_air=on_air,
        coming=[one for one in coming if one["state"] in {"soon", "scheduled"}][:NEXT_SHOWN],
        fairs=[pair for pair in fairs if pair[1] is not None],
        jobs=found.rows[:JOBS_SHOWN],
        jobs_total=found.total,
    )


@routes.page("/fairs/{fair}")
async def page(call: Call) -> Response:
    """A fair: on now, next and later, who is there, and how to remember it."""
    async with call.house.db.read() as db:
        view = await actions_fair.fair_view(db, call.param("fair"))
    origin = call.house.settings.origin
    asking = [one for one in call.caller.organisations if one.role in {"owner", "host"}]
    return call.page(
        "scheduling/fair.html",
        view=view,
        fair=view.fair,
        may_organise=scheduling.may_organise(call.caller, view.fair["organiser"]),
        employers=asking,
        calendar_url=f"{origin}/fairs/{view.fair['id']}/calendar.ics",
    )


@routes.get("/api/fairs/{fair}", who=Access.ANYONE, gives=FairShown)
async def show(call: Call, db: Reading) -> FairShown:
    """A fair with its agendas and booths."""
    return _shown(await actions_fair.fair_view(db, call.param("fair")))


@routes.get("/api/live", who=Access.ANYONE, gives=list[SessionShown])
async def live(call: Call, db: Reading) -> list[SessionShown]:
    """What is on air now at all fairs."""
    rows = await store_agenda.on_air(db, ON_AIR_SHOWN)
    return [_pick(SessionShown, {**row, "state": row["phase"]}) for row in rows]


def _shown(view: FairView) -> FairShown:
    dates = [view.current, view.following, *view.later]
    own = FairShown.__struct_fields__[:10]
    return FairShown(
        **{name: view.fair[name] for name in own},
        is_closed=view.fair["closed_at"] is not None,
        on_now=[_pick(SessionShown, one) for one in view.on_now],
        dates=[_date(one) for one in dates if one is not None],
        exceptions=[_pick(DayOff, one) for one in view.exceptions],
        booths=[_pick(BoothShown, one) for one in view.booths],
    )


def _date(one: Date) -> DateShown:
    sessions = [_pick(SessionShown, session) for session in one.sessions]
    names = DateShown.__struct_fields__[:4]
    return DateShown(**{name: one.row[name] for name in names}, sessions=sessions)


def _pick(kind: Any, row: Any) -> Any:
    """A struct of a row that has more."""
    return kind(**{name: row[name] for name in kind.__struct_fields__})
