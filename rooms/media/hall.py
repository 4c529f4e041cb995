"""All stages of the process: sessions by id, admission, and the reports of what happens.

The engine's front door; whoever speaks HTTP stands before it. It decides nothing about people:
an owner is an opaque name, and who may publish where was decided before.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple

from rooms.media.fanout import Fanout
from rooms.media.intake import Intake
from rooms.media.peer import Certificate, Peer
from rooms.media.port import Port
from rooms.media.sdp import Answer, Ice, Role, answer_offer, read_fragment_ufrag, read_offer_ufrag
from rooms.media.stage import Reason, Stage
from rooms.media.viewer import Viewer
from rooms.stagehand import Began, Report, SessionClosed, Synced, ViewersCounted

log = logging.getLogger(__name__)

TICK_S = 0.02
SWEEP_EVERY_S = 1.0
HEALTH_EVERY_S = 2.0
REPORTS_MOST = 5000
COME_BACK_S = 5
# Whoever hangs up without a word may only reload the page: that is `lost`, not `left`.
FINAL: dict[str, Reason] = {
    "left": "left",
    "taken_over": "taken_over",
    "ended": "ended",
    "removed": "ended",
}

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Limits(NamedTuple):
    """What one process takes on."""

    sessions: int = 1500
    handshakes: int = 100
    publisher_bps: int = 3_000_000


class Denied(Exception):
    """No, for a reason outside the offer; `retry_after_s` is set when later may do."""

    def __init__(self, name: str, status: int, say: str, retry_after_s: int = 0) -> None:
        super().__init__(name)
        self.name, self.status, self.say = name, status, say
        self.retry_after_s = retry_after_s


@dataclass(eq=False)
class Session:
    """One person on one stage, sending or receiving."""

    id: str
    owner: str
    role: Role
    peer: Peer
    stage: Stage
    listener: Intake | Viewer
    ice_ufrag: str = ""  # theirs


def new_id() -> str:
    return secrets.token_urlsafe(18)


class Opened(NamedTuple):
    """A session's id and the answer to its offer."""

    session: str
    answer: str


class Hall:
    """`run` it in a task; `spawn` starts the task of each session. `close` ends them all."""

    def __init__(self, port: Port, spawn: Spawn, limits: Limits | None = None) -> None:
        self.counters = port.counters
        self.epoch = time.time_ns() // 1_000_000
        self.sessions: dict[str, Session] = {}
        self.stages: dict[str, Stage] = {}
        self._port = port
        self._spawn = spawn
        self._limits = limits or Limits()
        self._certificate: Certificate = Certificate.generateCertificate()
        self._fanout = Fanout(port.counters, port.segments)
        self._readers: set[asyncio.Queue[Report | None]] = set()
        self._counted: dict[str, int] = {}
        self._loop = asyncio.get_running_loop()
        self._swept_at_s = self._measured_at_s = 0.0

    def publish(self, room: str, owner: str, offer: str, *, is_pair: bool = False) -> Opened:
        """A publisher's offer → answer. The same owner takes over from themselves. Raises
        `Denied` (another owner sends there, or no room) or `Unusable`."""
        before = self._publisher_of(room)
        if before is not None and before.owner != owner:
            raise Denied("occupied", 409, "Somebody else is sending here.")
        self._need_room(-1 if before else 0)
        peer, answer, stage = self._answer(room, offer, "publisher")
        if before is not None:
            self.end(before.id, "taken_over")
            stage = self.stages.setdefault(room, stage)
        id = new_id()
        intake = stage.begin(peer, answer.tracks, id, owner, is_pair=is_pair)
        return self._start(Session(id, owner, "publisher", peer, stage, intake), offer, answer)

    def play(self, room: str, owner: str, offer: str) -> Opened:
        """A viewer's offer → answer, whether or not anybody sends yet. Raises as `publish`."""
        self._need_room(0)
        peer, answer, stage = self._answer(room, offer, "viewer")
        viewer = stage.expect(peer, answer.tracks)
        return self._start(Session(new_id(), owner, "viewer", peer, stage, viewer), offer, answer)

    def trickle(self, id: str, fragment: str) -> None:
        """Candidates are not needed: the peer's checks tell its addresses. Raises `Denied` for
        an unknown session and for an ICE restart, `Unusable` for what is no fragment."""
        session = self._need(id)
        ufrag = read_fragment_ufrag(fragment)
        if ufrag and ufrag != session.ice_ufrag:
            raise Denied("no-restart", 422, "Restart by opening a new session instead.")

    def end(self, id: str, reason: str) -> None:
        """End a session now. Raises `Denied` (404) when there is none."""
        session = self._need(id)
        self._detach(session, reason)
        session.peer.close(reason)

    def end_stage(self, room: str) -> None:
        for session in [s for s in self.sessions.values() if s.stage.name == room]:
            self.end(session.id, "ended")

    def remove(self, room: str, owner: str) -> None:
        """End this owner's sessions on the stage."""
        for session in [s for s in self.sessions.values() if s.stage.name == room]:
            if session.owner == owner:
                self.end(session.id, "removed")

    def health(self, id: str) -> dict[str, Any]:
        """How a session does. Raises `Denied` (404)."""
        session = self._need(id)
        return {
            "session": id,
            "room": session.stage.name,
            "role": session.role,
            "state": "connected" if session.peer.is_connected else "connecting",
            **session.listener.health(),
        }

    def subscribe(self) -> asyncio.Queue[Report | None]:
        """`Began`, the state of every stage, `Synced`, then what happens; None is the end.

        A reader that falls far behind is cut off with None and should subscribe again.
        """
        queue: asyncio.Queue[Report | None] = asyncio.Queue()
        queue.put_nowait(Began(epoch=self.epoch))
        for stage in self.stages.values():
            queue.put_nowait(stage.state())
        queue.put_nowait(Synced())
        self._readers.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Report | None]) -> None:
        self._readers.discard(queue)

    async def run(self) -> None:
        """The engine's clock: every 20 ms, for ever."""
        due_s = self._loop.time()
        while True:
            due_s = max(due_s + TICK_S, self._loop.time())
            await asyncio.sleep(due_s - self._loop.time())
            now_s = self._loop.time()
            self.counters.loop_lag_s = max(0.0, now_s - due_s)
            for stage in self.stages.values():
                self._tick(stage, now_s)
            if now_s - self._swept_at_s >= SWEEP_EVERY_S:
                self._swept_at_s = now_s
                self._sweep(now_s)
            if now_s - self._measured_at_s >= HEALTH_EVERY_S:
                self._measured_at_s = now_s
                self._tell_health()

    def _tick(self, stage: Stage, now_s: float) -> None:
        try:
            stage.tick(now_s)
        except Exception:  # a fault on one stage must not stop the others
            log.exception("media.tick_failed", extra={"room": stage.name})

    def close(self) -> None:
        """End every session and every reader."""
        for id in list(self.sessions):
            self.end(id, "ended")
        self.close_reports()

    def close_reports(self) -> None:
        for queue in self._readers:
            queue.put_nowait(None)
        self._readers.clear()

    def _need(self, id: str) -> Session:
        if (session := self.sessions.get(id)) is None:
            raise Denied("no-session", 404, "There is no such session any more.")
        return session

    def _need_room(self, more: int) -> None:
        pending = sum(not session.peer.is_connected for session in self.sessions.values())
        is_full = len(self.sessions) + more >= self._limits.sessions
        if is_full or pending >= self._limits.handshakes:
            raise Denied("media-full", 503, "This server is full at the moment.", COME_BACK_S)

    def _publisher_of(self, room: str) -> Session | None:
        stage = self.stages.get(room)
        return self.sessions[stage.publisher.session] if stage and stage.intake else None

    def build_stage(self, room: str) -> Stage:
        """An empty stage, which the hall does not keep yet."""
        most_bps = self._limits.publisher_bps
        return Stage(room, self._fanout, self.counters, most_bps, tell=self._tell)

    def _answer(self, room: str, offer: str, role: Role) -> tuple[Peer, Answer, Stage]:
        """Nothing is kept of an offer that cannot be answered."""
        stage = self.stages.get(room) or self.build_stage(room)
        peer = Peer(self._port, self._certificate)
        ice = Ice(peer.ufrag, peer.pwd.decode(), self._port.candidates())
        answer = answer_offer(offer, role, ice, self._certificate.fingerprint(), stage.ssrcs)
        self.stages[room] = stage
        return peer, answer, stage

    def _start(self, session: Session, offer: str, answer: Answer) -> Opened:
        session.ice_ufrag = read_offer_ufrag(offer)
        self.sessions[session.id] = session
        session.peer.open(session.listener)
        self._spawn(self._carry(session, answer))
        return Opened(session.id, answer.text)

    async def _carry(self, session: Session, answer: Answer) -> None:
        reason = "failed"
        try:
            reason = await session.peer.run(answer.fingerprints)
        except Exception:
            log.exception("media.session_failed")
        finally:
            self._detach(session, reason)

    def _detach(self, session: Session, reason: str) -> None:
        """Take a session off its stage and tell; once."""
        if self.sessions.pop(session.id, None) is None:
            return
        stage = session.stage
        if session.role == "publisher":
            stage.finish(FINAL.get(reason, "lost"))
        else:
            stage.dismiss(session.peer)
        self._tell(
            SessionClosed(
                room=stage.name,
                session=session.id,
                owner=session.owner,
                role=session.role,
                reason=reason,
            )
        )
        if not stage.viewers and stage.intake is None:
            self.stages.pop(stage.name, None)
            if self._counted.pop(stage.name, 0):
                self._tell(ViewersCounted(room=stage.name, viewers=0))

    def _sweep(self, now_s: float) -> None:
        for session in list(self.sessions.values()):
            if session.peer.is_silent(now_s):
                self.end(session.id, "silent")
        for stage in self.stages.values():
            if self._counted.get(stage.name, 0) != stage.seated:
                self._counted[stage.name] = stage.seated
                self._tell(ViewersCounted(room=stage.name, viewers=stage.seated))

    def _tell_health(self) -> None:
        for stage in self.stages.values():
            if (measured := stage.health()) is not None:
                self._tell(measured)

    def _tell(self, report: Report) -> None:
        for queue in list(self._readers):
            if queue.qsize() > REPORTS_MOST:
                queue.put_nowait(None)
                self._readers.discard(queue)
            else:
                queue.put_nowait(report)
