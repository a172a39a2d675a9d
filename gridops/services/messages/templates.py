"""The words of each event in each language: those that gridops comes with, or a street's own newest version.

Those that gridops comes with say the field terms of the installation; what a street has written itself stays as it is, to the letter.
"""

from __future__ import annotations

import csv
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.domain.actor import Actor
from gridops.errors import Conflict, Invalid, NotFound
from gridops.models import MessageTemplate
from gridops.services import field_terms, security_events
from gridops.services.messages import policies

SHIPPED = Path(__file__).resolve().parents[2] / "package" / "message_templates.csv"
ANY = "any"  # of staff: one shape for all topics
LOCK = 4_207_011


class Words(NamedTuple):
    """``version`` 0 and no ``template_id``: what gridops comes with."""

    audience: str
    event: str
    locale: str
    subject: str
    text: str
    version: int = 0
    template_id: int | None = None


@lru_cache(maxsize=1)
def shipped() -> dict[tuple[str, str, str], Words]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [Words(row["audience"], row["event"], row["locale"], row["subject"], row["text"].replace("\\n", "\n")) for row in csv.DictReader(file)]
    return {(row.audience, row.event, row.locale): row for row in rows}


def current(session: Session, street_code: str, audience: str, event: str, locale: str) -> Words:
    """For staff the words of the very topic, else those of any. Raises NotFound for an event that nobody is told of.

    ``version`` is always that of the very event: what a writer says he has seen.
    """
    base, own = _base(session, audience, event, locale), session.scalar(_versions(street_code, audience, event, locale).limit(1))
    if _of_any(audience, event, locale) and event != ANY and (own is None or own.text is None):
        base = current(session, street_code, audience, ANY, locale)._replace(event=event, version=0)
    return _with(base, own)


def every(session: Session, street_code: str) -> list[Words]:
    """In the order in which things happen, Chinese before English."""
    own: dict[tuple[str, str, str], MessageTemplate] = {}
    for row in session.scalars(select(MessageTemplate).where(MessageTemplate.street_code == street_code).order_by(MessageTemplate.version)):
        own[row.audience, row.event, row.locale] = row
    of_topics = [_with(_base(session, *key), row) for key, row in own.items() if key not in shipped() and row.text is not None]
    return [_with(_said(session, base), own.get(key)) for key, base in shipped().items()] + of_topics


def _with(base: Words, own: MessageTemplate | None) -> Words:
    if own is None:
        return base
    if own.text is None:
        return base._replace(version=own.version)
    return base._replace(subject=own.subject or base.subject, text=own.text, version=own.version, template_id=own.id)


def save(
    session: Session, street_code: str, audience: str, event: str, locale: str, *, text: str | None, subject: str | None, seen: int, actor: Actor,
    now: datetime,
) -> Words:
    """A new version; ``text`` None goes back to the shipped words. ``seen``: the version that the writer started from.

    Raises Forbidden, Invalid ``template`` with what is wrong for each field, Conflict where somebody was faster, NotFound.
    """
    policies.check_editor(actor, street_code)
    _base(session, audience, event, locale)
    fields = problems(audience, text, subject)
    if fields:
        raise Invalid("This template cannot be used.", code="template", fields=fields)
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    latest = session.scalar(select(func.max(MessageTemplate.version)).where(*_one(street_code, audience, event, locale))) or 0
    if latest != seen:
        raise Conflict()
    session.add(MessageTemplate(
        street_code=street_code, audience=audience, event=event, locale=locale, version=latest + 1, subject=subject or None, text=text, made_at=now,
        made_by=actor.account_id))
    session.flush()
    security_events.record(
        session, "message_template", now=now, account_id=actor.account_id, street=street_code, audience=audience, event=event,
        locale=locale, version=latest + 1)
    return current(session, street_code, audience, event, locale)


def problems(audience: str, text: str | None, subject: str | None) -> dict[str, list[str]]:
    """Field -> what is wrong with it."""
    wrong = {}
    if text is not None:
        wrong["text"] = rules.problems(audience, text)
    if subject:
        wrong["subject"] = rules.problems(audience, subject, longest=rules.LONGEST_SUBJECT) + (["One line only."] if len(subject.splitlines()) > 1 else [])
    return {name: found for name, found in wrong.items() if found}


def _base(session: Session, audience: str, event: str, locale: str) -> Words:
    """As shipped, in the words of this installation; of staff one shape for every topic, which a street may write anew for each."""
    found = shipped().get((audience, ANY if _of_any(audience, event, locale) else event, locale))
    if found is None:
        raise NotFound()
    return _said(session, found)._replace(event=event)


def _said(session: Session, words: Words) -> Words:
    """Placeholders are Latin letters, so that no term stands in one."""
    return words._replace(subject=field_terms.said(session, words.subject), text=field_terms.said(session, words.text))


def _of_any(audience: str, event: str, locale: str) -> bool:
    """A topic without a shape of its own; what is about no ticket has one."""
    return audience == "staff" and event in rules.GROUP_OF and (audience, event, locale) not in shipped()


def _versions(street_code: str, audience: str, event: str, locale: str):
    return select(MessageTemplate).where(*_one(street_code, audience, event, locale)).order_by(MessageTemplate.version.desc())


def _one(street_code: str, audience: str, event: str, locale: str):
    return (MessageTemplate.street_code == street_code, MessageTemplate.audience == audience, MessageTemplate.event == event,
            MessageTemplate.locale == locale)


def history(session: Session, street_code: str, audience: str, event: str, locale: str) -> list[MessageTemplate]:
    """Newest first."""
    return list(session.scalars(_versions(street_code, audience, event, locale)))
