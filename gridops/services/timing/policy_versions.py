"""The policy of clocks in versions: limits of the stages, promises, who hears when. A ticket keeps the version that it was filed under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.policy_check import faults
from gridops.errors import Conflict, Invalid, NotFound
from gridops.models import Account, ClockPolicy
from gridops.services.timing import realm
from gridops.services.timing.calendar_versions import Outdated

LOCK = 4_207_023


def listed(session: Session) -> Sequence[ClockPolicy]:
    """Newest first."""
    return session.scalars(select(ClockPolicy).order_by(ClockPolicy.version.desc())).all()


def in_force(session: Session) -> ClockPolicy:
    """Raises NotFound before the first set-up."""
    found = session.scalar(select(ClockPolicy).where(ClockPolicy.valid_to.is_(None)).order_by(ClockPolicy.version.desc()).limit(1))
    if found is None:
        raise NotFound()
    return found


def seen(session: Session, policy_id: int) -> ClockPolicy:
    """Raises NotFound."""
    found = session.get(ClockPolicy, policy_id)
    if found is None:
        raise NotFound()
    return found


def before(session: Session, policy: ClockPolicy) -> ClockPolicy | None:
    earlier = select(ClockPolicy).where(ClockPolicy.version < policy.version)
    return session.scalar(earlier.order_by(ClockPolicy.version.desc()).limit(1))


def publish(
    session: Session, rules: Mapping[str, Any], *, reason: str, expected: int | None, actor: Actor, now: datetime,
) -> ClockPolicy:
    """A new version, in force at once for what begins from now on. Raises Forbidden, Invalid (fields: path -> messages), Conflict."""
    realm.decide(session, actor, None)
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    present = in_force(session)
    if expected is not None and present.id != expected:
        raise Outdated(details={"id": present.id})
    wrong = faults(rules)
    if wrong:
        raise Invalid(fields=wrong)
    if not compare(present.rules, rules):
        raise Conflict("This is what is in force.", code="nothing_changed")
    present.valid_to = now
    session.flush()
    made = ClockPolicy(version=present.version + 1, rules=dict(rules), valid_from=now, made_by=actor.account_id, reason=reason)
    session.add(made)
    session.flush()
    return made


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs: [{path, before, after}], None for what one of the two has not."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return [
        {"path": path, "before": old.get(path), "after": new.get(path)}
        for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path)]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """A limit is one leaf, and so is a row of the escalation."""
    if isinstance(value, Mapping) and "unit" not in value and "level" not in value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(row, Mapping) for row in value):
        for row in value:
            yield from _leaves(row, f"{path}.{row.get('level')}")
    else:
        yield path, value


def shown(session: Session, policy: ClockPolicy, *, actor: Actor) -> dict[str, Any]:
    return brief(session, policy) | {"rules": policy.rules, "may_decide": realm.may_decide(session, actor, None)}


def brief(session: Session, policy: ClockPolicy) -> dict[str, Any]:
    by = session.get(Account, policy.made_by) if policy.made_by else None
    return {
        "id": policy.id, "version": policy.version, "valid_from": policy.valid_from, "valid_to": policy.valid_to,
        "by": by.name if by else None, "reason": policy.reason}
