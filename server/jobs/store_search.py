"""SQL of the public job list: the filter as conditions, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row
from server.jobs.filters import JobFilter
from server.jobs.store import jobs, public, with_employer

# A month of work has 21.75 days of 8 hours (MOHRSS 2008); pay is compared by the month.
_PAY_BY_MONTH = sa.case(
    (jobs.c.pay_unit == "hour", jobs.c.pay_min * 174),
    (jobs.c.pay_unit == "day", jobs.c.pay_min * 87 / 4),
    (jobs.c.pay_unit == "year", jobs.c.pay_min / 12),
    else_=jobs.c.pay_min,
)
_SEARCHED = (jobs.c.title, organisations.c.name, jobs.c.place, jobs.c.duties)


async def found(db: Reading, wanted: JobFilter, limit: int, offset: int) -> Sequence[Row]:
    """The public postings that fit, newest first."""
    query = with_employer().where(*_conditions(db, wanted))
    order = (jobs.c.approved_at.desc(), jobs.c.created_at.desc(), jobs.c.id)
    return await db.all(query.order_by(*order).limit(limit).offset(offset))


async def count(db: Reading, wanted: JobFilter) -> int:
    """How many public postings fit."""
    query = sa.select(sa.func.count()).select_from(jobs)
    query = query.join(organisations, organisations.c.id == jobs.c.organisation)
    return int(await db.value(query.where(*_conditions(db, wanted))) or 0)


async def employers(db: Reading) -> Sequence[Row]:
    """Who has public postings now: id and name, by name."""
    return await db.all(
        sa.select(organisations.c.id, organisations.c.name)
        .join(jobs, organisations.c.id == jobs.c.organisation)
        .where(public(db))
        .distinct()
        .order_by(organisations.c.name)
    )


def _conditions(db: Reading, wanted: JobFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [public(db)]
    for word in wanted.q.split():
        hits = (column.icontains(word, autoescape=True) for column in _SEARCHED)
        conditions.append(sa.or_(*hits))
    if wanted.place:
        conditions.append(jobs.c.place.icontains(wanted.place, autoescape=True))
    for name in ("category", "employment_type"):
        if value := getattr(wanted, name):
            conditions.append(jobs.c[name] == value)
    if wanted.employer:
        conditions.append(jobs.c.organisation == wanted.employer)
    if wanted.pay:
        conditions.append(wanted.pay <= _PAY_BY_MONTH)
    return conditions
