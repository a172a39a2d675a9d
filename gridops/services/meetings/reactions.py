"""Who hears of a meeting: the organisations called, the leader of a refusal, and the owners of what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Measure, Meeting, MeetingParty, Outbox
from gridops.services import told


def called(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    meeting = session.get_one(Meeting, row.payload["meeting"])
    invited = session.scalars(select(MeetingParty.department_id).where(MeetingParty.meeting_id == meeting.id))
    _tell(session, row, meeting, [{"department_id": one} for one in sorted(invited)], now)


def answered(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """To who called; a refusal to the leader too."""
    meeting = session.get_one(Meeting, row.payload["meeting"])
    targets: list[dict[str, Any]] = [{"account_id": meeting.called_by}] if meeting.called_by else []
    if row.topic == "meeting.refused":
        targets.append({"role": "leader", "area_code": meeting.area_code[:9]})
    _tell(session, row, meeting, targets, now)


def decided(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    meeting = session.get_one(Meeting, row.payload["meeting"])
    owners = session.scalars(select(Measure.department_id).where(Measure.meeting_id == meeting.id, Measure.department_id.is_not(None)))
    _tell(session, row, meeting, [{"department_id": one} for one in sorted(set(owners))], now)


def _tell(session: Session, row: Outbox, meeting: Meeting, targets: list[dict[str, Any]], now: datetime) -> None:
    facts = {"meeting": meeting.id} | {key: row.payload[key] for key in ("department",) if key in row.payload}
    told.write(session, row, [{"area_code": meeting.area_code} | target for target in targets], facts, now)
