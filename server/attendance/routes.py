"""HTTP of attendance."""

from __future__ import annotations

from server.base.routing import Routes

routes = Routes("attendance")
