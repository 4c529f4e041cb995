"""The supervisor: one web and one media process as siblings, each started again if it dies.

It knows how to start, watch and stop children, and nothing of what they do. Ctrl-C and SIGTERM
stop both within five seconds; a child that keeps failing at the start ends the whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

RESTART_S = 0.3
STOP_S = 4.0
HEALTHY_AFTER_S = 5.0
FAILURES_MAX = 5


@dataclass(frozen=True)
class Child:
    """A process of ours: a name for the log and the arguments of `daigang`."""

    name: str
    arguments: Sequence[str]


class ChildFailed(Exception):
    """A child ended at once, again and again; its own last line says why."""


async def supervise(children: Sequence[Child]) -> None:
    """Run the children until a signal comes; raises `ChildFailed`."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        async with asyncio.TaskGroup() as tasks:
            for child in children:
                tasks.create_task(_keep(child, stop))
    except* ChildFailed as failures:
        raise failures.exceptions[0] from None


async def _keep(child: Child, stop: asyncio.Event) -> None:
    """One child, started again until `stop` is set."""
    failures = 0
    while not stop.is_set():
        started = time.monotonic()
        process = await _start(child)
        ended = await _wait(process, stop)
        if not ended:
            await _stop(process)
            return
        lived_s = time.monotonic() - started
        failures = 0 if lived_s > HEALTHY_AFTER_S else failures + 1
        log.warning("child.ended", name=child.name, code=process.returncode)
        if failures >= FAILURES_MAX:
            stop.set()
            raise ChildFailed(child.name)
        await asyncio.sleep(RESTART_S * failures)


async def _start(child: Child) -> asyncio.subprocess.Process:
    """In a session of its own, so that the terminal's Ctrl-C comes to us alone."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        *child.arguments,
        env={**os.environ, "DAIGANG_SUPERVISOR": str(os.getpid())},
        start_new_session=True,
    )


async def _wait(process: asyncio.subprocess.Process, stop: asyncio.Event) -> bool:
    """Until the child ends (True) or we are to stop (False)."""
    async with asyncio.TaskGroup() as tasks:
        exit_of = tasks.create_task(process.wait())
        stopped = tasks.create_task(stop.wait())
        await asyncio.wait({exit_of, stopped}, return_when=asyncio.FIRST_COMPLETED)
        exit_of.cancel()
        stopped.cancel()
    return process.returncode is not None


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def watch_parent() -> None:
    """Return once the supervisor is gone, so that a child never outlives it."""
    supervisor = int(os.environ.get("DAIGANG_SUPERVISOR", "0"))
    while not supervisor or os.getppid() == supervisor:  # noqa: ASYNC110 (no event says so)
        await asyncio.sleep(1.0)
