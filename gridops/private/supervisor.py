"""Keeps every program of one installation alive, and stops them in order.

Layers start one after the other and stop in reverse: first web, worker and beat, then Redis, then PostgreSQL.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gridops.private.account import Account, as_account
from gridops.private.program import Program, StartFailed, sweep_group

FIRST_PAUSE = 0.5  # seconds before a program that ended is started again; doubled each time up to LONGEST_PAUSE
LONGEST_PAUSE = 20.0
STEADY = 60.0  # seconds of life after which a program's earlier deaths are forgotten
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """A stop was asked for while something was still being started."""


@dataclass
class Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    deaths: int = 0
    restart: float | None = None  # when it may live again; None while it lives

    @property
    def alive(self) -> bool:
        return self.restart is None


class Supervisor:
    """Use as a context manager in the main thread: inside, signals to stop are noted; on leaving, everything is stopped."""

    def __init__(self, say: Callable[[str], None], *, watched_parent: int | None = None):
        self._say = say
        self._parent = watched_parent  # for a child of make: when make is gone, so is the person who could stop us
        self._layers: list[list[Child]] = []
        self._stops = 0

    def __enter__(self) -> Supervisor:
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only so that it wakes the loop
        return self

    def __exit__(self, *_: object) -> None:
        while self._layers:
            self._stop_layer(self._layers.pop())
        signal.set_wakeup_fd(-1)
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._wake_read)
        os.close(self._wake_write)

    def start(self, *programs: Program, within: timedelta = timedelta(seconds=60)) -> None:
        """Start a layer and wait until all of it is ready. Raises StartFailed, or Stopped when asked to stop meanwhile."""
        layer: list[Child] = []
        self._layers.append(layer)
        for program in programs:
            layer.append(Child(program, program.spawn(), time.monotonic()))
        for child in layer:
            self._await_first(child, time.monotonic() + within.total_seconds())

    def run_once(self, name: str, command: Sequence[str], *, account: Account, env: Mapping[str, str], cwd: Path) -> None:
        """A step that ends by itself, with the terminal as its output. Raises StartFailed when it fails, or Stopped."""
        process = subprocess.Popen(as_account(command, account), env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, start_new_session=True)
        while process.poll() is None:
            if self.stopping:
                process.terminate()
                process.wait()
                raise Stopped
            self._tick()
        if process.returncode:
            raise StartFailed(f"{name} ended with {process.returncode}")

    def watch(self, until: Callable[[], bool] = lambda: False, within: timedelta | None = None) -> bool:
        """Restart what dies until ``until()`` holds (True), the time is up (False) or a stop is asked for (False)."""
        give_up = time.monotonic() + within.total_seconds() if within else float("inf")
        while not self.stopping and time.monotonic() < give_up:
            if until():
                return True
            self._tick(0.1 if within else 1.0)
        return False

    def _await_first(self, child: Child, give_up: float) -> None:
        while not child.program.ready():
            if self.stopping:
                raise Stopped
            if child.process.poll() is not None or time.monotonic() > give_up:
                raise StartFailed(f"{child.program.name} did not start; the end of {child.program.log}:\n{child.program.log_tail()}")
            self._rest(0.02)

    def _tick(self, pause: float = 0.1) -> None:
        for child in [child for layer in self._layers for child in layer]:
            self._look_after(child)
        self._rest(pause)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.alive and child.process.poll() is not None:
            self._plan_restart(child, now)
        elif not child.alive and child.restart <= now:
            child.process, child.started, child.restart = child.program.spawn(), now, None

    def _plan_restart(self, child: Child, now: float) -> None:
        sweep_group(child.process)
        child.deaths = 1 if now - child.started > STEADY else child.deaths + 1
        pause = min(FIRST_PAUSE * 2 ** (child.deaths - 1), LONGEST_PAUSE)
        child.restart = now + pause
        self._say(f"{child.program.name} ended ({_how(child.process.returncode)}), starting it again in {pause:g} s; log: {child.program.log}")
        if child.deaths == 2:  # once is an accident, twice wants a look; more would only fill the terminal
            self._say(child.program.log_tail())

    def _stop_layer(self, layer: list[Child]) -> None:
        """All of the layer at once, so that the slowest sets the pace; a second Ctrl-C ends the patience."""
        patience = self._stops + 1 if self._stops else 2
        for child in layer:
            child.program.ask_to_stop(child.process)
        for child in layer:
            give_up = time.monotonic() + child.program.grace.total_seconds()
            while child.process.poll() is None and time.monotonic() < give_up and self._stops < patience:
                self._rest(0.2)
            sweep_group(child.process)

    @property
    def stopping(self) -> bool:
        return self._stops > 0 or (self._parent is not None and os.getppid() != self._parent)

    def _note_stop(self, *_: object) -> None:
        self._stops += 1

    def _rest(self, seconds: float) -> None:
        select.select([self._wake_read], [], [], seconds)
        try:
            os.read(self._wake_read, 512)
        except BlockingIOError:
            pass


def _how(returncode: int) -> str:
    return signal.Signals(-returncode).name if returncode < 0 else f"exit code {returncode}"
