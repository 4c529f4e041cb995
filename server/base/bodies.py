"""What a request carries: read within a limit, decoded into the type that the route takes."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request

from server.base.errors import Refusal, invalid, msg

LIMIT_BYTES = 64 * 1024


def content_type(request: Request) -> str:
    """The media type, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def raw_body(request: Request) -> bytes:
    """The bytes; a `Refusal` for too many of them, or when the sender went away meanwhile."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LIMIT_BYTES:
                raise Refusal("too-large", 413, msg("This is too large to be sent."))
    except ClientDisconnect:
        say = msg("The connection was cut before everything had arrived.")
        raise Refusal("cut-off", 400, say) from None
    return bytes(body)


async def body_of(request: Request, takes: Any) -> tuple[Any, bytes]:
    """The decoded body (None when the route takes none) and its bytes."""
    raw = await raw_body(request)
    if takes is None:
        return None, raw
    if content_type(request) != "application/json":
        raise Refusal("not-json", 415, msg("This address takes application/json."))
    try:
        return msgspec.json.decode(raw, type=takes), raw
    except msgspec.ValidationError as error:
        raise _unfit(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal("not-json", 400, msg("The request is not readable JSON.")) from None


def _unfit(text: str) -> Refusal:
    """msgspec's path of what is wrong, as the field a person filled in."""
    name = ""
    if "missing required field `" in text or "unknown field `" in text:
        name = text.split("field `", 1)[1].partition("`")[0]
    elif " - at `$." in text:
        name = text.split(" - at `$.", 1)[1].rstrip("`").partition("[")[0]
    missing = "missing required" in text
    say = msg("This is needed.") if missing else msg("This is not in a form we can take.")
    return invalid(**{name or "body": say})
