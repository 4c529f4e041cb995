"""Chinese and English are both complete: every text that can be shown has its translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import Environment

from tests.house.sources import ROOT, calls, code, files, forbid, text_of

# The calls that mark or translate a text; `say` may name the language before it.
MARKS = {"_", "msg", "translate", "gettext", "say"}
LANGUAGES = {"zh", "en"}
# A catalogue named browser… is the only one that scripts are given.
BROWSER = "browser"
HOLE = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def catalogues() -> dict[str, Catalog]:
    """Chinese catalogues by name; several files, one per feature."""
    read = {}
    for name in files(".po", under=("server/locale/zh/",)):
        with (ROOT / name).open("rb") as file:
            stem = name.rpartition("/")[2].removesuffix(".po")
            read[stem] = read_po(file, locale="zh_CN", abort_invalid=True)
    return read


def translated(*, only_browser: bool = False) -> set[str]:
    return {
        str(entry.id)
        for stem, catalogue in catalogues().items()
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy
        if stem.startswith(BROWSER) or not only_browser
    }


def in_python() -> Iterator[tuple[str, str]]:
    for name in code():
        for line, called, call in calls(name):
            for argument in call.args[:2] if called in MARKS else ():
                text = argument.value if isinstance(argument, ast.Constant) else None
                if isinstance(text, str) and text not in LANGUAGES:
                    yield f"{name}:{line}", text


def in_templates() -> Iterator[tuple[str, str]]:
    jinja = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for name in files(".html", ".txt", under=("templates/",)):
        for line, _, said in jinja.extract_translations(text_of(name)):  # type: ignore[attr-defined]
            for text in said if isinstance(said, tuple) else (said,):
                if isinstance(text, str):
                    yield f"{name}:{line}", text


def in_scripts() -> Iterator[tuple[str, str]]:
    for name in files(".js", under=("static/",)):
        source = BytesIO(text_of(name).encode())
        for line, said, _, _ in extract("javascript", source, keywords={"t": None}):
            yield f"{name}:{line}", said if isinstance(said, str) else said[0]


def untold(said: Iterator[tuple[str, str]], known: set[str]) -> list[str]:
    """One line for each text without a translation, with the first place that says it."""
    first: dict[str, str] = {}
    for where, text in said:
        if text not in known:
            first.setdefault(text, where)
    return [f"{where}: {text!r} has no Chinese" for text, where in first.items()]


def test_every_text_of_the_server_is_translated() -> None:
    forbid(untold(in_python(), translated()))


def test_every_text_of_the_pages_is_translated() -> None:
    forbid(untold(in_templates(), translated()))


def test_every_text_of_the_scripts_is_in_a_browser_catalogue() -> None:
    forbid(untold(in_scripts(), translated(only_browser=True)))


def test_no_text_is_translated_in_two_files() -> None:
    seen: dict[str, str] = {}
    twice = []
    for stem, catalogue in catalogues().items():
        for entry in catalogue:
            if entry.id and seen.setdefault(str(entry.id), stem) != stem:
                twice.append(f"{entry.id!r}: {seen[str(entry.id)]}.po and {stem}.po")
    forbid(twice)


def test_a_translation_fills_the_same_holes() -> None:
    wrong = [
        f"{stem}.po: {entry.id!r}"
        for stem, catalogue in catalogues().items()
        for entry in catalogue
        if entry.id and entry.string and holes(str(entry.id)) != holes(str(entry.string))
    ]
    forbid(wrong)


def holes(text: str) -> list[tuple[str, str]]:
    return sorted(set(HOLE.findall(text)))


def test_what_is_marked_for_translation_is_written_out() -> None:
    sins = [
        f"{name}:{line}: msg() of something that no catalogue can hold"
        for name in code()
        for line, called, call in calls(name)
        if called == "msg" and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    forbid(sins)
