from __future__ import annotations

import click

from gridops import schema
from gridops.cli.environment import load_config


@click.command()
def command() -> None:
    """Bring the database to the newest revision."""
    schema.upgrade(load_config().owner_database_url)
