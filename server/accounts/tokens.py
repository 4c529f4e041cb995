"""The secrets handed out once: made at random or, for a call with a key, always the same.

An answer that holds a token is not kept (`Answer.is_secret`). A repeated call must still get
the same answer, so its token is derived from the key with the installation's secret: nobody
else can make it, and the database holds its hash alone.
"""

from __future__ import annotations

from server.base.routing import Call
from server.base.security import new_token, token_hash


def token_for(call: Call) -> str:
    """The token that this call hands out."""
    key = call.request.headers.get("idempotency-key", "")
    if not key or not call.caller.id:
        return new_token()
    return token_hash(
        call.house.security.sign("token", [call.caller.id, call.request.url.path, key])
    )
