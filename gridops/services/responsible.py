"""Who is responsible here, and who can be reached right now: a name and a number, or honestly nobody and an alarm.

Only numbers of organisations are shown, never those of people. In working time the office's phone counts, otherwise the
duty phone; first the lead's, then the coordinator's, then the operations centre's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from gridops.domain.calendar import WorkCalendar
from gridops.domain.posts import WALKERS
from gridops.errors import Invalid
from gridops.models import CategoryVersion, Department, Posting, Street
from gridops.services import alarms, calendars
from gridops.services.areas import Area, Location
from gridops.services.duty import on_duty
from gridops.services.routing import Decision, decide, sentence

ON_DUTY_ROLES = ("grid_leader", "grid_worker")  # in the order in which a resident should ask for them
NOBODY = "nobody_reachable"
INSTANT = timedelta.resolution
ONE_DAY = timedelta(days=1)
MORNING, EVENING = time(6), time(22)  # between them "tonight" is still to come


def responsible(
    session: Session, location: Location, category_code: str | None, now: datetime, *, point: Wgs84 | None = None,
    place_id: int | None = None, locale: str = "zh",
) -> dict[str, Any]:
    """Raises Invalid for an unknown category. Writes (an alarm raised or settled), so it needs a transaction that commits."""
    category = _category(session, category_code)
    cell = location.cell
    decision = decide(
        session, category_version=category, area_code=location.area_code, cell_id=cell.id if cell else None, place_id=place_id,
        now=now, point=point)
    street = session.get(Street, location.street.code)
    calendar = calendars.calendar_in_force(session, street.code)
    parties = (decision.lead, decision.coordinate, decision.centre)
    reachable, night = _reachable(parties, calendar, now), _tonight(calendar, now)
    _tell_if_nobody(session, location.area_code, category_code, reachable, now)
    return {
        "street": _area(location.street), "community": _area(location.community), "cell": _area(cell),
        "on_duty": _on_duty(session, location, decision.centre, street, calendar, now),
        **_roles(decision, locale), "reachable": reachable,
        "tonight": {
            "at": night, "reachable": _reachable(parties, calendar, night), "roles": _roles_on_duty(session, location, night)},
    }


def _category(session: Session, code: str | None) -> CategoryVersion | None:
    if code is None:
        return None
    found = session.scalar(select(CategoryVersion).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None)))
    if found is None:
        raise Invalid(fields={"category": ["There is no category with this code."]})
    return found


def _reachable(parties: Iterable[Department | None], calendar: WorkCalendar, now: datetime) -> dict[str, Any] | None:
    """{department, phone, until}: until then the number holds; after it another may be right."""
    working = calendar.working_between(now, now + INSTANT) > timedelta(0)
    for party in parties:
        phone = _phone(party, working) if party is not None else None
        if phone:
            return {"department": _named(party), "phone": phone, "until": _until(calendar, now, working)}
    return None


def _phone(party: Department, working: bool) -> str | None:
    return (party.phone if working else None) or party.duty_phone


def _until(calendar: WorkCalendar, now: datetime, working: bool) -> datetime:
    """UTC: the end of the working period that `now` is in, else the start of the next one."""
    if not working:
        return calendar.add_working(now, INSTANT) - INSTANT
    day, zone = calendar.local_day(now), ZoneInfo(calendar.timezone)
    days = ((day if period.closes != time.min else day + ONE_DAY, period.closes) for period in calendar.periods)
    closings = (datetime.combine(date, clock, zone).astimezone(UTC) for date, clock in days)
    return min(closing for closing in closings if closing > now)


def _tell_if_nobody(session: Session, area_code: str, category_code: str | None, reachable: object, now: datetime) -> None:
    subject = f"{area_code}/{category_code or '-'}"
    if reachable is None:
        alarms.raise_alarm(session, NOBODY, subject, area_code, facts={"category": category_code}, now=now)
    else:
        alarms.settle(session, NOBODY, subject, now=now)


def _on_duty(
    session: Session, location: Location, centre: Department | None, street: Street, calendar: WorkCalendar, now: datetime,
) -> dict[str, Any]:
    """The organisation to ask for the cell's people, by their role; ``roles`` are those posted here today, ``now`` those on duty."""
    reached = _reachable([centre], calendar, now)
    return {
        "department": _named(centre) if centre else {"code": street.code, "name": street.name, "name_en": street.name_en},
        "phone": reached["phone"] if reached else street.phone,
        "roles": _posted_roles(session, location, calendar, now), "now": _roles_on_duty(session, location, now),
    }


def _roles_on_duty(session: Session, location: Location, at: datetime) -> list[str]:
    """By shift, pattern or working hours; roles and nobody's name."""
    found = {one.role for one in on_duty(session, location.area_code, at)}
    return [role for role in WALKERS if role in found]


def _tonight(calendar: WorkCalendar, now: datetime) -> datetime:
    """Ten in the evening of the street; at night this very instant."""
    zone = ZoneInfo(calendar.timezone)
    here = now.astimezone(zone)
    evening = datetime.combine(here.date(), EVENING, zone).astimezone(UTC)
    return evening if MORNING <= here.time() < EVENING else now


def _posted_roles(session: Session, location: Location, calendar: WorkCalendar, now: datetime) -> list[str]:
    today = calendar.local_day(now)
    posted = set(session.scalars(
        select(Posting.role).distinct()
        .where(Posting.area_code == location.area_code, Posting.role.in_(ON_DUTY_ROLES), Posting.starts_on <= today)
        .where(or_(Posting.ends_on.is_(None), Posting.ends_on >= today))))
    return [role for role in ON_DUTY_ROLES if role in posted]


def _roles(decision: Decision, locale: str) -> dict[str, Any]:
    if decision.category_code is None:
        return {"lead": None, "coordinate": None, "support": [], "rule": None, "explanation": None, "problems": []}
    rule = decision.rule
    return {
        "lead": _with_reason(decision, "lead", decision.lead),
        "coordinate": _with_reason(decision, "coordinate", decision.coordinate),
        "support": [_with_reason(decision, "support", party) for party, _ in decision.supports],
        "rule": {
            "id": rule.id, "version": rule.version, "category": decision.category_code, "area": rule.area_prefix,
            "community_kind": rule.community_kind,
        } if rule else None,
        "explanation": sentence(decision, locale),
        "problems": [problem.to_json() for problem in decision.problems],
    }


def _with_reason(decision: Decision, role: str, party: Department | None) -> dict[str, Any] | None:
    if party is None:
        return None
    row = next(row for row in decision.reasons if row["role"] == role and row["department"] == party.code)
    return _named(party) | {"why": row["why"]} | ({"duty": row["duty"]} if "duty" in row else {})


def _named(party: Department) -> dict[str, Any]:
    return {"code": party.code, "name": party.name, "name_en": party.name_en}


def _area(area: Area | None) -> dict[str, Any] | None:
    return {"code": area.code, "name": area.name} if area else None
