"""The web's side of the media process: offers passed on, stages ended, its control stream read.

Spoken to as any WHIP/WHEP server would be, over a Unix socket. Who may do what was decided
before a call comes here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, NamedTuple

import httpx
import msgspec

from rooms.stagehand import Report, read_report
from server.base.errors import Refusal, msg

Protocol = Literal["whip", "whep"]
PAIR_SEATS = ("a", "b")  # an interview has two stages: the interviewer's and the candidate's


class Reply(NamedTuple):
    """What the media process answered."""

    status: int
    body: bytes
    content_type: str
    location: str
    retry_after_s: int | None

    @property
    def problem(self) -> str:
        """The name of the refusal; empty when there is none."""
        if self.content_type != "application/problem+json":
            return ""
        return str(msgspec.json.decode(self.body).get("code", ""))


class MediaLink:
    """One media process. `Refusal` (503, come back) while it is away."""

    def __init__(self, socket: Path) -> None:
        transport = httpx.AsyncHTTPTransport(uds=str(socket))
        self._client = httpx.AsyncClient(
            transport=transport, base_url="http://media", timeout=httpx.Timeout(10.0)
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def offer(
        self, protocol: Protocol, stage: str, owner: str, sdp: bytes, *, pair: bool = False
    ) -> Reply:
        """Pass a WHIP or WHEP offer on; `pair` is for an interview's two people."""
        headers = {"Content-Type": "application/sdp", "X-Daigang-Owner": owner}
        if pair:
            headers["X-Daigang-Pair"] = "1"
        return await self._send("POST", f"/rooms/{stage}/{protocol}", headers, sdp)

    async def patch(self, session: str, fragment: bytes) -> Reply:
        headers = {"Content-Type": "application/trickle-ice-sdpfrag"}
        return await self._send("PATCH", f"/sessions/{session}", headers, fragment)

    async def end_session(self, session: str) -> Reply:
        return await self._send("DELETE", f"/sessions/{session}", {}, b"")

    async def end_room(self, room: str) -> None:
        """Close every session on every stage of a room; a process that is away has none."""
        for stage in (room, *(f"{room}.{seat}" for seat in PAIR_SEATS)):
            await self._end(f"/rooms/{stage}")

    async def remove(self, room: str, owner: str) -> None:
        """Close one person's sessions on every stage of a room."""
        for stage in (room, *(f"{room}.{seat}" for seat in PAIR_SEATS)):
            await self._end(f"/rooms/{stage}/owners/{owner}")

    async def is_up(self) -> bool:
        try:
            reply = await self._client.get("/healthz", timeout=2.0)
        except httpx.HTTPError:
            return False
        return reply.status_code == 200

    async def reports(self) -> AsyncIterator[Report]:
        """The control stream: the full state, `Synced`, then what happens; ends with the
        process. Raises `httpx.HTTPError` when there is none."""
        timeout = httpx.Timeout(10.0, read=15.0)
        async with self._client.stream("GET", "/control", timeout=timeout) as stream:
            async for line in stream.aiter_lines():
                if line:
                    yield read_report(line)

    async def _end(self, path: str) -> None:
        try:
            await self._client.delete(path)
        except httpx.HTTPError:
            return

    async def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        try:
            reply = await self._client.request(method, path, headers=headers, content=body)
        except httpx.HTTPError as error:
            say = msg("Video is starting again. Please try once more in a moment.")
            raise Refusal("media-away", 503, say, retry_after_s=2) from error
        return Reply(
            reply.status_code,
            reply.content,
            reply.headers.get("content-type", ""),
            reply.headers.get("location", ""),
            int(reply.headers["retry-after"]) if "retry-after" in reply.headers else None,
        )
