"""``gridops export KIND [FILE]``: gives back what ``gridops import KIND`` takes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gridops.cli.database import Work, working
from gridops.services.exports import records
from gridops.services.exports.check_ins import collect_check_ins, collect_claims
from gridops.services.exports.duty_rules import collect_duty_rules
from gridops.services.exports.shifts import collect_shifts
from gridops.services.exports.writers import FORMATS, write

COLLECTORS = {
    "areas": lambda work, street: records.collect_areas(work.session),
    "places": lambda work, street: records.collect_places(work.session),
    "department-types": lambda work, street: records.collect_department_types(work.session),
    "taxonomy": lambda work, street: records.collect_taxonomy(work.session),
    "conditions": lambda work, street: records.collect_conditions(work.session),
    "duty-rules": lambda work, street: collect_duty_rules(work.session),
    "departments": lambda work, street: records.collect_departments(work.session),
    "people": lambda work, street: records.collect_people(work.session, None),
    "shifts": lambda work, street: collect_shifts(work.session),
    "check-ins": lambda work, street: collect_check_ins(work.session),
    "claims": lambda work, street: collect_claims(work.session),
    "post-duties": lambda work, street: records.collect_post_duties(work.session),
    "calendar": lambda work, street: records.collect_calendar(work.session, street),
    "orders": lambda work, street: records.collect_orders(work.session),
}


@click.command()
@click.argument("kind", type=click.Choice(list(COLLECTORS)))
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="Default: the ending of FILE; geojson for areas and csv otherwise on stdout.")
@click.option("--street", metavar="CODE", help="Calendar of this street; left out: the default one.")
@click.option("--with-phones", is_flag=True, help="People with their phone numbers, decrypted.")
def command(kind: str, file: Path, form: str | None, street: str | None, with_phones: bool) -> None:
    """Export records; areas and places keep their shapes in geojson only."""
    form = form or _form(kind, file)
    with working(keep=False) as work:
        columns, found = _collect(work, kind, street, with_phones)
        content = write(columns, found, form)
    _put(file, content)
    click.echo(f"{len(found)} {kind} exported", err=True)


def _form(kind: str, file: Path) -> str:
    ending = file.suffix.lstrip(".").lower()
    if ending in FORMATS:
        return ending
    return "geojson" if kind == "areas" else "csv"


def _collect(work: Work, kind: str, street: str | None, with_phones: bool) -> tuple[list[str], list[records.Record]]:
    if kind == "people" and with_phones:
        return records.collect_people(work.session, work.vault)
    return COLLECTORS[kind](work, street)


def _put(file: Path, content: bytes) -> None:
    if str(file) == "-":
        sys.stdout.buffer.write(content)
    else:
        file.write_bytes(content)
