"""Twenty people, programs and sweeps at once on one ticket, on the real database: what was done stands once in the trail, the rest was refused.

GRIDOPS_CROWDS sets how often each start is tried.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from gridops.db import make_engine, make_sessions, transaction
from gridops.domain.actor import reporter
from gridops.models import Escalation, Outbox, Photo, Report, Ticket, TicketMerge, Trail
from gridops.services import tickets, trail
from gridops.services.indicators import agreement
from gridops.services.sweep import something_is_due, sweep
from tests import small_street
from tests.services.lives_watched import Watched
from tests.services.test_round_races import at_once
from tests.small_street import ILLEGAL_BUILDING, RUBBISH, STREET

DISPATCH = ("dispatch", "dispatcher", {"lead": "D-SANITATION", "coordinate": "D-GRID_CENTER", "support": []})
SUSPENSION = ("request_suspension", "SANITATION", {"until": "2026-03-10", "reason": "等天晴", "next_step": "天晴即清"})
LATER = ("request_suspension", "SANITATION", SUSPENSION[2] | {"until": "2026-04-01"})
RESULT = ("submit_result", "SANITATION", {"outcome": "solved", "text": "好了"})
TO_DISPATCHED = (("file", "clerk", {"category": RUBBISH}), DISPATCH)
TO_WORK = (*TO_DISPATCHED, ("sign", "SANITATION", {}))
TO_HANDLED = (*TO_WORK, RESULT)
TO_CLOSED = (*TO_HANDLED, ("pass_check", "worker_west", {"text": "干净"}))
# By where it stands: what brought it there, and how many hours later everybody comes at once (most at a time when a clock has something to say).
STARTS = {
    "reported": ((), 1), "filed": (TO_DISPATCHED[:1], 2), "dispatched": (TO_DISPATCHED, 4), "in_progress": (TO_WORK, 6),
    "asked": ((*TO_WORK, SUSPENSION), 5), "suspended": ((*TO_WORK, SUSPENSION, ("approve_suspension", "dispatcher", {})), 24 * 8),
    "handled": (TO_HANDLED, 24), "closed": (TO_CLOSED, 3), "long closed": (TO_CLOSED, 24 * 9),
}
AT_ONCE = (
    ("file", "clerk", {"category": RUBBISH}), DISPATCH, ("recategorise", "clerk2", {"category": ILLEGAL_BUILDING, "reason": "分类有误"}),
    ("sign", "SANITATION", {}), ("object", "SANITATION", {"reason_code": "not_our_duty", "text": "不是我们"}),
    ("recall", "dispatcher", {"text": "派错"}), ("contact", "SANITATION", {"outcome": "reached", "text": "已联系"}),
    ("comment", "leader", {"text": "请抓紧"}), ("request_extension", "SANITATION", {"reason": "等备件"}),
    LATER,
    ("approve_suspension", "dispatcher", {}), ("resume", "dispatcher", {}), RESULT, ("fail_check", "worker_west", {"text": "还有一半"}),
    ("supervise", "leader", {"level": 1, "addressee": "dispatcher", "due_by": "2026-04-01", "text": "请报结果"}),
    ("withdraw", "reporter", {"reason": "不用了"}), ("rate", "reporter", {"solved": False, "satisfaction": 1}), ("merge", "clerk", {}),
)
WITH_PHOTOS = ("submit_result",)
CROWDS = int(os.environ.get("GRIDOPS_CROWDS", "1"))


@pytest.fixture
def sessions(fresh):
    """As many as there are threads: nobody waits for a connection where he should wait for the ticket."""
    engine = make_engine(fresh.config.database_url, pool_size=len(AT_ONCE) + 3)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def street(fresh, sessions, now):
    with transaction(sessions) as session:
        return small_street.build(session, fresh.config, now)


class Crowd:
    """One ticket, its two neighbours (it may be merged into the one, the other into it), and all who come at once."""

    def __init__(self, sessions, street, now, start: str):
        self.sessions, self.street, self.begun, self.now = sessions, street, now, now
        steps, hours = STARTS[start]
        self.number, self.master, self.child = (self.submit() for _ in range(3))
        for step in steps:
            self._call(*step)()
        self.now = now + timedelta(hours=hours)
        with sessions() as session:
            self.before = session.scalar(select(func.max(Trail.id)))

    def submit(self) -> str:
        with transaction(self.sessions) as session:
            return self.street.submit(session, self.begun).ticket.number

    def _act(self, number, action, who, body):
        with transaction(self.sessions) as session:
            return tickets.perform(session, number, action, body, actor=self._actor(session, who), now=self.now).number, action

    def _actor(self, session, who):
        if who != "reporter":
            return self.street.actors[who]
        return reporter(session.scalars(select(Report.id).join(Ticket).where(Ticket.number == self.number)).one())

    def _call(self, action, who, body):
        body = body | {"into": self.master} if action == "merge" else body
        body = body | {"photos": [self._photo()]} if action in WITH_PHOTOS else body
        return lambda: self._act(self.number, action, who, body)

    def _photo(self) -> str:
        with transaction(self.sessions) as session:
            row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"x", thumbnail=b"x", uploaded_at=self.begun)
            session.add(row)
            session.flush()
            return str(row.id)

    def swept(self) -> str:
        with transaction(self.sessions) as session:
            sweep(session, now=self.now)
        return "swept"

    def comes(self, chance: Random) -> Counter:
        """What was done, by ticket and action, and how the others were refused."""
        calls = [*(self._call(*one) for one in AT_ONCE), self.swept, self.swept]
        calls.append(lambda: self._act(self.child, "merge", "clerk2", {"into": self.number}))
        chance.shuffle(calls)
        answers = at_once(*calls)
        assert answers.total() == len(calls), f"somebody was not answered as he should be: {answers}"
        return answers


def trail_of_people(session, since: int) -> Counter:
    """What people did, and what their "not solved" brought about is not told twice; the sweep's own acts are not theirs."""
    query = select(Ticket.number, Trail.action).join(Trail, Trail.ticket_id == Ticket.id)
    own = Trail.actor_kind != "system", Trail.action.not_in(("take_in", "reopen"))
    return Counter((number, action) for number, action in session.execute(query.where(Trail.id > since, *own)))


def assert_whole(session, crowd: Crowd) -> None:
    watched = Watched(session, crowd.street, crowd.now, Random(0))
    for ticket in session.scalars(select(Ticket).order_by(Ticket.id)):
        watched.holds(ticket)
        assert trail.verify(session, ticket) == []
    assert list(agreement.differences(session, STREET, crowd.begun, crowd.now)) == []


@pytest.mark.parametrize("start", STARTS)
def test_twenty_at_once(sessions, street, now, start):
    for turn in range(CROWDS):
        crowd = Crowd(sessions, street, now, start)
        answers = crowd.comes(Random(turn))
        done = Counter({answer: count for answer, count in answers.items() if isinstance(answer, tuple)})
        with sessions() as session:
            assert trail_of_people(session, crowd.before) == done, answers
            assert_whole(session, crowd)
            merged = session.scalars(select(TicketMerge.ticket_id).order_by(TicketMerge.ticket_id)).all()
            assert len(merged) == len(set(merged))
            fired = session.execute(select(Escalation.clock_id, Escalation.revision, Escalation.level)).all()
            assert len(fired) == len(set(fired))


def test_two_sweeps_at_once_share_the_work_and_call_everybody_once(sessions, street, now):
    crowd = Crowd(sessions, street, now, "dispatched")
    for _ in range(8):
        crowd.submit()
    assert at_once(*[crowd.swept] * 6) == {"swept": 6}
    with sessions() as session:
        assert not something_is_due(session, crowd.now)
        fired = session.execute(select(Escalation.clock_id, Escalation.revision, Escalation.level)).all()
        told = session.scalars(select(Outbox.payload["escalation"].as_integer()).where(Outbox.topic == "clock.escalated")).all()
        assert len(fired) == len(set(fired)) > 8 and len(told) == len(set(told)) > 8
        assert_whole(session, crowd)
