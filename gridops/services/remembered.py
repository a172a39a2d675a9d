"""What many requests ask for and few change: versions by id (they never change), which version is current, and for a batch of rows in
one transaction the catalogue and the organisations that it meets.

Versions are remembered for the life of the process. What is current is remembered for half a second only, and not at all by a
session that has itself written such a row: what it wrote may yet be rolled back, so nobody else may learn of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, object_session

CURRENT_FOR_S = 0.5
WROTE = "wrote_what_is_remembered"
BATCH = "read_for_this_batch"

Answer = TypeVar("Answer")


class Known(NamedTuple):
    """What one database has told: a test's connection is a database of its own."""

    versions: dict[tuple, Any]
    current: dict[tuple, tuple[float, Any]]


_known: WeakKeyDictionary[Engine | Connection, Known] = WeakKeyDictionary()


def version(session: Session, key: tuple, read: Callable[[], Answer]) -> Answer:
    versions = _known_to(session).versions
    if key not in versions:
        versions[key] = read()
    return versions[key]


def versions(session: Session, kind: str, ids: Collection[int], read: Callable[[Collection[int]], Mapping[int, Answer]]) -> dict[int, Answer]:
    """As ``version`` for many of one kind: ``read`` is asked once, for those that are not known yet."""
    known = _known_to(session).versions
    missing = [one for one in ids if (kind, one) not in known]
    if missing:
        known.update(((kind, one), answer) for one, answer in read(missing).items())
    return {one: known[kind, one] for one in ids}


def current(session: Session, key: tuple, find: Callable[[], Answer]) -> Answer:
    """What ``find`` says, or said less than half a second ago; None is asked for again each time."""
    if session.info.get(WROTE):
        return find()
    told = _known_to(session).current
    told_at, answer = told.get(key, (None, None))
    if answer is None or monotonic() - told_at > CURRENT_FOR_S:
        # The moment before asking: what was committed while the answer was on its way must not count as seen.
        asked_at = monotonic()
        answer = find()
        told[key] = (asked_at, answer)
    return answer


@contextmanager
def batch(session: Session) -> Iterator[None]:
    """Until it ends ``in_batch`` reads each thing once: for rows that touch one ticket each, locked before anything of it is read."""
    session.info[BATCH] = {}
    try:
        yield
    finally:
        del session.info[BATCH]


def in_batch(session: Session, key: tuple, read: Callable[[], Answer]) -> Answer:
    """What ``read`` says; within a batch, what it said to the first row. Whoever changes what was said changes the same objects."""
    kept = session.info.get(BATCH)
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return kept[key]


def tell(session: Session, key: tuple, answer: Any) -> None:
    """What ``in_batch`` shall say from now on; outside a batch it asks each time, and nothing is kept."""
    kept = session.info.get(BATCH)
    if kept is not None:
        kept[key] = answer


def forget(session: Session, *keys: tuple) -> None:
    """What was said of them holds no longer: ``in_batch`` reads it again."""
    for key in keys:
        session.info.get(BATCH, {}).pop(key, None)


def watch(*tables: type) -> None:
    """Rows of these tables are what is remembered: a session that writes one through the ORM is told the truth from then on."""
    for table in tables:
        event.listen(table, "after_insert", _remember_writing)
        event.listen(table, "after_update", _remember_writing)


def _known_to(session: Session) -> Known:
    return _known.setdefault(session.get_bind(), Known({}, {}))


def _remember_writing(_mapper: object, _connection: Connection, row: object) -> None:
    object_session(row).info[WROTE] = True
