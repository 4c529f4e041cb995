"""HTTP of the agenda: the organiser's board and agenda, an employer's fairs, the sessions."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from starlette.responses import Response

from server.accounts import store_organisations
from server.base.caller import Access
from server.base.db import Tx
from server.base.errors import missing
from server.base.routing import Call, Routes
from server.jobs import actions as jobs
from server.scheduling import actions as scheduling
from server.scheduling import actions_booths, store_booths, store_sessions
from server.scheduling.actions_sessions import Slot
from server.showcase import actions_agenda, actions_fair

routes = Routes("showcase")

PAST = timedelta(days=14)
RECENT = timedelta(days=30)


class NewSession(Slot, kw_only=True, forbid_unknown_fields=True):
    """A session of a booth; the time as in the fair's zone on that date."""

    booth: str


class SessionMade(msgspec.Struct):
    """A session and its live room: `/live/{room}`, and `/live/{room}/host` for its hosts."""

    id: str
    room: str


class Copied(msgspec.Struct):
    """The date that took the agenda over, and how many sessions it got."""

    occurrence: str
    sessions: int


@routes.post(
    "/api/occurrences/{occurrence}/sessions",
    who=Access.ORGANISER,
    takes=NewSession,
    gives=SessionMade,
)
async def add_session(call: Call, tx: Tx, body: NewSession) -> SessionMade:
    """Put a live session of an approved booth on the agenda, with a new live room."""
    session, room = await actions_agenda.add_session(
        tx, call.caller, call.param("occurrence"), body.booth, body
    )
    return SessionMade(session, room)


@routes.put("/api/sessions/{session}", who=Access.ORGANISER, takes=Slot, gives=SessionMade)
async def change_session(call: Call, tx: Tx, body: Slot) -> SessionMade:
    """Change a session's title and time before it begins."""
    session = call.param("session")
    room = await actions_agenda.change_session(tx, call.caller, session, body)
    return SessionMade(session, room)


@routes.delete("/api/sessions/{session}", who=Access.ORGANISER)
async def remove_session(call: Call, tx: Tx, body: None) -> None:
    """Take a session that has not begun off the agenda; its room ends."""
    await actions_agenda.remove_session(tx, call.caller, call.param("session"), call.house.endings)


@routes.post("/api/occurrences/{occurrence}/copy-forward", who=Access.ORGANISER, gives=Copied)
async def copy_forward(call: Call, tx: Tx, body: None) -> Copied:
    """Take this date's agenda over to the next date, with new rooms and the same job bags."""
    occurrence, sessions = await actions_agenda.copy_forward(
        tx, call.caller, call.param("occurrence")
    )
    return Copied(occurrence, sessions)


@routes.page("/organiser", Access.ORGANISER)
async def board(call: Call) -> Response:
    """The organiser's fairs: the next date, what waits, and whether each is ready."""
    async with call.house.db.read() as db:
        fairs = await actions_fair.board(db, call.caller)
    is_ringing = await call.house.relay.is_up()
    return call.page("scheduling/board.html", fairs=fairs, is_ringing=is_ringing)


@routes.page("/fairs/{fair}/agenda", Access.ORGANISER)
async def agenda(call: Call) -> Response:
    """The agenda of every date, where sessions are added, changed and taken over."""
    fair = call.param("fair")
    async with call.house.db.read() as db:
        row = await scheduling.need_own_fair(db, call.caller, fair)
        dates = await actions_fair.dates_of(db, [fair], PAST)
        booths = await store_booths.booths_at(db, [fair])
        exceptions = await scheduling.coming_exceptions(db, row)
        now = db.now
    return call.page(
        "scheduling/agenda.html",
        fair=row,
        past=[date for date in dates if date.row["ends_at"] <= now],
        dates=[date for date in dates if date.row["ends_at"] > now],
        reasons={one["local_date"]: one["reason"] for one in exceptions},
        booths=[
            booth
            for booth in booths
            if booth["status"] == "approved" and booth["employer_status"] == "approved"
        ],
        asked=sum(booth["status"] == "asked" for booth in booths),
    )


@routes.page("/employers/{organisation}/fairs", Access.EMPLOYER)
async def employer_fairs(call: Call) -> Response:
    """An employer's booths and live sessions, and the fairs where it can ask for a booth."""
    organisation = call.param("organisation")
    membership = call.caller.need_member(organisation)
    async with call.house.db.read() as db:
        employer = await store_organisations.organisation(db, organisation)
        fairs = await scheduling.fairs_with_next(db)
        booths = {row["fair"]: row for row in await store_booths.booths_of(db, organisation)}
        sessions = await actions_fair.with_phase(
            db, await store_sessions.sessions_of_employer(db, organisation, db.now - RECENT)
        )
        open_jobs = await jobs.open_jobs_count(db, organisation)
    if employer is None:
        raise missing()
    over = {"ended", "cancelled"}
    return call.page(
        "scheduling/employer_fairs.html",
        organisation=organisation,
        employer=employer["name"],
        employer_status=employer["status"],
        may_ask=actions_booths.may_ask(call.caller, organisation),
        may_host=membership.role in {"owner", "host"},
        fairs=fairs,
        booths=booths,
        coming=[one for one in sessions if one["state"] not in over],
        past=[one for one in reversed(sessions) if one["state"] in over],
        open_jobs=open_jobs,
    )
