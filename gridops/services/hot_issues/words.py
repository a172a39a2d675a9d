"""What the people behind an issue say in the same words, for staff: redacted, and only what three of them have said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.redaction import redact
from gridops.domain.shared_words import shared_words, without_house
from gridops.models import Contact, Place, Report, Ticket
from gridops.services.hot_issues.issue import Issue
from gridops.services.hot_issues.voices import among, counted

MOST = 60  # reports of one issue that are read, the newest


def words_of(session: Session, issues: Iterable[Issue]) -> dict[str, str]:
    """Issue key -> the shared words, where there are any. Who left no phone speaks with all the others like him as one.

    Without a category nobody has yet said whether it accuses somebody: no words, and none where it does.
    """
    issues = [issue for issue in issues if issue.category is not None and not issue.guarded]
    numbers = {number for issue in issues for number in issue.numbers[-MOST:]}
    query = (
        select(Ticket.number, Report.description, Contact.phone_index).join(Ticket, Ticket.id == Report.ticket_id)
        .outerjoin(Contact, Contact.id == Report.contact_id).where(among(Ticket.number, numbers), counted(), ~Ticket.never_public, Report.redacted_at.is_(None)))
    said: dict[str, dict[Hashable, str]] = defaultdict(dict)
    for number, text, phone in session.execute(query):
        voice = bytes(phone) if phone is not None else None
        said[number][voice] = said[number].get(voice, "") + redact(text[:200], door_numbers=True, names=True) + "\n"
    called = _names(session, {issue.place_id for issue in issues})
    found = ((issue.key, shared_words(_without(called.get(issue.place_id, ""), text) for text in _by_person(issue, said))) for issue in issues)
    return {key: words for key, words in found if words is not None}


def _names(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    """What people call the places: without the number of the house."""
    rows = session.execute(select(Place.id, Place.name).where(Place.id.in_(ids - {None})))
    return {row.id: without_house(row.name) for row in rows}


def _without(name: str, text: str) -> str:
    """Where it is stands in the issue's name already: what it is shall be told."""
    return text.replace(name, " ") if name else text


def _by_person(issue: Issue, said: dict[str, dict[Hashable, str]]) -> Iterable[str]:
    people: dict[Hashable, str] = defaultdict(str)
    for number in issue.numbers[-MOST:]:
        for voice, text in said.get(number, {}).items():
            people[voice] += text
    return people.values()
