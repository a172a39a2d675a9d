"""``gridops indicators``: take the days anew, and hold the rows against the trail."""

from __future__ import annotations

from datetime import datetime

import click

from gridops.cli.database import working
from gridops.domain.counted import counted
from gridops.services.indicators import agreement, periods, snapshots
from gridops.services.indicators.counting import until
from gridops.services.indicators.periods import Period


@click.group()
def command() -> None:
    """Indicators: the kept days, and whether rows and trail agree."""


def _days(take):
    """The argument STREET and the options --from and --to (the present month)."""
    day = click.DateTime(["%Y-%m-%d"])
    take = click.option("--to", "last", type=day, help="Last day, included.")(take)
    take = click.option("--from", "first", type=day, help="First day; left out: the present month.")(take)
    return click.argument("street")(take)


@command.command()
@_days
def take(street: str, first: datetime | None, last: datetime | None) -> None:
    """Count the days of a street anew, as they are known now."""
    with working(keep=True) as work:
        period = _period(work, street, first, last)
        written = snapshots.take(work.session, street, period, work.now)
    click.echo(f"{street} {period.first} to {period.last}: {counted(written, 'count')} kept")


@command.command()
@_days
def check(street: str, first: datetime | None, last: datetime | None) -> None:
    """Count from the rows and from the trail alone. Exit code 1 where they differ."""
    with working(keep=False) as work:
        period = _period(work, street, first, last)
        found = list(agreement.differences(work.session, street, period.start, until(period.end, work.now)))
    for one in found:
        rows, trail = (f"{count.numerator}/{count.denominator}" for count in (one.rows, one.trail))
        click.echo(f"{one.area} organisation {one.department or '-'} {one.indicator}: rows {rows}, trail {trail}")
    if found:
        raise click.ClickException(counted(len(found), "number differs", "numbers differ"))
    click.echo(f"{street} {period.first} to {period.last}: rows and trail tell the same")


def _period(work, street: str, first: datetime | None, last: datetime | None) -> Period:
    zone = periods.zone_of(work.session, street)
    return periods.between(first and first.date(), last and last.date(), zone, work.now)
