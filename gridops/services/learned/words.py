"""The words by which categories are recognised here: those that gridops comes with, and what the administrator of this installation changed.

Asked for twice a second at most, so that every process follows a change at once; the book of phrases is made once for each state of them.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.learning.knowledge import Knowledge, knowledge_with
from gridops.learning.phrases import Phrase
from gridops.models import CategoryWord
from gridops.services import remembered


def known(session: Session) -> Knowledge:
    return knowledge_with(remembered.current(session, ("category_words",), lambda: changes(session)))


def changes(session: Session) -> tuple[Phrase, ...]:
    """What holds beside what gridops comes with, in an order that is always the same: one short statement."""
    newest = select(func.max(CategoryWord.id)).group_by(CategoryWord.code, CategoryWord.words)
    held = select(CategoryWord).where(CategoryWord.id.in_(newest), CategoryWord.weight.is_not(None)).order_by(CategoryWord.code, CategoryWord.words)
    return tuple(Phrase(row.code, float(row.weight), row.words) for row in session.scalars(held))


remembered.watch(CategoryWord)
