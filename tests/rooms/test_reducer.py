"""The browser's reducer and ours come to the same state for the same facts."""

from __future__ import annotations

import subprocess
import sys
from functools import reduce
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, Phase, given, settings

from rooms.events import Event
from rooms.state import RoomState, apply
from rooms.wire import write_event
from tests.rooms.facts import long_histories

EMPTY = RoomState(kind="showcase", title="A room", employer="Mingyuan")
SCRIPT = Path(__file__).with_name("reduce.mjs")


def some_histories(count: int) -> list[list[Event]]:
    runs: list[list[Event]] = []

    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(long_histories)
    def collect(run: list[Event]) -> None:
        runs.append(run)

    collect()
    return runs


def test_both_reducers_agree_on_every_history() -> None:
    runs = some_histories(60)
    told = [(EMPTY, [msgspec.Raw(write_event(e).encode()) for e in run]) for run in runs]
    process = subprocess.run(
        [sys.executable, "-m", "tools.node", str(SCRIPT)],
        input=msgspec.json.encode(told),
        capture_output=True,
        check=True,
        timeout=30,
    )
    theirs = msgspec.json.decode(process.stdout, type=list[RoomState])
    for run, state in zip(runs, theirs, strict=True):
        assert state == reduce(apply, run, EMPTY)
