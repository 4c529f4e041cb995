"""The officers' gate for postings: what waits, and the decision about one."""

from __future__ import annotations

from collections.abc import Sequence

from server.base.caller import Caller
from server.base.db import Reading, Row, Tx
from server.base.errors import Refusal, missing, msg
from server.jobs import store
from server.trust.actions import Decision, Subject, record_review

# What may follow on what; taking a public posting down is a suspension.
_FOLLOWS: dict[str, frozenset[Decision]] = {
    "waiting": frozenset({"approved", "refused"}),
    "approved": frozenset({"suspended"}),
}


async def waiting_jobs(db: Reading) -> Sequence[Row]:
    """The postings that wait for an officer, oldest first."""
    return await store.waiting(db)


async def review_job(
    tx: Tx,
    caller: Caller,
    job: str,
    decision: Decision,
    reason: str = "",
    *,
    revision: int | None = None,
) -> None:
    """Approve or refuse a posting that waits, or take down a public one.

    `revision` is the one the officer has read: if the employer changed the posting since, the
    decision is refused, so that nothing becomes public unread.
    """
    row = await store.card(tx, job)
    if row is None:
        raise missing()
    if decision not in _FOLLOWS.get(row["status"], ()):
        say = msg("This was decided meanwhile. Look at the list again.")
        raise Refusal("already-decided", 409, say, extra={"status": row["status"]})
    if decision == "approved" and revision not in (None, row["revision"]):
        say = msg("The employer changed this posting meanwhile. Please read it again.")
        raise Refusal("changed-meanwhile", 409, say)
    if decision == "approved" and row["employer_status"] != "approved":
        say = msg("Decide about the employer first; this posting waits for that.")
        raise Refusal("organisation-not-approved", 409, say)
    subject = Subject("job", job, row["title"], row["organisation"])
    reason = await record_review(tx, caller, subject, decision, reason)
    if decision == "approved":
        await store.change_job(tx, job, status="approved", reason="", approved_at=tx.now)
    else:
        await store.change_job(tx, job, status="refused", reason=reason, approved_at=None)
