"""HTTP of interviews."""

from __future__ import annotations

from server.base.routing import Routes

routes = Routes("interviews")
