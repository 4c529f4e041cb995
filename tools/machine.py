"""What the machine itself must have: the venv module, and for the tests a browser, CJK fonts and
the servers that an installation may stand on.

Runs before there is a `.venv`, on the standard library alone. As root on Debian it installs
what is missing; anywhere else it says what to install, and fails.

`python3 tools/machine.py run` asks for what `make run` needs, `… test` for what the tests need.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Need(NamedTuple):
    """Something the machine must have, and the Debian package that brings it."""

    what: str
    package: str
    is_met: Callable[[], bool]


def has_venv() -> bool:
    invalidate_caches()  # it may have been installed a moment ago
    return find_spec("ensurepip") is not None and find_spec("venv") is not None


def has_browser() -> bool:
    named = os.environ.get("DAIGANG_CHROMIUM")
    if named:
        return Path(named).is_file()
    return any(shutil.which(name) for name in BROWSERS)


def has_cjk_fonts() -> bool:
    if platform.system() != "Linux":
        return True
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False)
    return bool(found.stdout.strip())


def has_postgresql() -> bool:
    """Debian keeps the server's programs off the path, a folder for each version."""
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return bool(kept) or shutil.which("initdb") is not None


def has_program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None


VENV = Need("Python's venv module", "python3-venv", has_venv)
NEEDS = {
    "run": (VENV,),
    "test": (
        VENV,
        Need("Chromium (or DAIGANG_CHROMIUM naming a browser)", "chromium", has_browser),
        Need("fonts with Chinese letters", "fonts-noto-cjk", has_cjk_fonts),
        Need("a Redis server", "redis-server", has_program("redis-server")),
        Need("a PostgreSQL server", "postgresql", has_postgresql),
        Need("nginx", "nginx", has_program("nginx")),
    ),
}


def may_install() -> bool:
    """Whether this is root on Debian."""
    return (
        Path("/etc/debian_version").exists()
        and bool(shutil.which("apt-get"))
        and os.geteuid() == 0
    )


def install(packages: list[str]) -> None:
    print(f"Installing {' '.join(packages)} with apt …", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Acquire::Retries=3", "-o", "Dpkg::Use-Pty=0"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*apt, *words], env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            sys.exit(f"apt-get {words[0]} failed:\n{done.stderr.decode(errors='replace')}")


def check(purpose: str) -> None:
    """Return when the machine has all it needs; else leave with status 1 and what to do."""
    missing = [need for need in NEEDS[purpose] if not need.is_met()]
    if missing and purpose == "test" and may_install():
        install([need.package for need in missing])
        missing = [need for need in missing if not need.is_met()]
    if missing:
        for need in missing:
            print(f"missing: {need.what}", file=sys.stderr)
        packages = " ".join(need.package for need in missing)
        sys.exit(f"On Debian or Ubuntu: apt-get install {packages}")


if __name__ == "__main__":
    check(sys.argv[1])
