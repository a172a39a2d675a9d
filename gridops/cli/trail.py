"""``gridops trail``: the append-only history."""

from __future__ import annotations

import click

from gridops.cli.database import working
from gridops.domain.counted import counted
from gridops.services import trail


@click.group()
def command() -> None:
    """The append-only history of all tickets."""


@command.command()
def verify() -> None:
    """Look whether any row was changed, is missing or was cut. Exit code 1 when something does not fit."""
    found = 0
    with working(keep=False) as work:
        for fault in trail.verify_all(work.session):
            found += 1
            click.echo(fault)
    if found:
        raise click.ClickException(f"{counted(found, 'fault')}: somebody has changed the trail")
    click.echo("every row and every seal fits")
