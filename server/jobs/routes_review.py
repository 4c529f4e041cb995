"""HTTP of the officers' gate: the queue, what is public, what was decided; the decision itself."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import RedirectResponse, Response

from server.accounts import store_organisations
from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.routing import Call, Routes
from server.base.words import EMPLOYMENT_TYPES
from server.jobs import actions, actions_review, store
from server.jobs.filters import read_filter, read_page
from server.jobs.posting import CATEGORIES
from server.trust import actions as trust
from server.trust import actions_organisations as organisations
from server.trust.actions import Decision, SubjectKind

routes = Routes("jobs")


class ReviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A decision. `reason` is needed unless it approves; `revision` is the posting's as read."""

    subject_kind: SubjectKind
    subject: str
    decision: Decision
    reason: str = ""
    revision: int | None = None


class Reviewed(msgspec.Struct):
    """What was decided, and how much still waits."""

    subject: str
    decision: str
    waiting: int


@routes.post("/api/reviews", who=Access.OFFICER, takes=ReviewBody, gives=Reviewed)
async def decide(call: Call, tx: Tx, body: ReviewBody) -> Reviewed:
    """Approve, refuse or suspend a posting or an employer."""
    if body.subject_kind == "job":
        await actions_review.review_job(
            tx, call.caller, body.subject, body.decision, body.reason, revision=body.revision
        )
    else:
        await organisations.review_organisation(
            tx, call.caller, body.subject, body.decision, body.reason
        )
    return Reviewed(body.subject, body.decision, await _count_waiting(tx))


@routes.page("/officer", Access.OFFICER)
async def front(call: Call) -> Response:
    """The officer's work begins with the queue."""
    return RedirectResponse("/officer/queue", 303)


@routes.page("/officer/queue", Access.OFFICER)
async def queue(call: Call) -> Response:
    """What waits for an officer, oldest first, with all its facts."""
    async with call.house.db.read() as db:
        jobs = await actions_review.waiting_jobs(db)
        employers = await organisations.waiting_organisations(db)
        earlier = await trust.decisions_on(db, [row["id"] for row in (*jobs, *employers)])
        members = {
            row["id"]: await store_organisations.members(db, row["id"]) for row in employers
        }
    items: list[dict[str, Any]] = [
        *({"kind": "job", "since": row["submitted_at"], "row": row} for row in jobs),
        *({"kind": "organisation", "since": row["created_at"], "row": row} for row in employers),
    ]
    return call.page(
        "trust/queue.html",
        items=sorted(items, key=lambda item: item["since"]),
        earlier=earlier,
        members=members,
        waiting=len(items),
        categories=CATEGORIES,
        employment_types=EMPLOYMENT_TYPES,
    )


@routes.page("/officer/public", Access.OFFICER)
async def public(call: Call) -> Response:
    """Employers and postings that are public, and how to take them down."""
    query = call.request.query_params
    async with call.house.db.read() as db:
        employers = await organisations.decided_organisations(db)
        counts = await store.open_counts(db)
        wanted = read_filter(query)
        found = await actions.search(db, wanted, read_page(query))
        waiting = await _count_waiting(db)
    return call.page(
        "trust/public.html",
        employers=employers,
        counts=counts,
        wanted=wanted,
        found=found,
        waiting=waiting,
    )


@routes.page("/officer/decisions", Access.OFFICER)
async def decisions(call: Call) -> Response:
    """Who decided what, when and why, newest first."""
    async with call.house.db.read() as db:
        history = await trust.history(db, read_page(call.request.query_params))
        waiting = await _count_waiting(db)
    return call.page("trust/decisions.html", history=history, waiting=waiting)


async def _count_waiting(db: Reading) -> int:
    jobs = await actions_review.waiting_jobs(db)
    return len(jobs) + len(await organisations.waiting_organisations(db))
