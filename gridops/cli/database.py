"""What a command that reads or writes records needs: a session, the vault, the present instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from gridops.cli.environment import load_config
from gridops.db import make_engine, make_sessions, reading, transaction
from gridops.vault import Vault


@dataclass(frozen=True)
class Work:
    session: Session
    vault: Vault
    now: datetime


@contextmanager
def working(*, keep: bool) -> Iterator[Work]:
    """One transaction; without `keep` everything is undone at the end."""
    config = load_config()
    engine = make_engine(config.database_url, pool_size=1)
    opened = transaction if keep else reading
    try:
        with opened(make_sessions(engine)) as session:
            yield Work(session, Vault(config.vault_keys, config.secret_key), datetime.now(UTC))
    finally:
        engine.dispose()
