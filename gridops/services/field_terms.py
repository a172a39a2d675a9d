"""The words that an installation shows for field terms: replaced, looked at before, and taken back.

Pages and answers of the interface have the wording of their request (``terms.present``). What leaves the house or comes into it as a file has none,
or that of somebody who reads English: it asks ``known``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain import terms
from gridops.domain.actor import Actor
from gridops.domain.terms import Wording
from gridops.errors import Conflict, Invalid, NotFound
from gridops.models import Account, FieldTerm
from gridops.services import installation, remembered, security_events

LOCK = 4_207_015


class Shown(NamedTuple):
    """``own`` is None where it is shown as gridops says it."""

    term: str
    usual: str
    own: str | None
    changed_at: datetime | None = None
    changed_by: str | None = None

    def fits(self, q: str) -> bool:
        """``q``: part of the usual word, of the one shown, or of the term's English name."""
        return q.casefold() in f"{self.usual} {self.own or ''} {self.term.replace('_', ' ')}".casefold()


def wording(session: Session) -> Wording:
    """One short statement."""
    return Wording.of((row.term, row.word) for row in session.execute(select(FieldTerm.term, FieldTerm.word)))


def known(session: Session) -> Wording:
    """As above, asked for twice a second at most: for who writes many messages."""
    return remembered.current(session, ("field_terms",), lambda: wording(session))


def said(session: Session, text: str) -> str:
    """Chinese of gridops's own that leaves the house, in the words of this installation; never what people wrote."""
    return known(session).said(text)


@contextmanager
def spoken(session: Session) -> Iterator[None]:
    """``terms.said`` says it in the words of this installation: for what is written outside of a request."""
    with terms.speaking(known(session)):
        yield


def every(session: Session) -> list[Shown]:
    rows = session.execute(select(FieldTerm, Account.name).outerjoin(Account, Account.id == FieldTerm.changed_by))
    own = {row.term: (row, name) for row, name in rows.all()}
    return [Shown(term, usual, *_own(own.get(term))) for term, usual in terms.TERMS.items()]


def _own(found: tuple[FieldTerm, str | None] | None) -> tuple[str | None, datetime | None, str | None]:
    return (found[0].word, found[0].changed_at, found[1]) if found else (None, None, None)


def grouped(rows: list[Shown]) -> list[tuple[str, list[Shown]]]:
    """(group, its terms), in the order of terms.GROUPS; without groups of which nothing is there."""
    known = {row.term: row for row in rows}
    found = ((group, [known[term] for term in held if term in known]) for group, held in terms.GROUPS.items())
    return [(group, shown) for group, shown in found if shown]


def one(session: Session, term: str) -> Shown:
    """Raises NotFound."""
    found = next((shown for shown in every(session) if shown.term == term), None)
    if found is None:
        raise NotFound()
    return found


def trial(session: Session, term: str, word: str) -> Wording:
    """The wording as it would be. Raises NotFound, Invalid."""
    _check(session, term, word)
    return Wording.of([*(pair for pair in wording(session).key if pair[0] != term), (term, word)])


def replace(session: Session, term: str, word: str | None, *, seen: str | None, actor: Actor, now: datetime) -> Shown:
    """``word`` None, or the usual one: as gridops says it. ``seen``: what the writer saw shown.

    Raises Forbidden, NotFound, Invalid, Conflict where somebody was faster.
    """
    installation.check_administers(session, actor)
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    before = one(session, term)
    if seen is not None and seen != (before.own or before.usual):
        raise Conflict()
    wanted = None if word == before.usual else word
    if wanted is not None:
        _check(session, term, wanted)
    if wanted != before.own:
        _store(session, term, wanted, actor, now)
    return one(session, term)


def _store(session: Session, term: str, word: str | None, actor: Actor, now: datetime) -> None:
    row = session.get(FieldTerm, term)
    if word is None:
        session.delete(row)
    elif row is None:
        session.add(FieldTerm(term=term, word=word, changed_at=now, changed_by=actor.account_id))
    else:
        row.word, row.changed_at, row.changed_by = word, now, actor.account_id
    session.flush()
    security_events.record(session, "label_changed", now=now, account_id=actor.account_id, term=terms.TERMS[term], word=word or terms.TERMS[term])


def _check(session: Session, term: str, word: str) -> None:
    if term not in terms.TERMS:
        raise NotFound()
    wrong = terms.problem(word)
    if wrong is None and any(word in (shown.own or shown.usual, shown.usual) for shown in every(session) if shown.term != term):
        wrong = terms.TAKEN
    if wrong:
        raise Invalid(fields={"word": [wrong]})


remembered.watch(FieldTerm)
