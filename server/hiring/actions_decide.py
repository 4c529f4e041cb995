"""What an employer does with applications: invite to an interview, offer, confirm, decline."""

from __future__ import annotations

from server.accounts.store_members import role_of
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx
from server.base.errors import Refusal, invalid, missing, msg
from server.base.security import plain_text
from server.hiring import actions_places as places
from server.hiring.actions import move, need
from server.hiring.stages import Stage, after
from server.interviews import actions as interviews

MINUTES_MIN, MINUTES_MAX = 5, 60
REASON_MAX = 500


async def invite(
    tx: Tx, caller: Caller, application: str, interviewer: str, minutes: int
) -> tuple[Stage, str]:
    """Invite to an interview with a member of the employer; the stage and the room."""
    row = await _need_to_act(tx, caller, application)
    after(row["stage"], "invite")
    if await role_of(tx, row["organisation"], interviewer) is None:
        raise invalid(interviewer=msg("Choose somebody who belongs to this employer."))
    if not MINUTES_MIN <= minutes <= MINUTES_MAX:
        raise invalid(minutes=msg("5 to 60 minutes."))
    room = await interviews.invite(
        tx,
        organisation=row["organisation"],
        job=row["job"],
        interviewer=interviewer,
        candidate=row["person"],
        minutes=minutes,
    )
    return await move(tx, row, "invite", caller.id, interview=room), room


async def offer(tx: Tx, caller: Caller, application: str) -> Stage:
    """Offer the job; the candidate accepts or refuses."""
    row = await _need_to_act(tx, caller, application)
    return await move(tx, row, "offer", caller.id)


async def confirm(tx: Tx, caller: Caller, application: str) -> Stage:
    """Confirm a claimed place in time; the candidate accepts it or not, in time as well."""
    row = await _need_to_act(tx, caller, application)
    stage = await move(tx, row, "confirm", caller.id)
    await places.confirm(tx, row)
    return stage


async def decline(tx: Tx, caller: Caller, application: str, reason: str) -> Stage:
    """Decline with a reason that the candidate reads; it can be done at any open stage. A place
    that was claimed passes on."""
    row = await need_for(tx, caller, application)
    reason = plain_text(reason)
    if not 2 <= len(reason) <= REASON_MAX:
        raise invalid(reason=msg("Say why, in 2 to 500 characters. The candidate reads it."))
    stage = await move(tx, row, "decline", caller.id, reason=reason)
    await places.let_go(tx, row, "declined")
    return stage


async def need_for(db: Reading, caller: Caller, application: str) -> Row:
    """An application to an employer of the caller; all others do not exist for them."""
    row = await need(db, application)
    if not caller.is_member(row["organisation"]):
        raise missing(msg("This application does not exist."))
    return row


async def _need_to_act(db: Reading, caller: Caller, application: str) -> Row:
    """The same, for an employer that an officer has approved: no other one hires here."""
    row = await need_for(db, caller, application)
    if not caller.need_member(row["organisation"]).approved:
        say = msg("Your organisation is not approved just now, so it can only decline.")
        raise Refusal("employer-not-approved", 409, say)
    return row
