"""``gridops learn``: a new version from closed tickets, which versions there are, and which one is used."""

from __future__ import annotations

import click
from sqlalchemy import select

from gridops.cli.database import working
from gridops.models import LearnedModel
from gridops.services.learned import training, versions


@click.command()
@click.option("--list", "listed", is_flag=True, help="Only say which versions there are.")
@click.option("--use", "version", type=int, help="Put this version in use instead of learning; 0: only what gridops knows from the first day.")
def command(listed: bool, version: int | None) -> None:
    """Learn what reports are about from closed tickets; used only where it is no worse than before."""
    with working(keep=not listed) as work:
        if version == 0:
            versions.forget(work.session)
        elif version is not None:
            versions.use(work.session, version, now=work.now, account_id=None)
        elif not listed:
            training.learn(work.session, now=work.now)
        work.session.flush()
        for row in work.session.scalars(select(LearnedModel).order_by(LearnedModel.version)):
            click.echo(_line(row))


def _line(row: LearnedModel) -> str:
    new, before = row.measures["new"], row.measures["before"]
    return (f"version {row.version}  {row.state:8}  {row.trained_at:%Y-%m-%d}  {row.samples} tickets, {row.measures['held_back']} held back: "
            f"first suggestion right {new['accuracy']:.1%} (before {before['accuracy']:.1%}), macro-F1 {new['macro_f1']:.2f} ({before['macro_f1']:.2f})")
