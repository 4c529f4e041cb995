"""HTTP of postings: the JSON API of the public list and of an employer's own postings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from server.base.caller import Access
from server.base.db import Reading, Row, Tx
from server.base.routing import Call, Routes
from server.jobs import actions, actions_posting
from server.jobs.filters import read_filter, read_page
from server.jobs.posting import Posting, state_of

routes = Routes("jobs")


class PostingBody(Posting, kw_only=True, forbid_unknown_fields=True):
    """A posting; with `submit` it goes to review at once, else it is kept as a draft."""

    submit: bool = False


class PostingState(msgspec.Struct):
    """Where a posting stands: draft, waiting, approved, refused, closed or expired."""

    id: str
    status: str


class Job(msgspec.Struct):
    """A posting. Pay is whole yuan per `pay_unit`; people can apply through `valid_until`."""

    id: str
    title: str
    organisation: str
    employer: str
    category: str
    employment_type: str
    headcount: int
    duties: str
    conditions: str
    place: str
    pay_min: int
    pay_max: int
    pay_unit: str
    benefits: str
    valid_until: date
    status: str
    posted_at: datetime | None
    url: str


class JobList(msgspec.Struct):
    """One page of the open postings that fit, newest first."""

    jobs: list[Job]
    total: int
    page: int
    pages: int


@routes.get("/api/jobs", who=Access.ANYONE, gives=JobList)
async def search(call: Call, db: Reading) -> JobList:
    """Open postings. Query: q, category, place, employment_type, employer, pay, page."""
    query = call.request.query_params
    found = await actions.search(db, read_filter(query), read_page(query))
    jobs = [_job(call, row, db.now.date()) for row in found.rows]
    return JobList(jobs, found.total, found.page, found.pages)


@routes.get("/api/jobs/{job}", who=Access.ANYONE, gives=Job)
async def show(call: Call, db: Reading) -> Job:
    """One posting; before and after it is open only for its employer and officers."""
    row = await actions.need_readable(db, call.caller, call.param("job"))
    return _job(call, row, db.now.date())


@routes.post(
    "/api/employers/{organisation}/jobs",
    who=Access.EMPLOYER,
    takes=PostingBody,
    gives=PostingState,
)
async def create(call: Call, tx: Tx, body: PostingBody) -> PostingState:
    """Write a posting for this employer."""
    organisation = call.param("organisation")
    row = await actions_posting.create(tx, call.caller, organisation, _of(body), body.submit)
    return _state(tx, row)


@routes.put("/api/jobs/{job}", who=Access.EMPLOYER, takes=PostingBody, gives=PostingState)
async def change(call: Call, tx: Tx, body: PostingBody) -> PostingState:
    """Change a posting. What an officer approved goes back to review if its substance changed."""
    row = await actions_posting.change(tx, call.caller, call.param("job"), _of(body), body.submit)
    return _state(tx, row)


@routes.post("/api/jobs/{job}/submit", who=Access.EMPLOYER, gives=PostingState, status=200)
async def submit(call: Call, tx: Tx, _: None) -> PostingState:
    """Send a draft or a refused posting to review."""
    return _state(tx, await actions_posting.submit(tx, call.caller, call.param("job")))


@routes.post("/api/jobs/{job}/close", who=Access.EMPLOYER, gives=PostingState, status=200)
async def close(call: Call, tx: Tx, _: None) -> PostingState:
    """Take a posting off the public list or out of the queue."""
    return _state(tx, await actions_posting.close(tx, call.caller, call.param("job")))


@routes.post("/api/jobs/{job}/reopen", who=Access.EMPLOYER, gives=PostingState, status=200)
async def reopen(call: Call, tx: Tx, _: None) -> PostingState:
    """Open a closed posting again: public if an officer approved its wording, else a draft."""
    return _state(tx, await actions_posting.reopen(tx, call.caller, call.param("job")))


def _of(body: PostingBody) -> Posting:
    values: dict[str, Any] = {name: getattr(body, name) for name in Posting.__struct_fields__}
    return Posting(**values)


def _state(db: Reading, row: Row) -> PostingState:
    return PostingState(row["id"], state_of(row, db.now.date()))


def _job(call: Call, row: Row, today: date) -> Job:
    facts = {name: row[name] for name in Job.__struct_fields__ if name in row}
    return Job(
        **{
            **facts,
            "status": state_of(row, today),
            "posted_at": row["approved_at"],
            "url": f"{call.house.settings.origin}/jobs/{row['id']}",
        }
    )
