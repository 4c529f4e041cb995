"""Decisions of officers: the record of each, and the rules that hold for all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, forbidden, invalid, msg
from server.base.security import plain_text
from server.trust import store

SubjectKind = Literal["job", "organisation"]
Decision = Literal["approved", "refused", "suspended"]
REASON_LENGTHS = range(4, 501)
PAGE_SIZE = 40


class Subject(NamedTuple):
    """What is decided: `name` as it stands now, `organisation` its employer's id."""

    kind: SubjectKind
    id: str
    name: str
    organisation: str


class History(NamedTuple):
    """One page of decisions; `pages` is at least 1."""

    rows: Sequence[Row]
    page: int
    pages: int


async def record_review(
    tx: Tx, caller: Caller, subject: Subject, decision: Decision, reason: str = ""
) -> str:
    """Write down the caller's decision and return its reason, cleaned, for the employer to read.

    Refuses a caller who is no officer, one who belongs to the employer, and a refusal or a
    suspension without a reason. The caller of this changes the subject in the same transaction.
    """
    if not caller.is_officer:
        raise forbidden()
    if caller.is_member(subject.organisation):
        say = msg("This is your own employer. Another officer has to decide.")
        raise Refusal("own-posting" if subject.kind == "job" else "own-organisation", 403, say)
    reason = plain_text(reason)
    if len(reason) not in REASON_LENGTHS and (reason or decision != "approved"):
        raise invalid(reason=msg("Tell the employer why, in 4 to 500 characters."))
    await store.add_review(
        tx,
        {
            "id": new_id(),
            "subject_kind": subject.kind,
            "subject": subject.id,
            "subject_name": subject.name,
            "organisation": subject.organisation,
            "officer": caller.id,
            "decision": decision,
            "reason": reason,
            "at": tx.now,
        },
    )
    return reason


async def history(db: Reading, page: int = 1) -> History:
    """One page of all decisions, newest first; a page past the end is the last one."""
    pages = max(1, -(-await store.count(db) // PAGE_SIZE))
    page = min(max(1, page), pages)
    return History(await store.latest(db, PAGE_SIZE, (page - 1) * PAGE_SIZE), page, pages)


async def decisions_on(db: Reading, subjects: Collection[str]) -> dict[str, list[Row]]:
    """Earlier decisions by subject, newest first; subjects without any are left out."""
    found: dict[str, list[Row]] = {}
    for row in await store.of_subjects(db, list(subjects)):
        found.setdefault(row["subject"], []).append(row)
    return found
