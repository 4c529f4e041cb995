"""What nobody writes in this house, and why."""

from __future__ import annotations

import ast
import re

from tests.house.sources import calls, code, every_file, files, forbid, module_of, text_of

# Whoever starts a task owns a task group, and these are the owners.
TASK_OWNERS = {
    "rooms.lobby",
    "server.live",
    "server.base.relay_redis",
    "server.app",
    "server.node",
}
TASK_OWNERS |= {"server.fallback"}
# The roots of processes own what lives as long as the process.
TASK_OWNERS |= {"server.__main__", "server.serving", "server.supervisor"}
GROUPS = {"TaskGroup", "create_task_group"}

SCRIPT = re.compile(
    r"\binnerHTML\b|\bouterHTML\b|\binsertAdjacentHTML\b|\bsetHTML\w*\b|\bdocument\.write\b"
    r"|\beval\s*\(|\bnew\s+Function\b|\.setAttribute\(\s*[\"'](?:on\w+|style)[\"']"
)
# Handlers and styles in attributes are refused by our own content security policy.
TEMPLATE = re.compile(
    r"<[a-z][^>]*\son[a-z]+\s*=|<[a-z][^>]*\sstyle\s*=|javascript:|\|\s*safe\b"
    r"|<script(?![^>]*\b(?:nonce|src)\s*=)",
    re.IGNORECASE,
)

# Written in pieces so that this file does not name what it forbids.
HOSTS = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "registry.npm" + "js",
            "npmjs" + ".org",
            "pypi" + ".org",
            "python" + "hosted",
            "jsdel" + "ivr",
            "unp" + "kg.com",
            "cdn" + "js.",
            "google" + "apis",
            "gst" + "atic",
            "deb." + "debian",
            "raw.git" + "hubusercontent",
        )
    )
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.:/}])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "t" + "mp")) + r")/\w"
)
BINARY = (".png", ".jpg", ".ico", ".woff2", ".wav", ".mp4", ".h264", ".ogg")


def found(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """`file:line: what` for every hit."""
    return [
        f"{name}:{text[: hit.start()].count(chr(10)) + 1}: {hit.group()[:80]}"
        for name in names
        for text in (text_of(name),)
        for hit in pattern.finditer(text)
    ]


def test_every_task_has_an_owner() -> None:
    sins = []
    for name in code():
        for line, called, call in calls(name):
            if called == "ensure_future" or (called == "create_task" and is_bare(call)):
                sins.append(f"{name}:{line}: {called} without a task group")
            elif called in GROUPS and module_of(name) not in TASK_OWNERS:
                sins.append(f"{name}:{line}: a task group outside {sorted(TASK_OWNERS)}")
    forbid(sins)


def is_bare(call: ast.Call) -> bool:
    """Whether `create_task` is called on asyncio or on a loop instead of on a task group."""
    if isinstance(call.func, ast.Name):
        return True
    said = ast.unparse(call.func)
    return bool(re.search(r"\basyncio\.create_task|loop(\(\))?\.create_task", said))


def test_no_script_writes_markup_or_runs_text() -> None:
    sins = found(SCRIPT, files(".js", under=("static/",)))
    forbid(sins)


def test_no_template_has_inline_handlers_styles_or_raw_text() -> None:
    sins = found(TEMPLATE, files(".html", under=("templates/",)))
    forbid(sins)


def test_no_file_names_a_download_host() -> None:
    sins = found(HOSTS, [name for name in every_file() if not name.endswith(BINARY)])
    forbid(sins)


def test_no_file_names_a_path_of_one_machine() -> None:
    sins = found(MACHINE_PATHS, [name for name in every_file() if not name.endswith(BINARY)])
    forbid(sins)


def test_locks_hold_names_versions_and_hashes_alone() -> None:
    locks = files(".lock", "package-lock.json")
    assert len(locks) == 4
    sins = found(re.compile(r"\w+://\S+|\"resolved\"|--(?:extra-)?index-url|--find-links"), locks)
    forbid(sins)
    for name in locks:
        if name.endswith(".lock"):
            text = text_of(name)
            pinned = len(re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE))
            hashed = len(
                re.findall(r"^[\w.\[\]-]+==[^\n]* \\\n +--hash=sha256:", text, re.MULTILINE)
            )
            assert pinned == hashed > 0, f"{name}: a package without a hash"
