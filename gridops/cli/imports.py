"""``gridops import KIND FILE``: all or nothing; every bad row is named on stderr, and then the exit code is 1."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gridops.cli.database import Work, working
from gridops.domain.counted import counted
from gridops.services.imports.addresses import import_addresses
from gridops.services.imports.areas import import_areas
from gridops.services.imports.calendar import import_calendar
from gridops.services.imports.department_types import import_department_types
from gridops.services.imports.check_ins import import_check_ins
from gridops.services.imports.claims import import_claims
from gridops.services.imports.departments import import_departments
from gridops.services.imports.duty_rules import import_duty_rules
from gridops.services.imports.orders import import_orders
from gridops.services.imports.people import import_people
from gridops.services.imports.people_staff import StaffReport
from gridops.services.imports.shifts import import_shifts
from gridops.services.imports.places import import_places
from gridops.services.imports.post_duties import import_post_duties
from gridops.services.imports.readers import read
from gridops.services.imports.table import ImportReport, Table
from gridops.services.imports.taxonomy import import_taxonomy

EVERY = 500  # rows between two words of progress
PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
CRS = click.option("--crs", type=click.Choice(["wgs84", "gcj02", "bd09"]), help="Coordinate system of the file, where no column crs names it.")


@click.group()
def command() -> None:
    """Import records from CSV, XLSX or GeoJSON. The same file again changes nothing."""


def _pairs(_context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(value.partition("=")[::2] for value in values)
    if any(not name or "=" not in value for name, value in zip(pairs, values, strict=False)):
        raise click.BadParameter(f"--{option.name} is given as OURS=THEIRS")
    return pairs


def kind(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A sub-command for one kind, with what all kinds share."""
    shared = [
        click.argument("file", type=PATH),
        click.option("--dry-run", is_flag=True, help="Check everything, write nothing."),
        click.option("--map", "names", multiple=True, callback=_pairs, help="Our column = the file's column; may be repeated."),
        click.option("--set", "constants", multiple=True, callback=_pairs, help="Our column = one value for all rows; may be repeated."),
    ]

    def decorate(function: Callable[..., Any]) -> click.Command:
        for option in reversed(shared):
            function = option(function)
        return command.command(name)(function)

    return decorate


def _load(file: Path, names: dict[str, str], constants: dict[str, str]) -> Table:
    table = read(file.read_bytes(), file.name)
    for their in [their for their in names.values() if their not in table.columns]:
        raise click.ClickException(f"the file has no column {their}; it has: {', '.join(table.columns)} (missing_column)")
    table = table.renamed(names, constants)
    table.progress = _progress
    return table


def _progress(done: int, of: int) -> None:
    if done % EVERY == 0 and of > EVERY:
        click.echo(f"{done} of {counted(of, 'row')}", err=True)


def _run(shared: dict[str, Any], importer: Callable[[Work, Table], ImportReport]) -> None:
    table = _load(shared["file"], shared["names"], shared["constants"])
    with working(keep=not shared["dry_run"]) as work:
        report = importer(work, table)
    _tell(report, shared["dry_run"])


def _tell(report: ImportReport, dry_run: bool) -> None:
    for note in report.notes:
        click.echo(f"note: {note}", err=True)
    for fault in report.errors:
        click.echo(f"error: {fault}", err=True)
    if report.errors:
        click.echo(f"{counted(len(report.errors), 'error')}: nothing was imported", err=True)
        sys.exit(1)
    undone = " (dry run: nothing was written)" if dry_run else ""
    click.echo(f"created {report.created}, changed {report.changed}, unchanged {report.unchanged}{undone}")


@kind("areas")
@CRS
@click.option("--assign-codes", metavar="PREFIX6", help="Provisional codes for streets without one: these six digits and a serial.")
@click.option("--stand-in-community", is_flag=True, help="A street without communities gets one with its own boundary, a large one several (serials from 900 on).")
def _areas(crs: str | None, assign_codes: str | None, stand_in_community: bool, **shared: Any) -> None:
    """Streets, communities, cells: code, level, name; shapes from GeoJSON."""
    _run(shared, lambda work, table: import_areas(
        work.session, table, now=work.now, crs=crs, assign_codes=assign_codes, stand_in_community=stand_in_community))


@kind("places")
@CRS
def _places(crs: str | None, **shared: Any) -> None:
    """Compounds, buildings, yards: code, kind, name, aliases, address, community, cell, parent, households, lng, lat, ended."""
    _run(shared, lambda work, table: import_places(work.session, table, now=work.now, crs=crs))


@kind("addresses")
@CRS
@click.option("--skip-outside", is_flag=True, help="Leave out rows that lie in no street; they are named.")
def _addresses(crs: str | None, skip_outside: bool, **shared: Any) -> None:
    """A list as it is: name, address, lng, lat; optional kind, households, compound, aliases, code. Codes and cells are made."""
    _run(shared, lambda work, table: import_addresses(work.session, table, now=work.now, crs=crs, skip_outside=skip_outside))


@kind("taxonomy")
@click.option("--conditions", type=PATH, help="The filing conditions with their limits.")
@click.option("--replace", is_flag=True, help="Close categories that the file does not name.")
def _taxonomy(conditions: Path | None, replace: bool, **shared: Any) -> None:
    """Categories with their duty rules; limits come with --conditions."""
    second = read(conditions.read_bytes(), conditions.name) if conditions else None
    _run(shared, lambda work, table: import_taxonomy(work.session, table, now=work.now, conditions=second, replace=replace))


@kind("duty-rules")
def _duty_rules(**shared: Any) -> None:
    """Rules of one area or kind of community: category, area, community_kind, lead_dept, coordinate_dept, support_depts, ended."""
    _run(shared, lambda work, table: import_duty_rules(work.session, table, now=work.now))


@kind("department-types")
def _department_types(**shared: Any) -> None:
    """Kinds of departments: dept_type, name_zh, name_en, support_duty_zh, support_duty_en."""
    _run(shared, lambda work, table: import_department_types(work.session, table, now=work.now))


@kind("departments")
def _departments(**shared: Any) -> None:
    """Organisations: code, type, name, phone, duty_phone, has_login, areas, places."""
    _run(shared, lambda work, table: import_departments(work.session, table, now=work.now))


@kind("people")
@click.option("--complete", metavar="AREA", help="The file is the whole staff of this area: posts there that it does not name end.")
def _people(complete: str | None, **shared: Any) -> None:
    """People and their posts: name, role, area or place; code, phone, part_time, title, duties, starts_on, ends_on, home_organisation."""
    _run(shared, lambda work, table: _with_staff(import_people(work.session, table, now=work.now, vault=work.vault, complete=complete)))


def _with_staff(report: StaffReport) -> StaffReport:
    """Who comes, moves, goes, and leaves altogether, as notes."""
    for name in ("comes", "moves", "goes", "leaves"):
        report.notes += [f"{name}: {one}" for one in getattr(report, name)]
    return report


@kind("shifts")
def _shifts(**shared: Any) -> None:
    """Shifts and regular hours of posts: code, role, area or place, kind, date, opens, closes; until, weekdays, note."""
    _run(shared, lambda work, table: import_shifts(work.session, table, now=work.now))


@kind("check-ins")
def _check_ins(**shared: Any) -> None:
    """Check-ins of party members: area (a community), name, checked_in_on; code, phone, home_organisation, thanked_on."""
    _run(shared, lambda work, table: import_check_ins(work.session, table, now=work.now, vault=work.vault))


@kind("claims")
def _claims(**shared: Any) -> None:
    """Claimed duties: area, code, text, claimed_on; class, done_on, released_on."""
    _run(shared, lambda work, table: import_claims(work.session, table, now=work.now))


@kind("post-duties")
def _post_duties(**shared: Any) -> None:
    """Which post looks after which class of categories: area, role, class, text."""
    _run(shared, lambda work, table: import_post_duties(work.session, table, now=work.now))


@kind("calendar")
@click.option("--street", metavar="CODE", help="A calendar of this street alone; left out: the default of all.")
@click.option("--periods", metavar="09:00-12:00,13:30-17:30", help="Working periods of the standard day.")
@click.option("--rest-weekdays", metavar="6,7", help="Weekly rest days, Monday is 1.")
def _calendar(street: str | None, periods: str | None, rest_weekdays: str | None, **shared: Any) -> None:
    """Holidays and worked weekends: day, kind (holiday, workday), name."""
    if rest_weekdays is not None and not set(rest_weekdays.split(",")) <= set("1234567"):
        raise click.BadParameter("--rest-weekdays is given as 6,7")
    rest = [int(number) for number in rest_weekdays.split(",")] if rest_weekdays else None
    _run(shared, lambda work, table: import_calendar(
        work.session, table, now=work.now, street=street, periods=periods, rest_weekdays=rest))


@kind("orders")
@CRS
@click.option("--source", default="12345", show_default=True, help="Whose numbers these are.")
@click.option("--street", metavar="CODE", help="The street of orders without point or place.")
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Zone of times that name none.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="Store this column beside the order; others are not kept.")
def _orders(crs: str | None, source: str, street: str | None, timezone: str, keep: tuple[str, ...], **shared: Any) -> None:
    """Hotline orders: number, content, title, received_at, due_by, kind, category, secret, address, place, lng, lat, name, phone."""
    _run(shared, lambda work, table: import_orders(
        work.session, table, now=work.now, vault=work.vault, source=source, street=street, timezone=timezone, crs=crs, keep=keep))
