"""HTTP of scheduling."""

from __future__ import annotations

from server.base.routing import Routes

routes = Routes("scheduling")
