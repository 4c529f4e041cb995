"""Serving one web process with uvicorn: the socket, TLS, and a stop that does not wait."""

from __future__ import annotations

import asyncio

import uvicorn

from rooms.wire import FRAME_LIMIT_BYTES
from server.app import build_app, build_house
from server.base.settings import Settings
from server.carrier import RoomSocket
from server.supervisor import watch_parent


async def serve_web(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal comes or the supervisor is gone."""
    config = uvicorn.Config(
        build_app(build_house(settings)),
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
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_leave_with_parent(server))
        await server.serve()
        watching.cancel()


async def _leave_with_parent(server: uvicorn.Server) -> None:
    await watch_parent()
    server.should_exit = True
