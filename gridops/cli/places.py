"""``gridops places``: the index of names and addresses, and asking it."""

from __future__ import annotations

import click

from gridops.cli.database import working
from gridops.domain.counted import counted
from gridops.services import place_search
from gridops.services.place_terms import index_places


@click.group()
def command() -> None:
    """Compounds, buildings and yards by name and address."""


@command.command("index")
def _index() -> None:
    """Make the search index anew; imports and pages keep it by themselves."""
    with working(keep=True) as work:
        count = index_places(work.session)
    click.echo(f"{counted(count, 'place')} indexed")


@command.command("find")
@click.argument("text")
@click.option("--area", metavar="CODE", help="Only in this street or community.")
@click.option("--limit", type=click.IntRange(1, 50), default=8, show_default=True)
def _find(text: str, area: str | None, limit: int) -> None:
    """Places that may be meant by TEXT, the likeliest first: likeness, code, name, address, cell."""
    with working(keep=False) as work:
        hits = place_search.search(work.session, text, prefixes=[area] if area else None, limit=limit)
    for hit in hits:
        click.echo("\t".join([f"{hit.score:.2f}", hit.code, hit.called, hit.address or "", hit.cell.code if hit.cell else hit.community_code]))
