"""How good the suggestions are, for who decides what they may do: by category on what was held back and in use, and what is taken for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import CategoryVersion, LearnedModel
from gridops.services.learned import filing, overruled
from gridops.services.learned.filing import Rule

EMPTY: dict[str, Any] = {"categories": {}, "confusions": [], "levels": {}}


class Seen(NamedTuple):
    """``cases``, ``right``, ``seen`` of those held back (0 where nothing was measured); ``filed`` and ``overruled`` in the street."""

    rule: Rule
    cases: int
    right: int
    seen: int
    filed: int
    overruled: int

    @property
    def noted(self) -> bool:
        """There is something to look at: a mistake, or what somebody has chosen."""
        return bool(self.overruled or self.right < self.cases or self.rule.stopped or (self.rule.revision and not self.rule.accuses_person))


def of_street(session: Session, street_code: str, measures: dict[str, Any], *, actor: Actor) -> list[Seen]:
    """The categories of which there is anything to say, most overruled first. Raises NotFound, Forbidden."""
    used = {row.code: row for row in overruled.by_category(session, street_code)}
    found = [_seen(rule, measures["categories"].get(rule.code, {}), used.get(rule.code)) for rule in filing.by_category(session, street_code, actor=actor)]
    told = [row for row in found if row.cases or row.filed or (row.rule.revision and not row.rule.accuses_person) or row.rule.stopped]
    return sorted(told, key=lambda row: (-row.overruled, row.right - row.cases, row.rule.code))


def of_category(session: Session, street_code: str, rule: Rule, measures: dict[str, Any]) -> Seen:
    used = next((row for row in overruled.by_category(session, street_code) if row.code == rule.code), None)
    return _seen(rule, measures["categories"].get(rule.code, {}), used)


def _seen(rule: Rule, measured: dict[str, int], used: overruled.Overruled | None) -> Seen:
    cases, right = measured.get("cases", 0), measured.get("right", 0)
    return Seen(rule, cases, right, measured.get("seen", right), used.filed if used else 0, used.overruled if used else 0)


def measures_in_use(versions: Sequence[LearnedModel]) -> dict[str, Any]:
    """Of the version in use; of the first day's knowledge where none is and some version was held against it; else nothing."""
    active = next((row for row in versions if row.state == "active"), None)
    if active is not None:
        return EMPTY | active.measures["new"]
    first_day = next((row for row in versions if row.measures.get("compared") == 0), None)
    return EMPTY | (first_day.measures["before"] if first_day is not None else {})


def names(session: Session, locale: str) -> dict[str, str]:
    """Of all categories in force."""
    rows = session.execute(select(CategoryVersion.code, CategoryVersion.name, CategoryVersion.name_en).where(CategoryVersion.valid_to.is_(None)))
    return {row.code: row.name_en if locale.startswith("en") and row.name_en else row.name for row in rows}
