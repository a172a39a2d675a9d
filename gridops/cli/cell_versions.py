"""``gridops cells versions|draft|check|compare|activate|discard|export|import``: the versions of a street's grid, by their numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.cli.database import working
from gridops.domain.actor import SYSTEM
from gridops.domain.counted import counted
from gridops.errors import NotAllowed, NotFound
from gridops.models import Grid
from gridops.services.grid_drafts import activation, comparison, coverage, drafting, features, replacing


def _version(session: Session, street: str, version: int) -> Grid:
    found = session.scalar(select(Grid).where(Grid.street_code == street, Grid.version == version))
    if found is None:
        raise NotFound("There is no version %(version)s of %(street)s.", version=version, street=street)
    return found


def _instant(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter("give an instant like 2026-04-01T00:00+08:00") from error
    if at.tzinfo is None:
        raise click.BadParameter("say the time zone: 2026-04-01T00:00+08:00")
    return at.astimezone(UTC)


@click.command("versions")
@click.argument("street")
def versions(street: str) -> None:
    """All versions of STREET, newest first: number, status, cells, edits, title."""
    with working(keep=False) as work:
        for grid in drafting.versions(work.session, street, actor=SYSTEM):
            line = drafting.summary(work.session, grid)
            click.echo("\t".join(str(line[name] or "") for name in ("version", "status", "cells", "revision", "title")))


@click.command("draft")
@click.argument("street")
@click.option("--empty", is_flag=True, help="Without any cell, instead of the active ones.")
@click.option("--title", metavar="TEXT", help="Why it is drawn.")
def draft(street: str, empty: bool, title: str | None) -> None:
    """Begin a draft of STREET."""
    with working(keep=True) as work:
        grid = drafting.begin(work.session, street, start="empty" if empty else "active", title=title, actor=SYSTEM, now=work.now)
    click.echo(f"version {grid.version}, draft")


@click.command("check")
@click.argument("street")
@click.argument("version", type=int)
def check(street: str, version: int) -> None:
    """What is wrong with VERSION of STREET; ends with 1 while something forbids its activation."""
    with working(keep=False) as work:
        found = coverage.coverage(work.session, _version(work.session, street, version))
    for problem in found["problems"]:
        area = "" if problem["area_m2"] is None else f"{problem['area_m2']:.2f} m2"
        click.echo("\t".join([problem["severity"], problem["id"], area, problem["accepted"] or ""]))
    click.echo(f"gap {found['gap_m2']:.2f} m2, overlap {found['overlap_m2']:.2f} m2")
    if any(problem["severity"] == "blocking" and problem["accepted"] is None for problem in found["problems"]):
        raise SystemExit(1)


@click.command("compare")
@click.argument("street")
@click.argument("version", type=int)
def compare(street: str, version: int) -> None:
    """What VERSION of STREET would move, beside the active one."""
    with working(keep=False) as work:
        found = comparison.compare(work.session, _version(work.session, street, version).id, actor=SYSTEM, now=work.now)
    for cell in (cell for cell in found["cells"] if cell["change"] != "same"):
        givers = ", ".join(giver["code"] for giver in cell["from"])
        click.echo("\t".join([cell["change"], cell["code"], cell["name"], givers]))
    click.echo("moves " + ", ".join(counted(number, name.replace("_", " ").removesuffix("s")) for name, number in found["moved"].items()))


@click.command("activate")
@click.argument("street")
@click.argument("version", type=int)
@click.option("--reason", metavar="TEXT", help="Why it counts in spite of what is wrong with it.")
@click.option("--at", callback=_instant, metavar="INSTANT", help="Not now but then, like 2026-04-01T00:00+08:00.")
def activate(street: str, version: int, reason: str | None, at: datetime | None) -> None:
    """Make a draft VERSION of STREET the active one."""
    with working(keep=True) as work:
        grid = _version(work.session, street, version)
        try:
            activation.activate(work.session, grid.id, expected_revision=None, reason=reason, at=at, actor=SYSTEM, now=work.now)
        except NotAllowed as refusal:
            for problem in (refusal.details or {}).get("problems", ()):
                click.echo(problem["id"], err=True)
            raise
    click.echo(f"version {version} is active" if grid.planned_for is None else f"version {version} will be active at {grid.planned_for.isoformat()}")


@click.command("discard")
@click.argument("street")
@click.argument("version", type=int)
def discard(street: str, version: int) -> None:
    """Give a draft VERSION of STREET up; its codes stay used."""
    with working(keep=True) as work:
        drafting.discard(work.session, _version(work.session, street, version).id, actor=SYSTEM)
    click.echo(f"version {version} is discarded")


@click.command("export")
@click.argument("street")
@click.argument("version", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(street: str, version: int, file: Path) -> None:
    """VERSION of STREET as GeoJSON in WGS-84, to the last bit."""
    with working(keep=False) as work:
        found = features.collection(work.session, _version(work.session, street, version))
    file.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    click.echo(counted(sum(feature["properties"]["level"] == "cell" for feature in found["features"]), "cell"))


@click.command("import")
@click.argument("street")
@click.argument("version", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--crs", type=click.Choice(["wgs84", "gcj02", "bd09"]), required=True, help="Coordinate system of the file.")
def import_(street: str, version: int, file: Path, crs: str) -> None:
    """Replace the cells of a draft VERSION of STREET by those of a GeoJSON FILE."""
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))["features"]
    except (ValueError, TypeError, KeyError) as error:
        raise click.ClickException(f"{file.name} is no GeoJSON FeatureCollection. (bad_file)") from error
    with working(keep=True) as work:
        grid = _version(work.session, street, version)
        done = replacing.replace(work.session, grid.id, found, crs, expected_revision=grid.revision, actor=SYSTEM, now=work.now)
    click.echo(f"{counted(len(done['changed']), 'cell')} changed or new, {len(done['removed'])} gone")


COMMANDS = (versions, draft, check, compare, activate, discard, export, import_)
