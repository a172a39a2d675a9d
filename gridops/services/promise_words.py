"""What a resident reads of the promise, in one sentence: which day, whether and why it moved, how late it is and because of what."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.lifecycle import OPEN
from gridops.models import Assignment, Street, Ticket, Trail
from gridops.services import story_words as words
from gridops.services.story_words import said

BABEL = {"zh": "zh_Hans_CN", "en": "en_GB"}
DAY = {"zh": "M月d日（EEE）", "en": "EEEE d MMMM"}
KEPT = ("承诺{day}前办结。", "Promised by {day}.")
MOVED = ("原承诺{before}前办结，改为{day}前：{why}", "Promised by {before}, now by {day}: {why}")
LATE = ("承诺{day}前办结，已晚{late}，因为{because}。", "Promised by {day}, {late} late, because {because}.")
CLOSED_LATE = ("比承诺的{day}晚了{late}，因为{because}。", "{late} later than promised ({day}), because {because}.")
DAYS, HOURS = ("{count}天", "{count} {unit}"), ("{count}小时", "{count} {unit}")
UNDER_AN_HOUR = ("不到1小时", "less than an hour")
BECAUSE: dict[str, tuple[str, str]] = {
    "suspended": ("需要暂缓办理", "it is on hold"),
    "rework": ("核查发现没有办好，退回重做", "the check found it unfinished"),
    "bounced": ("承办单位曾有争议，已改派", "it was first assigned to another organisation"),
    "objected": ("由哪家单位办理还在协调", "it is still being settled who handles it"),
    "support": ("需要其他单位配合", "another organisation's part is outstanding"),
    "check": ("结果还在核查", "the result is still being checked"),
    "unassigned": ("还没有确定承办单位", "no organisation was assigned yet"),
    "reopened": ("前次办理没有解决", "it was not solved the first time"),
    "unfinished": ("承办单位没有按时办结", "the organisation has not finished in time"),
}


def sentence(session: Session, ticket: Ticket, *, now: datetime, locale: str) -> str:
    """Empty where nothing was promised, or where it ended in time: then there is nothing to explain."""
    if ticket.promised_by is None:
        return ""
    zone = session.get_one(Street, ticket.street_code).timezone
    day = day_words(ticket.promised_by, zone, locale)
    if is_late(ticket, now):
        until = _until(ticket, now)
        shape = LATE if _under_way(ticket) else CLOSED_LATE
        late = _late(ticket.promised_by, until, zone, locale)
        return said(shape, locale).format(day=day, late=late, because=said(BECAUSE[why_late(session, ticket)], locale))
    if ticket.status not in OPEN:
        return ""
    return _open_sentence(session, ticket, day, zone, locale)


def is_late(ticket: Ticket, now: datetime) -> bool:
    """Past the promise, or settled after it. What ended without being settled is not late."""
    until = _until(ticket, now)
    return ticket.promised_by is not None and until is not None and until > ticket.promised_by


def _under_way(ticket: Ticket) -> bool:
    return ticket.status in OPEN and ticket.status != "handled"


def _until(ticket: Ticket, now: datetime) -> datetime | None:
    """The result that was not sent back counts, not the check after it."""
    return now if _under_way(ticket) else ticket.handled_at or ticket.closed_at


def _open_sentence(session: Session, ticket: Ticket, day: str, zone: str, locale: str) -> str:
    before = promised_before(session, ticket)
    if before is None or ticket.promise_note not in words.PROMISE_NOTE:
        return said(KEPT, locale).format(day=day)
    why = said(words.PROMISE_NOTE[ticket.promise_note], locale)
    return said(MOVED, locale).format(before=day_words(before, zone, locale), day=day, why=why)


def promised_before(session: Session, ticket: Ticket) -> datetime | None:
    """Where the promise moved for the reason that is told: what had been promised."""
    moved = Trail.facts["promise_reason"].astext
    query = select(moved, Trail.facts["promised_before"].astext).where(Trail.ticket_id == ticket.id, moved.is_not(None))
    last = session.execute(query.order_by(Trail.seq.desc()).limit(1)).one_or_none()
    return datetime.fromisoformat(last[1]) if last and last[0] == ticket.promise_note and last[1] else None


def why_late(session: Session, ticket: Ticket) -> str:
    """A code of BECAUSE: what holds it up now comes before what held it up earlier."""
    if ticket.status in ("reported", "verifying", "filed") and ticket.bounce_count == 0:
        return "unassigned"
    now_in_the_way = {"suspended": "suspended", "objected": "objected", "handled": "check"}.get(ticket.status)
    if now_in_the_way:
        return now_in_the_way
    if ticket.rework_count:
        return "rework"
    if _waits_for_support(session, ticket):
        return "support"
    if ticket.bounce_count:
        return "bounced"
    return "reopened" if ticket.reopen_count else "unfinished"


def _waits_for_support(session: Session, ticket: Ticket) -> bool:
    silent = select(Assignment.id).where(
        Assignment.round_id == ticket.round_id, Assignment.role == "support", Assignment.status.in_(("assigned", "signed", "refused", "returned")))
    return ticket.round_id is not None and session.scalar(silent.limit(1)) is not None


def day_words(at: datetime, zone: str, locale: str) -> str:
    """12月3日（周四）18:00; Thursday 3 December, 18:00."""
    language = "en" if locale.startswith("en") else "zh"
    local = at.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, DAY[language], locale=BABEL[language])}{', ' if language == 'en' else ''}{local:%H:%M}"


def _late(due: datetime, until: datetime, zone: str, locale: str) -> str:
    """In days of the calendar once another day has begun: who was promised Friday and waits on Sunday has waited two days."""
    days = (until.astimezone(ZoneInfo(zone)).date() - due.astimezone(ZoneInfo(zone)).date()).days
    if days:
        return said(DAYS, locale).format(count=days, unit="day" if days == 1 else "days")
    hours = (until - due) // timedelta(hours=1)
    return said(HOURS, locale).format(count=hours, unit="hour" if hours == 1 else "hours") if hours else said(UNDER_AN_HOUR, locale)
