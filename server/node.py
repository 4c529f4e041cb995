"""The media process: a thin WHIP, WHEP and control skin over the engine (RFC 9725, WHEP draft).

Callers are trusted: it listens on a Unix socket of mode 0600 or on loopback, and who may do
what was decided before. It knows the engine and the ground floor, and nothing of the market.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec
import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from rooms.media.hall import Denied, Hall, Limits, Opened
from rooms.media.port import Counters, Port
from rooms.media.sdp import Unusable
from rooms.stagehand import write_report

OFFER_BYTES = 64 << 10
KEEP_ALIVE_S = 5.0
SHUTDOWN_S = 2
SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"


def build_app(hall: Hall) -> Starlette:
    """The skin over an open hall."""
    app = Starlette(
        routes=[
            Route("/rooms/{room}/whip", _publish, methods=["POST"]),
            Route("/rooms/{room}/whep", _play, methods=["POST"]),
            Route("/rooms/{room}/{protocol:str}", _options, methods=["OPTIONS"]),
            Route("/rooms/{room}", _end_stage, methods=["DELETE"]),
            Route("/rooms/{room}/owners/{owner}", _remove, methods=["DELETE"]),
            Route("/sessions/{session}", _session, methods=["GET", "PATCH", "DELETE", "OPTIONS"]),
            Route("/control", _control),
            Route("/healthz", _is_alive),
            Route("/metrics", _metrics),
        ],
        exception_handlers={Denied: _denied, Unusable: _unusable, HTTPException: _http_error},
    )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(hall))
    app.state.hall, app.state.registry = hall, registry
    return app


@asynccontextmanager
async def open_hall(
    *, udp_port: int, public_ip: str | None, limits: Limits | None = None
) -> AsyncIterator[Hall]:
    """Port, then stages; closed in reverse. Raises `OSError` when the port is taken."""
    port = Port(Counters(), public_ip)
    port.open(udp_port)
    try:
        async with asyncio.TaskGroup() as tasks:
            hall = Hall(port, tasks.create_task, limits)
            clock = tasks.create_task(hall.run())
            yield hall
            hall.close()
            clock.cancel()
    finally:
        port.close()


async def serve_node(
    *, uds: Path | None, host: str, port: int | None, udp_port: int, public_ip: str | None
) -> None:
    """Serve on the Unix socket, or on host and port, until SIGTERM or SIGINT; then end within
    3 s. Raises `OSError` when an address is taken."""
    with _listening(uds, host, port) as listener:
        async with open_hall(udp_port=udp_port, public_ip=public_ip) as hall:
            config = uvicorn.Config(
                build_app(hall),
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=SHUTDOWN_S,
            )
            server = _Server(config)

            def stop() -> None:
                hall.close_reports()
                server.should_exit = True

            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop)
            await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ours are set already, and end the process with status 0."""
        yield


@contextmanager
def _listening(uds: Path | None, host: str, port: int | None) -> Iterator[socket.socket]:
    if uds is None:
        with socket.create_server((host, port or 0)) as listener:
            yield listener
        return
    uds.parent.mkdir(parents=True, exist_ok=True)
    uds.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        before = os.umask(0o177)  # nobody may slip in between bind and chmod
        try:
            listener.bind(str(uds))
        finally:
            os.umask(before)
        listener.listen(128)
        try:
            yield listener
        finally:
            uds.unlink(missing_ok=True)


async def _publish(request: Request) -> Response:
    is_pair = request.headers.get("x-daigang-pair") == "1"

    def open_session(hall: Hall, room: str, owner: str, offer: str) -> Opened:
        return hall.publish(room, owner, offer, is_pair=is_pair)

    return await _open(request, open_session)


async def _play(request: Request) -> Response:
    return await _open(request, lambda hall, room, owner, offer: hall.play(room, owner, offer))


async def _open(request: Request, act: Callable[[Hall, str, str, str], Opened]) -> Response:
    owner = request.headers.get("x-daigang-owner", "")
    if not owner:
        raise Denied("no-owner", 400, "The header X-Daigang-Owner is missing.")
    offer = await _text(request, SDP)
    opened = act(request.app.state.hall, request.path_params["room"], owner, offer)
    headers = {"Location": f"/sessions/{opened.session}"}
    return Response(opened.answer, 201, headers=headers, media_type=SDP)


async def _options(request: Request) -> Response:
    allowed = "POST, PATCH, DELETE, OPTIONS"
    return Response(status_code=204, headers={"Accept-Post": SDP, "Allow": allowed})


async def _session(request: Request) -> Response:
    hall: Hall = request.app.state.hall
    session = request.path_params["session"]
    match request.method:
        case "PATCH":
            hall.trickle(session, await _text(request, FRAGMENT))
            return Response(status_code=204)
        case "DELETE":
            hall.end(session, "left")
            return Response(status_code=200)
        case "OPTIONS":
            return await _options(request)
        case _:
            return JSONResponse(hall.health(session))


async def _end_stage(request: Request) -> Response:
    request.app.state.hall.end_stage(request.path_params["room"])
    return Response(status_code=204)


async def _remove(request: Request) -> Response:
    request.app.state.hall.remove(request.path_params["room"], request.path_params["owner"])
    return Response(status_code=204)


async def _control(request: Request) -> Response:
    return StreamingResponse(_reports(request.app.state.hall), media_type="application/x-ndjson")


async def _reports(hall: Hall) -> AsyncIterator[bytes]:
    queue = hall.subscribe()
    try:
        while True:
            try:
                report = await asyncio.wait_for(queue.get(), KEEP_ALIVE_S)
            except TimeoutError:
                yield b"\n"
                continue
            if report is None:
                return
            yield write_report(report)
    finally:
        hall.unsubscribe(queue)


async def _is_alive(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _metrics(request: Request) -> Response:
    body = generate_latest(request.app.state.registry)
    return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


async def _text(request: Request, wanted: str) -> str:
    """The body as text, of the wanted content type and within bounds."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != wanted:
        raise Denied("wrong-content-type", 415, f"This address takes {wanted}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > OFFER_BYTES:
            raise Denied("too-large", 413, "This is too large for a session description.")
    with contextlib.suppress(UnicodeDecodeError):
        return body.decode()
    raise Unusable("bad-sdp", 400, "A session description is UTF-8 text.")


def _problem(name: str, status: int, say: str, retry_after_s: int = 0) -> Response:
    document = {"type": f"/problems/{name}", "code": name, "status": status, "detail": say}
    headers = {"Retry-After": str(retry_after_s)} if retry_after_s else {}
    body = msgspec.json.encode(document)
    return Response(body, status, headers=headers, media_type="application/problem+json")


async def _denied(request: Request, error: Exception) -> Response:
    assert isinstance(error, Denied)
    return _problem(error.name, error.status, error.say, error.retry_after_s)


async def _unusable(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unusable)
    return _problem(error.name, error.status, error.say)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name = {404: "not-found", 405: "wrong-method"}.get(error.status_code, "refused")
    return _problem(name, error.status_code, error.detail)


class _Figures(Collector):
    """The engine's counters, read when they are asked for: counting costs the hot loop nothing."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def collect(self) -> Iterator[Metric]:
        counters = self._hall.counters
        for name in vars(counters):
            if name != "loop_lag_s":
                help = name.replace("_", " ")
                yield CounterMetricFamily(
                    f"daigang_media_{name}", help, value=getattr(counters, name)
                )
        yield GaugeMetricFamily(
            "daigang_media_loop_lag_seconds", "last tick's lateness", value=counters.loop_lag_s
        )
        sessions = GaugeMetricFamily("daigang_media_sessions", "open sessions", labels=["role"])
        roles = [session.role for session in self._hall.sessions.values()]
        for role in ("publisher", "viewer"):
            sessions.add_metric([role], roles.count(role))
        yield sessions
