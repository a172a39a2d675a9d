"""A street's working time in versions: what is in force, what was, and a new one. Open tickets keep theirs until somebody asks otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.calendar import CalendarDay as Day
from gridops.domain.calendar_check import faults
from gridops.errors import Conflict, Invalid, NotFound
from gridops.models import Account, CalendarDay, CalendarVersion
from gridops.services.timing import realm

LOCK = 4_207_021  # with the street: its versions are numbered one after the other


class Outdated(Conflict):
    code = "conflict"
    message = "Somebody else has made a version meanwhile."


def listed(session: Session, street: str | None) -> Sequence[CalendarVersion]:
    """Newest first."""
    query = select(CalendarVersion).where(CalendarVersion.street_code.is_not_distinct_from(street))
    return session.scalars(query.order_by(CalendarVersion.version.desc())).all()


def in_force(session: Session, street: str | None) -> CalendarVersion:
    """The street's own, else the one of all. Raises NotFound before the first set-up."""
    query = (
        select(CalendarVersion).where(CalendarVersion.valid_to.is_(None))
        .where((CalendarVersion.street_code == street) | CalendarVersion.street_code.is_(None))
        .order_by(CalendarVersion.street_code.nulls_last()).limit(1))
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def seen(session: Session, version_id: int, *, actor: Actor) -> CalendarVersion:
    """Raises NotFound."""
    found = session.get(CalendarVersion, version_id)
    if found is None or not realm.may_see(session, actor, found.street_code):
        raise NotFound()
    return found


def publish(
    session: Session, street: str | None, given: Mapping[str, Any], *, reason: str, expected: int | None, actor: Actor, now: datetime,
) -> CalendarVersion:
    """A new version, in force at once: ``given`` has periods [["09:00","12:00"]], rest_weekdays (ISO), days [{day, kind, name}], known_until.

    ``expected``: id of the version in force that was looked at. Raises NotFound, Forbidden, Invalid, Conflict.
    """
    realm.decide(session, actor, street)
    session.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(literal(street or "")))))
    before = in_force(session, street)
    if expected is not None and before.id != expected:
        raise Outdated(details={"id": before.id})
    wrong = faults(given["periods"], given["rest_weekdays"], [Day(**day) for day in _days(given)], given["known_until"])
    if wrong:
        raise Invalid(fields=wrong)
    if before.street_code == street and _content(before) == _given(given):
        raise Conflict("This is what is in force.", code="nothing_changed")
    return _store(session, street, given, reason=reason, before=before, actor=actor, now=now)


def _store(
    session: Session, street: str | None, given: Mapping[str, Any], *, reason: str, before: CalendarVersion, actor: Actor, now: datetime,
) -> CalendarVersion:
    newest = session.scalar(select(func.max(CalendarVersion.version)).where(CalendarVersion.street_code.is_not_distinct_from(street)))
    if before.street_code == street:
        before.valid_to = now
        session.flush()
    made = CalendarVersion(
        street_code=street, version=(newest or 0) + 1, periods=[list(pair) for pair in given["periods"]],
        rest_weekdays=sorted(set(given["rest_weekdays"])), known_until=given["known_until"], valid_from=now, made_by=actor.account_id,
        reason=reason)
    made.days = [CalendarDay(day=day["day"], kind=day["kind"], name=day["name_zh"] or None) for day in _days(given)]
    session.add(made)
    session.flush()
    return made


def _days(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"day": row["day"], "kind": row["kind"], "name_zh": (row.get("name") or "").strip()}
        for row in sorted(given["days"], key=lambda row: row["day"])]


def _given(given: Mapping[str, Any]) -> tuple:
    days = [(row["day"], row["kind"], row["name_zh"]) for row in _days(given)]
    return [list(pair) for pair in given["periods"]], sorted(set(given["rest_weekdays"])), given["known_until"], days


def _content(version: CalendarVersion) -> tuple:
    days = [(row.day, row.kind, row.name or "") for row in version.days]
    return version.periods, sorted(version.rest_weekdays), version.known_until, days


def statutory(session: Session) -> dict[date, tuple[str, str | None]]:
    """The days of the calendar of all: what the State Council has published, as it was brought in."""
    found = in_force(session, None)
    return {row.day: (row.kind, row.name) for row in found.days}


def shown(session: Session, version: CalendarVersion, *, actor: Actor) -> dict[str, Any]:
    """Each day with ``own``: not what the calendar of all says. ``missing``: days of that calendar that this one leaves out."""
    common = statutory(session) if version.street_code else None
    days = [
        {"day": row.day, "kind": row.kind, "name": row.name, "own": common is not None and common.get(row.day, (None,))[0] != row.kind}
        for row in version.days]
    said = {row.day for row in version.days}
    missing = [{"day": day, "kind": kind, "name": name, "own": False} for day, (kind, name) in sorted((common or {}).items()) if day not in said]
    return brief(session, version) | {
        "periods": version.periods, "rest_weekdays": version.rest_weekdays, "known_until": version.known_until, "days": days,
        "missing": missing, "may_decide": realm.may_decide(session, actor, version.street_code)}


def brief(session: Session, version: CalendarVersion) -> dict[str, Any]:
    by = session.get(Account, version.made_by) if version.made_by else None
    return {
        "id": version.id, "street": version.street_code, "version": version.version, "valid_from": version.valid_from,
        "valid_to": version.valid_to, "by": by.name if by else None, "reason": version.reason}
