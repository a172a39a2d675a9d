"""``gridops learn``: a new version from closed tickets, which versions there are, and which one is used."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import click
from sqlalchemy import select

from gridops.cli.database import working
from gridops.cli.environment import load_settings
from gridops.domain.counted import counted
from gridops.models import LearnedModel, LearningRun
from gridops.services.learned import runs, versions

LEARN = (sys.executable, "-m", "workers", "learn")
AGAIN_S = 2.0


@click.command()
@click.option("--list", "listed", is_flag=True, help="Only say which versions there are.")
@click.option("--use", "version", type=int, help="Put this version in use instead of learning; 0: only what gridops knows from the first day.")
def command(listed: bool, version: int | None) -> None:
    """Learn what reports are about from closed tickets; used only where it is no worse than before."""
    if version is not None:
        _use(version)
    elif not listed:
        _learn()
    with working(keep=False) as work:
        for row in work.session.scalars(select(LearnedModel).order_by(LearnedModel.version)):
            click.echo(_line(row))


def _use(version: int) -> None:
    with working(keep=True) as work:
        if version:
            versions.use(work.session, version, now=work.now, account_id=None)
        else:
            versions.forget(work.session)


def _learn() -> None:
    """By the same process that a worker starts, as a run that everybody sees. Where one waits already, this is that one."""
    with working(keep=True) as work:
        run = runs.open_run(work.session) or runs.want(work.session, "command", now=work.now)
        wanted = run.id
    outcome = _outcome(wanted)
    if outcome == runs.TOO_LITTLE:
        raise click.ClickException("There are too few closed tickets to learn from. (too_little_to_learn)")
    if outcome not in (runs.IN_USE, runs.NO_BETTER):
        raise click.ClickException(f"Nothing was learned ({outcome}): the lines above, or the log of the worker that was at it, say why.")


def _outcome(wanted: int) -> str:
    """By a process of ours, or by a worker's that was faster: then it is waited for."""
    while True:
        ended = subprocess.run(LEARN, env={**os.environ, **load_settings()}, check=False).returncode
        with working(keep=False) as work:
            if (outcome := work.session.get_one(LearningRun, wanted).outcome) is not None:
                return outcome
            if ended:
                raise click.ClickException(f"The process that learned has ended with {ended}; workers begin anew.")
        time.sleep(AGAIN_S)


def _line(row: LearnedModel) -> str:
    new, before = row.measures["new"], row.measures["before"]
    return (f"version {row.version}  {row.state:8}  {row.trained_at:%Y-%m-%d}  {counted(row.samples, 'ticket')}, {row.measures['held_back']} held back: "
            f"first suggestion right {new['accuracy']:.1%} (before {before['accuracy']:.1%}), macro-F1 {new['macro_f1']:.2f} ({before['macro_f1']:.2f})")
