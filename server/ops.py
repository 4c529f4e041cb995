"""What operators and machines ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from ipaddress import ip_address

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from starlette.responses import PlainTextResponse, Response

from server.base.caller import Access
from server.base.errors import missing
from server.base.house import House
from server.base.routing import Call, Routes

routes = Routes("ops")


@routes.page("/styleguide")
async def styleguide(call: Call) -> Response:
    """The living page of every component."""
    return call.page("styleguide.html")


@routes.raw("GET", "/healthz", who=Access.ANYONE)
async def healthz(call: Call) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


@routes.raw("GET", "/readyz", who=Access.ANYONE)
async def readyz(call: Call) -> Response:
    """Database, relay and media answer; 503 names those that do not.

    Without the relay rooms go on from the journal, so it is told and turns nobody away.
    """
    checks = await _checks(call.house)
    ready = checks["database"] and checks["media"]
    return Response(
        msgspec.json.encode({"ready": ready, **checks}),
        200 if ready else 503,
        media_type="application/json",
    )


@routes.raw("GET", "/metrics", who=Access.ANYONE)
async def metrics(call: Call) -> Response:
    """Prometheus, for this host and its private network only; of the process that answers."""
    if not _is_private(call.address):
        raise missing()
    house = call.house
    tally = house.relay.tally()
    registry = CollectorRegistry()
    for name, says, value in (
        ("daigang_rooms", "Rooms open in this process", house.lobby.room_count),
        ("daigang_seats", "Open sockets in this process", house.lobby.seat_count),
        ("daigang_relay_up", "1 while other processes are heard", await house.relay.is_up()),
    ):
        Gauge(name, says, ["process"], registry=registry).labels(house.boot).set(value)
    for name, says, value in (
        ("daigang_relay_letters_lost", "Letters that the relay did not take", tally.lost),
        ("daigang_relay_gaps", "Times a room caught up from its journal", tally.gaps),
    ):
        Counter(name, says, ["process"], registry=registry).labels(house.boot).inc(value)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


async def _checks(house: House) -> dict[str, bool]:
    return {
        "database": await house.db.is_up(),
        "relay": await house.relay.is_up(),
        "media": await house.media.is_up(),
    }


def _is_private(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False
