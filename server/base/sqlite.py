"""SQLite's side of `db`: a connection whose every step is finished before a cancellation is felt.

A caller that is cancelled in the middle of a statement would leave SQLAlchemy no choice but to
throw the connection away, with its write lock still held by the thread that works for it. Here
the step ends first, and the cancellation comes at the caller's next await.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite

ROWS_AT_ONCE = 64


class Connection(aiosqlite.Connection):
    """aiosqlite's, with `_execute` (through which everything goes) put off for cancellations."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((done, partial(fn, *args, **kwargs)))
        is_cancelled = False
        while not done.done():
            try:
                await asyncio.wait([done])
            except asyncio.CancelledError:
                is_cancelled = True
        task = asyncio.current_task()
        if is_cancelled and task is not None:
            task.uncancel()
            task.cancel()  # felt at the next await that is not ours
        return done.result()


def connect(path: str, **options: Any) -> Connection:
    """A connection to the file, not yet opened: await it. Its thread never keeps us alive."""
    connection = Connection(partial(sqlite3.connect, path, **options), ROWS_AT_ONCE)
    connection._thread.daemon = True
    return connection
