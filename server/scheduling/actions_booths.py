"""Booths: an employer asks, the organiser decides; a booth holds for every week of the fair."""

from __future__ import annotations

from typing import Literal

from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, forbidden, invalid, missing, msg
from server.base.security import plain_text
from server.scheduling import store_booths, store_sessions
from server.scheduling.actions import need_fair, need_open, need_organiser

Decision = Literal["approved", "refused"]
ASKING = frozenset({"owner", "host"})
PITCH_MAX = 500
REASON_MAX = 500


def may_ask(caller: Caller, organisation: str) -> bool:
    """Whether the caller may ask for a booth in the employer's name."""
    membership = caller.membership(organisation)
    return membership is not None and membership.role in ASKING


async def ask_for_booth(tx: Tx, caller: Caller, fair: str, organisation: str, pitch: str) -> str:
    """Ask for a booth and return its id; a refused employer may ask again with other words."""
    membership = caller.need_member(organisation)
    if membership.role not in ASKING:
        raise forbidden(msg("Only the employer's owners and hosts can ask for a booth."))
    if not membership.approved:
        say = msg("An officer has to approve this employer before it can have a booth.")
        raise Refusal("employer-not-approved", 409, say)
    need_open(await need_fair(tx, fair))
    pitch = plain_text(pitch)
    if len(pitch) > PITCH_MAX:
        raise invalid(pitch=msg("At most 500 characters."))
    row = await store_booths.booth_at(tx, fair, organisation)
    asked = {"pitch": pitch, "status": "asked", "reason": "", "asked_at": tx.now}
    if row is None:
        made = new_id()
        place = {"id": made, "fair": fair, "organisation": organisation}
        await store_booths.add_booth(tx, {**place, **asked})
        return made
    if row["status"] != "refused":
        say = msg("This employer has already asked for a booth here.")
        raise Refusal("already-asked", 409, say, extra={"booth": row["id"]})
    await store_booths.change_booth(tx, row["id"], decided_at=None, **asked)
    return str(row["id"])


async def decide_booth(
    tx: Tx, caller: Caller, booth: str, decision: Decision, reason: str = ""
) -> None:
    """Approve or refuse a booth, now or later; a refusal needs a reason, which the employer reads.

    A booth that still has sessions to come cannot be refused: they go first.
    """
    row = await need_booth(tx, caller, booth)
    need_open(row)
    reason = plain_text(reason)
    if decision == "refused":
        if not 2 <= len(reason) <= REASON_MAX:
            raise invalid(reason=msg("Say why in 2 to 500 characters; the employer reads it."))
        if await store_sessions.count_of_booth(tx, booth):
            say = msg("This booth has live sessions on the agenda. Remove them first.")
            raise Refusal("booth-has-sessions", 409, say)
    kept = reason if decision == "refused" else ""
    await store_booths.change_booth(tx, booth, status=decision, reason=kept, decided_at=tx.now)


async def need_booth(db: Reading, caller: Caller, booth: str) -> Row:
    """The booth, if the caller organises its fair."""
    row = await store_booths.booth(db, booth)
    if row is None:
        raise missing(msg("This booth does not exist."))
    need_organiser(caller, row["organiser"])
    return row
