from __future__ import annotations

import click

from gridops import schema
from gridops.cli.database import working
from gridops.cli.environment import load_config
from gridops.services.seed import ensure_defaults


@click.command()
def command() -> None:
    """Bring the database to the newest revision, and fill a new one with taxonomy, calendar and limits."""
    schema.upgrade(load_config().owner_database_url)
    with working(keep=True) as work:
        ensure_defaults(work.session, work.now)
