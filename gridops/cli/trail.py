"""``gridops trail``: reads the whole trail and says what does not fit."""

from __future__ import annotations

import click

from gridops.cli.database import working
from gridops.services import trail


@click.command()
def command() -> None:
    """Look whether any row of the trail was changed or cut. Exit code 1 when something does not fit."""
    found = 0
    with working(keep=False) as work:
        for fault in trail.verify_all(work.session):
            found += 1
            click.echo(fault)
    if found:
        raise click.ClickException(f"{found} faults: somebody has changed the trail")
    click.echo("every row and every seal fits")
