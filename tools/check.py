"""`make check`: every rule that needs no running product, side by side, each with its verdict."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


class Check(NamedTuple):
    """A rule and the command that proves it."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("format", (f"{BIN}/ruff", "format", "--check", "--quiet", "--diff", ".")),
    Check("lint", (f"{BIN}/ruff", "check", "--quiet", ".")),
    Check("types", (f"{BIN}/mypy",)),
    Check("floors", (f"{BIN}/lint-imports", "--no-logo")),
    Check(
        "types of JavaScript",
        (sys.executable, "-m", "tools.node", "node_modules/typescript/bin/tsc", "--noEmit"),
    ),
    # Without the plugins of the other tests, which need a product that can be imported.
    Check(
        "house rules",
        (
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-o",
            "addopts=--import-mode=importlib",
            "tests/house",
        ),
    ),
)


def run(check: Check) -> bool:
    """Whether the check holds; prints its verdict, and what it said if it does not."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "FAILED" if done.returncode else "ok"
    said = f"\n{done.stdout.rstrip()}\n" if done.returncode else ""
    print(f"{check.name:<20} {verdict:>6} {time.monotonic() - began:5.1f} s{said}", flush=True)
    return done.returncode == 0


def main() -> int:
    with ThreadPoolExecutor(max_workers=2) as pool:
        holds = list(pool.map(run, CHECKS))
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
