"""Fairs: made, changed, paused for a date, closed; and their occurrences kept weeks ahead.

What a change of the rule does to dates that already stand is written in `horizon`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, forbidden, invalid, missing, msg
from server.base.house import House
from server.base.security import plain_text
from server.scheduling import store_fairs, store_sessions
from server.scheduling.fair import Fair, checked, rule_of
from server.scheduling.horizon import Changes, Standing, changes
from server.scheduling.rule import WeeklyRule, today

# How far back an occurrence can have begun and still hold its local date.
LOOK_BACK = timedelta(days=3)
HALF_A_YEAR = timedelta(weeks=26)
REASON_MAX = 200


async def need_fair(db: Reading, fair: str) -> Row:
    """The fair; a refusal when there is none."""
    row = await store_fairs.fair(db, fair)
    if row is None:
        raise missing(msg("This fair does not exist."))
    return row


async def need_own_fair(db: Reading, caller: Caller, fair: str) -> Row:
    """The fair, if the caller organises it or is an administrator."""
    row = await need_fair(db, fair)
    need_organiser(caller, row["organiser"])
    return row


def need_organiser(caller: Caller, organiser: str) -> None:
    """A refusal for everyone but this organiser and administrators."""
    if not may_organise(caller, organiser):
        raise forbidden(msg("Only the organiser of this fair can do this."))


def may_organise(caller: Caller, organiser: str) -> bool:
    """Whether the caller may change a fair of this organiser."""
    return "admin" in caller.roles or (caller.is_organiser and caller.id == organiser)


def need_open(fair: Mapping[Any, Any]) -> None:
    """A refusal when the fair (or a row with its `closed_at`) is closed."""
    if fair["closed_at"] is not None:
        raise Refusal("fair-closed", 410, msg("This fair is closed."))


async def create_fair(tx: Tx, organiser: str, fair: Fair) -> str:
    """Make a fair with its first occurrences and return its id."""
    values = checked(fair, tx.now.date())
    made = new_id()
    await store_fairs.add_fair(
        tx, {"id": made, "organiser": organiser, "created_at": tx.now, **values}
    )
    await _bring_in_line(tx, made)
    return made


async def change_fair(tx: Tx, caller: Caller, fair: str, wanted: Fair) -> None:
    """Change a fair; dates to come follow by the policy of `horizon`.

    A length that some session on a coming agenda does not fit into is refused.
    """
    row = await need_own_fair(tx, caller, fair)
    need_open(row)
    await store_fairs.change_fair(tx, fair, **checked(wanted, tx.now.date()))
    await _bring_in_line(tx, fair)


async def add_exception(tx: Tx, caller: Caller, fair: str, day: date, reason: str) -> None:
    """The fair does not take place on this date; given again, the reason is replaced."""
    row = await need_own_fair(tx, caller, fair)
    need_open(row)
    reason = " ".join(plain_text(reason).split())
    rule = rule_of(row)
    if not rule.names(day):
        raise invalid(local_date=msg("The fair does not take place on this date anyway."))
    if rule.on(day).starts_at <= tx.now:
        raise invalid(local_date=msg("This day has passed."))
    if not 2 <= len(reason) <= REASON_MAX:
        raise invalid(reason=msg("Give a reason in 2 to 200 characters; visitors read it."))
    await store_fairs.remove_exception(tx, fair, day)
    await store_fairs.add_exception(tx, fair, day, reason)
    await _bring_in_line(tx, fair)


async def remove_exception(tx: Tx, caller: Caller, fair: str, day: date) -> None:
    """The fair takes place on this date after all, with the agenda it had."""
    row = await need_own_fair(tx, caller, fair)
    need_open(row)
    if not await store_fairs.remove_exception(tx, fair, day):
        raise missing(msg("This date is not an exception."))
    await _bring_in_line(tx, fair)


async def close_fair(tx: Tx, caller: Caller, fair: str) -> None:
    """End the fair for good: dates to come are cancelled or, without an agenda, removed.

    What is on now runs to its end.
    """
    row = await need_own_fair(tx, caller, fair)
    need_open(row)
    await store_fairs.change_fair(tx, fair, closed_at=tx.now)
    coming = [one for one in await _standing(tx, fair) if one.starts_at > tx.now]
    found = Changes(
        removed=[one for one in coming if not one.sessions],
        cancelled=[one for one in coming if one.sessions and one.status == "planned"],
    )
    await _apply(tx, fair, found)


async def extend_fairs(house: House) -> None:
    """Keep every open fair's occurrences eight weeks ahead, by the time zone rules of today."""
    async with house.db.read() as db:
        behind = [
            row["id"] for row in await store_fairs.open_fairs(db) if await _changes(db, row["id"])
        ]
    for fair in behind:
        async with house.db.write() as tx:
            await _bring_in_line(tx, fair)


async def fairs_with_next(db: Reading) -> list[tuple[Row, Row | None]]:
    """The open fairs, each with its occurrence that is on or comes next, soonest first."""
    found = await store_fairs.open_fairs(db)
    coming: dict[str, Row] = {}
    for row in await store_fairs.occurrences_of(db, [fair["id"] for fair in found], db.now):
        if row["status"] == "planned":
            coming.setdefault(row["fair"], row)
    both = [(fair, coming.get(fair["id"])) for fair in found]
    late = datetime.max.replace(tzinfo=db.now.tzinfo)
    return sorted(both, key=lambda pair: pair[1]["starts_at"] if pair[1] else late)


async def rule_with_exceptions(db: Reading, row: Mapping[Any, Any]) -> WeeklyRule:
    """The rule of a fair's row with the dates it leaves out."""
    found = await store_fairs.exceptions_of(db, row["id"])
    return rule_of(row, [one["local_date"] for one in found])


async def coming_exceptions(db: Reading, row: Mapping[Any, Any]) -> Sequence[Row]:
    """The exceptions that are not over and still meet the rule."""
    rule, since = rule_of(row), today(db.now, row["zone"])
    found = await store_fairs.exceptions_of(db, row["id"])
    return [one for one in found if one["local_date"] >= since and rule.names(one["local_date"])]


async def dates_to_leave_out(db: Reading, row: Mapping[Any, Any]) -> list[date]:
    """The dates of half a year that can become exceptions."""
    rule = await rule_with_exceptions(db, row)
    since = today(db.now, rule.zone)
    found = rule.occurrences(since, since + HALF_A_YEAR)
    return [one.local_date for one in found if one.starts_at > db.now]


async def _bring_in_line(tx: Tx, fair: str) -> None:
    """Make the occurrences that stand those of the rule."""
    await _apply(tx, fair, await _changes(tx, fair))


async def _changes(db: Reading, fair: str) -> Changes:
    row = await need_fair(db, fair)
    return changes(await rule_with_exceptions(db, row), await _standing(db, fair), db.now)


async def _standing(db: Reading, fair: str) -> list[Standing]:
    rows = await store_fairs.occurrences_of(db, [fair], db.now - LOOK_BACK)
    return [Standing(**{name: row[name] for name in Standing._fields}) for row in rows]


async def _apply(tx: Tx, fair: str, found: Changes) -> None:
    for one in found.removed:
        await store_fairs.remove_occurrence(tx, one.id)
    for one in found.cancelled:
        await store_fairs.change_occurrence(tx, one.id, status="cancelled")
    for one, place in found.moved:
        last_end = await store_sessions.last_end(tx, one.id)
        if last_end and last_end - one.starts_at > place.ends_at - place.starts_at:
            say = msg(
                "Some sessions on the agenda would no longer fit. Move or remove them first."
            )
            raise invalid(length_min=say)
        await store_sessions.shift_sessions(tx, one.id, place.starts_at - one.starts_at)
        when = {name: getattr(place, name) for name in ("local_date", "starts_at", "ends_at")}
        await store_fairs.change_occurrence(tx, one.id, status="planned", **when)
    for place in found.added:
        when = {name: getattr(place, name) for name in ("local_date", "starts_at", "ends_at")}
        made = {"id": new_id(), "fair": fair, "status": "planned", **when}
        await store_fairs.add_occurrence(tx, made)
