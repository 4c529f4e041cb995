"""Receipts: what both sides were given with a place, and whether it still stands."""

from __future__ import annotations

import msgspec

from server.base.caller import Caller
from server.base.db import Reading, Row
from server.base.errors import missing, msg
from server.base.security import Security
from server.hiring import store_places as store
from server.hiring.actions import need
from server.hiring.receipt import Promise, Receipt, claim_of, code_of, is_true, standing_of


async def of_application(
    db: Reading, security: Security, caller: Caller, application: str
) -> Receipt:
    """The receipt of the place that an application came to, for its two sides alone."""
    row = await need(db, application)
    is_theirs = row["person"] == caller.id or caller.is_member(row["organisation"])
    claim = (await store.claims_for(db, [application])).get(application) if is_theirs else None
    found = await store.receipt(db, claim["id"]) if claim else None
    if found is None:
        raise missing(msg("There is no receipt here, or not for you."))
    return _told(code_of(security.sign, found["claim"], found["body"]), found)


async def by_code(db: Reading, security: Security, code: str) -> Receipt:
    """The receipt that this code proves, for whoever was shown it; a `Refusal` for a false one."""
    found = await store.receipt(db, claim_of(code))
    if found is None or not is_true(security.sign, code, found["claim"], found["body"]):
        say = msg(
            "This house has given out no receipt with this code. Compare it letter by letter."
        )
        raise missing(say)
    return _told(code, found)


def _told(code: str, row: Row) -> Receipt:
    promise = msgspec.json.decode(row["body"], type=Promise)
    state = "withdrawn" if row["deleted_at"] is not None else row["state"]
    standing = standing_of(state, row["stage"], promise.kind)
    until = row["due_at"] if standing in {"provisional", "confirmed"} else None
    ended = state if standing == "over" else ""
    told = {"code": code, "promise": promise, "standing": standing, "until": until}
    return msgspec.convert({**told, "ended": ended}, Receipt)
