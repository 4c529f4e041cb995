"""What every benchmark shares: the shape of a result, the machine's name, pinning to a core.

A benchmark is a module with `measure() -> list[Result]`; it is listed in `bench/__main__.py`.
"""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Result:
    """One row. Lower is better unless it says otherwise; what was not measured is left out."""

    name: str
    value: float
    unit: str
    rival: str | None = None
    rival_value: float | None = None
    floor: str | None = None
    floor_value: float | None = None
    viewers: int | None = None
    higher_is_better: bool | None = None
    note: str | None = None

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def machine() -> str:
    """Processor, cores, kernel and Python, in a line."""
    model = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        lines = about.read_text().splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    system = f"{platform.system()} {platform.release()}"
    return f"{model}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}"


def pin(core: int) -> None:
    """Keep this process on one core; where that cannot be, it runs where it likes."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})
