"""An application as a line of milestones: what happened, where it stands, what comes next.

Pure: no database, no web. Words belong to the pages; a milestone only names its stage.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from server.hiring.stages import Stage

State = Literal["done", "now", "next", "stopped"]

# each milestone with the stages that count as it, in the order of an ordinary way
PHASES: tuple[tuple[str, frozenset[Stage]], ...] = (
    ("applied", frozenset({"applied"})),
    ("interview", frozenset({"invited", "interviewed"})),
    ("offer", frozenset({"offered", "accepted"})),
    ("hired", frozenset({"hired"})),
)
CLOSED: frozenset[Stage] = frozenset({"declined", "withdrawn"})


class Happened(msgspec.Struct):
    """A step that was taken; `by` says which side took it, `name` who."""

    stage: Stage
    by: Literal["candidate", "employer", "deadline"]
    name: str
    reason: str
    at: datetime


class Milestone(msgspec.Struct):
    """A point on the line; `stage` is what it stands at, or the phase's name while it is ahead."""

    stage: str
    state: State
    at: datetime | None


def milestones(stage: Stage, steps: Iterable[Happened]) -> list[Milestone]:
    """The line of an application that stands at `stage`; `steps` oldest first.

    A phase that was skipped does not appear. Coming back after an end begins a new line.
    """
    latest = _latest_way(list(steps), stage)
    reached = {phase: _last(latest, stages) for phase, stages in PHASES}
    if stage in CLOSED:
        done = [
            Milestone(step.stage, "done", step.at) for step in reached.values() if step is not None
        ]
        ended = latest[-1].at if latest and latest[-1].stage == stage else None
        return [*done, Milestone(stage, "stopped", ended)]
    here = next(i for i, (_, stages) in enumerate(PHASES) if stage in stages)
    line = []
    for index, (phase, _) in enumerate(PHASES):
        step = reached[phase]
        if index == here:
            at = step.at if step is not None else None
            line.append(Milestone(stage, "done" if stage == "hired" else "now", at))
        elif index > here:
            line.append(Milestone(phase, "next", None))
        elif step is not None:
            line.append(Milestone(step.stage, "done", step.at))
    return line


def _latest_way(steps: list[Happened], stage: Stage) -> list[Happened]:
    """The steps since the application was last opened again, or set back by a deadline."""
    last = len(steps) - 1 if stage in CLOSED else len(steps)
    ends = [i + 1 for i, step in enumerate(steps[:last]) if step.stage in CLOSED]
    lapsed = [i for i, step in enumerate(steps) if step.by == "deadline"]
    return steps[max([0, *ends[-1:], *lapsed[-1:]]) :]


def _last(steps: list[Happened], stages: frozenset[Stage]) -> Happened | None:
    return next((step for step in reversed(steps) if step.stage in stages), None)
