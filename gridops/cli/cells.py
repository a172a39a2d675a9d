"""``gridops cells build STREET``: cut the communities of a street into cells."""

from __future__ import annotations

import click

from gridops.cli.database import working
from gridops.services import grids
from gridops.services.cell_building import Size, build


@click.group()
def command() -> None:
    """Cells of a street."""


@command.command("build")
@click.argument("street")
@click.option("--target-area", type=float, metavar="KM2", help="Square kilometres of a cell, about.")
@click.option("--households", type=int, metavar="N", help="Households of a cell, about.")
@click.option("--count", type=int, metavar="N", help="Cells of each community.")
@click.option("--draft", is_flag=True, help="Keep the new version as a draft; activate it later.")
def _build(street: str, target_area: float | None, households: int | None, count: int | None, draft: bool) -> None:
    """Cut each community of STREET into cells of a new version."""
    if [target_area, households, count].count(None) != 2:
        raise click.ClickException("Say how large a cell is: exactly one of --target-area, --households, --count. (bad_size)")
    size = Size(target_area * 1e6 if target_area else None, households, count)
    with working(keep=True) as work:
        built = build(work.session, street, size, now=work.now, draft=draft)
    for community, number in built.cells.items():
        click.echo(f"{community}: {number} cells")
    for community in built.not_cut:
        click.echo(f"note: {community} has no boundary and keeps the cells it has", err=True)
    click.echo(f"version {built.grid.version}, {built.grid.status}" if built.grid else "the cells are as before: no new version")


@command.command("activate")
@click.argument("street")
@click.argument("version", type=int)
def _activate(street: str, version: int) -> None:
    """Make a draft VERSION of STREET the active one."""
    with working(keep=True) as work:
        grids.activate(work.session, grids.draft(work.session, street, version), now=work.now)
    click.echo(f"version {version} is active")
