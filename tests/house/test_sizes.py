"""No file grows past what one reading takes in."""

from __future__ import annotations

from tests.house.sources import files, forbid, text_of

LIMIT = 400
LIMIT_OF_TESTS = 600
# Alembic writes them once and nobody edits them again.
NOT_WRITTEN_BY_HAND = ("server/migrations/versions/",)


def test_no_file_is_too_long_to_read() -> None:
    long = []
    for name in files(".py", ".js", ".css"):
        if name.startswith(NOT_WRITTEN_BY_HAND):
            continue
        limit = LIMIT_OF_TESTS if name.startswith(("tests/", "bench/")) else LIMIT
        if (length := len(text_of(name).splitlines())) > limit:
            long.append(f"{name}: {length} lines, {limit} are allowed; split it by verb or noun")
    forbid(long)
