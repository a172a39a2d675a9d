"""``gridops posters CODE``: posters of a community, cell or place as files."""

from __future__ import annotations

from pathlib import Path

import click

from gridops.cli.database import working
from gridops.cli.environment import load_config
from gridops.domain.counted import counted
from gridops.errors import NotFound
from gridops.services import areas, poster_sheets, posters


@click.command()
@click.argument("code")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write: .pdf, .svg or .zip.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(posters.SUBJECTS), help="Only for these; several times for several.")
@click.option("--address", help="Where phones reach this system, if GRIDOPS_PUBLIC_URL does not say so: https://…")
def command(code: str, out: Path, kinds: tuple[str, ...], address: str | None) -> None:
    """Posters of everything in the community or cell CODE, or of the one place CODE."""
    form = out.suffix.removeprefix(".").lower()
    if form not in poster_sheets.FORMATS:
        raise click.UsageError("--out must end in .pdf, .svg or .zip")
    base = address or load_config().public_url
    if not base:
        raise click.UsageError("set GRIDOPS_PUBLIC_URL or give --address: a poster's code must hold an address that phones can open")
    with working(keep=True) as work:
        found = _found(work.session, code, kinds or posters.SUBJECTS)
        with click.progressbar(length=len(found), label=counted(len(found), "poster")) as bar:
            content = poster_sheets.printed(work.session, found, form, base=base, now=work.now, done=lambda count: bar.update(1))
    out.write_bytes(content)


def _found(session, code: str, kinds: tuple[str, ...]) -> list:
    area = areas.find_area(session, code)
    if area is not None and area.level == "street":
        raise click.UsageError("one community at a time")
    if area is None:
        return [posters.subject(session, code)]
    found = posters.subjects(session, code, kinds)
    if not found:
        raise NotFound()
    return found
