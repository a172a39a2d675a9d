"""`gridops run` as a whole on an empty home: real servers, web, worker and beat."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.servers import ROOT

pytestmark = pytest.mark.faults


class Run:
    """One `gridops run` whose lines can be waited for."""

    def __init__(self, home: Path, port: int, **env: str):
        self.env = {"PATH": os.environ["PATH"], "GRIDOPS_HOME": str(home), "GRIDOPS_PORT": str(port), "GRIDOPS_DEMO": "0", **env}
        command = [sys.executable, "-m", "gridops", "run"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.seen: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line.rstrip())
        self._lines.put(None)

    def wait_for(self, words: str, seconds: float = 90) -> str:
        give_up = time.monotonic() + seconds
        while True:
            line = self._lines.get(timeout=max(0.01, give_up - time.monotonic()))
            assert line is not None, "\n".join(["it ended:", *self.seen])
            self.seen.append(line)
            if words in line:
                return line

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        code = self.process.wait(60)
        self._reader.join()
        return code

    def refuse(self) -> tuple[int, str]:
        """Exit code and everything said, for a start that must not succeed."""
        code = self.process.wait(60)
        self._reader.join()
        return code, "\n".join(iter(self._lines.get, None))

    def clean_up(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()


@pytest.fixture
def start(place):
    runs = []

    def start(port, **env):
        runs.append(Run(place / "home", port, **env))
        return runs[-1]

    yield start
    for run in runs:
        run.clean_up()
    assert _within(40, lambda: not _processes_of(place))


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_from_an_empty_home_to_a_served_page_and_back_and_again(start, port, place):
    first = start(port)
    first.wait_for("ready:")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.status == 200
    _insert(place, "first life")
    _second_terminal_works(first)
    _second_start_is_refused(start, port)
    assert first.end() == 0
    assert not _processes_of(place)
    assert not (place / "home" / "run.env").exists()
    second = start(port)
    second.wait_for("ready:")
    assert _kept(place) == ["first life"]
    assert second.end(signal.SIGTERM) == 0


def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_start_works(start, port, place):
    first = start(port)
    first.wait_for("ready:")
    _insert(place, "before the kill")
    first.process.kill()
    assert _within(40, lambda: not _processes_of(place))
    second = start(port)
    second.wait_for("ready:")
    assert _kept(place) == ["before the kill"]


def test_whatever_is_killed_is_back_and_the_page_is_served_again(start, port, place):
    run = start(port)
    run.wait_for("ready:")
    for name in ("postgres", "redis", "web"):
        os.kill(_leader(place, name), signal.SIGKILL)
        run.wait_for(f"{name} ended (SIGKILL)", 20)
        assert _within(60, lambda: _status(port) == 200 and _queue_answers(place)), name


def test_a_taken_port_is_said_in_one_line(start, port, place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        code, said = start(port).refuse()
    assert code == 3
    assert said == f"Error: port {port} is taken (Address already in use): set GRIDOPS_PORT to a free one"


def test_without_a_running_system_a_command_says_so(place):
    env = {"PATH": os.environ["PATH"], "GRIDOPS_HOME": str(place / "home")}
    done = subprocess.run([sys.executable, "-m", "gridops", "migrate"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: gridops is not running in {place}/home: start it with `make run`, or set DATABASE_URL\n"


def _second_terminal_works(run):
    env = {name: run.env[name] for name in ("PATH", "GRIDOPS_HOME")}
    subprocess.run([sys.executable, "-m", "gridops", "migrate"], cwd=ROOT, env=env, check=True, timeout=60)
    assert (Path(run.env["GRIDOPS_HOME"]) / "run.env").stat().st_mode & 0o777 == 0o600


def _second_start_is_refused(start, port):
    code, said = start(port).refuse()
    assert code == 4
    assert "already running in" in said


def _database(place):
    return psycopg.connect(f"postgresql://gridops_owner@/gridops?host={place}/home/run", autocommit=True, client_encoding="utf8")


def _insert(place, words):
    with _database(place) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept_by_test (words text)")
        connection.execute("INSERT INTO kept_by_test VALUES (%s)", (words,))


def _kept(place):
    with _database(place) as connection:
        return [words for (words,) in connection.execute("SELECT words FROM kept_by_test")]


def _processes_of(place):
    """Everything whose working folder or command line lies in the home, seen by root or by the same user."""
    return {pid: command for pid, command in _commands() if str(place) in command}


def _commands():
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and int(name) != os.getpid():
                yield int(name), Path(f"/proc/{name}/cmdline").read_text().replace("\0", " ") + os.readlink(f"/proc/{name}/cwd")
        except OSError:
            continue


def _leader(place, name):
    marks = {"postgres": "bin/postgres -D", "redis": "redis-server", "web": "-m gunicorn"}
    return min(pid for pid, command in _commands() if marks[name] in command and str(place) in command)


def _status(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status
    except OSError:
        return None


def _queue_answers(place):
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(f"{place}/home/run/redis.sock")
            connection.sendall(b"PING\r\n")
            return connection.recv(10) == b"+PONG\r\n"
        except OSError:
            return False


def _within(seconds, holds):
    give_up = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True
