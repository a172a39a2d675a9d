"""``gridops cells build STREET``: cut the communities of a street into cells."""

from __future__ import annotations

import json
from pathlib import Path

import click
from shapely import LineString

from geo.errors import GeoError
from geo.lines import read_lines
from gridops.cli import cell_versions
from gridops.cli.database import working
from gridops.domain.counted import counted
from gridops.services.cell_building import Size, build

PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Cells of a street."""


def _reasons(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(value.partition("=")[::2] for value in values)
    if not all(pairs.values()):
        raise click.BadParameter("give PLACE=REASON")
    return pairs


def _lines(file: Path, crs: str | None) -> list[LineString]:
    if crs is None:
        raise click.ClickException("Say the coordinate system of the lines: --crs wgs84, gcj02 or bd09. (missing_crs)")
    try:
        return read_lines(json.loads(file.read_text(encoding="utf-8-sig")), crs)
    except GeoError as error:
        raise click.ClickException(f"{file.name}: {error.message} ({error.code})") from error
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not JSON. (bad_file)") from error


@command.command("build")
@click.argument("street")
@click.option("--target-area", type=float, metavar="KM2", help="Square kilometres of a cell, about.")
@click.option("--households", type=int, metavar="N", help="Households of a cell, about.")
@click.option("--count", type=int, metavar="N", help="Cells of each community.")
@click.option("--along", "files", multiple=True, type=PATH, help="GeoJSON lines (roads, walls) that borders follow where they can; may be repeated.")
@click.option("--crs", type=click.Choice(["wgs84", "gcj02", "bd09"]), help="Coordinate system of these lines.")
@click.option(
    "--may-split", multiple=True, callback=_reasons, metavar="PLACE=REASON", help="A compound or building that may be split, and why; repeatable.")
@click.option("--draft", is_flag=True, help="Keep the new version as a draft; activate it later.")
def _build(
    street: str, target_area: float | None, households: int | None, count: int | None, files: tuple[Path, ...], crs: str | None,
    may_split: dict[str, str], draft: bool,
) -> None:
    """Cut each community of STREET into cells of a new version."""
    if [target_area, households, count].count(None) != 2:
        raise click.ClickException("Say how large a cell is: exactly one of --target-area, --households, --count. (bad_size)")
    size = Size(target_area * 1e6 if target_area else None, households, count)
    lines = [line for file in files for line in _lines(file, crs)]
    with working(keep=True) as work:
        built = build(work.session, street, size, now=work.now, draft=draft, lines=lines, may_split=may_split)
    for community, number in built.cells.items():
        click.echo(f"{community}: {counted(number, 'cell')}")
    for community in built.not_cut:
        click.echo(f"note: {community} has no boundary and keeps the cells it has", err=True)
    click.echo(f"version {built.grid.version}, {built.grid.status}" if built.grid else "the cells are as before: no new version")


for _command in cell_versions.COMMANDS:
    command.add_command(_command)
