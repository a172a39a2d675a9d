"""The supervisor runs as a process of its own here, as it does in life, because it owns the signals of its process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import ROOT

SCRIPT = """
import sys
from pathlib import Path
from gridops.private.account import service_account
from gridops.private.program import Program
from gridops.private.supervisor import Supervisor

place = Path(sys.argv[1])

def program(name, command):
    trap = f"trap 'echo {name} >> {place}/stopped; exit 0' TERM; {command}"
    ready = (place / f"{name}.pid").exists
    return Program(name, ("sh", "-c", trap), service_account(), place, place / f"{name}.log", {"PATH": "/usr/bin:/bin"}, ready=ready)

with Supervisor(lambda line: print(line, flush=True)) as supervisor:
    supervisor.start(program("server", "echo $$ > server.pid; while :; do sleep 0.05; done"))
    supervisor.start(program("web", "echo $$ > web.pid; while :; do sleep 0.05; done"))
    print("up", flush=True)
    supervisor.watch()
"""


@pytest.fixture
def folder(place):
    place.chmod(0o777)  # the programs leave their marks here
    return place


@pytest.fixture
def supervisor(folder):
    command = [sys.executable, "-c", SCRIPT, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_program_that_dies_is_started_again_and_that_is_said(supervisor, folder):
    first = _pid(folder, "web")
    os.kill(first, signal.SIGKILL)
    assert "web ended (SIGKILL), starting it again in 0.5 s" in supervisor.stdout.readline()
    assert _within(5, lambda: _pid(folder, "web") != first)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_in_reverse_order_when_asked(supervisor, folder, asked):
    supervisor.send_signal(asked)
    assert supervisor.wait(10) == 0
    assert (folder / "stopped").read_text().split() == ["web", "server"]


def test_a_killed_supervisor_leaves_no_orphans(supervisor, folder):
    pids = [_pid(folder, "server"), _pid(folder, "web")]
    supervisor.kill()
    assert _within(5, lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_a_stop_while_a_program_waits_for_its_next_life_does_not_hang(supervisor, folder):
    for _ in range(2):
        pid = _pid(folder, "web")
        os.kill(pid, signal.SIGKILL)
        supervisor.stdout.readline()
        assert _within(5, lambda pid=pid: _pid(folder, "web") != pid)
    os.kill(_pid(folder, "web"), signal.SIGKILL)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(10) == 0


def _pid(folder: Path, name: str) -> int:
    assert _within(5, lambda: (folder / f"{name}.pid").exists() and (folder / f"{name}.pid").read_text())
    return int((folder / f"{name}.pid").read_text())


def _within(seconds, holds) -> bool:
    give_up = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True
