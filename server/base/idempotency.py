"""One answer per key: the answer of a mutating call, written in the call's own transaction.

Keyed by person, route and the client's `Idempotency-Key`, with a hash of the body; refusals are
answers too. Kept for a day.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from server.base.db import Tx, Utc, metadata
from server.base.errors import Refusal, msg

KEPT = timedelta(hours=24)
KEY_LIMIT = 128

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("route", sa.String(200), primary_key=True),
    sa.Column("key", sa.String(KEY_LIMIT), primary_key=True),
    sa.Column("body_hash", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("at", Utc, nullable=False, index=True),
)


class Kept(NamedTuple):
    """An answer that was given before."""

    status: int
    answer: bytes


class Call(NamedTuple):
    """What makes two calls the same one."""

    person: str
    route: str
    key: str
    body: bytes

    @property
    def body_hash(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


async def recall(tx: Tx, call: Call) -> Kept | None:
    """The answer kept for this call; `Refusal` when the key was used with another body."""
    row = await tx.first(
        sa.select(answers).where(
            answers.c.person == call.person,
            answers.c.route == call.route,
            answers.c.key == call.key,
            answers.c.at > tx.now - KEPT,
        )
    )
    if row is None:
        return None
    if row["body_hash"] != call.body_hash:
        say = msg("This request's key was used before with other contents. Please start again.")
        raise Refusal("key-reused", 422, say)
    return Kept(row["status"], row["answer"])


async def keep(tx: Tx, call: Call, status: int, answer: bytes) -> None:
    """Keep the answer with the facts it speaks of; forget those a day old."""
    await tx.run(answers.delete().where(answers.c.at <= tx.now - KEPT))
    await tx.run(
        answers.insert().values(
            person=call.person,
            route=call.route,
            key=call.key,
            body_hash=call.body_hash,
            status=status,
            answer=answer,
            at=tx.now,
        )
    )
