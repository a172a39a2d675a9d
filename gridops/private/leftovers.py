"""Processes of an earlier life: after kill -9 of a supervisor or of a postmaster something may still hold its folder."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path


class FolderInUse(Exception):
    """A process works in the folder and does not end even when killed."""


def processes_in(folder: Path, program: str) -> list[int]:
    """Ids of live processes called ``program`` that work in ``folder``: PostgreSQL and Redis both do, a person's shell is not meant."""
    expected = (program, os.path.realpath(folder))
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _name_and_folder(f"/proc/{name}") == expected]


def end_leftovers(folder: Path, program: str, stop_signal: signal.Signals, grace: timedelta) -> None:
    """Ask what still works in ``folder`` to stop, then kill it. The caller holds the installation's lock, so nobody needs it.

    Raises FolderInUse when something survives.
    """
    for chosen, patience in ((stop_signal, grace), (signal.SIGKILL, timedelta(seconds=5))):
        for pid in processes_in(folder, program):
            _send(pid, chosen)
        if _gone(folder, program, patience):
            return
    raise FolderInUse(f"{folder} is still used by processes {processes_in(folder, program)}")


def _gone(folder: Path, program: str, patience: timedelta) -> bool:
    give_up = time.monotonic() + patience.total_seconds()
    while processes_in(folder, program):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def _name_and_folder(process: str) -> tuple[str, str] | None:
    try:
        return Path(process, "comm").read_text().rstrip("\n"), os.readlink(f"{process}/cwd")
    except OSError:  # ended meanwhile, or somebody else's: then it cannot be ours
        return None


def _send(pid: int, chosen: signal.Signals) -> None:
    try:
        os.kill(pid, chosen)
    except ProcessLookupError:
        pass
