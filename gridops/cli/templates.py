"""``gridops template KIND FILE``: a workbook to fill in for ``gridops import KIND``."""

from __future__ import annotations

from pathlib import Path

import click

from gridops.services import templates


@click.command()
@click.argument("kind", type=click.Choice(templates.KINDS))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(kind: str, file: Path) -> None:
    """Write an XLSX with the columns, an example that is not read, and what each column means."""
    file.write_bytes(templates.workbook(kind))
    click.echo(f"{file}: fill in the first sheet, then: gridops import {kind} {file}", err=True)
