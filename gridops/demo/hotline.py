"""The desk and the city's hotline: orders are accepted in the morning and at noon, and what is closed is answered in the afternoon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.demo.history import Happening
from gridops.demo.reporters import Reporters
from gridops.domain.actor import Actor
from gridops.models import UpstreamOrder, UpstreamReply
from gridops.services.upstream import acts, replies

ZONE = ZoneInfo("Asia/Shanghai")
ACCEPTING, ANSWERING = (9, 13), 16  # o'clock
DAYS = 31
Work = Callable[[Session, Actor, datetime], None]


def desk(reporters: Reporters, now: datetime) -> Iterator[Happening]:
    """Each day of the month, in the order of time; what was closed after the last answering still waits."""
    clerk = reporters.cast.clerks[0]
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(DAYS, -1, -1):
        day = midnight - timedelta(days=days)
        for hour in ACCEPTING:
            yield day.replace(hour=hour, minute=20).astimezone(UTC), _acting(_accept, clerk)
        yield day.replace(hour=ANSWERING).astimezone(UTC), _acting(_answer, clerk)


def _acting(work: Work, clerk: Actor) -> Callable[[Session, datetime], None]:
    return lambda session, at: work(session, clerk, at)


def _accept(session: Session, clerk: Actor, at: datetime) -> None:
    for order in session.scalars(select(UpstreamOrder).where(UpstreamOrder.state == "received").order_by(UpstreamOrder.id)).all():
        acts.record(session, order, {"kind": "accept", "direction": "out"}, actor=clerk, now=at)


def _answer(session: Session, clerk: Actor, at: datetime) -> None:
    drafts = select(UpstreamOrder, UpstreamReply).join(UpstreamReply, UpstreamReply.order_id == UpstreamOrder.id)
    for order, reply in session.execute(drafts.where(UpstreamReply.state == "draft").order_by(UpstreamReply.id)).all():
        if order.state in replies.OWED:
            replies.write(session, order, reply.text, approve=True, actor=clerk, now=at)
            replies.mark_sent(session, [order], actor=clerk, now=at)
