"""A private PostgreSQL + PostGIS cluster: one Unix socket in a closed folder, no network port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from gridops.private.account import Account, as_account
from gridops.private.program import Program

OWNER = "gridops_owner"  # migrations, backup, restore
APP = "gridops_app"  # web and workers: what it may do is granted by the migrations
EXTENSIONS = ("postgis", "pg_trgm")
VERSIONS = Path("/usr/lib/postgresql")


class PostgresMissing(Exception):
    """No PostgreSQL binaries of the version that the cluster needs."""


@dataclass(frozen=True)
class Cluster:
    folder: Path
    sockets: Path  # a folder closed to others; keep it short, a socket's path has 107 bytes at most
    account: Account
    durable: bool = True  # False forgoes fsync: only for tests, a power cut would corrupt it

    def create(self) -> None:
        """initdb, unless it has been done. Made aside and renamed, so that an interrupted one is never taken for a cluster."""
        if (self.folder / "PG_VERSION").exists():
            return
        making = self.folder.with_name(self.folder.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        self.account.folder(making)
        # The bare default would be SQL_ASCII, and plain C makes the trigrams of Chinese text empty.
        options = ["-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust"]
        command = [str(self._bin() / "initdb"), "-D", str(making), *options, *([] if self.durable else ["--no-sync"])]
        subprocess.run(as_account(command, self.account), check=True, cwd=making, stdout=subprocess.DEVNULL, env=_environment())
        making.rename(self.folder)

    def program(self, log: Path) -> Program:
        command = [str(self._bin() / "postgres"), "-D", str(self.folder)]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value}"]
        return Program(
            name="postgres", command=tuple(command), account=self.account, cwd=self.folder, log=log, env=_environment(),
            stop_signal=signal.SIGINT, grace=timedelta(seconds=30), ready=self.answers, owns_cwd=True,
            before=self._forget_dead_postmaster,
        )

    def provision(self, database: str) -> None:
        """Both roles and the database with its extensions; does nothing where they exist."""
        with self.connect("postgres") as connection:
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APP):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP)))
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", database):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        with self.connect(database) as connection:
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))

    def url(self, database: str, role: str = APP) -> str:
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    @contextmanager
    def connect(self, database: str) -> Iterator[psycopg.Connection]:
        """As the owner, each statement its own transaction."""
        with psycopg.connect(self.url(database, OWNER), autocommit=True, client_encoding="utf8") as connection:
            # CREATE EXTENSION IF NOT EXISTS would tell on every start that it exists.
            connection.execute("SET client_min_messages = warning")
            yield connection

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres", OWNER), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.sockets), "unix_socket_permissions": "0700",
            "timezone": "UTC", "jit": "off",
            "log_error_verbosity": "terse",  # the details of a refused row are a resident's words
        }
        unsafe = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return settings if self.durable else settings | unsafe

    def _bin(self) -> Path:
        """A cluster stays with the version that made it, also when Debian has brought a newer one."""
        mark = self.folder / "PG_VERSION"
        version = mark.read_text().strip() if mark.exists() else newest_version()
        if not (VERSIONS / version / "bin" / "postgres").exists():
            raise PostgresMissing(f"PostgreSQL {version} is needed for {self.folder} but not installed")
        return VERSIONS / version / "bin"

    def _forget_dead_postmaster(self) -> None:
        # Nothing works in the folder any more, but after kill -9 the number in the file may by now belong to another program.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)


def newest_version() -> str:
    """The newest installed PostgreSQL that has PostGIS, as "15"."""
    controls = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    versions = [path.parts[-3] for path in controls if (VERSIONS / path.parts[-3] / "bin" / "postgres").exists()]
    if not versions:
        raise PostgresMissing("no PostgreSQL with PostGIS is installed; bin/prepare does that")
    return max(versions, key=int)


def _exists(connection: psycopg.Connection, query: str, value: str) -> bool:
    return connection.execute(query, (value,)).fetchone() is not None


def _environment() -> dict[str, str]:
    # PGPORT, PGDATA and the like of the caller's shell must not reach the server.
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}
