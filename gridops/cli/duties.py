"""``gridops duties``: the duty catalogue in versions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gridops.cli.database import working
from gridops.domain.actor import SYSTEM
from gridops.domain.counted import counted
from gridops.services.duty_catalogue import activation, checking, filing, trial, versions
from gridops.services.exports import writers
from gridops.services.imports.readers import read

STREET = click.option("--street", help="Code of a street: its own rules. Left out: those that hold everywhere.")


@click.group()
def command() -> None:
    """Who leads, coordinates and supports: versions of the duty catalogue."""


@command.command("list")
@STREET
def list_versions(street: str | None) -> None:
    """Every version with its status."""
    with working(keep=True) as work:
        versions.keep_up(work.session, street, now=work.now)
        for found in versions.listed(work.session, street):
            since = f"since {found.activated_at:%Y-%m-%d %H:%MZ}" if found.activated_at else ""
            click.echo(f"{found.id}\tversion {found.version}\t{found.status}\t{since}\t{found.title or ''}")


@command.command()
@STREET
@click.option("--title", help="Why it is made.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def draft(street: str | None, title: str | None, file: Path) -> None:
    """A draft that says what FILE (CSV or XLSX) says; nothing is in force yet."""
    with working(keep=True) as work:
        made = versions.begin(work.session, street, title=title, actor=SYSTEM, now=work.now)
        _, report = filing.bring_in(work.session, made.id, read(file.read_bytes(), file.name), expected_revision=None, actor=SYSTEM)
        if report.errors:
            raise click.ClickException("\n".join(map(str, report.errors)))
        click.echo(f"draft {made.id}, version {made.version}: {counted(report.created, 'rule')} new, {report.changed} changed, {report.unchanged} as they were")


@command.command()
@click.argument("number", type=int)
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(number: int, form: str, output: Path) -> None:
    """What a version says, in the columns that a draft takes in."""
    with working(keep=False) as work:
        rules = versions.rules_of(work.session, versions.seen(work.session, number, actor=SYSTEM))
        output.write_bytes(writers.write(list(filing.COLUMNS), filing.records(rules), form))
    click.echo(counted(len(rules), "rule"))


@command.command()
@click.argument("number", type=int)
def check(number: int) -> None:
    """Holes and conflicts of a version. Exit code 1 when one of them leaves a ticket without an organisation."""
    with working(keep=False) as work:
        found = checking.problems(work.session, versions.seen(work.session, number, actor=SYSTEM))
    for problem in found:
        where = ", ".join(problem.communities[:5]) + (" …" if len(problem.communities) > 5 else "")
        click.echo("\t".join([problem.severity, problem.kind, problem.category or "", problem.area or "", problem.type or "", where]))
    if any(problem.severity == "blocking" for problem in found):
        raise SystemExit(1)


@command.command("dry-run")
@click.argument("number", type=int)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True)
def dry_run(number: int, first: datetime, last: datetime) -> None:
    """What the tickets of a period would have done under a version."""
    with working(keep=True) as work:
        asked = trial.ask(work.session, number, first_day=first.date(), last_day=last.date(), actor=SYSTEM, now=work.now)
        while asked.finished_at is None:
            trial.go_on(work.session, asked.id, now=work.now)
            click.echo(f"{asked.done} of {asked.total}", err=True)
        for outcome, count in sorted(asked.findings["counts"].items()):
            click.echo(f"{outcome}\t{count}")


@command.command()
@click.argument("number", type=int)
@click.option("--reason", help="Why new holes or conflicts may stand.")
def activate(number: int, reason: str | None) -> None:
    """Put a draft in force now."""
    with working(keep=True) as work:
        made = activation.activate(work.session, number, expected_revision=None, reason=reason, actor=SYSTEM, now=work.now)
        click.echo(f"version {made.version} is in force")
