"""A duty rule as a value: the same for rules in force and those of a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gridops.domain.area_codes import STREET_DIGITS
from gridops.models import CatalogueRule, DutyRule


class Key(NamedTuple):
    """What a rule is about; within a version each stands once."""

    category: str
    area: str | None
    kind: str | None


Parties = Mapping[str, Any]  # {lead_type, coordinate_type, supports}
AnyRule = DutyRule | CatalogueRule


def key_of(rule: AnyRule) -> Key:
    return Key(rule.category_code, rule.area_prefix, rule.community_kind)


def parties_of(rule: AnyRule) -> dict[str, Any]:
    return {"lead_type": rule.lead_type, "coordinate_type": rule.coordinate_type, "supports": rule.supports}


def by_key(rules: Iterable[AnyRule]) -> dict[Key, AnyRule]:
    return {key_of(rule): rule for rule in rules}


def realm_of(area_prefix: str | None) -> str | None:
    """The code of the street whose own rule it is; None for a rule that holds everywhere or in more than a street."""
    return area_prefix[:STREET_DIGITS] if area_prefix and len(area_prefix) >= STREET_DIGITS else None


def order(key: Key) -> tuple[str, str, str]:
    """By category, the wider rule first."""
    return key.category, key.area or "", key.kind or ""
