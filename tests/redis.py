"""Redis servers for tests: real ones on the loopback, without persistence, in folders of their
own. `redis_server` is one for the whole run, which no test may harm; `RedisServer` is for those
that do."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tests.site import free_port

QUIET = ("--save", "", "--appendonly", "no", "--loglevel", "warning", "--bind", "127.0.0.1")


class RedisServer:
    """A redis-server that a test may kill, pause and start again, empty, at the same address."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once it answers."""
        command = ["redis-server", "--port", str(self.port), "--dir", str(self._folder), *QUIET]
        self._process = subprocess.Popen([*command, *self._options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """As a power cut would: nothing is saved."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def say(self, *command: str | int) -> object:
        """One command, answered."""
        with Redis(port=self.port, retry=Retry(NoBackoff(), 0), socket_timeout=5) as client:
            return client.execute_command(*command)

    def _answers(self) -> bool:
        try:
            return bool(self.say("PING"))
        except RedisError:
            return False

    def _end(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None


@contextmanager
def running_redis(*options: str) -> Iterator[RedisServer]:
    """A server of the test's own, gone when the block is left."""
    folder = Path(tempfile.mkdtemp(prefix="daigang-redis-"))
    server = RedisServer(folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One server for all who only publish and listen; give each site a secret of its own."""
    with running_redis() as server:
        yield server
