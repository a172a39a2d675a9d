"""GRIDOPS_HOME: the folder that holds everything of one installation, and the lock that lets one supervisor into it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gridops.private.account import Account
from gridops.private.envfile import EnvFile

LONGEST_SOCKET_FOLDER = 80  # a socket's path has 107 bytes at most, PostgreSQL's own file name takes its share


class AlreadyRunning(Exception):
    """Another supervisor works in this home."""


@dataclass(frozen=True)
class Home:
    folder: Path

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """GRIDOPS_HOME; else /var/lib/gridops for root and the user's own folder for everybody else."""
        if env.get("GRIDOPS_HOME"):
            return cls(Path(env["GRIDOPS_HOME"]).resolve())
        if os.geteuid() == 0:
            return cls(Path("/var/lib/gridops"))
        shared = env.get("XDG_DATA_HOME") or Path(env.get("HOME") or Path.home(), ".local", "share")
        return cls(Path(shared, "gridops").resolve())

    @property
    def secrets(self) -> EnvFile:
        return EnvFile(self.folder / "secrets.env")

    @property
    def run_env(self) -> EnvFile:
        """What a second terminal needs while the system runs; gone when it has stopped."""
        return EnvFile(self.folder / "run.env")

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def redis(self) -> Path:
        return self.folder / "redis"

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def messages(self) -> Path:
        """Where text messages are written as long as no gateway is named."""
        return self.folder / "messages"

    @property
    def app(self) -> Path:
        return self.folder / "app"

    @property
    def demo_logins(self) -> Path:
        return self.folder / "demo-logins.json"

    @property
    def sockets(self) -> Path:
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir(), f"gridops-{mark}")

    def prepare(self, account: Account) -> None:
        """All folders. Only the innermost belong to ``account``: it must not be able to replace what root starts or writes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        for leaf in (self.redis, self.sockets, self.messages):
            account.folder(leaf)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Held by the supervisor for its whole life, freed by the kernel however it ends. Raises AlreadyRunning."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "run.lock", "a", opener=_closed_to_others) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(f"gridops is already running in {self.folder}") from error
            yield

    def is_running(self) -> bool:
        """Raises PermissionError when the home is another user's."""
        try:
            with open(self.folder / "run.lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False


def _closed_to_others(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
