"""The servers of one test run: a private cluster and Redis in a folder of their own, a migrated template, one database per worker."""

from __future__ import annotations

import base64
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from psycopg import sql

from config import Config
from gridops import schema
from gridops.private.account import Account, service_account
from gridops.private.cluster import OWNER, Cluster
from gridops.private.program import Program, wait_ready
from gridops.private.redis import Redis

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "gridops_template"


@dataclass(frozen=True)
class Servers:
    """Where the servers of this run are; every worker can build it from the folder alone."""

    folder: Path
    account: Account

    @classmethod
    def at(cls, folder: Path) -> Self:
        return cls(folder, service_account())

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.folder / "postgres", self.folder / "run", self.account, durable=False)

    @property
    def redis(self) -> Redis:
        return Redis(self.folder / "redis", self.folder / "run", self.account, durable=False)

    def clone(self, database: str) -> None:
        """An empty migrated database, in 0.06 s."""
        with self.cluster.connect("postgres") as connection:
            names = [sql.Identifier(name) for name in (database, TEMPLATE)]
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def drop(self, database: str) -> None:
        with self.cluster.connect("postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def config(self, database: str, redis_number: int = 0, **changes) -> Config:
        """As web and workers get it: the application's role, not the owner's."""
        settings = {
            "database_url": _driver(self.cluster.url(database)),
            "owner_database_url": _driver(self.cluster.url(database, OWNER)),
            "redis_url": self.redis.url(redis_number),
            "secret_key": b"tests only, never a real installation",
            "vault_keys": {"t1": bytes(range(32))},
        }
        return Config(**(settings | changes))

    def environment(self, config: Config) -> dict[str, str]:
        """The same settings for a process that a test starts; add PATH and the like."""
        keys = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in config.vault_keys.items())
        return {
            "DATABASE_URL": config.database_url, "DATABASE_OWNER_URL": config.owner_database_url, "REDIS_URL": config.redis_url,
            "GRIDOPS_SECRET_KEY": config.secret_key.decode(), "GRIDOPS_VAULT_KEYS": keys, "PYTHONPATH": str(ROOT),
        }


@dataclass
class RunningServers:
    """Owned by the process that started them: pytest itself, or xdist's controller. The kernel ends them with it."""

    servers: Servers
    processes: list[tuple[Program, subprocess.Popen]] = field(default_factory=list)

    @classmethod
    def start(cls) -> Self:
        folder = Path(tempfile.mkdtemp(prefix="gridops-test-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
        account = service_account()
        account.folder(folder)
        running = cls(Servers(folder, account))
        try:
            running._start_all()
        except BaseException:
            running.stop()
            raise
        return running

    def _start_all(self) -> None:
        servers = self.servers
        for name in ("run", "redis"):
            servers.account.folder(servers.folder / name)
        servers.cluster.create()
        for program in (servers.cluster.program(servers.folder / "postgres.log"), servers.redis.program(servers.folder / "redis.log")):
            self.processes.append((program, program.spawn()))
        for program, process in self.processes:
            wait_ready(program, process)
        servers.cluster.provision(TEMPLATE)
        schema.upgrade(servers.config(TEMPLATE).owner_database_url)

    def stop(self) -> None:
        for program, process in reversed(self.processes):
            program.stop(process)
        shutil.rmtree(self.servers.folder, ignore_errors=True)


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")
