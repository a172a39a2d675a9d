"""One process of an installation: how it is started, known to be ready, and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from gridops.private.account import Account, as_account
from gridops.private.leftovers import end_leftovers


class StartFailed(Exception):
    """A program ended, or said nothing in time, before it was ready; the message quotes the end of its log."""


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple[str, ...]
    account: Account
    cwd: Path
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    grace: timedelta = timedelta(seconds=15)
    ready: Callable[[], bool] = lambda: True
    before: Callable[[], object] = lambda: None  # just before each start
    owns_cwd: bool = False  # anything else that runs in its folder is left over from an earlier life and must end first

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start in a session of its own, so that Ctrl-C reaches only the supervisor, which then stops things in order."""
        if self.owns_cwd:
            end_leftovers(self.cwd, Path(self.command[0]).name, self.stop_signal, self.grace)
        self.before()
        command = as_account(self.command, self.account, on_parent_death=self.stop_signal.name[3:])
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                command, cwd=self.cwd, env=dict(self.env), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, umask=0o077,
            )

    def ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.send_signal(self.stop_signal)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Ask first; after the grace period the whole process group is killed."""
        self.ask_to_stop(process)
        try:
            process.wait(self.grace.total_seconds())
        except subprocess.TimeoutExpired:
            pass
        sweep_group(process)

    def log_tail(self, lines: int = 5) -> str:
        try:
            text = self.log.read_bytes()[-4000:].decode(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


def wait_ready(program: Program, process: subprocess.Popen[bytes], *, within: timedelta = timedelta(seconds=30)) -> None:
    give_up = time.monotonic() + within.total_seconds()
    while not program.ready():
        if process.poll() is not None:
            raise StartFailed(f"{program.name} ended with {process.returncode}:\n{program.log_tail()}")
        if time.monotonic() > give_up:
            raise StartFailed(f"{program.name} was not ready in {within.total_seconds():.0f} s:\n{program.log_tail()}")
        time.sleep(0.02)


def sweep_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and its group, such as web workers whose master was killed: they would hold the port."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
