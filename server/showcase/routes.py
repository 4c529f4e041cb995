"""HTTP of showcase."""

from __future__ import annotations

from server.base.routing import Routes

routes = Routes("showcase")
