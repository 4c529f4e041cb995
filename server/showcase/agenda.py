"""A session on the agenda as people see it: its place in time and its live room's phase.

Pure: no database, no web.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

State = Literal["live", "away", "soon", "scheduled", "ended", "cancelled"]
SOON = timedelta(minutes=30)
# A host who has not come this long after the planned end will not come: the room ends by itself.
LATE = timedelta(minutes=30)

Row = Mapping[Any, Any]


def state_of(session: Row, phase: str, now: datetime) -> State:
    """What to say about a session: on air, its host away for a moment, about to begin, planned,
    over, or not taking place."""
    if phase == "live":
        return "live"
    if phase == "ended":
        return "ended"
    if phase == "away":
        return "away"
    if session["occurrence_status"] == "cancelled":
        return "cancelled"
    if session["ends_at"] + LATE <= now:
        return "ended"
    return "soon" if session["starts_at"] - SOON <= now else "scheduled"


def seen(
    sessions: Iterable[Row], phases: Mapping[str, str], now: datetime
) -> list[dict[str, Any]]:
    """The sessions with `phase`, `state` and whether the organiser `may_change` them."""
    shown = []
    for row in sessions:
        phase = phases.get(row["room"], "waiting")
        state = state_of(row, phase, now)
        may_change = phase == "waiting" and state not in {"ended", "cancelled"}
        shown.append({**row, "phase": phase, "state": state, "may_change": may_change})
    return shown
