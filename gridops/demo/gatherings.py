"""One of each: an emergency's call acknowledged and phoned, its log and review, a whistle with a late comer and a refusal, and an on-site meeting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.demo.ground import COMMUNITIES
from gridops.demo.history import Happening
from gridops.demo.reporters import Reporters
from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.models import Department, EmergencyReview, MeetingParty, Page, Ticket
from gridops.services.emergencies import answering, log, review
from gridops.services.meetings import calling, measures
from gridops.vault import Vault

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALLED = 3
WHISTLE = {"kind": "whistle", "subject": "楼前占道堆物反复出现", "spot": "小区东门", "area": COMMUNITIES[0].code}
MEETING = {"kind": "on_site", "subject": "占道堆物长效管理", "spot": "居委会会议室", "area": COMMUNITIES[0].code}


def gatherings(reporters: Reporters, now: datetime, vault: Vault) -> Iterator[Happening]:
    played = _Gatherings(reporters, now, vault)
    yield from ((now - 6 * DAY, played.whistle), (now - 6 * DAY + 4 * HOUR, played.whistle_ends), (now - DAY, played.meeting))
    yield from ((now - days * DAY, played.reviewed) for days in (22, 15, 8, 2))
    yield now - timedelta(minutes=4), played.emergency


class _Gatherings:
    def __init__(self, reporters: Reporters, now: datetime, vault: Vault):
        cast = reporters.cast
        self.clerk, self.dispatcher, self.leader = cast.clerks[0], cast.dispatchers[0], cast.leader
        self.now, self.vault = now, vault
        self.blown = 0  # the whistle's id

    def whistle(self, session: Session, at: datetime) -> None:
        self.blown = _called(session, WHISTLE | {"meets_at": at + 3 * HOUR}, self.leader, at)

    def whistle_ends(self, session: Session, at: datetime) -> None:
        first, second, third = _codes(session, self.blown)
        calling.answer(session, self.blown, second, "refused", "不属于本单位职责", actor=self.clerk, now=at - 2 * HOUR)
        calling.arrive(session, self.blown, first, "值班队员", at - HOUR, actor=self.clerk, now=at)
        calling.arrive(session, self.blown, third, "客服主管", at - HOUR / 2, actor=self.clerk, now=at)
        decided = [{"kind": "measure", "text": "东门加装护栏", "department": first, "due_by": self.now - DAY}]
        measures.hold(session, self.blown, "当场清理完毕，落实长效管理。", decided, [], actor=self.leader, now=at, vault=self.vault)

    def meeting(self, session: Session, at: datetime) -> None:
        _called(session, MEETING | {"meets_at": self.now + DAY}, self.leader, at)

    def emergency(self, session: Session, at: datetime) -> None:
        calls = select(Ticket.number).join(Page, Page.ticket_id == Ticket.id).where(
            Ticket.emergency, Ticket.status.in_(OPEN), Page.role == "dispatcher", Page.acknowledged_at.is_(None))
        number = session.scalar(calls.order_by(Ticket.id).limit(1))
        if number is not None:
            answering.acknowledge(session, number, actor=self.dispatcher, now=at)
            log.write(session, number, "已电话通知物业先行疏散，抢修人员在途。", actor=self.dispatcher, now=at)

    def reviewed(self, session: Session, at: datetime) -> None:
        """What closed more than two days ago."""
        waiting = select(Ticket.number).join(EmergencyReview, EmergencyReview.ticket_id == Ticket.id).where(
            EmergencyReview.finished_at.is_(None), EmergencyReview.opened_at < at - 2 * DAY, Ticket.status.not_in(OPEN))
        decided = [{"kind": "measure", "text": "夜间值班电话上墙", "owner": "值班长", "due_by": self.now + 5 * DAY}]
        for number in session.scalars(waiting.order_by(Ticket.id)).all():
            review.finish(session, number, "响应及时，夜间联系方式需公示。", decided, actor=self.leader, now=at)


def _called(session: Session, wanted: dict[str, Any], actor: Actor, at: datetime) -> int:
    chosen = select(Department.code).where(Department.ended_at.is_(None), Department.has_login).order_by(Department.id).limit(CALLED)
    return calling.call(session, wanted | {"departments": list(session.scalars(chosen))}, actor=actor, now=at).id


def _codes(session: Session, meeting_id: int) -> list[str]:
    query = select(Department.code).join(MeetingParty, MeetingParty.department_id == Department.id)
    return list(session.scalars(query.where(MeetingParty.meeting_id == meeting_id).order_by(MeetingParty.id)))
