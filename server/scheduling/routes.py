"""HTTP of scheduling: fairs, their rule and exceptions, booths, the calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from starlette.responses import Response

from server.base.caller import Access
from server.base.db import Reading, Row, Tx
from server.base.errors import invalid, missing, msg
from server.base.routing import Call, Routes
from server.scheduling import (
    actions,
    actions_booths,
    store_booths,
    store_fairs,
    store_sessions,
)
from server.scheduling.actions_booths import Decision
from server.scheduling.fair import Fair, Weekly, checked_rule
from server.scheduling.ics import calendar
from server.scheduling.rule import Occurrence, today

routes = Routes("scheduling")

PREVIEWED = 6
PREVIEW_YEARS = 3
CALENDAR_PAST = timedelta(weeks=8)


class Made(msgspec.Struct):
    """What was made or changed."""

    id: str


class When(msgspec.Struct):
    """A date of a fair; `shifted_min` is above 0 where the clocks jump over its hour."""

    local_date: date
    starts_at: datetime
    ends_at: datetime
    shifted_min: int = 0
    is_exception: bool = False


class Preview(msgspec.Struct):
    """The next dates of a rule."""

    zone: str
    dates: list[When]


class FairLine(msgspec.Struct):
    """A fair in a list; `next` is what is on now or comes next."""

    id: str
    title: str
    zone: str
    weekday: int
    starts_local: str
    length_min: int
    is_on: bool
    next: When | None


class DateOff(msgspec.Struct, forbid_unknown_fields=True):
    """A date without the fair, and why; visitors read it."""

    local_date: date
    reason: str


class BoothWish(msgspec.Struct, forbid_unknown_fields=True):
    """An employer asks for a booth; `pitch` says what they bring."""

    organisation: str
    pitch: str = ""


class BoothDecision(msgspec.Struct, forbid_unknown_fields=True):
    """Yes or no; a refusal needs a reason."""

    decision: Decision
    reason: str = ""


class Booth(msgspec.Struct):
    """A booth as its fair's organiser sees it."""

    id: str
    organisation: str
    employer: str
    pitch: str
    status: str
    reason: str


@routes.get("/api/fairs", who=Access.ANYONE, gives=list[FairLine])
async def fairs(call: Call, db: Reading) -> list[FairLine]:
    """Every fair that is not closed."""
    return [
        FairLine(
            **{name: row[name] for name in FairLine.__struct_fields__[:6]},
            is_on=coming is not None and coming["starts_at"] <= db.now,
            next=None if coming is None else _when(coming),
        )
        for row, coming in await actions.fairs_with_next(db)
    ]


@routes.get("/api/fairs/preview", who=Access.ORGANISER, gives=Preview)
async def preview(call: Call, db: Reading) -> Preview:
    """The next dates of a rule that need not exist yet: the fields of a fair as the query, with
    `fair` for the exceptions of one that does."""
    query = dict(call.request.query_params)
    fair = query.pop("fair", "")
    query.pop("lang", None)
    try:
        weekly = msgspec.convert(
            {name: value for name, value in query.items() if value}, Weekly, strict=False
        )
    except msgspec.ValidationError:
        raise invalid(body=msg("This is not in a form we can take.")) from None
    rule = checked_rule(weekly, db.now.date())
    skipped = {one["local_date"] for one in await store_fairs.exceptions_of(db, fair)}
    since = today(db.now, rule.zone)
    dates = rule.dates(since, max(since, rule.first_date) + timedelta(days=366 * PREVIEW_YEARS))
    shown = [rule.on(day) for day in dates]
    shown = [one for one in shown if one.ends_at > db.now][:PREVIEWED]
    return Preview(rule.zone, [_previewed(one, one.local_date in skipped) for one in shown])


@routes.post("/api/fairs", who=Access.ORGANISER, takes=Fair, gives=Made)
async def create(call: Call, tx: Tx, body: Fair) -> Made:
    """Make a weekly fair; its dates of the next eight weeks are made with it."""
    return Made(await actions.create_fair(tx, call.caller.id, body))


@routes.put("/api/fairs/{fair}", who=Access.ORGANISER, takes=Fair, gives=Made)
async def change(call: Call, tx: Tx, body: Fair) -> Made:
    """Change a fair; dates to come follow its new rule."""
    fair = call.param("fair")
    await actions.change_fair(tx, call.caller, fair, body)
    return Made(fair)


@routes.post("/api/fairs/{fair}/close", who=Access.ORGANISER, gives=Made, status=200)
async def close(call: Call, tx: Tx, body: None) -> Made:
    """End a fair for good; what is on now runs to its end."""
    fair = call.param("fair")
    await actions.close_fair(tx, call.caller, fair)
    return Made(fair)


@routes.post("/api/fairs/{fair}/exceptions", who=Access.ORGANISER, takes=DateOff)
async def add_exception(call: Call, tx: Tx, body: DateOff) -> None:
    """The fair does not take place on this date."""
    await actions.add_exception(tx, call.caller, call.param("fair"), body.local_date, body.reason)


@routes.delete("/api/fairs/{fair}/exceptions/{local_date}", who=Access.ORGANISER)
async def remove_exception(call: Call, tx: Tx, body: None) -> None:
    """The fair takes place on this date after all."""
    try:
        day = date.fromisoformat(call.param("local_date"))
    except ValueError:
        raise missing() from None
    await actions.remove_exception(tx, call.caller, call.param("fair"), day)


@routes.get("/api/fairs/{fair}/booths", who=Access.ORGANISER, gives=list[Booth])
async def booths(call: Call, db: Reading) -> list[Booth]:
    """Who asked for a booth, and what became of it."""
    fair = call.param("fair")
    await actions.need_own_fair(db, call.caller, fair)
    rows = await store_booths.booths_at(db, [fair])
    return [Booth(**{name: row[name] for name in Booth.__struct_fields__}) for row in rows]


@routes.post("/api/fairs/{fair}/booths", who=Access.EMPLOYER, takes=BoothWish, gives=Made)
async def ask_for_booth(call: Call, tx: Tx, body: BoothWish) -> Made:
    """Ask for a booth in an employer's name."""
    fair = call.param("fair")
    return Made(
        await actions_booths.ask_for_booth(tx, call.caller, fair, body.organisation, body.pitch)
    )


@routes.post(
    "/api/booths/{booth}/decision",
    who=Access.ORGANISER,
    takes=BoothDecision,
    gives=Made,
    status=200,
)
async def decide_booth(call: Call, tx: Tx, body: BoothDecision) -> Made:
    """Approve or refuse a booth."""
    booth = call.param("booth")
    await actions_booths.decide_booth(tx, call.caller, booth, body.decision, body.reason)
    return Made(booth)


@routes.get("/fairs/{fair}/calendar.ics", who=Access.ANYONE)
async def calendar_file(call: Call, db: Reading) -> Response:
    """The fair's dates as a calendar to download or subscribe to."""
    fair = await actions.need_fair(db, call.param("fair"))
    dates = await store_fairs.occurrences_of(db, [fair["id"]], db.now - CALENDAR_PAST)
    agendas: dict[str, list[Row]] = {}
    for session in await store_sessions.sessions_of(db, [row["id"] for row in dates]):
        agendas.setdefault(session["occurrence"], []).append(session)
    url = f"{call.house.settings.origin}/fairs/{fair['id']}"
    return Response(
        calendar(fair, dates, agendas, url, db.now),
        media_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'inline; filename="fair-{fair["id"]}.ics"',
            "Cache-Control": "no-cache",
        },
    )


def _when(row: Any) -> When:
    return When(row["local_date"], row["starts_at"], row["ends_at"])


def _previewed(one: Occurrence, is_exception: bool) -> When:
    return When(*one, is_exception=is_exception)
