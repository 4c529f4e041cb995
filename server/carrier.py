"""A room's WebSocket as uvicorn's protocol, lent to the seat: what is told is written at once.

A room prepares the bytes of a frame once and writes them to thousands of transports; uvicorn's
own way builds each frame anew, through a queue and a task. It stands on names of uvicorn that
nobody promised: tests/live/test_carrier.py says which, and rooms work without (`server/live`).
Compression must be off, for a prepared frame is nobody's in particular.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

from rooms.outbox import Parcel

EXTENSION = "daigang.carrier"
GOODBYE_WITHIN_S = 5.0


def text_frame(parcel: Parcel) -> bytes:
    """The parcel as a server's text frame (RFC 6455, 5.2)."""
    return Frame(Opcode.TEXT, parcel.text).serialize(mask=False)


class RoomSocket(WebSocketsSansIOProtocol):
    """One connection; it is its seat's `rooms.outbox.Carrier` (in the scope's extensions)."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"] = {**self.scope["extensions"], EXTENSION: {"carrier": self}}

    def unsent_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def carry(self, parcel: Parcel) -> None:
        """Write the frame; nothing before the handshake and nothing after a close."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(parcel.in_form(text_frame))

    def hang_up(self, code: int) -> None:
        """Close after what was written, and cut off whoever does not read even that."""
        if not self.handshake_complete or self.close_sent or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:  # the other side's answer must be heard
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(GOODBYE_WITHIN_S, self.transport.abort)
