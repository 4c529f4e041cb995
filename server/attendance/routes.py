"""HTTP of presence: the page that says whole what is kept of a visit, and for how long."""

from __future__ import annotations

from starlette.responses import Response

from server.attendance.actions import KEPT
from server.base.caller import Access
from server.base.routing import Call, Routes

routes = Routes("attendance")


@routes.page("/presence", who=Access.ANYONE)
async def page(call: Call) -> Response:
    """What is kept of a visit, why, for how long, and who sees it."""
    return call.page("attendance/presence.html", kept_days=KEPT.days)
