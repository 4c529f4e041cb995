"""Officers and employers: whose registration waits, and the decision about it."""

from __future__ import annotations

from collections.abc import Sequence

from server.accounts import store_organisations
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx
from server.base.errors import Refusal, missing, msg
from server.trust.actions import Decision, Subject, record_review

# What may follow on what; an employer that was refused or suspended can be approved later.
_FOLLOWS: dict[str, frozenset[Decision]] = {
    "waiting": frozenset({"approved", "refused"}),
    "refused": frozenset({"approved"}),
    "approved": frozenset({"suspended"}),
    "suspended": frozenset({"approved"}),
}


async def waiting_organisations(db: Reading) -> Sequence[Row]:
    """The employers whose registration waits for an officer, oldest first."""
    return await store_organisations.organisations_in(db, "waiting")


async def decided_organisations(db: Reading) -> Sequence[Row]:
    """The employers an officer has decided about, oldest first."""
    return await store_organisations.organisations_in(db, "approved", "suspended", "refused")


async def review_organisation(
    tx: Tx, caller: Caller, organisation: str, decision: Decision, reason: str = ""
) -> None:
    """Approve, refuse, suspend or reinstate an employer, and write down who did and why.

    A suspended employer's postings are not public until it is approved again.
    """
    row = await store_organisations.organisation(tx, organisation)
    if row is None:
        raise missing()
    if decision not in _FOLLOWS[row["status"]]:
        say = msg("This was decided meanwhile. Look at the list again.")
        raise Refusal("already-decided", 409, say, extra={"status": row["status"]})
    subject = Subject("organisation", organisation, row["name"], organisation)
    reason = await record_review(tx, caller, subject, decision, reason)
    await store_organisations.change_organisation(tx, organisation, status=decision, reason=reason)
