"""Writing the roster: shifts, patterns, absences with stand-ins. Whoever keeps the grid of a post's area keeps its hours.

Each change publishes ``people.changed``: tickets of who is away or off duty get somebody else.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.actor import Actor
from gridops.domain.posts import holds
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Absence, Person, Place, Posting, Shift, ShiftPattern
from gridops.services import outbox, scope
from gridops.services.duty.held import calendar_of


def add_shift(
    session: Session, posting_id: int, *, starts_at: datetime, ends_at: datetime, kind: str, note: str | None = None, actor: Actor,
    now: datetime,
) -> Shift:
    """Raises Invalid: ends before it starts or lasts more than a day, overlaps another of the post, the post is not held that day."""
    posting, area = kept_posting(session, posting_id, actor)
    _check_span(starts_at, ends_at, "shift_times", longest=True)
    _check_kind(kind)
    day = calendar_of(session, area).local_day(starts_at)
    if not holds(posting.starts_on, _last_day(session, posting), day):
        raise Invalid("The post is not held on this day.", code="post_not_held", fields={"starts_at": ["The post is not held on this day."]})
    if session.scalar(select(Shift.id).where(Shift.posting_id == posting.id, _overlaps(Shift, starts_at, ends_at)).limit(1)):
        raise Invalid("The post has another shift at this time.", code="shift_overlaps",
                      fields={"starts_at": ["The post has another shift at this time."]})
    shift = Shift(posting_id=posting.id, starts_at=starts_at, ends_at=ends_at, kind=kind, note=note)
    session.add(shift)
    _changed(session, area, now)
    return shift


def remove_shift(session: Session, shift_id: int, *, actor: Actor, now: datetime) -> None:
    """Raises NotFound, Forbidden."""
    shift = _found(session.get(Shift, shift_id))
    _, area = kept_posting(session, shift.posting_id, actor)
    session.delete(shift)
    _changed(session, area, now)


def add_pattern(
    session: Session, posting_id: int, *, days: str, opens: time, closes: time, starts_on: date, ends_on: date | None = None,
    weekdays: list[int] | None = None, actor: Actor, now: datetime,
) -> ShiftPattern:
    """``closes`` not after ``opens`` is the next morning's. Raises Invalid."""
    posting, area = kept_posting(session, posting_id, actor)
    if days not in duty.DAYS:
        raise Invalid(fields={"days": [f"Must be one of: {', '.join(duty.DAYS)}."]})
    if not set(weekdays or ()) <= set(range(1, 8)):
        raise Invalid(fields={"weekdays": ["Weekdays are 1 (Monday) to 7."]})
    if ends_on and ends_on < starts_on:
        raise Invalid("It ends before it starts.", code="shift_times", fields={"ends_on": ["It ends before it starts."]})
    pattern = ShiftPattern(
        posting_id=posting.id, days=days, weekdays=sorted(set(weekdays or ())), opens=opens, closes=closes, starts_on=starts_on, ends_on=ends_on)
    session.add(pattern)
    _changed(session, area, now)
    return pattern


def end_pattern(session: Session, pattern_id: int, *, ends_on: date, actor: Actor, now: datetime) -> None:
    """``ends_on``: the last day; one that ends before it began was a mistake and goes."""
    pattern = _found(session.get(ShiftPattern, pattern_id))
    _, area = kept_posting(session, pattern.posting_id, actor)
    if ends_on < pattern.starts_on:
        session.delete(pattern)
    else:
        pattern.ends_on = min(filter(None, (pattern.ends_on, ends_on)))
    _changed(session, area, now)


def end_pattern_before(session: Session, pattern_id: int, *, actor: Actor, now: datetime) -> None:
    """Yesterday, as the street counts days, was its last day."""
    pattern = _found(session.get(ShiftPattern, pattern_id))
    _, area = kept_posting(session, pattern.posting_id, actor)
    yesterday = calendar_of(session, area).local_day(now) - duty.ONE_DAY
    end_pattern(session, pattern_id, ends_on=yesterday, actor=actor, now=now)


def add_absence(
    session: Session, person_id: int, *, starts_at: datetime, ends_at: datetime, stand_in_id: int | None = None, note: str | None = None,
    actor: Actor, now: datetime,
) -> Absence:
    """Takes the person out of all posts. Raises Invalid: times, an absence at that time already, a stand-in who may not be one."""
    area = _kept_person(session, person_id, actor)
    return put_absence(
        session, person_id, area, starts_at=starts_at, ends_at=ends_at, stand_in_id=stand_in_id, note=note, actor=actor, now=now)


def put_absence(
    session: Session, person_id: int, area: str, *, starts_at: datetime, ends_at: datetime, stand_in_id: int | None = None,
    note: str | None = None, actor: Actor, now: datetime,
) -> Absence:
    """By whoever may: the caller has looked. ``area``: one of the person's. Raises Invalid."""
    _lock(session, person_id)
    _check_span(starts_at, ends_at, "absence_times")
    if session.scalar(select(Absence.id).where(Absence.person_id == person_id, _overlaps(Absence, starts_at, ends_at)).limit(1)):
        raise Invalid("The person is away at this time already.", code="absence_overlaps",
                      fields={"starts_at": ["The person is away at this time already."]})
    if stand_in_id is not None:
        _check_stand_in(session, person_id, stand_in_id, calendar_of(session, area).local_day(starts_at))
    absence = Absence(
        person_id=person_id, starts_at=starts_at, ends_at=ends_at, stand_in_id=stand_in_id, note=note, entered_by=actor.account_id)
    session.add(absence)
    _changed(session, area, now, starts_at, ends_at)
    return absence


def set_stand_in(session: Session, absence_id: int, stand_in_id: int | None, *, actor: Actor, now: datetime) -> Absence:
    absence = _found(session.get(Absence, absence_id))
    area = _kept_person(session, absence.person_id, actor)
    if stand_in_id is not None:
        _check_stand_in(session, absence.person_id, stand_in_id, calendar_of(session, area).local_day(absence.starts_at))
    absence.stand_in_id = stand_in_id
    _changed(session, area, now)
    return absence


def end_absence(session: Session, absence_id: int, *, actor: Actor, now: datetime) -> None:
    """The person is back; an absence that has not begun goes."""
    absence = _found(session.get(Absence, absence_id))
    shorten_absence(session, absence, _kept_person(session, absence.person_id, actor), now)


def shorten_absence(session: Session, absence: Absence, area: str, now: datetime) -> None:
    """By whoever may: the caller has looked."""
    if absence.starts_at >= now:
        session.execute(delete(Absence).where(Absence.id == absence.id))
    else:
        absence.ends_at = min(absence.ends_at, now)
    _changed(session, area, now)


def kept_posting(session: Session, posting_id: int, actor: Actor) -> tuple[Posting, str]:
    """The post, locked: of two shifts at one time the second sees the first; and where it is.

    Raises NotFound (none in scope), Forbidden (may not keep the grid there).
    """
    query = select(Posting, Place.community_code).outerjoin(Place, Place.id == Posting.place_id).where(Posting.id == posting_id)
    row = session.execute(query.with_for_update(of=Posting, key_share=True)).one_or_none()
    if row is None:
        raise NotFound()
    area = row.Posting.area_code or row.community_code
    _check_keeper(actor, area)
    return row.Posting, area


def areas_of(session: Session, person_id: int) -> list[str]:
    """Where the person has posts, by code; for a post at a place the community."""
    query = select(Posting.area_code, Place.community_code).outerjoin(Place, Place.id == Posting.place_id)
    rows = session.execute(query.where(Posting.person_id == person_id))
    return sorted({row.area_code or row.community_code for row in rows})


def _kept_person(session: Session, person_id: int, actor: Actor) -> str:
    """One area of the person's posts that the actor keeps. The person is locked: of two absences at one time the second sees the first."""
    _lock(session, person_id)
    found = areas_of(session, person_id)
    kept = [area for area in found if scope.may_keep_grid(actor, area)]
    if not kept and any(scope.covers(actor, area) for area in found):
        raise Forbidden()
    if not kept:
        raise NotFound()
    return kept[0]


def _lock(session: Session, person_id: int) -> None:
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def _check_keeper(actor: Actor, area: str) -> None:
    if not scope.may_keep_grid(actor, area):
        raise Forbidden() if scope.covers(actor, area) else NotFound()


def _check_span(starts_at: datetime, ends_at: datetime, code: str, *, longest: bool = False) -> None:
    if starts_at.year not in duty.YEARS or ends_at.year not in duty.YEARS:
        raise Invalid("These times cannot be.", code=code, fields={"ends_at": ["Not a valid datetime."]})
    if ends_at <= starts_at:
        raise Invalid("It ends before it starts.", code=code, fields={"ends_at": ["It ends before it starts."]})
    if longest and ends_at - starts_at > duty.LONGEST_SHIFT:
        raise Invalid("A shift lasts at most a day.", code=code, fields={"ends_at": ["A shift lasts at most a day."]})


def _check_kind(kind: str) -> None:
    if kind not in duty.KINDS:
        raise Invalid(fields={"kind": [f"Must be one of: {', '.join(duty.KINDS)}."]})


def _check_stand_in(session: Session, person_id: int, stand_in_id: int, day: date) -> None:
    stand_in = session.get(Person, stand_in_id)
    if stand_in is None or stand_in_id == person_id or (stand_in.left_on is not None and stand_in.left_on <= day):
        raise Invalid("Somebody else who works here stands in.", code="bad_stand_in",
                      fields={"stand_in": ["Somebody else who works here stands in."]})


def _last_day(session: Session, posting: Posting) -> date | None:
    left_on = session.get_one(Person, posting.person_id).left_on
    return min(filter(None, (posting.ends_on, left_on - duty.ONE_DAY if left_on else None)), default=None)


def _overlaps(table: Any, starts_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    return (table.starts_at < ends_at) & (table.ends_at > starts_at)


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound()
    return row


def _changed(session: Session, area: str, now: datetime, *moments: datetime) -> None:
    """Also at the moments to come when somebody goes and is back: tickets change hands then."""
    session.flush()
    for at in (now, *(at for at in moments if at > now)):
        outbox.publish(session, "people.changed", now=now, payload={"area": area}, available_at=at)
