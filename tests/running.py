"""The whole system as ``make run`` starts it, on an empty home below /tmp: private servers, gunicorn, worker, beat, one supervisor.

Also for benchmarks/trial.py. What is done to it goes through HTTP or the command line; ``sessions`` is for looking, and for log-ins.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from requests.adapters import HTTPAdapter
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from gridops.context import wall_clock
from gridops.db import make_engine, make_sessions, transaction
from gridops.domain.actor import SYSTEM, Grant
from gridops.private.envfile import EnvFile
from gridops.services import accounts
from tests.servers import ROOT

PASSWORD = "a long enough password"
MARKS = {"postgres": "bin/postgres -D", "redis": "redis-server", "web": "-m gunicorn", "worker": "workers worker", "beat": "workers beat"}


def wait_until(condition: Callable[[], object], *, within: float = 30, every: float = 0.1, why: Callable[[], object] = lambda: "") -> float:
    """The seconds it took; AssertionError when it did not come about."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() < start + within, f"not within {within} s: {why()}"
        time.sleep(every)
    return time.monotonic() - start


@dataclass
class Running:
    """One ``gridops run``; ``url`` is where it serves."""

    folder: Path
    port: int
    env: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"GRIDOPS_HOME": str(self.home), "GRIDOPS_PORT": str(self.port), "GRIDOPS_DEMO": "0"}
        return {"PATH": os.environ["PATH"], **own, **self.env}

    def start(self, within: float = 90) -> float:
        """The seconds until /readyz answers 200."""
        with open(self.folder / "run.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gridops", "run"], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        return wait_until(self.is_ready, within=within, why=self.log)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
        if "engine" in self.__dict__:
            self.engine.dispose()

    def log(self) -> str:
        logs = [self.folder / "run.log", *sorted((self.home / "log").glob("*.log"))]
        return "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in logs if path.exists())

    @cached_property
    def config(self) -> Config:
        return Config.from_env(EnvFile(self.home / "run.env").read())

    @cached_property
    def engine(self) -> Engine:
        return make_engine(self.config.database_url, pool_size=2)

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        return make_sessions(self.engine)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """``gridops …`` in a second terminal."""
        return subprocess.run(
            [sys.executable, "-m", "gridops", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600)

    def pids(self, name: str) -> set[int]:
        """The supervisor's children of that name."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid) for pid in children if MARKS[name] in _command_line(pid)}

    def kill(self, name: str) -> set[int]:
        """kill -9 for all of that name at once; which they were."""
        pids = self.pids(name)
        assert pids, f"{name} is not running"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def wait_replaced(self, name: str, killed: set[int], *, within: float) -> float:
        """Until as many others run; the seconds it took."""
        def back() -> bool:
            return len(self.pids(name) - killed) >= len(killed)
        return wait_until(back, within=within, why=self.log)

    def log_in(self, username: str, *grants: Grant) -> Person:
        """A new account with these grants, logged in over HTTP."""
        with transaction(self.sessions) as session:
            accounts.create_account(session, username, PASSWORD, name=username, grants=grants, actor=SYSTEM, now=wall_clock())
        return Person.log_in(self.url, username)


def _command_line(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@contextmanager
def running(**env: str) -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="gridops-run-", dir="/tmp"))  # short, for sockets
    folder.chmod(0o755)  # the service user must be able to enter
    system = Running(folder, free_port(), env)
    try:
        system.start()
        yield system
    finally:
        system.stop()
        shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Person:
    """Somebody with a log-in, at the other end of HTTP."""

    url: str
    http: requests.Session

    @classmethod
    def log_in(cls, url: str, username: str, password: str = PASSWORD) -> Person:
        http = requests.Session()
        answer = http.post(f"{url}/api/v1/session", json={"username": username, "password": password}, timeout=20)
        assert answer.status_code == 201, answer.text
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return cls(url, http)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.http.get(f"{self.url}/api/v1/{path}", params=query, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ticket(self, number: str) -> dict[str, Any]:
        return self.get(f"tickets/{number}")

    def history(self, number: str) -> list[dict[str, Any]]:
        return self.get(f"tickets/{number}/history")["items"]

    def attempt(self, action: str, number: str, **body: Any) -> requests.Response:
        return self.http.post(f"{self.url}/api/v1/tickets/{number}/actions/{action}", json=body, timeout=20)

    def do(self, action: str, number: str, **body: Any) -> dict[str, Any]:
        answer = self.attempt(action, number, **body)
        assert answer.status_code == 200, f"{action}: {answer.text}"
        return answer.json()

    def photo(self) -> str:
        answer = self.http.post(f"{self.url}/api/v1/photos", files={"photo": ("a.jpg", picture())}, timeout=20)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def wait_for(self, number: str, *statuses: str, within: float = 30) -> dict[str, Any]:
        wait_until(lambda: self.ticket(number)["status"] in statuses, within=within, why=lambda: self.ticket(number))
        return self.ticket(number)


def household(address: str) -> requests.Session:
    """A caller at a loopback address of its own, for the limits count by address."""

    class FromAddress(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, source_address=(address, 0), **kwargs)

    session = requests.Session()
    session.mount("http://", FromAddress())
    return session


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(written, "PNG")
    return written.getvalue()
