"""``gridops people``: who serves where, what is missing, and moving, leaving, confirming. Phones are not shown here."""

from __future__ import annotations

from datetime import date, datetime

import click
from sqlalchemy import select

from gridops.cli.database import Work, working
from gridops.domain.actor import SYSTEM
from gridops.domain.counted import counted
from gridops.domain.posts import ROLES
from gridops.models import Person, Posting
from gridops.services.people import access, leaving, posts, roster

AREA = click.option("--area", metavar="CODE", required=True, help="Street, community or cell.")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """People and their posts. Lists of staff come with `gridops import people`."""


@command.command("list")
@AREA
@click.option("--role", type=click.Choice(ROLES))
def _list(area: str, role: str | None) -> None:
    """Post number, role, area, place, staff number, name."""
    with working(keep=False) as work:
        for member in roster.members(work.session, area, work.now):
            if role in (None, member.posting.role):
                post = member.posting
                click.echo("\t".join([str(post.id), post.role, member.area_code, member.place or "", member.person.code, member.person.name]))


@command.command("vacant")
@AREA
def _vacant(area: str) -> None:
    """Cells without a leader, worker, cadre or police liaison, and buildings without a steward."""
    with working(keep=False) as work:
        for row in roster.roster(work.session, area, actor=SYSTEM, now=work.now):
            for what in [*row.missing, *(f"building_steward {name}" for name in row.without_steward)]:
                click.echo(f"{row.area.code}\t{row.area.name}\t{what}")


@command.command("move")
@click.argument("post", type=int)
@AREA
@click.option("--on", "day", type=DAY, help="First day there; today when left out.")
def _move(post: int, area: str, day: datetime | None) -> None:
    """Move the POST (its number in the list) to another area."""
    with working(keep=True) as work:
        new = posts.move_post(work.session, post, on=_day(work, area, day), area=area, actor=SYSTEM, now=work.now)
        click.echo(f"{new.id}\t{new.role}\t{new.area_code}\t{new.starts_on}")


@command.command("leave")
@click.argument("code")
@click.option("--last-day", type=DAY, help="Today when left out.")
def _leave(code: str, last_day: datetime | None) -> None:
    """End all posts of the person with this staff number and close the log-in after the last day."""
    with working(keep=True) as work:
        left = leaving.leave(work.session, code, last_day=_day(work, "", last_day), actor=SYSTEM, now=work.now)
    click.echo(f"{counted(len(left.posts), 'post')} ended, {counted(left.claims, 'claim')} released, {counted(left.log_ins, 'log-in')} closed")
    if left.stand_ins:
        click.echo(f"{counted(len(left.stand_ins), 'absence has', 'absences have')} no stand-in now")


@command.command("confirm")
@click.argument("code")
def _confirm(code: str) -> None:
    """Say that all present posts of this person are still so."""
    with working(keep=True) as work:
        ids = work.session.scalars(select(Posting.id).join(Person, Person.id == Posting.person_id).where(Person.code == code)).all()
        click.echo(f"{counted(posts.confirm_posts(work.session, ids, actor=SYSTEM, now=work.now), 'post')} confirmed")


def _day(work: Work, area: str, given: datetime | None) -> date:
    return given.date() if given else access.today_in(work.session, area, work.now)
