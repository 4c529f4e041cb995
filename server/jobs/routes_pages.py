"""Pages of postings: the public list, one posting, an employer's own list and its form."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from server.accounts import store_organisations
from server.base.caller import Access
from server.base.db import Reading
from server.base.errors import missing
from server.base.routing import Call, Routes
from server.base.words import EMPLOYMENT_TYPES, PAY_UNITS
from server.jobs import actions, actions_posting, store_search
from server.jobs.filters import JobFilter, read_filter, read_page
from server.jobs.linked_data import job_posting
from server.jobs.posting import CATEGORIES, VALID_FOR, Posting, is_public, state_of
from server.trust.actions import decisions_on

routes = Routes("jobs")

STATES = ("approved", "waiting", "draft", "refused", "expired", "closed")
NEW_VALID_FOR = timedelta(days=60)
PAY_STEPS = (3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000, 30_000)
WORDS: dict[str, Any] = {
    "categories": CATEGORIES,
    "employment_types": EMPLOYMENT_TYPES,
    "pay_units": PAY_UNITS,
}


@routes.page("/jobs")
async def listing(call: Call) -> Response:
    """The open postings, with plain filters in the address."""
    query = call.request.query_params
    wanted = read_filter(query)
    async with call.house.db.read() as db:
        found = await actions.search(db, wanted, read_page(query))
        employers = await store_search.employers(db)
    return call.page(
        "jobs/list.html",
        wanted=wanted,
        found=found,
        employers=employers,
        pay_steps=PAY_STEPS,
        **WORDS,
    )


@routes.page("/jobs/{job}")
async def page(call: Call) -> Response:
    """One posting with all its facts and its employer."""
    async with call.house.db.read() as db:
        row = await actions.need_readable(db, call.caller, call.param("job"))
        organisation = await store_organisations.organisation(db, row["organisation"])
        others = await actions.search(db, JobFilter(employer=row["organisation"]))
        decisions = await decisions_on(db, [row["id"]]) if call.caller.is_officer else {}
        today = db.now.date()
    origin = call.house.settings.origin
    industry = call.say(CATEGORIES[row["category"]])
    membership = call.caller.membership(row["organisation"])
    return call.page(
        "jobs/job.html",
        job=row,
        organisation=organisation,
        others=[other for other in others.rows if other["id"] != row["id"]],
        state=state_of(row, today),
        is_public=is_public(row, today),
        may_write=membership is not None and membership.role in actions_posting.WRITERS,
        is_member=membership is not None,
        decisions=decisions.get(row["id"], []),
        linked_data=job_posting(row, f"{origin}/jobs/{row['id']}", industry),
        **WORDS,
    )


@routes.page("/employers/{organisation}/jobs", Access.EMPLOYER)
async def own_list(call: Call) -> Response:
    """An employer's postings by status."""
    organisation = call.param("organisation")
    async with call.house.db.read() as db:
        rows = await actions_posting.postings_of(db, call.caller, organisation)
        employer = await store_organisations.organisation(db, organisation)
        today = db.now.date()
    states = [state_of(row, today) for row in rows]
    chosen = call.request.query_params.get("status", "")
    chosen = chosen if chosen in STATES else ""
    return call.page(
        "jobs/own_list.html",
        organisation=employer,
        counts=Counter(states),
        states=STATES,
        chosen=chosen,
        total=len(rows),
        postings=[
            (row, state) for row, state in zip(rows, states, strict=True) if chosen in ("", state)
        ],
        may_write=call.caller.need_member(organisation).role in actions_posting.WRITERS,
        **WORDS,
    )


@routes.page("/employers/{organisation}/jobs/new", Access.EMPLOYER)
async def new(call: Call) -> Response:
    """The form of a new posting; `?from=` starts it as a copy of another."""
    organisation = call.param("organisation")
    actions_posting.need_writer(call.caller, organisation)
    copied = call.request.query_params.get("from", "")
    async with call.house.db.read() as db:
        values: dict[str, Any] = {name: "" for name in Posting.__struct_fields__}
        values["pay_unit"] = "month"
        if copied:
            row = await actions_posting.need_writable(db, call.caller, copied)
            values = {name: row[name] for name in values}
        fresh: dict[str, Any] = {"id": "", "status": "draft", "reason": ""}
        fresh["valid_until"] = db.now.date() + NEW_VALID_FOR
        return await _form(call, db, organisation, {**values, **fresh})


@routes.page("/jobs/{job}/edit", Access.EMPLOYER)
async def edit(call: Call) -> Response:
    """The form of a posting that exists."""
    async with call.house.db.read() as db:
        row = await actions_posting.need_writable(db, call.caller, call.param("job"))
        return await _form(call, db, row["organisation"], dict(row))


async def _form(call: Call, db: Reading, organisation: str, values: dict[str, Any]) -> Response:
    employer = await store_organisations.organisation(db, organisation)
    if employer is None:
        raise missing()
    today: date = db.now.date()
    return call.page(
        "jobs/form.html",
        organisation=employer,
        job=values,
        state=state_of(values, today),
        first_day=today,
        last_day=today + VALID_FOR,
        **WORDS,
    )
