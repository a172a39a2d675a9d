"""``gridops upstream``: files of the city's platforms, its list against ours, and how each source is read."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gridops.cli.database import working
from gridops.domain.actor import SYSTEM
from gridops.domain.counted import counted
from gridops.services.upstream import files, profiles, reconcile

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Orders of the city's hotline and platforms."""


@command.command()
@click.argument("source")
@click.argument("file", type=FILE)
@click.option("--list", "is_list", is_flag=True, help="It is the city's own list, to be compared with ours.")
def take(source: str, file: Path, is_list: bool) -> None:
    """Take FILE of SOURCE in, all or nothing; the same file again changes nothing. Exit code 1 when it is refused."""
    with working(keep=True) as work:
        taken = files.take_file(work.session, source, "list" if is_list else "orders", file.name, file.read_bytes(), now=work.now, vault=work.vault)
    report = taken.report
    for note in report["notes"]:
        click.echo(f"note: {note}", err=True)
    for fault in report["errors"]:
        click.echo(f"error: row {fault['row']}, column {fault['column']}: {fault['message']} [{fault['code']}]", err=True)
    if not taken.accepted:
        click.echo(f"{counted(report['error_count'], 'error')}: nothing was taken in", err=True)
        sys.exit(1)
    again = " (this file came before)" if taken.again else ""
    click.echo(f"created {report['created']}, changed {report['changed']}, unchanged {report['unchanged']}{again}")


@command.command()
@click.argument("source")
def compare(source: str) -> None:
    """Hold the city's last list against our orders now. Exit code 1 when they differ."""
    with working(keep=True) as work:
        rows = [(row.external_number, row.kind, row.facts) for row in reconcile.compare(work.session, source, now=work.now)]
    for number, kind, facts in rows:
        click.echo("\t".join([number, kind, f"here {facts.get('ours') or '-'}", f"there {facts.get('theirs') or '-'}"]))
    if rows:
        sys.exit(1)
    click.echo("both lists say the same")


@command.command("profile")
@click.argument("source")
@click.option("--load", type=FILE, help="A JSON file as this command writes it: a new version from now on.")
def profile_(source: str, load: Path | None) -> None:
    """Print how SOURCE is read, as JSON; or load it from a file."""
    with working(keep=load is not None) as work:
        if load is not None:
            given = json.loads(load.read_text("utf-8-sig"))
            saved = profiles.save(work.session, source, given["name"], given["rules"], actor=SYSTEM, now=work.now)
        else:
            saved = profiles.current(work.session, source)
        shown = {"source": saved.source, "name": saved.name, "version": saved.version, "rules": saved.rules}
    click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
