"""The documentation names only what is there."""

from __future__ import annotations

import re

from tests.house.sources import ROOT, files, forbid, text_of

CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)[^)]*\)")


def commands(name: str) -> list[str]:
    """What a document shows as code, line by line."""
    return [
        line.strip()
        for shown in CODE.finditer(text_of(name))
        for line in (shown[1] or shown[2]).splitlines()
    ]


def named(pattern: str) -> list[tuple[str, str]]:
    """Each word that a command of this form names, with the document that names it."""
    return [
        (name, hit[1])
        for name in files(".md")
        for line in commands(name)
        for hit in re.finditer(pattern, line)
    ]


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    used = named(r"(?:^|PORT=\d+ )make (\w+)")
    assert used
    forbid(f"{name}: there is no make {word}" for name, word in used if word not in targets)


def test_every_command_of_daigang_in_the_documents_exists() -> None:
    known = set(re.findall(r"^def (\w+)\(", text_of("server/__main__.py"), re.MULTILINE))
    known |= set(re.findall(r"name=\"(\w+)\"", text_of("server/__main__.py")))
    used = named(r"(?:^|exec daigang |bin/)daigang (\w+)")
    assert used
    forbid(f"{name}: there is no daigang {word}" for name, word in used if word not in known)


def test_every_link_to_a_file_leads_to_one() -> None:
    forbid(
        f"{name}: {target} is not there"
        for name in files(".md")
        for target in LINK.findall(text_of(name))
        if not ((ROOT / name).parent / target).exists()
    )
