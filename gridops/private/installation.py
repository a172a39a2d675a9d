"""What runs in one home: which servers are its own, and the settings that web, worker and beat get."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gridops.private.account import Account
from gridops.private.cluster import OWNER, Cluster
from gridops.private.home import Home
from gridops.private.redis import Redis
from gridops.private.secrets import ensure_secrets

DATABASE = "gridops"


class Unreachable(Exception):
    """The service user cannot get into the home."""


@dataclass(frozen=True)
class Installation:
    home: Home
    account: Account
    env: Mapping[str, str]  # of the person who starts it

    @property
    def cluster(self) -> Cluster | None:
        """None when DATABASE_URL names a server of the person's own."""
        return None if self.env.get("DATABASE_URL") else Cluster(self.home.postgres, self.home.sockets, self.account)

    @property
    def redis(self) -> Redis | None:
        return None if self.env.get("REDIS_URL") else Redis(self.home.redis, self.home.sockets, self.account)

    def settings(self) -> dict[str, str]:
        """For migrations, demo and the command line: the owner's URL included."""
        given = {name: value for name, value in self.env.items() if name.startswith("GRIDOPS_")}
        usual = {"GRIDOPS_SMS": f"file:{self.home.messages / 'sms.jsonl'}", "GRIDOPS_MAIL": f"file:{self.home.messages / 'mail'}"}
        return usual | ensure_secrets(self.home.secrets) | given | self._database() | self._redis() | {"GRIDOPS_HOME": str(self.home.folder)}

    def app_settings(self) -> dict[str, str]:
        """For web, worker and beat: only the role that cannot alter the trail."""
        return {name: value for name, value in self.settings().items() if name != "DATABASE_OWNER_URL"}

    def check_reachable(self) -> None:
        """Raises Unreachable. Root alone can make a home that its service user cannot enter, for example below /root."""
        for folder in (self.home.folder, *self.home.folder.parents):
            if self.account.uid != os.geteuid() and not _enterable(folder, self.account):
                raise Unreachable(f"the user {self.account.name} cannot enter {folder}: choose another GRIDOPS_HOME")

    def _database(self) -> dict[str, str]:
        if self.cluster:
            return {"DATABASE_URL": self.cluster.url(DATABASE), "DATABASE_OWNER_URL": self.cluster.url(DATABASE, OWNER)}
        names = ("DATABASE_URL", "DATABASE_OWNER_URL")
        return {name: self.env[name] for name in names if self.env.get(name)}

    def _redis(self) -> dict[str, str]:
        return {"REDIS_URL": self.redis.url() if self.redis else self.env["REDIS_URL"]}


def process_environment(settings: Mapping[str, str], code: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Little of the person's shell reaches the processes: no PG* or PYTHON* variable may change what they do."""
    kept = {name: env[name] for name in ("PATH", "TMPDIR", "SSL_CERT_FILE") if name in env}
    return kept | settings | {"LANG": "C.UTF-8", "HOME": settings["GRIDOPS_HOME"], "PYTHONPATH": str(code), "PYTHONUNBUFFERED": "1"}


def _enterable(folder: Path, account: Account) -> bool:
    mode = folder.stat()
    bit = 0o100 if mode.st_uid == account.uid else 0o010 if mode.st_gid == account.gid else 0o001
    return bool(mode.st_mode & bit)
