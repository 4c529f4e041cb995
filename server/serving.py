"""Serving one web process with uvicorn: the socket, TLS, and a stop that leaves nobody behind."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import uvicorn

from rooms.lobby import Lobby
from rooms.wire import FRAME_LIMIT_BYTES
from server.app import build_app, build_house
from server.base.settings import Settings
from server.carrier import RoomSocket
from server.supervisor import inherited_socket, say_ready, watch_parent

AWAY_S = 1.0


class Server(uvicorn.Server):
    """Says when it serves, and at the end sends everyone to the process that goes on."""

    def __init__(self, config: uvicorn.Config, lobby: Lobby) -> None:
        super().__init__(config)
        self._lobby = lobby

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            say_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nobody in any more, tell every seat to come back, then end."""
        for server in self.servers:
            server.close()
        self._lobby.send_away()
        with suppress(TimeoutError):
            async with asyncio.timeout(AWAY_S):
                while self._lobby.seat_count:  # noqa: ASYNC110 (seats leave one by one)
                    await asyncio.sleep(0.02)
        await super().shutdown(sockets=sockets)


async def serve_web(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal comes or the supervisor is gone."""
    house = build_house(settings)
    config = uvicorn.Config(
        build_app(house),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # base/security reads them, and knows whom to believe
        ws=RoomSocket,
        ws_max_size=FRAME_LIMIT_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # rooms and browsers beat by themselves
        ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None,
        timeout_graceful_shutdown=3,
    )
    server = Server(config, house.lobby)
    inherited = inherited_socket()
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_leave_with_parent(server))
        await server.serve(sockets=[inherited] if inherited else None)
        watching.cancel()


async def _leave_with_parent(server: Server) -> None:
    await watch_parent()
    server.should_exit = True
