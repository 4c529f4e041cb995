"""Static files: for ever where the address carries the content's hash, else asked again."""

from __future__ import annotations

from typing import Any

from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOR_EVER = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Files under static/; `?v=` in the address is the hash that `Pages.asset` put there."""

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, *rest: Any) -> Any:
        response = super().file_response(full_path, stat_result, scope, *rest)
        is_hashed = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOR_EVER if is_hashed else "no-cache"
        return response
