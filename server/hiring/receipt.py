"""The receipt of a place: what was promised, word for word, and the code that proves it.

Pure: no database, no web. Neither side's contact details are fields here, so none can be shown.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec

SIGNATURE_LENGTH = 20  # of base64: 120 bits

Sign = Callable[[str, object], str]
# provisional: the employer has to confirm; confirmed: the candidate has to accept.
Standing = Literal["provisional", "confirmed", "interview", "hired", "over"]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says; it never changes after it was given."""

    employer: str
    job_title: str
    candidate: str
    kind: Literal["interview", "hire"]
    place: int
    places: int
    pay_min: int
    pay_max: int
    pay_unit: str
    work_place: str
    at: datetime
    was_inherited: bool


class Receipt(msgspec.Struct, kw_only=True):
    """A promise with its code, and whether it still stands; `until` is when it lapses."""

    code: str
    promise: Promise
    standing: Standing
    until: datetime | None
    ended: Literal["", "declined", "expired", "withdrawn"]


def code_of(sign: Sign, claim: str, body: str) -> str:
    """The code printed on the receipt: the claim, and a signature over it and its words."""
    signature = sign("receipt", [claim, body]).rpartition(".")[2]
    return f"{claim}.{signature[:SIGNATURE_LENGTH]}"


def claim_of(code: str) -> str:
    """The claim that a code speaks of; whether it is true is for `is_true` to say."""
    return code.partition(".")[0]


def is_true(sign: Sign, code: str, claim: str, body: str) -> bool:
    """Whether this house gave out exactly this receipt."""
    return hmac.compare_digest(code.encode(), code_of(sign, claim, body).encode())


def standing_of(state: str, stage: str | None, kind: str) -> Standing:
    """Where a claim stands, from its own state and its application's stage."""
    if state == "hired":
        return "hired"
    if state != "holding":
        return "over"
    if kind == "interview":
        return "interview"
    return "confirmed" if stage == "offered" else "provisional"
