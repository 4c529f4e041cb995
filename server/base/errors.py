"""Refusals: what people are told when something cannot be done, and the one map to HTTP.

A `Refusal` is for people: it has a stable name, a status and a sentence that can be said in
their language. Anything else that escapes is a bug, is logged with a number, and says nothing
of the inside.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Something a person may not or cannot do; `name` is stable, `say` is an English msgid.

    `fields` maps a form field to the msgid that is wrong with it; `extra` goes into the problem
    document as it is (RFC 9457 extension members).
    """

    def __init__(
        self,
        name: str,
        status: int,
        say: str,
        *,
        fields: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
        retry_after_s: int | None = None,
        **params: object,
    ) -> None:
        super().__init__(name)
        self.name = name
        self.status = status
        self.say = say
        self.params = params
        self.fields = fields or {}
        self.extra = extra or {}
        self.retry_after_s = retry_after_s


def msg(msgid: str) -> str:
    """Mark a string for translation where it is written; it is translated where it is shown."""
    return msgid


def missing(what: str = "") -> Refusal:
    """Nothing is there, or nothing this caller may know of."""
    return Refusal("not-found", 404, what or msg("There is nothing here, or not for you."))


def forbidden(say: str = "") -> Refusal:
    return Refusal("forbidden", 403, say or msg("Your role does not allow this."))


def sign_in_needed() -> Refusal:
    return Refusal("sign-in-needed", 401, msg("Please sign in first."))


def invalid(**fields: str) -> Refusal:
    """One or more fields cannot be taken as they are."""
    first = next(iter(fields.values()), "")
    return Refusal("invalid", 422, first or msg("Some fields need another look."), fields=fields)
