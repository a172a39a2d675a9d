"""The numbers from the rows are the numbers from the trail, whatever has happened."""

from __future__ import annotations

import pytest

from gridops.services.indicators import counting, from_trail
from gridops.services.indicators.sources import SOURCES, Asked
from tests import small_street
from tests.services.indicators.lives import Lives
from tests.small_street import STREET


def from_rows(session, start, end):
    """As from_trail tells them: by (area code, department id)."""
    asked, found = Asked(STREET, start, end), {}
    for source in SOURCES:
        area, department = counting.Ticket.area_code, counting.key_of(source, "department") if source.department is not None else None
        keys = [area.label("area")] + ([department.label("department")] if department is not None else [])
        query = counting.cases(source, asked, lambda s, keys=keys: [*keys, *counting.totals(s)])
        for row in session.execute(query.group_by(area, *([department] if department is not None else []))):
            counts = counting.counts_in(source, row)
            if counts:
                found.setdefault((row.area, getattr(row, "department", None)), {}).update(counts)
    return found


def plain(counted):
    return {
        f"{area} {department} {name}": (count.numerator, count.denominator)
        for (area, department), counts in counted.items() for name, count in counts.items()}


@pytest.mark.parametrize("seed", range(4))
def test_rows_and_trail_tell_the_same(session, config, now, seed):
    street = small_street.build(session, config, now)
    lives = Lives(session, street, now, seed)
    lives.play(tickets_=12, acts=280)
    session.flush()

    rows, told = plain(from_rows(session, now, lives.now)), plain(from_trail.counted(session, STREET, now, lives.now))
    assert rows == told
    assert len(rows) > 20, lives.done


def test_the_lives_are_full_of_events(session, config, now):
    """Else the comparison would compare nothing with nothing."""
    street = small_street.build(session, config, now)
    lives = Lives(session, street, now, seed=99)
    lives.play(tickets_=12, acts=420)
    session.flush()
    happened = {name for counts in from_trail.counted(session, STREET, now, lives.now).values() for name, count in counts.items() if count.numerator}
    assert happened >= {
        "dispose_rate", "on_time_dispose_rate", "close_rate", "rework_rate", "bounce_rate", "accurate_dispatch_rate",
        "resolved_rate", "satisfied_rate", "answer_rate", "on_time_check_rate"}, lives.done
