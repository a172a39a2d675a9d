"""Bringing a database to the newest migration, and telling whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from gridops.db import Base

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 4_207_001  # two processes that migrate at once: the second waits and finds nothing to do


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(SCRIPTS))
    settings.attributes["connection"] = connection
    settings.attributes["metadata"] = Base.metadata
    return settings


def upgrade(owner_database_url: str) -> None:
    engine = create_engine(owner_database_url)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        command.upgrade(_alembic(connection), "head")
        connection.commit()
    engine.dispose()


def newest() -> str:
    return ScriptDirectory.from_config(_alembic()).get_current_head()


def knows(revision: str) -> bool:
    """Is it in this gridops' chain?"""
    return revision in {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}


def present(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
