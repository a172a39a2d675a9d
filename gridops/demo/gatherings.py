"""One of each: an emergency's call acknowledged and phoned, its log and review, a whistle with a late comer and a refusal, and an on-site meeting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.demo.ground import COMMUNITIES
from gridops.demo.history import Happening
from gridops.demo.reporters import Reporters
from gridops.domain.lifecycle import OPEN
from gridops.models import Department, EmergencyReview, MeetingParty, Page, Ticket
from gridops.services.emergencies import answering, log, review
from gridops.services.meetings import calling, measures
from gridops.vault import Vault

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def gatherings(reporters: Reporters, now: datetime, vault: Vault) -> Iterator[Happening]:
    cast, held = reporters.cast, {}
    clerk, dispatcher, leader = cast.clerks[0], cast.dispatchers[0], cast.leader
    community = COMMUNITIES[0].code

    def whistle(session: Session, at: datetime) -> None:
        wanted = {"kind": "whistle", "subject": "楼前占道堆物反复出现", "spot": "小区东门", "area": community, "meets_at": at + 3 * HOUR}
        held["whistle"] = _called(session, wanted, cast.leader, at, 3)

    def whistle_ends(session: Session, at: datetime) -> None:
        first, second, third = _codes(session, held["whistle"])
        calling.answer(session, held["whistle"], second, "refused", "不属于本单位职责", actor=clerk, now=at - 2 * HOUR)
        calling.arrive(session, held["whistle"], first, "值班队员", at - HOUR, actor=clerk, now=at)
        calling.arrive(session, held["whistle"], third, "客服主管", at - HOUR / 2, actor=clerk, now=at)
        decided = [{"kind": "measure", "text": "东门加装护栏", "department": first, "due_by": now - DAY}]
        measures.hold(session, held["whistle"], "当场清理完毕，落实长效管理。", decided, [], actor=leader, now=at, vault=vault)

    def meeting(session: Session, at: datetime) -> None:
        wanted = {"kind": "on_site", "subject": "占道堆物长效管理", "spot": "居委会会议室", "area": community, "meets_at": now + DAY}
        held["meeting"] = _called(session, wanted, leader, at, 3)

    def emergency(session: Session, at: datetime) -> None:
        found = session.execute(
            select(Ticket.number, Page.id).join(Page, Page.ticket_id == Ticket.id)
            .where(Ticket.emergency, Ticket.status.in_(OPEN), Page.role == "dispatcher", Page.acknowledged_at.is_(None)).order_by(Ticket.id)).first()
        if found is not None:
            answering.acknowledge(session, found.number, actor=dispatcher, now=at)
            log.write(session, found.number, "已电话通知物业先行疏散，抢修人员在途。", actor=dispatcher, now=at)

    def reviewed(session: Session, at: datetime) -> None:
        """What closed more than two days ago."""
        numbers = session.scalars(
            select(Ticket.number).join(EmergencyReview, EmergencyReview.ticket_id == Ticket.id)
            .where(EmergencyReview.finished_at.is_(None), EmergencyReview.opened_at < at - 2 * DAY, Ticket.status.not_in(OPEN)).order_by(Ticket.id)).all()
        decided = [{"kind": "measure", "text": "夜间值班电话上墙", "owner": "值班长", "due_by": now + 5 * DAY}]
        for number in numbers:
            review.finish(session, number, "响应及时，夜间联系方式需公示。", decided, actor=leader, now=at)

    yield from ((now - 6 * DAY, whistle), (now - 6 * DAY + 4 * HOUR, whistle_ends), (now - DAY, meeting))
    yield from ((now - days * DAY, reviewed) for days in (22, 15, 8, 2))
    yield now - timedelta(minutes=4), emergency


def _called(session: Session, wanted: dict, actor, at: datetime, count: int) -> int:
    codes = session.scalars(
        select(Department.code).where(Department.ended_at.is_(None), Department.has_login).order_by(Department.id).limit(count)).all()
    return calling.call(session, wanted | {"departments": list(codes)}, actor=actor, now=at).id


def _codes(session: Session, meeting_id: int) -> list[str]:
    query = select(Department.code).join(MeetingParty, MeetingParty.department_id == Department.id)
    return list(session.scalars(query.where(MeetingParty.meeting_id == meeting_id).order_by(MeetingParty.id)))
