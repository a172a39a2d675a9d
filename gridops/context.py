"""What a running process holds: settings, database, vault and a clock. The edges make one; services get its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session, sessionmaker

from config import Config
from gridops.db import make_engine, make_sessions
from gridops.vault import Vault


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """Nothing connects before its first use, so a process starts while the database is away."""

    config: Config
    sessions: sessionmaker[Session]
    vault: Vault
    now: Callable[[], datetime] = wall_clock

    @classmethod
    def of(cls, config: Config, *, pool_size: int = 5) -> Context:
        sessions = make_sessions(make_engine(config.database_url, pool_size=pool_size))
        return cls(config, sessions, Vault(config.vault_keys, config.secret_key))

    @property
    def bind(self):
        """The Engine (in tests: the Connection) behind ``sessions``."""
        return self.sessions.kw["bind"]
