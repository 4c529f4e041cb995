"""HTTP of conversation."""

from __future__ import annotations

from server.base.routing import Routes

routes = Routes("conversation")
