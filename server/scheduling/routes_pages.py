"""Pages of fairs: the public list, the organiser's editor, who asked for a booth."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from starlette.responses import Response

from server.base.caller import Access
from server.base.db import Reading
from server.base.routing import Call, Routes
from server.jobs import store as jobs_store
from server.scheduling import actions, store_booths
from server.scheduling.fair import LENGTH_MAX, LENGTH_MIN, Fair
from server.scheduling.rule import known_zones, today

routes = Routes("scheduling")


@routes.page("/fairs")
async def listing(call: Call) -> Response:
    """Every fair that is not closed, soonest first."""
    async with call.house.db.read() as db:
        fairs = await actions.fairs_with_next(db)
        now = db.now
    return call.page("scheduling/list.html", fairs=fairs, now=now)


@routes.page("/fairs/new", Access.ORGANISER)
async def new(call: Call) -> Response:
    """The editor of a new fair."""
    async with call.house.db.read() as db:
        zone = call.house.settings.timezone
        values: dict[str, Any] = {name: "" for name in Fair.__struct_fields__}
        first = today(db.now, zone)
        fresh = {
            "id": "",
            "zone": zone,
            "weekday": first.weekday(),
            "starts_local": "19:00",
            "length_min": 120,
            "first_date": first,
            "repeats_agenda": True,
            "closed_at": None,
        }
        return await _editor(call, db, {**values, **fresh})


@routes.page("/fairs/{fair}/edit", Access.ORGANISER)
async def edit(call: Call) -> Response:
    """The editor of a fair that exists, with its exceptions."""
    async with call.house.db.read() as db:
        row = await actions.need_own_fair(db, call.caller, call.param("fair"))
        return await _editor(call, db, dict(row))


@routes.page("/fairs/{fair}/booths", Access.ORGANISER)
async def booths(call: Call) -> Response:
    """Who asked for a booth; the organiser decides here."""
    async with call.house.db.read() as db:
        row = await actions.need_own_fair(db, call.caller, call.param("fair"))
        found = await store_booths.booths_at(db, [row["id"]])
        counts = await jobs_store.open_counts(db)
    return call.page(
        "scheduling/booths.html",
        fair=row,
        asked=[booth for booth in found if booth["status"] == "asked"],
        decided=[booth for booth in found if booth["status"] != "asked"],
        counts=counts,
    )


async def _editor(call: Call, db: Reading, values: dict[str, Any]) -> Response:
    exceptions = await actions.coming_exceptions(db, values) if values["id"] else []
    choices = await actions.dates_to_leave_out(db, values) if values["id"] else []
    zones = [
        (region, list(names))
        for region, names in groupby(known_zones(), lambda zone: zone.partition("/")[0])
    ]
    return call.page(
        "scheduling/editor.html",
        fair=values,
        exceptions=exceptions,
        choices=choices,
        zones=zones,
        length_min=LENGTH_MIN,
        length_max=LENGTH_MAX,
    )
