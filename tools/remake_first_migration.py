"""Write migration 0001 anew from the tables: only until the first release, never after it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from alembic import command

from server.migrations import _config

VERSIONS = Path(__file__).parents[1] / "server" / "migrations" / "versions"

for old in VERSIONS.glob("*.py"):
    old.unlink()
with tempfile.TemporaryDirectory() as folder:
    config = _config(f"sqlite:///{folder}/empty.sqlite3")
    command.revision(config, "The first schema", autogenerate=True, rev_id="0001")
