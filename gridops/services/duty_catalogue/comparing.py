"""What differs between two versions, rule by rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from gridops.services.duty_catalogue.rules import AnyRule, Key, by_key, order, parties_of


class Change(NamedTuple):
    """``change`` is added, dropped or changed; ``before`` and ``after`` as rules.parties_of, None where there is none."""

    key: Key
    change: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def changes(before: Iterable[AnyRule], after: Iterable[AnyRule]) -> list[Change]:
    """In the order of categories."""
    old = {key: parties_of(rule) for key, rule in by_key(before).items()}
    new = {key: parties_of(rule) for key, rule in by_key(after).items()}
    differing = sorted((key for key in old.keys() | new.keys() if old.get(key) != new.get(key)), key=order)
    return [Change(key, _kind(key, old, new), old.get(key), new.get(key)) for key in differing]


def _kind(key: Key, old: dict, new: dict) -> str:
    if key not in old:
        return "added"
    return "changed" if key in new else "dropped"
