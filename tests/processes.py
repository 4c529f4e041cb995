"""Daigang as people start it: `daigang serve` in processes of its own, with its own data."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.site import free_port

Condition = Callable[[], Awaitable[bool]]


async def until(condition: Condition, *, within_s: float = 20.0) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110 (conditions of other processes)
            await asyncio.sleep(0.05)


@dataclass
class Served:
    """A running `daigang serve`."""

    url: str
    environ: dict[str, str]
    process: asyncio.subprocess.Process

    async def is_ready(self) -> bool:
        try:
            async with httpx.AsyncClient(verify=False) as client:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    def child(self, name: str) -> int:
        """The process id of the `web` or `media` child."""
        for pid in self.children(name):
            return pid
        raise LookupError(name)

    def children(self, name: str) -> list[int]:
        """The process ids of all children of a kind."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [
            int(pid)
            for pid in children.split()
            if name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        ]


def environment(data_dir: Path) -> dict[str, str]:
    """The settings of a site of the test's own."""
    return {
        **os.environ,
        "DAIGANG_DATA_DIR": str(data_dir),
        "DAIGANG_UDP_PORT": str(free_port()),
    }


async def run(environ: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run one `daigang` command to its end: its code, what it said, what it complained."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        *arguments,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()


@asynccontextmanager
async def serving(data_dir: Path, *options: str, **settings: str) -> AsyncIterator[Served]:
    """`daigang serve` until the block is left; ready when it begins."""
    port = free_port()
    scheme = "https" if "DAIGANG_TLS_CERT" in settings else "http"
    url = f"{scheme}://127.0.0.1:{port}"
    environ = {**environment(data_dir), "DAIGANG_BASE_URL": url, **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "serve", "--port", str(port), *options), env=environ
    )
    served = Served(url, environ, process)
    try:
        await until(served.is_ready)
        yield served
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()
