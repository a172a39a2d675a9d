"""From which share the words file a category by themselves, in a street: the usual one, another one that somebody chose, or never.

What is chosen here stands below every other rule: nobody is accused and no danger is filed by words (services.understanding), and a category that
clerks overrule too often is left to them whatever stands here (``trusted``). Earlier choices are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import Account, CategoryVersion, FilingRule, Street
from gridops.services import remembered, security_events
from gridops.services.learned import trusted
from gridops.services.learned.levels import HIGHEST, LOWEST, SURE
from gridops.services.learned.versions import KEEPERS

MODES = ("usual", "threshold", "never")
HISTORY = 20


class Rule(NamedTuple):
    """``revision`` is what who changes it must have seen. ``stopped``: clerks overruled it too often, so that the words file nothing now."""

    code: str
    name: str
    name_en: str | None
    accuses_person: bool
    mode: str
    threshold: float | None
    revision: int
    set_at: datetime | None
    set_by: str | None
    stopped: bool


def threshold(session: Session, street_code: str, category_code: str) -> float | None:
    """None: the words never file it here. Asked for each report whose words are clear enough to be asked about at all."""
    return remembered.in_batch(session, ("filing_threshold", street_code, category_code), lambda: _threshold(session, street_code, category_code))


def _threshold(session: Session, street_code: str, category_code: str) -> float | None:
    rule = _present(session, street_code, category_code)
    return _share(rule) if rule is not None else SURE


def choose(
    session: Session, street_code: str, category_code: str, mode: str, *, share: float | None = None, expected: int, actor: Actor, now: datetime,
) -> Rule:
    """``expected``: the revision that the chooser saw. Raises NotFound (no such street or category here), Forbidden, NotAllowed
    ``accuses_person``, Invalid, Conflict ``conflict``.
    """
    _check_keeper(actor, street_code)
    category = session.scalars(select(CategoryVersion).where(CategoryVersion.code == category_code, CategoryVersion.valid_to.is_(None))).one_or_none()
    if category is None:
        raise NotFound()
    wanted = _wanted(mode, share)
    if category.accuses_person:
        raise NotAllowed("What accuses somebody is never filed by its words.", code="accuses_person")
    _lock(session, street_code)
    rule = _present(session, street_code, category_code)
    if (rule.id if rule else 0) != expected:
        raise Conflict()
    if _differs(rule, mode, wanted):
        _replace(session, rule, (street_code, category_code), mode, wanted, actor, now)
    return next(row for row in by_category(session, street_code, actor=actor) if row.code == category_code)


def _check_keeper(actor: Actor, street_code: str) -> None:
    held = actor.roles_at(street_code)
    if not held:
        raise NotFound()
    if not held.intersection(KEEPERS):
        raise Forbidden()


def _wanted(mode: str, share: float | None) -> Decimal | None:
    if mode not in MODES:
        raise Invalid(fields={"mode": ["Not a valid choice."]})
    if mode != "threshold":
        if share is not None:
            raise Invalid(fields={"threshold": ["Only with a threshold."]})
        return None
    if share is None or not LOWEST <= share <= HIGHEST:  # not a number is no such share either
        raise Invalid(fields={"threshold": ["From 0.5 to 1."]})
    return round(Decimal(str(share)), 3)


def _lock(session: Session, street_code: str) -> None:
    """Two choices at once come one after the other. Not FOR UPDATE: every new ticket refers to the street's row."""
    if session.scalar(select(Street.code).where(Street.code == street_code).with_for_update(key_share=True)) is None:
        raise NotFound()


def _present(session: Session, street_code: str, category_code: str) -> FilingRule | None:
    here = (FilingRule.street_code == street_code, FilingRule.category_code == category_code, FilingRule.ended_at.is_(None))
    return session.scalars(select(FilingRule).where(*here)).one_or_none()


def _differs(rule: FilingRule | None, mode: str, wanted: Decimal | None) -> bool:
    return mode != "usual" if rule is None else mode == "usual" or rule.threshold != wanted


def _replace(
    session: Session, rule: FilingRule | None, of: tuple[str, str], mode: str, wanted: Decimal | None, actor: Actor, now: datetime,
) -> None:
    street, category = of
    before = _share(rule) if rule else SURE
    if rule is not None:
        rule.ended_at, rule.ended_by = now, actor.account_id
        session.flush()
    if mode != "usual":
        session.add(FilingRule(street_code=street, category_code=category, threshold=wanted, set_at=now, set_by=actor.account_id))
    after = SURE if mode == "usual" else None if wanted is None else float(wanted)
    security_events.record(
        session, "filing_rule", now=now, account_id=actor.account_id, street=street, category=category, mode=mode, before=before, after=after)
    session.flush()


def by_category(session: Session, street_code: str, *, actor: Actor) -> list[Rule]:
    """Of every category in force, by code. Raises NotFound, Forbidden."""
    _check_keeper(actor, street_code)
    if session.get(Street, street_code) is None:
        raise NotFound()
    here = (FilingRule.category_code == CategoryVersion.code) & (FilingRule.street_code == street_code) & FilingRule.ended_at.is_(None)
    rows = session.execute(
        select(CategoryVersion, FilingRule, Account.name).outerjoin(FilingRule, here).outerjoin(Account, Account.id == FilingRule.set_by)
        .where(CategoryVersion.valid_to.is_(None)).order_by(CategoryVersion.code).execution_options(populate_existing=True))
    stopped = trusted.stopped(session)
    return [_rule(category, rule, name, category.code in stopped) for category, rule, name in rows]


def _rule(category: CategoryVersion, rule: FilingRule | None, by: str | None, stopped: bool) -> Rule:
    mode = "usual" if rule is None else "never" if rule.threshold is None else "threshold"
    share = None if category.accuses_person else SURE if rule is None else _share(rule)
    return Rule(
        category.code, category.name, category.name_en, category.accuses_person, "never" if category.accuses_person else mode, share,
        rule.id if rule else 0, rule.set_at if rule else None, by, stopped)


def _share(rule: FilingRule) -> float | None:
    return float(rule.threshold) if rule.threshold is not None else None


def history(session: Session, street_code: str, category_code: str, *, actor: Actor) -> list[dict[str, Any]]:
    """What was chosen for a category lately, the newest first: {code, threshold, set_at, set_by, ended_at, ended_by}. Raises NotFound, Forbidden."""
    _check_keeper(actor, street_code)
    here = (FilingRule.street_code == street_code, FilingRule.category_code == category_code)
    rows = session.scalars(select(FilingRule).where(*here).order_by(FilingRule.id.desc()).limit(HISTORY)).all()
    called = _names(session, {each for row in rows for each in (row.set_by, row.ended_by)})
    return [
        {"code": row.category_code, "threshold": _share(row), "set_at": row.set_at, "set_by": called(row.set_by), "ended_at": row.ended_at,
         "ended_by": called(row.ended_by)} for row in rows]


def _names(session: Session, accounts: set[int | None]) -> Callable[[int | None], str | None]:
    names = {row.id: row.name for row in session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts - {None})))}
    return names.get
