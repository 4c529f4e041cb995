"""An employer's own postings: write, change, send to review, close, open again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.accounts import store_organisations
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, forbidden, missing, msg
from server.jobs import store
from server.jobs.posting import Posting, checked, is_other

WRITERS = frozenset({"owner", "host"})


async def postings_of(db: Reading, caller: Caller, organisation: str) -> Sequence[Row]:
    """All postings of the caller's own employer, newest first."""
    caller.need_member(organisation)
    return await store.of_organisation(db, organisation)


async def need_writable(db: Reading, caller: Caller, job: str) -> Row:
    """The posting, if the caller may change it; one of another employer does not exist."""
    row = await store.card(db, job)
    if row is None or not caller.is_member(row["organisation"]):
        raise missing(msg("This posting does not exist, or is no longer open."))
    need_writer(caller, row["organisation"])
    return row


def need_writer(caller: Caller, organisation: str) -> None:
    """Return if the caller writes this employer's postings."""
    if caller.need_member(organisation).role not in WRITERS:
        raise forbidden(msg("Interviewers read the postings; owners and hosts write them."))


async def create(
    tx: Tx, caller: Caller, organisation: str, posting: Posting, submit: bool = False
) -> Row:
    """Write a posting: a draft, or sent to review at once."""
    need_writer(caller, organisation)
    values = checked(posting, tx.now.date())
    job = new_id()
    status = await _sent(tx, organisation) if submit else _draft()
    await store.add_job(
        tx, {**values, **status, "id": job, "organisation": organisation, "created_at": tx.now}
    )
    return await _after(tx, job)


async def change(tx: Tx, caller: Caller, job: str, posting: Posting, submit: bool = False) -> Row:
    """Change a posting. What an officer approved and is now another goes back to review; one
    that waits keeps its place in the queue."""
    row = await need_writable(tx, caller, job)
    values = checked(posting, tx.now.date())
    status: dict[str, Any] = {}
    is_known = row["approved_at"] is not None and not is_other(row, values)
    if not is_known and row["status"] != "waiting":
        if submit or row["status"] == "approved":
            status = await _sent(tx, row["organisation"])
        elif row["status"] != "refused":  # a refusal and its reason stay until it is sent again
            status = _draft()
    await store.change_job(tx, job, **values, **status, revision=row["revision"] + 1)
    return await _after(tx, job)


async def submit(tx: Tx, caller: Caller, job: str) -> Row:
    """Send a draft or a refused posting to the officers' queue; again changes nothing."""
    row = await need_writable(tx, caller, job)
    if row["status"] == "waiting":
        return row
    if row["status"] not in {"draft", "refused"}:
        say = msg("Only a draft or a refused posting is sent to review.")
        raise Refusal("not-a-draft", 409, say)
    checked(_posting(row), tx.now.date())
    await store.change_job(tx, job, **await _sent(tx, row["organisation"]))
    return await _after(tx, job)


async def close(tx: Tx, caller: Caller, job: str) -> Row:
    """Take a posting off the list, or out of the queue; again changes nothing."""
    await need_writable(tx, caller, job)
    await store.change_job(tx, job, status="closed")
    return await _after(tx, job)


async def reopen(tx: Tx, caller: Caller, job: str) -> Row:
    """Open a closed posting: public at once if an officer approved this wording, else a draft."""
    row = await need_writable(tx, caller, job)
    if row["status"] != "closed":
        raise Refusal("not-closed", 409, msg("This posting is not closed."))
    approved = row["approved_at"] is not None
    if approved and row["valid_until"] < tx.now.date():
        say = msg("Its last day has passed. Edit the posting and set a new one.")
        raise Refusal("expired", 409, say)
    await store.change_job(tx, job, status="approved" if approved else "draft", reason="")
    return await _after(tx, job)


async def _sent(tx: Tx, organisation: str) -> dict[str, Any]:
    """The columns of a posting that goes into the queue."""
    row = await store_organisations.organisation(tx, organisation)
    if row is None or row["status"] not in {"approved", "waiting"}:
        say = msg("This employer is not approved, so its postings cannot be sent to review.")
        raise Refusal("organisation-not-approved", 409, say)
    return {"status": "waiting", "reason": "", "submitted_at": tx.now, "approved_at": None}


def _draft() -> dict[str, Any]:
    return {"status": "draft", "reason": "", "approved_at": None}


def _posting(row: Row) -> Posting:
    return Posting(**{name: row[name] for name in Posting.__struct_fields__})


async def _after(tx: Tx, job: str) -> Row:
    row = await store.card(tx, job)
    assert row is not None
    return row
