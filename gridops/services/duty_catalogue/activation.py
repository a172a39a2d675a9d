"""The instant from which a draft counts: at once, or planned and then done by a worker.

What differs from the rules in force is closed and written anew, so that rounds keep the rule they used; what is the same stays the same row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.duty import YEARS
from gridops.errors import Forbidden, GridopsError, Invalid, NotAllowed
from gridops.models import DutyCatalogue, DutyRule
from gridops.services import alarms, outbox
from gridops.services.duty_catalogue import checking, versions
from gridops.services.duty_catalogue.comparing import Change, changes
from gridops.services.duty_catalogue.rules import by_key

PLANNED = "duty_catalogue.planned"
ACTIVATED = "duty_catalogue.activated"
FAILED = "catalogue_not_activated"
NAMED = 20  # problems in an error


def activate(
    session: Session, catalogue_id: int, *, expected_revision: int | None, reason: str | None = None, at: datetime | None = None, actor: Actor,
    now: datetime,
) -> DutyCatalogue:
    """``at`` in the future plans it. Raises as versions.draft_for_change, Invalid (``at``), NotAllowed ``catalogue_not_sound`` (details:
    problems) unless ``reason`` says why they may stand.
    """
    if at is not None and at.year not in YEARS:
        raise Invalid(fields={"at": ["Not a valid datetime."]})
    street = versions.seen(session, catalogue_id, actor=actor).street_code
    versions.hold(session, street)
    draft = versions.draft_for_change(session, catalogue_id, expected_revision=expected_revision, actor=actor)
    if not versions.may_activate(session, actor, street):
        raise Forbidden()
    _refuse_unsound(session, draft, reason)
    if at is not None and at > now:
        draft.status, draft.planned_for = "planned", at
        outbox.publish(session, PLANNED, now=now, available_at=at, payload={"catalogue": draft.id, "revision": draft.revision})
    else:
        _put_in_force(session, draft, actor, now)
    session.flush()
    return draft


def _refuse_unsound(session: Session, draft: DutyCatalogue, reason: str | None) -> None:
    blocking = checking.new_problems(session, draft) if reason is None else []
    if blocking:
        raise NotAllowed(
            "The draft has holes or conflicts that the version in force has not: mend them, or say why they may stand.", code="catalogue_not_sound",
            details={"revision": draft.revision, "problems": [problem.to_json() for problem in blocking[:NAMED]]})
    if reason is not None:
        draft.title = "；".join(filter(None, (draft.title, reason)))


def activate_planned(session: Session, catalogue_id: int, revision: int, *, now: datetime) -> None:
    """By a worker. A draft that was changed or discarded since is left alone; one that cannot be put in force raises an alarm."""
    draft = session.get(DutyCatalogue, catalogue_id)
    if draft is None or draft.status != "planned" or draft.revision != revision:
        return
    versions.hold(session, draft.street_code)
    session.refresh(draft, with_for_update=True)
    try:
        with session.begin_nested():
            _put_in_force(session, draft, SYSTEM, now)
    except GridopsError as error:
        facts = {"version": draft.version, "error": error.code}
        alarms.raise_alarm(session, FAILED, str(draft.id), draft.street_code or "", facts=facts, now=now)


def _put_in_force(session: Session, draft: DutyCatalogue, actor: Actor, now: datetime) -> None:
    current = versions.keep_up(session, draft.street_code, now=now)
    present = versions.in_force(session, draft.street_code)
    rules = by_key(present)
    for change in changes(present, versions.rules_of(session, draft)):
        _apply(session, draft, change, rules, now)
    if current is not None:
        current.status, current.retired_at = "retired", now
        session.flush()
    draft.status, draft.planned_for = "active", None
    draft.activated_at, draft.activated_by = now, actor.account_id
    outbox.publish(session, ACTIVATED, now=now, payload={"catalogue": draft.id})


def _apply(session: Session, draft: DutyCatalogue, change: Change, rules: dict, now: datetime) -> None:
    known = rules.get(change.key)
    if known is not None:
        known.valid_to = now
        session.flush()  # at most one may be current
    if change.after is not None:
        session.add(DutyRule(
            category_code=change.key.category, area_prefix=change.key.area, community_kind=change.key.kind, valid_from=now,
            version=_next_version(session, change.key.category), catalogue_version=draft.version, **_own(change.after)))
        session.flush()


def _own(parties: dict[str, Any]) -> dict[str, Any]:
    return parties | {"supports": [dict(support) for support in parties["supports"]]}


def _next_version(session: Session, category: str) -> int:
    return (session.scalar(select(func.max(DutyRule.version)).where(DutyRule.category_code == category)) or 0) + 1
