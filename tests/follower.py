"""A browser that follows a room as rooms/PROTOCOL.md says, comes back by itself, and writes down
what it saw: the seqs it applied, its gaps, the close codes, how many are there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage


class Follower:
    """`known` is the last seq it holds; `seen` what it applied since it came."""

    def __init__(self, url: str, room: str, token: str = "") -> None:
        self._address = f"ws{url.removeprefix('http')}/api/rooms/{room}/events"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.known: int | None = None
        self.seen: list[int] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self.codes: list[int] = []
        self.live: dict[str, Any] = {}
        self.is_ready = False

    async def follow(self) -> None:
        """Until cancelled."""
        while True:
            query = "" if self.known is None else f"?since={self.known}"
            try:
                async with connect(
                    self._address + query, additional_headers=self._headers, proxy=None
                ) as socket:
                    await self._hear(socket)
            except ConnectionClosed as closed:
                self.codes.append(closed.rcvd.code if closed.rcvd else 1006)
            except (OSError, InvalidHandshake, InvalidMessage, EOFError):
                self.codes.append(0)
            self.is_ready = False
            await asyncio.sleep(0.05)

    async def _hear(self, socket: ClientConnection) -> None:
        while True:
            told = json.loads(await socket.recv())
            for frame in told if isinstance(told, list) else [told]:
                self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "resync":
                if self.known is not None:
                    self.faults.append(f"resync at {frame['seq']}")
                self.known = frame["seq"]
            case "ready":
                self.known = frame["seq"]
                self.is_ready = True
            case "live":
                self.live = frame
            case "event":
                self._apply(frame)

    def _apply(self, frame: dict[str, Any]) -> None:
        assert self.known is not None
        if frame["seq"] <= self.known or frame["prev"] > self.known:
            self.faults.append(f"{frame['seq']} after {self.known}")
        self.known = frame["seq"]
        self.seen.append(frame["seq"])
        if frame["event"]["type"] == "message_posted":
            self.texts.append(frame["event"]["message"]["text"])


@asynccontextmanager
async def following(*followers: Follower) -> AsyncIterator[None]:
    """They follow until the block is left."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(follower.follow()) for follower in followers]
        yield
        for task in running:
            task.cancel()
