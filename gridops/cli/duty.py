"""``gridops duty``: who is on duty, and what nobody covers."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from gridops.cli.database import working
from gridops.services import areas
from gridops.services.duty import on_duty, vacancies


@click.group()
def command() -> None:
    """Who is on duty where, and vacancies."""


@command.command("now")
@click.argument("area")
@click.option("--at", metavar="2026-03-06T17:31", help="A time of the street's own; left out: now.")
def _now(area: str, at: str | None) -> None:
    """People on duty for AREA, the nearest first."""
    with working(keep=False) as work:
        zone = ZoneInfo(areas.location_of(work.session, area).street.timezone or "Asia/Shanghai")
        for one in on_duty(work.session, area, _instant(at, zone) or work.now):
            stands_in = f" for {one.stands_in_for}" if one.stands_in_for else ""
            until = one.until.astimezone(zone)
            click.echo(f"{one.area_code}\t{one.role}\t{one.person}{stands_in}\t{one.basis}\tuntil {until:%Y-%m-%d %H:%M}")


def _instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{text}: not a time like 2026-03-06T17:31 (bad_time)") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


@command.command("vacancies")
@click.argument("area")
def _vacancies(area: str) -> None:
    """What nobody covers in AREA, and posts that somebody must look at."""
    with working(keep=False) as work:
        for one in vacancies(work.session, area, work.now):
            click.echo("\t".join(filter(None, (one.kind, areas.path_name(work.session, one.area_code), one.person, one.role))))
