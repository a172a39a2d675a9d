"""The numbers from the rows are the numbers from the trail, whatever has happened."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from gridops.models import Clock, Rating
from gridops.services.indicators import agreement
from tests import small_street
from tests.services.indicators.lives import Lives
from tests.small_street import STREET

CORE = {
    "dispose_rate", "on_time_dispose_rate", "close_rate", "rework_rate", "bounce_rate", "accurate_dispatch_rate", "resolved_rate",
    "satisfied_rate", "answer_rate", "on_time_check_rate"}


def lived(session, config, now, seed, *, acts):
    lives = Lives(session, small_street.build(session, config, now), now, seed)
    lives.play(tickets_=12, acts=acts)
    session.flush()
    return lives


@pytest.mark.parametrize("seed", range(4))
def test_rows_and_trail_tell_the_same(session, config, now, seed):
    lives = lived(session, config, now, seed, acts=280)
    assert list(agreement.differences(session, STREET, now, lives.now)) == [], lives.done
    assert len(agreement.from_rows(session, STREET, now, lives.now)) > 20, lives.done


def test_the_lives_are_full_of_events(session, config, now):
    """Else the comparison would compare nothing with nothing. And what is changed by another way than the one door shows."""
    lives = lived(session, config, now, 99, acts=420)
    told = agreement.from_the_trail(session, STREET, now, lives.now)
    assert {indicator for (_, _, indicator), count in told.items() if count.numerator} >= CORE, lives.done

    session.execute(update(Clock).where(Clock.kind == "handle", Clock.status == "missed").values(status="met"))
    session.execute(update(Rating).values(solved=True))
    changed = {found.indicator for found in agreement.differences(session, STREET, now, lives.now)}
    assert {"on_time_dispose_rate", "resolved_rate"} <= changed
