"""The `daigang` command of a work tree: `.venv/bin/daigang` runs the code as it lies here."""

from __future__ import annotations

import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = """#!/bin/sh
exec "$(dirname "$0")/python" -m server "$@"
"""


def install() -> None:
    """Put the work tree on the environment's path, and the command into its bin folder."""
    (Path(sysconfig.get_path("purelib")) / "daigang.pth").write_text(f"{ROOT}\n")
    command = Path(sysconfig.get_path("scripts")) / "daigang"
    command.write_text(SCRIPT)
    command.chmod(0o755)


if __name__ == "__main__":
    install()
