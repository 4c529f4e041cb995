"""A fair as everyone sees it: what is on now, what comes next, who is there with how many jobs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.base.caller import Caller
from server.base.db import Reading, Row
from server.jobs import store as jobs_store
from server.scheduling import actions as scheduling
from server.scheduling import store_booths, store_fairs, store_sessions
from server.showcase import store_agenda
from server.showcase.agenda import seen

Session = dict[str, Any]


@dataclass(frozen=True)
class Date:
    """An occurrence with its agenda."""

    row: Row
    sessions: list[Session]

    def is_on(self, db: Reading) -> bool:
        """Whether it takes place at this moment."""
        return bool(self.row["status"] == "planned" and self.row["starts_at"] <= db.now)


@dataclass(frozen=True)
class FairView:
    """What a fair's page shows. `current` is the date that is on, `following` the next one."""

    fair: Row
    on_now: list[Session]
    current: Date | None
    following: Date | None
    later: list[Date]
    exceptions: Sequence[Row]
    booths: list[dict[str, Any]]


async def fair_view(db: Reading, fair: str) -> FairView:
    """The fair from now on; a refusal when there is none."""
    row = await scheduling.need_fair(db, fair)
    dates = await dates_of(db, [fair])
    planned = [date for date in dates if date.row["status"] == "planned"]
    current = next((date for date in planned if date.is_on(db)), None)
    coming = [date for date in planned if not date.is_on(db)]
    air = {"live", "away"}
    return FairView(
        fair=row,
        on_now=[one for date in dates for one in date.sessions if one["state"] in air],
        current=current,
        following=coming[0] if coming else None,
        later=coming[1:],
        exceptions=await scheduling.coming_exceptions(db, row),
        booths=await _booths(db, fair),
    )


async def dates_of(
    db: Reading, fairs: Collection[str], past: timedelta = timedelta()
) -> list[Date]:
    """The occurrences of these fairs that are not over (for longer than `past`), with agendas."""
    rows = await store_fairs.occurrences_of(db, fairs, db.now - past)
    sessions = await with_phase(
        db, await store_sessions.sessions_of(db, [row["id"] for row in rows])
    )
    agendas: dict[str, list[Session]] = {row["id"]: [] for row in rows}
    for session in sessions:
        agendas[session["occurrence"]].append(session)
    return [Date(row, agendas[row["id"]]) for row in rows]


async def with_phase(db: Reading, sessions: Sequence[Row]) -> list[Session]:
    """Sessions with what their live rooms are doing."""
    phases = await store_agenda.phases(db, [row["room"] for row in sessions])
    return seen(sessions, phases, db.now)


async def _booths(db: Reading, fair: str) -> list[dict[str, Any]]:
    """The approved booths of approved employers with `open_jobs`."""
    counts = await jobs_store.open_counts(db)
    return [
        {**row, "open_jobs": counts.get(row["organisation"], 0)}
        for row in await store_booths.booths_at(db, [fair])
        if row["status"] == "approved" and row["employer_status"] == "approved"
    ]


@dataclass(frozen=True)
class Readiness:
    """Whether a fair's next date can be held; `empty_bags` are sessions without a job to show."""

    fair: Row
    next: Date | None
    asked: int
    booths: int
    sessions: list[Session]
    jobless: list[str]
    empty_bags: list[str]

    @property
    def steps(self) -> dict[str, bool]:
        """Each thing a fair needs, in order, and whether it is there."""
        return {
            "date": self.next is not None,
            "booths": self.booths > 0,
            "agenda": bool(self.sessions),
            "jobs": bool(self.sessions) and not self.jobless,
            "bags": bool(self.sessions) and not self.empty_bags,
        }

    @property
    def is_ready(self) -> bool:
        return all(self.steps.values())


async def board(db: Reading, caller: Caller) -> list[Readiness]:
    """The caller's fairs (all of them, for an administrator) and how ready each is: those on now
    and next come first, closed ones last."""
    everybody = "admin" in caller.roles
    fairs = await store_fairs.fairs_of(db, None if everybody else caller.id)
    ids = [row["id"] for row in fairs]
    dates = [date for date in await dates_of(db, ids) if date.row["status"] == "planned"]
    booths = await store_booths.booths_at(db, ids)
    counts = await jobs_store.open_counts(db)
    bags = await store_agenda.bag_sizes(
        db, [session["room"] for date in dates for session in date.sessions]
    )
    found = []
    for fair in fairs:
        coming = next((date for date in dates if date.row["fair"] == fair["id"]), None)
        sessions = coming.sessions if coming else []
        mine = [booth["status"] for booth in booths if booth["fair"] == fair["id"]]
        jobless = [one["employer"] for one in sessions if not counts.get(one["organisation"])]
        found.append(
            Readiness(
                fair=fair,
                next=coming,
                asked=mine.count("asked"),
                booths=mine.count("approved"),
                sessions=sessions,
                jobless=list(dict.fromkeys(jobless)),
                empty_bags=[one["title"] for one in sessions if not bags.get(one["room"])],
            )
        )
    late = datetime.max.replace(tzinfo=db.now.tzinfo)
    return sorted(found, key=lambda one: one.next.row["starts_at"] if one.next else late)
