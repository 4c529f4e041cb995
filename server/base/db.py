"""The database: one writer, many readers, and the transaction that everything durable rides on.

SQLite in WAL with `synchronous=FULL`: an answer sent after a commit is true after a `kill -9`.
There is one writer connection, so transactions are serial and `BEGIN IMMEDIATE` never meets
SQLITE_BUSY. What must be told after the commit waits in the transaction as letters.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from rooms.events import Entry
from server.base import sqlite
from server.base.clock import Clock
from server.base.errors import Refusal, msg

READERS = 6
TURN_S = 15.0

metadata = sa.MetaData()
Row = sa.RowMapping

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_id() -> str:
    """A short identifier that can be read aloud: 14 characters, 70 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(14))


class Utc(sa.types.TypeDecorator[datetime]):
    """A moment: stored as naive UTC, read and written with the zone."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Reading:
    """A consistent view of the database; the few ways in which stores ask it.

    `shift_s` is by how much a test has moved the clock, for those who ask the database's own.
    """

    def __init__(self, connection: AsyncConnection, now: datetime, shift_s: float = 0.0) -> None:
        self.connection = connection
        self.now = now
        self.shift_s = shift_s

    async def all(self, query: sa.Executable) -> Sequence[Row]:
        return (await self.connection.execute(query)).mappings().all()

    async def first(self, query: sa.Executable) -> Row | None:
        return (await self.connection.execute(query)).mappings().first()

    async def value(self, query: sa.Executable) -> Any:
        """The first column of the first row, or None."""
        return await self.connection.scalar(query)


class Tx(Reading):
    """A write transaction. Facts recorded in it are told to the rooms once it is durable."""

    def __init__(self, connection: AsyncConnection, now: datetime, shift_s: float = 0.0) -> None:
        super().__init__(connection, now, shift_s)
        self.entries: list[Entry] = []
        self.afterwards: list[Callable[[], Awaitable[None]]] = []

    async def run(self, statement: sa.Executable) -> int:
        """Execute; the number of rows it touched."""
        result = await self.connection.execute(statement)
        return int(getattr(result, "rowcount", 0))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what happens inside if it raises, facts and all."""
        entries, afterwards = len(self.entries), len(self.afterwards)
        try:
            async with self.connection.begin_nested():
                yield
        except BaseException:
            del self.entries[entries:], self.afterwards[afterwards:]
            raise


Ring = Callable[[Entry], Awaitable[None]]


class Database:
    """Readers and the one writer. `ring` hears of every fact after its commit.

    Callers wait for their turn here and never in SQLAlchemy's pool: on Python 3.11 a caller that
    is cancelled there can take the connection with it (`asyncio.wait_for` drops the result).
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self.ring: Ring | None = None
        self._writer = _engine(url, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0)
        self._readers = _engine(url, "BEGIN", pool_size=READERS, max_overflow=0)
        self._writing = asyncio.Lock()
        self._reading = asyncio.Semaphore(READERS)

    async def close(self) -> None:
        await self._readers.dispose()
        await self._writer.dispose()

    async def is_up(self) -> bool:
        """Whether it answers, and has been migrated."""
        return bool(await self.revision())

    async def revision(self) -> str:
        """The schema's revision; empty when the database is away or was never migrated."""
        try:
            async with self.read() as reading:
                query = sa.text("SELECT version_num FROM alembic_version")
                return str(await reading.value(query) or "")
        except Refusal:
            return ""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        """One read transaction; raises `Refusal` when the database is away."""
        with _away():
            async with _turn(self._reading), self._readers.begin() as connection:
                yield Reading(connection, self.clock.now(), self.clock.offset_s)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One write transaction: durable when the block has been left without an exception."""
        with _away():
            async with _turn(self._writing), self._writer.begin() as connection:
                tx = Tx(connection, self.clock.now(), self.clock.offset_s)
                yield tx
        if self.ring is not None:
            for entry in tx.entries:
                await self.ring(entry)
        for act in tx.afterwards:
            await act()


@asynccontextmanager
async def _turn(gate: asyncio.Lock | asyncio.Semaphore) -> AsyncIterator[None]:
    """Wait for one's turn, but not for ever: a database that hangs is away."""
    try:
        async with asyncio.timeout(TURN_S):
            await gate.acquire()
    except TimeoutError:
        raise _TookTooLong from None
    try:
        yield
    finally:
        gate.release()


class _TookTooLong(Exception):
    """The turn did not come."""


class _away:
    """A database that is down is said plainly; a broken query stays a bug."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        away = isinstance(error, _TookTooLong | sa.exc.TimeoutError) or (
            isinstance(error, DBAPIError)
            and (error.connection_invalidated or isinstance(error, sa.exc.OperationalError))
        )
        if away:
            say = msg("The database does not answer just now. Please try again in a moment.")
            raise Refusal("database-away", 503, say, retry_after_s=5) from error


def _engine(url: str, begin: str, **pool: int) -> AsyncEngine:
    connect_args = {"async_creator_fn": sqlite.connect}
    engine = create_async_engine(url, pool_timeout=15, connect_args=connect_args, **pool)

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the begin event below says BEGIN by itself
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=10000")  # first: the others may have to wait
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    sa.event.listen(engine.sync_engine, "connect", on_connect)
    sa.event.listen(engine.sync_engine, "begin", on_begin)
    return engine
