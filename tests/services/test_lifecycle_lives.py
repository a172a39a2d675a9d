"""Random people do whatever is open to them while time passes; after every act the promises of the lifecycle must hold.

GRIDOPS_LIVES sets how many lives are tried (each drives three tickets through some dozen acts); the suite tries a few.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from gridops.models import Ticket
from gridops.services import trail
from tests import small_street
from tests.services.lives_watched import Watched

EXAMPLES = int(os.environ.get("GRIDOPS_LIVES", "4"))
TICKETS, ACTS = 3, 36
PROBED = 30  # of a hundred acts


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


def test_whatever_people_do_the_promises_hold(session, street, now):
    acts, tried = [], Counter()

    # A life is not made smaller by other chances, only another one: the first that fails is shown.
    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES < 10, database=None,
        phases=[Phase.generate], report_multiple_bugs=False)
    @given(chance=st.randoms(use_true_random=True))
    def lives(chance):
        with session.begin_nested() as life:
            watched = Watched(session, street, now, chance, probed=PROBED)
            watched.play(TICKETS, ACTS)
            for receipt in watched.receipts:
                assert trail.verify(session, session.get(Ticket, receipt.ticket.id)) == []
            acts.append(watched.done)
            tried.update(watched.probe.counted)
            life.rollback()
        session.expire_all()

    lives()
    done = sum(acts, Counter())
    print(f"{done.total()} acts in {len(acts)} lives; tried besides: {dict(tried)}\n{dict(done.most_common())}")
    assert done.total() > 10 * EXAMPLES and session.scalar(select(func.count()).select_from(Ticket)) == 0
    assert all(tried[what] > 10 * EXAMPLES for what in ("taken", "refused", "wrong")), tried
