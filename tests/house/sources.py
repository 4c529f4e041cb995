"""The files of the house, as the house rules read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@cache
def every_file() -> tuple[str, ...]:
    """Every file that is committed or about to be, by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = listed.stdout.split("\0")
    return tuple(sorted({name for name in names if name and (ROOT / name).is_file()}))


def files(*endings: str, under: tuple[str, ...] = ("",)) -> list[str]:
    """The files with one of these endings in one of these folders."""
    return [name for name in every_file() if name.endswith(endings) and name.startswith(under)]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(text_of(name), name)


def code() -> list[str]:
    """The Python files of the product itself."""
    return files(".py", under=("rooms/", "server/"))


def module_of(name: str) -> str:
    """`rooms/room.py` → `rooms.room`."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def calls(name: str) -> Iterator[tuple[int, str, ast.Call]]:
    """Every call in a Python file: line, the called name's last part, the call."""
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.lineno, node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.lineno, node.func.id, node


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Every module a Python file imports: line, full name (of the thing, in `from a import b`)."""
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def forbid(sins: Iterable[str]) -> None:
    """Fail, one line a sin, if there are any."""
    if told := "\n".join(sins):
        pytest.fail(told, pytrace=False)
