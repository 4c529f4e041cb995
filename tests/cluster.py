"""A Redis Cluster for tests: three servers that share the slots, on the loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.redis import RedisServer, running_redis
from tests.site import free_port

SLOTS = 16384


@contextmanager
def running_cluster(size: int = 3) -> Iterator[str]:
    """The address of one of the cluster's servers; all slots are served when it begins."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                running_redis("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
            )
            for _ in range(size)
        ]
        for number, server in enumerate(servers):
            first, last = SLOTS * number // size, SLOTS * (number + 1) // size - 1
            server.say("CLUSTER", "ADDSLOTSRANGE", first, last)
            server.say("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for server in servers[1:]:
            servers[0].say("CLUSTER", "MEET", "127.0.0.1", server.port, bus_port(server))
        wait_for(servers)
        yield servers[0].url


def bus_port(server: RedisServer) -> int:
    found = server.say("CONFIG", "GET", "cluster-port")
    assert isinstance(found, dict)
    return int(found[b"cluster-port"] if b"cluster-port" in found else found["cluster-port"])


def wait_for(servers: list[RedisServer]) -> None:
    deadline = time.monotonic() + 20
    for server in servers:
        while not is_whole(server):
            assert time.monotonic() < deadline, "the cluster does not come together"
            time.sleep(0.02)


def is_whole(server: RedisServer) -> bool:
    info = str(server.say("CLUSTER", "INFO"))
    return "cluster_state:ok" in info and f"cluster_slots_ok:{SLOTS}" in info


@pytest.fixture(scope="session")
def redis_cluster() -> Iterator[str]:
    """The address of one cluster for the whole run, for those who only publish and listen."""
    with running_cluster() as url:
        yield url
