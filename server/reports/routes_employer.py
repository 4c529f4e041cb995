"""HTTP of an employer's own attendance: JSON and a page."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from server.attendance.actions import KEPT
from server.base.caller import Access
from server.base.db import Reading
from server.base.routing import Call, Routes
from server.reports import actions_employer as actions
from server.reports.coarse import EmployerReport, K

routes = Routes("reports-employer")


@routes.get("/api/employers/{organisation}/attendance", who=Access.EMPLOYER, gives=EmployerReport)
async def attendance(call: Call, db: Reading) -> EmployerReport:
    """Who watched my employer's live sessions, in groups of five or more."""
    return await actions.report(db, call.caller, call.param("organisation"))


@routes.page("/employers/{organisation}/attendance", who=Access.EMPLOYER)
async def page(call: Call) -> Response:
    """The same to read."""
    organisation = call.param("organisation")
    async with call.house.db.read() as db:
        report = await actions.report(db, call.caller, organisation)
    membership = call.caller.need_member(organisation)
    return call.page(
        "reports/employer.html",
        organisation=organisation,
        employer=membership.name,
        report=report,
        k=K,
        kept_days=KEPT.days,
        at=lambda seconds: datetime.fromtimestamp(seconds, UTC),
    )
