"""Problem documents (RFC 9457): a refusal as the reader sees it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

from server.base.errors import Refusal

Say = Callable[..., str]


def problem_document(refusal: Refusal, say: Say) -> dict[str, Any]:
    """`type` and `code` are stable names; `detail` and `fields` are in the reader's language."""
    document: dict[str, Any] = {
        "type": f"/problems/{refusal.name}",
        "code": refusal.name,
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": say(refusal.say, **refusal.params),
    }
    if refusal.fields:
        document["fields"] = {name: say(text) for name, text in refusal.fields.items()}
    return {**document, **refusal.extra}


def problem_bytes(refusal: Refusal, say: Say) -> bytes:
    return msgspec.json.encode(problem_document(refusal, say))


def problem(refusal: Refusal, say: Say) -> Response:
    """The refusal as a response."""
    headers = {"Retry-After": str(refusal.retry_after_s)} if refusal.retry_after_s else {}
    return Response(
        problem_bytes(refusal, say),
        refusal.status,
        headers=headers,
        media_type="application/problem+json",
    )
