"""The one writer: serial, undone whole, and free again after whatever happens to a caller."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from server.accounts import store
from server.base.clock import Clock
from server.base.db import Database, Tx
from server.migrations import upgrade


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "test.sqlite3"
    await asyncio.to_thread(upgrade, f"sqlite:///{path}")
    opened = Database(f"sqlite+aiosqlite:///{path}", Clock())
    yield opened
    await opened.close()


async def add(tx: Tx, login: str) -> None:
    values = {"id": login, "login": login, "name": login, "password_hash": "!"}
    await store.add_person(tx, {**values, "language": "zh", "created_at": tx.now})


async def is_there(db: Database, login: str) -> bool:
    async with db.read() as reading:
        return await store.person(reading, login) is not None


async def test_what_fails_leaves_nothing(db: Database) -> None:
    with suppress(RuntimeError):
        async with db.write() as tx:
            await add(tx, "anna")
            raise RuntimeError
    assert not await is_there(db, "anna")


async def test_a_savepoint_undoes_its_part_alone(db: Database) -> None:
    async with db.write() as tx:
        await add(tx, "anna")
        with suppress(RuntimeError):
            async with tx.savepoint():
                await add(tx, "bert")
                raise RuntimeError
    assert await is_there(db, "anna")
    assert not await is_there(db, "bert")


@pytest.mark.parametrize("seed", range(12))
async def test_callers_that_are_cancelled_anywhere_leave_the_writer_free(
    db: Database, seed: int
) -> None:
    dice = random.Random(seed)

    async def write(number: int) -> None:
        async with db.write() as tx:
            await add(tx, f"person-{number}")
            await add(tx, f"friend-{number}")

    async def give_up(task: asyncio.Task[None]) -> None:
        for _ in range(dice.randrange(40)):
            await asyncio.sleep(0)
        task.cancel()

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        for number in range(60):
            task = tasks.create_task(write(number))
            if dice.random() < 0.6:
                tasks.create_task(give_up(task))
    async with asyncio.timeout(5), db.write() as tx:
        await add(tx, "after")
    assert await is_there(db, "after")
    for number in range(60):
        both = await is_there(db, f"person-{number}"), await is_there(db, f"friend-{number}")
        assert both in {(True, True), (False, False)}
