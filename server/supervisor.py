"""The supervisor: web and media processes as siblings, each started again if it dies.

It knows how to start, watch, renew and stop children, and nothing of what they do. Ctrl-C and
SIGTERM stop all within five seconds; SIGHUP renews the web processes one after another, each new
one ready before the old one goes; a child that keeps failing at the start ends the whole. The
web's listening sockets are opened here and inherited: who comes while a process is started
again waits for it and is not refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger()

RESTART_S = 0.3
STOP_S = 4.0
READY_S = 20.0
HEALTHY_AFTER_S = 5.0
FAILURES_MAX = 5
BACKLOG = 2048

_LISTENING = "DAIGANG_LISTENING_FD"
_READY = "DAIGANG_READY_FD"


@dataclass(frozen=True)
class Child:
    """A process of ours: a name for the log and the arguments of `daigang`.

    `listening` is a socket it inherits; `is_renewed` means that SIGHUP is for it too.
    """

    name: str
    arguments: Sequence[str]
    listening: socket.socket | None = None
    is_renewed: bool = False


class ChildFailed(Exception):
    """A child ended at once, again and again; its own last line says why."""


def listen(host: str, port: int, count: int) -> list[socket.socket]:
    """A socket for each web process on one port; `OSError` when the address cannot be had.

    The kernel deals connections out evenly (SO_REUSEPORT). From a shared socket the first to
    wake would take a whole crowd, and rooms' sockets stay for hours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    only = socket.create_server((host, port), family=family, backlog=BACKLOG)
    if count == 1:
        return [only]
    only.close()  # it has shown that the port is nobody else's
    return [
        socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=True)
        for _ in range(count)
    ]


async def supervise(children: Sequence[Child]) -> None:
    """Run the children until a signal comes; raises `ChildFailed`."""
    stop, renew = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # Whoever closes the terminal wants an end; a machine's supervisor wants new processes.
    loop.add_signal_handler(signal.SIGHUP, stop.set if os.isatty(0) else renew.set)
    keepers = [_Keeper(child, stop) for child in children]
    try:
        async with asyncio.TaskGroup() as tasks:
            for keeper in keepers:
                tasks.create_task(keeper.run())
            renewing = tasks.create_task(_renew_in_turn(keepers, renew))
            await stop.wait()
            renewing.cancel()
    except* ChildFailed as failures:
        raise failures.exceptions[0] from None


async def _renew_in_turn(keepers: Sequence[_Keeper], renew: asyncio.Event) -> None:
    while True:
        await renew.wait()
        renew.clear()
        for keeper in keepers:
            if keeper.child.is_renewed:
                await keeper.renew()
        log.info("supervisor.renewed")


class _Keeper:
    """One child: kept running until `stop`, and renewed on demand."""

    def __init__(self, child: Child, stop: asyncio.Event) -> None:
        self.child = child
        self._stop = stop
        self._wish = asyncio.Event()
        self._granted = asyncio.Event()

    async def renew(self) -> None:
        """Put a new process in the place of the present one; return when that has gone."""
        self._granted.clear()
        self._wish.set()
        await self._granted.wait()

    async def run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            started = time.monotonic()
            process = await self._live(await _start(self.child))
            if process is None:
                return
            lived_s = time.monotonic() - started
            failures = 0 if lived_s > HEALTHY_AFTER_S else failures + 1
            log.warning("child.ended", name=self.child.name, code=process.returncode)
            if failures >= FAILURES_MAX:
                self._stop.set()
                raise ChildFailed(self.child.name)
            await asyncio.sleep(RESTART_S * failures)

    async def _live(self, process: Process) -> Process | None:
        """Until the process, or the one that took its place, ends by itself. None: we stop."""
        while True:
            await _first(process.wait(), self._stop.wait(), self._wish.wait())
            if self._stop.is_set():
                await _stop(process)
                return None
            if self._wish.is_set():
                process = await self._replace(process)
                self._wish.clear()
                self._granted.set()
            if process.returncode is not None:
                return process

    async def _replace(self, old: Process) -> Process:
        """The new process once it is ready, the old one stopped; else the old one stays."""
        hearing, saying = os.pipe()
        try:
            new = await _start(self.child, ready=saying)
        finally:
            os.close(saying)
        if await _is_ready(hearing):
            await _stop(old)
            return new
        log.warning("child.not_renewed", name=self.child.name)
        await _stop(new)
        return old


async def _start(child: Child, ready: int | None = None) -> Process:
    """In a session of its own, so that the terminal's Ctrl-C comes to us alone."""
    environ = {**os.environ, "DAIGANG_SUPERVISOR": str(os.getpid())}
    inherited = []
    if child.listening is not None:
        environ[_LISTENING] = str(child.listening.fileno())
        inherited.append(child.listening.fileno())
    if ready is not None:
        environ[_READY] = str(ready)
        inherited.append(ready)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        *child.arguments,
        env=environ,
        pass_fds=inherited,
        start_new_session=True,
    )


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    """Until one of them is over; the others are left."""
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(wait) for wait in waits]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()


async def _is_ready(hearing: int) -> bool:
    """Whether the child says so; one that dies or hangs does not."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(hearing, "rb")
    )
    try:
        async with asyncio.timeout(READY_S):
            return bool(await reader.read(1))
    except TimeoutError:
        return False
    finally:
        transport.close()


async def _stop(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def inherited_socket() -> socket.socket | None:
    """In a child: the socket that was opened for it."""
    fd = os.environ.get(_LISTENING)
    return socket.socket(fileno=int(fd)) if fd else None


def say_ready() -> None:
    """In a child: it serves now; the one before it may go."""
    if fd := os.environ.pop(_READY, ""):
        os.write(int(fd), b"1")
        os.close(int(fd))


async def watch_parent() -> None:
    """Return once the supervisor is gone, so that a child never outlives it."""
    supervisor = int(os.environ.get("DAIGANG_SUPERVISOR", "0"))
    while not supervisor or os.getppid() == supervisor:  # noqa: ASYNC110 (no event says so)
        await asyncio.sleep(1.0)
