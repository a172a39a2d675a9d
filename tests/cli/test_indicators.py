"""`gridops indicators`: days counted anew, and rows held against the trail."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from gridops.models import Clock, IndicatorSnapshot
from gridops.services import tickets
from tests import small_street
from tests.imports.test_commands import gridops  # noqa: F401
from tests.small_street import ILLEGAL_BUILDING, STREET

LEAD = {"lead": "D-SANITATION", "coordinate": "D-GRID_CENTER", "support": []}
DAYS = ("--from", "2026-03-01", "--to", "2026-03-31")


@pytest.fixture
def dispatched(fresh, config, now):
    """One ticket whose result never came."""
    with fresh.sessions() as session, session.begin():
        street = small_street.build(session, config, now)
        number = street.submit(session, now).ticket.number
        for minutes, (action, who, body) in enumerate((("file", "clerk", {"category": ILLEGAL_BUILDING}), ("dispatch", "dispatcher", LEAD))):
            tickets.perform(session, number, action, body, actor=street.actors[who], now=now + timedelta(minutes=minutes))
    return number


def test_days_are_counted_anew(gridops, dispatched, fresh):  # noqa: F811
    for _ in range(2):
        assert "counts kept" in gridops("indicators", "take", STREET, *DAYS).stdout
    with fresh.sessions() as session:
        kept = select(func.sum(IndicatorSnapshot.denominator)).where(IndicatorSnapshot.indicator == "overdue_open_rate")
        assert session.scalar(kept) == 1


def test_rows_that_the_trail_does_not_know_of(gridops, dispatched, fresh):  # noqa: F811
    assert "tell the same" in gridops("indicators", "check", STREET, *DAYS).stdout
    with fresh.sessions() as session, session.begin():
        session.execute(update(Clock).where(Clock.kind == "handle").values(status="met"))
    assert "on_time_dispose_rate: rows 1/1, trail 0/1" in gridops("indicators", "check", STREET, *DAYS, code=1).stdout
