"""``gridops migrate``: bring the database to the newest revision."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config as AlembicConfig
from sqlalchemy import create_engine, pool, text

from config import Config
from gridops.cli.environment import load_config

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
ONE_AT_A_TIME = 5_310_104  # advisory lock: two machines that start together must not migrate together


def upgrade(config: Config, revision: str = "head") -> None:
    """Run the migrations up to ``revision`` as the owner of the database; does nothing where they have been run."""
    engine = create_engine(config.owner_database_url, poolclass=pool.NullPool)
    with engine.connect() as guard, engine.connect() as connection:
        guard.execute(text("SELECT pg_advisory_lock(:number)"), {"number": ONE_AT_A_TIME})
        settings = AlembicConfig(attributes={"connection": connection})
        settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        alembic.upgrade(settings, revision)


@click.command()
def command() -> None:
    """Bring the database to the newest revision."""
    upgrade(load_config())
