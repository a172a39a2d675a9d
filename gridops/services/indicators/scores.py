"""Scores of organisations, by the role they had: off until a leader of the street turns a version of the weights on.

The lead is judged on results, the coordinator on rulings in time and the closing of joint tickets, a support on answering in time.
What a clerk did for an organisation is not scored, and nobody is scored on too few cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain import kpi
from gridops.domain.actor import Actor
from gridops.domain.kpi import DEFAULT_WEIGHTS, SCORED
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import ScoreWeight
from gridops.services import areas, scope
from gridops.services.indicators import periods
from gridops.services.indicators.counting import counted, names_of
from gridops.services.indicators.periods import Period
from gridops.services.indicators.report import asked_by

Scores = dict[str, dict[str, tuple[float, str] | None]]  # department code -> role -> (points, grade), None: too few cases


def versions(session: Session, street: str) -> list[ScoreWeight]:
    """Newest first."""
    query = select(ScoreWeight).where(ScoreWeight.street_code == street).order_by(ScoreWeight.version.desc())
    return list(session.scalars(query))


def current(session: Session, street: str) -> ScoreWeight | None:
    """The version that counts now; None while scores are off."""
    newest = next(iter(versions(session, street)), None)
    return newest if newest is not None and newest.active else None


def change(
    session: Session, street: str, *, weights: Mapping[str, Mapping[str, int]] | None, active: bool, reason: str, actor: Actor, now: datetime,
) -> ScoreWeight:
    """A new version. ``weights`` None: those of before, or the defaults. The reason is read by who is scored.

    Raises NotFound (no such street), Forbidden (no leader of it), Invalid (``weights.<role>``).
    """
    if areas.get_area(session, street).level != "street" or not scope.covers(actor, street):
        raise NotFound()
    if "leader" not in actor.roles_at(street):
        raise Forbidden(details={"roles": ["leader"]})
    earlier = versions(session, street)
    chosen = {role: dict(row) for role, row in (weights or (earlier[0].weights if earlier else DEFAULT_WEIGHTS)).items()}
    wrong = kpi.faults(chosen)
    if wrong:
        raise Invalid(code="weights_invalid", fields={f"weights.{role}": [text] for role, text in wrong.items()})
    last = session.scalar(select(func.max(ScoreWeight.version)).where(ScoreWeight.street_code == street)) or 0
    made = ScoreWeight(
        street_code=street, version=last + 1, weights=chosen, active=active, reason=reason, made_at=now, made_by=actor.account_id)
    session.add(made)
    session.flush()
    return made


def scores(session: Session, code: str, period: Period, *, actor: Actor, now: datetime) -> Scores | None:
    """None while they are off. An organisation without log-in has none: others act for it. Raises NotFound."""
    asked = replace(asked_by(actor, code, period, now), own=True)
    version = current(session, periods.street_of(session, code))
    if version is None:
        return None
    counts = counted(session, asked, "department")
    known = {key: department for key, department in names_of(session, counts).items() if department.has_login}
    return {
        department.code: {role: _of_role(version.weights[role], counts[key]) for role in SCORED if _had(role, counts[key])}
        for key, department in known.items()}


def _had(role: str, counts: Mapping[str, kpi.Count]) -> bool:
    return any(code in counts for code in SCORED[role])


def _of_role(weights: Mapping[str, int], counts: Mapping[str, kpi.Count]) -> tuple[float, str] | None:
    points = kpi.score(weights, counts)
    return None if points is None else (points, kpi.grade(points))
