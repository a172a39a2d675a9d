"""What the holder of a tracking code reads: status, promise and steps in plain words.

Never a name, a phone, an internal note, another resident's words, or the word "merged": then the master's steps are told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import reporter
from gridops.models import CategoryVersion, Cell, Department, Evidence, Photo, Rating, Remark, Report, Ticket, Trail
from gridops.services import merging, promise_words, tickets
from gridops.services.messages import policies
from gridops.services import story_words as words
from gridops.services.photos import films
from gridops.services.story_words import said

OWN = ("supplement", "withdraw")  # steps of one reporter alone


def tell(session: Session, report: Report, *, now: datetime, locale: str) -> dict[str, Any]:
    """As API.md gives it, and: outcome_text, result_text, rated, photos [{id, film, stage, at, mine}]. ``code`` is left to the caller, who was given it."""
    own = session.get_one(Ticket, report.ticket_id)
    ticket = merging.root_of(session, own)
    category, cell, lead = _names(session, ticket, locale)
    rating = _rating(session, report, ticket.closing_no)
    allowed = tickets.allowed_actions(session, ticket, reporter(report.id), now=now)
    status = ticket.status if report.withdrawn_at is None else "voided"
    return {
        "number": own.number, "status": status, "status_text": said(words.STATUS[status], locale), "kind": report.kind,
        "category": category, "cell": cell, "lead": {"name": lead} if lead else None,
        "reported_at": report.reported_at, "promised_by": ticket.promised_by, "promise_note": _promise_note(ticket, locale),
        "promise_text": promise_words.sentence(session, ticket, now=now, locale=locale), "late": promise_words.is_late(ticket, now),
        "promised_before": promise_words.promised_before(session, ticket), "suspended_until": ticket.suspended_until, "next_step": ticket.next_step,
        "outcome": ticket.outcome if ticket.closed_at else None, "outcome_text": _outcome(ticket, locale),
        "result_text": ticket.result_text, "steps": _steps(session, report, ticket, locale), "photos": _photos(session, report, ticket),
        "rated": rating is not None, "can_rate": "rate" in allowed, "can_reopen": "reopen" in allowed,
        "can_withdraw": "withdraw" in allowed, "messages_wanted": policies.wanted_by(session, report),
    }


def state(session: Session, report: Report, *, now: datetime) -> tuple[Any, ...]:
    """Another one when the story has changed: a step was done, the promise moved or passed."""
    ticket = merging.root_of(session, session.get_one(Ticket, report.ticket_id))
    return ticket.id, ticket.version, ticket.promised_by, promise_words.is_late(ticket, now), report.withdrawn_at


def _names(session: Session, ticket: Ticket, locale: str) -> tuple[dict | None, dict | None, str | None]:
    query = (
        select(
            CategoryVersion.code, CategoryVersion.name, CategoryVersion.name_en, Cell.code, Cell.name, Cell.name_en, Department.name,
            Department.name_en)
        .select_from(Ticket).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
        .outerjoin(Cell, Cell.id == Ticket.cell_id).outerjoin(Department, Department.id == Ticket.lead_id).where(Ticket.id == ticket.id))
    row = session.execute(query).one()
    return _called(*row[0:3], locale), _called(*row[3:6], locale), _in(locale, *row[6:8])


def _called(code: str | None, name: str | None, name_en: str | None, locale: str) -> dict[str, str] | None:
    return {"code": code, "name": _in(locale, name, name_en)} if code else None


def _in(locale: str, name: str | None, name_en: str | None) -> str | None:
    return name_en if locale.startswith("en") and name_en else name


def _promise_note(ticket: Ticket, locale: str) -> str | None:
    """A code of ours in words; what a person wrote stays as it is."""
    note = ticket.promise_note
    return said(words.PROMISE_NOTE[note], locale) if note in words.PROMISE_NOTE else note


def _outcome(ticket: Ticket, locale: str) -> str | None:
    known = ticket.closed_at is not None and ticket.outcome in words.OUTCOME
    return said(words.OUTCOME[ticket.outcome], locale) if known else None


def _rating(session: Session, report: Report, closing_no: int) -> Rating | None:
    return session.scalar(select(Rating).where(Rating.report_id == report.id, Rating.closing_no == closing_no))


def _steps(session: Session, report: Report, ticket: Ticket, locale: str) -> list[dict[str, Any]]:
    """Received, what was done since, and this reporter's own ratings, in the order in which they happened."""
    leads = _lead_names(session, ticket, locale)
    steps = [{"at": report.reported_at, "text": said(words.RECEIVED, locale)}]
    for row, remark in session.execute(_rows(ticket)):
        text = _step(row, remark, report, leads, locale)
        if text is not None:
            steps.append({"at": row.at, "text": text})
    rated = session.scalars(select(Rating).where(Rating.report_id == report.id))
    steps += [{"at": rating.rated_at, "text": said(words.RATED[rating.solved], locale)} for rating in rated]
    return sorted(steps, key=lambda step: step["at"])


def _rows(ticket: Ticket):
    written = (Remark.ticket_id == Trail.ticket_id) & (Remark.trail_seq == Trail.seq)
    return select(Trail, Remark).outerjoin(Remark, written).where(Trail.ticket_id == ticket.id).order_by(Trail.seq)


def _step(row: Trail, remark: Remark | None, report: Report, leads: dict[str, str], locale: str) -> str | None:
    """None where the row is nothing to this reporter."""
    public = remark.text if remark is not None and remark.public else None
    if row.action == "contact":
        return said(words.CONTACTED[row.facts["outcome"]], locale) if row.facts.get("outcome") in words.CONTACTED else None
    if row.action in OWN:
        return _own_step(row, remark, report, locale)
    if row.action not in words.STEP or (row.action == "comment" and not public) or _joined(row, report):
        return None
    lead = leads.get(row.facts.get("lead")) or said(words.SOMEBODY, locale)
    return _with(said(words.STEP[row.action], locale).format(lead=lead), public, locale)


def _joined(row: Trail, report: Report) -> bool:
    """This reporter's own joining is what was received."""
    return row.action == "follow" and row.facts.get("report") == report.id


def _own_step(row: Trail, remark: Remark | None, report: Report, locale: str) -> str | None:
    if row.facts.get("report") != report.id:
        return None  # another resident's
    return _with(said(words.STEP[row.action], locale), remark.text if remark else None, locale)


def _with(text: str, words_said: str | None, locale: str) -> str:
    colon = ": " if locale.startswith("en") else "："
    return f"{text}{colon}{words_said}" if words_said else text


def _lead_names(session: Session, ticket: Ticket, locale: str) -> dict[str, str]:
    codes = select(Trail.facts["lead"].astext).where(Trail.ticket_id == ticket.id, Trail.action == "dispatch")
    rows = session.execute(select(Department.code, Department.name, Department.name_en).where(Department.code.in_(codes)))
    return {code: _in(locale, name, name_en) for code, name, name_en in rows}


def _photos(session: Session, report: Report, ticket: Ticket) -> list[dict[str, Any]]:
    shown = or_(Evidence.report_id == report.id, (Evidence.ticket_id == ticket.id) & Evidence.public)
    rows = session.execute(select(Evidence, films()).join(Photo, Photo.id == Evidence.photo_id).where(shown).order_by(Evidence.id))
    return [{"id": row.photo_id, "film": film, "stage": row.stage, "at": row.at, "mine": row.report_id == report.id} for row, film in rows]
