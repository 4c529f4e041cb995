"""The one clock. Tests set it; nothing else asks the operating system for the time of day."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Wall time in UTC and a monotonic second count; both can be moved by a test."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now(self) -> datetime:
        """The moment, with zone UTC and whole microseconds."""
        return datetime.fromtimestamp(time.time() + self.offset_s, UTC)

    def seconds(self) -> float:
        """The moment in Unix seconds."""
        return time.time() + self.offset_s

    def monotonic(self) -> float:
        return time.monotonic() + self.offset_s

    def advance(self, seconds: float) -> None:
        """Move the clock forward, as a test does instead of sleeping."""
        self.offset_s += seconds
