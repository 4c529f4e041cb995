"""Importing a module does nothing but define things: no files written, no sockets, no children."""

from __future__ import annotations

import subprocess
import sys

from tests.house.sources import ROOT, code, module_of

WATCH = """
import importlib, os, sys

FORBIDDEN = {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.remove",
             "os.rename", "os.system", "sqlite3.connect", "shutil.rmtree", "os.putenv"}

def ours(frame):
    # A library may look around when it is first imported; our own modules may not.
    while frame and "site-packages" not in frame.f_code.co_filename:
        if frame.f_code.co_filename.startswith((os.getcwd() + "/rooms", os.getcwd() + "/server")):
            return True
        frame = frame.f_back
    return False

def watch(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if (event in FORBIDDEN or writes) and watching and ours(sys._getframe(1)):
        acts.append(f"{event} {args[0]!r}")

acts, watching = [], ""
sys.addaudithook(watch)
for watching in sys.argv[1:]:
    importlib.import_module(watching)
    if acts:
        sys.exit(f"importing {watching}: {acts}")
"""


def test_importing_a_module_touches_nothing_outside_it() -> None:
    modules = [module_of(name) for name in code() if "migrations/" not in name]
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", WATCH, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
