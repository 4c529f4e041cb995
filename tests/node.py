"""A real media process for a site of a test: `daigang media` on the site's own data folder."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.base.media import MediaLink
from server.base.settings import load

UP_WITHIN_S = 20.0


@asynccontextmanager
async def running_media(
    data_dir: Path, udp_port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Forward media for the site that lives in `data_dir` until the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        "media",
        cwd=Path(__file__).parents[1],
        env={**os.environ, "DAIGANG_DATA_DIR": str(data_dir), "DAIGANG_UDP_PORT": str(udp_port)},
    )
    try:
        await _answers(data_dir, process)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 10)


async def _answers(data_dir: Path, process: asyncio.subprocess.Process) -> None:
    link = MediaLink(load({}, data_dir=data_dir).media_sockets[0])
    try:
        async with asyncio.timeout(UP_WITHIN_S):
            while not await link.is_up():
                assert process.returncode is None, "the media process ended at once"
                await asyncio.sleep(0.05)
    finally:
        await link.close()
