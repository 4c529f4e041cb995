"""Third-party browser code: fetched from npm by name, checked against the lock, never committed.

`python -m tools.vendor` fills static/vendor/; with `--tools` also the checkers that only
developers need. A second run with the same lock does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.node import ROOT, find_node

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
RUNTIME, TOOLS = "runtime", "tools"

# What the pages load: file under static/vendor/ → file under node_modules/.
FILES = {
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "uplot.LICENSE": "uplot/LICENSE",
}


def vendor(*, with_tools: bool) -> None:
    """Bring node_modules/ and static/vendor/ to what package-lock.json says."""
    if _installed() not in ({TOOLS} if with_tools else {TOOLS, RUNTIME}):
        _install(TOOLS if with_tools else RUNTIME)
    if _stamp(VENDOR) != _wanted():
        copy()


def _wanted() -> str:
    sources = ("package-lock.json", "tools/vendor.py")
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in sources)).hexdigest()


def _stamp(folder: Path) -> str:
    path = folder / ".daigang"
    return path.read_text() if path.exists() else ""


def _installed() -> str:
    """Which of the two sets node_modules/ holds for this lock; empty for neither."""
    kind, _, digest = _stamp(MODULES).partition(" ")
    return kind if digest == _wanted() else ""


def _install(kind: str) -> None:
    print("Fetching browser code from npm …", flush=True)
    node = find_node()
    command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    command += ["--loglevel=error"] + (["--omit=dev"] if kind == RUNTIME else [])
    path = os.pathsep.join((str(Path(node.node).parent), os.environ.get("PATH", "")))
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"npm ci failed:\n{done.stderr or done.stdout}")
    (MODULES / ".daigang").write_text(f"{kind} {_wanted()}")


def copy() -> None:
    """Fill static/vendor/ from node_modules/."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir()
    for name, source in FILES.items():
        shutil.copy(MODULES / source, VENDOR / name)
    (VENDOR / ".daigang").write_text(_wanted())


if __name__ == "__main__":
    vendor(with_tools="--tools" in sys.argv[1:])
