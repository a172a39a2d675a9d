"""``gridops jobs``: what waits, what could not be done, and running it again. It speaks to the database only."""

from __future__ import annotations

import getpass

import click
from sqlalchemy.orm import Session

from gridops.cli.environment import load_config
from gridops.context import Context
from gridops.db import reading, transaction
from gridops.domain.counted import counted
from gridops.models import DeadLetter
from gridops.services import dead_letters, heartbeats, outbox_relay


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Background work: depth, dead letters, running them again."""
    context.obj = Context.of(load_config(), pool_size=1)


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.pass_obj
def list_letters(context: Context, limit: int) -> None:
    """Dead letters that nobody has run again."""
    with reading(context.sessions) as session:
        for letter in dead_letters.waiting(session, limit=limit):
            click.echo(_line(letter))
        _echo_total(session)


@command.command()
@click.argument("letter_id", metavar="ID", type=int)
@click.pass_obj
def rerun(context: Context, letter_id: int) -> None:
    """Give one dead letter all its attempts again."""
    with transaction(context.sessions) as session:
        dead_letters.rerun(session, letter_id, by=_person(), now=context.now())
    click.echo(f"{letter_id} is due again")


@command.command("rerun-all")
@click.pass_obj
def rerun_all(context: Context) -> None:
    """Give all dead letters their attempts again."""
    with transaction(context.sessions) as session:
        count = dead_letters.rerun_all(session, by=_person(), now=context.now())
    click.echo(f"{count} due again")


@command.command()
@click.pass_obj
def depth(context: Context) -> None:
    """Rows not done yet by queue, the age of the oldest, and the beat's last sign of life."""
    with reading(context.sessions) as session:
        for queue, facts in sorted(outbox_relay.depth(session, now=context.now()).items()):
            click.echo(f"{queue}\twaiting {facts['waiting']}\toldest {facts['oldest_s']:.0f} s")
        _echo_total(session)
        click.echo(_beat(session, context))


def _line(letter: DeadLetter) -> str:
    return f"{letter.id}\t{letter.died_at:%Y-%m-%d %H:%M:%SZ}\t{letter.topic}\t{counted(letter.attempts, 'attempt')}\t{letter.error}"


def _echo_total(session: Session) -> None:
    click.echo(f"{dead_letters.count(session)} dead letters")


def _beat(session: Session, context: Context) -> str:
    beat = heartbeats.latest(session, heartbeats.BEAT)
    if beat is None:
        return "no beat was ever here"
    age = (context.now() - beat.at).total_seconds()
    queue = counted(beat.facts.get("workers") or 0, "worker") if beat.facts.get("redis") else "Redis away"
    return f"beat {age:.0f} s ago, {queue}"


def _person() -> str:
    return f"{getpass.getuser()} (command line)"
