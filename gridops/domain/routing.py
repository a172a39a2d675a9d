"""Which duty rule and which organisation: the most specific wins, and every input gives an answer or a named problem.

* rules: the longest area prefix, then one that names the community's kind before one that does not;
* organisations: a place before an area; of places the nearest in the chain (a building before its compound), of areas the
  longest prefix; two organisations that are equally specific are a tie, which nobody but a person resolves.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

OPERATIONS_CENTRE = "GRID_CENTER"
# Duties of departments are not pushed down to communities (State Council General Office letter 2025 No. 66).
COMMITTEES = frozenset({"RESIDENTS_COMMITTEE", "OWNERS_COMMITTEE", "MEDIATION"})
COMMITTEE_TRACKS = frozenset({"self_governance", "service", "mediation"})


class Rule(Protocol):
    id: int
    area_prefix: str | None
    community_kind: str | None


AnyRule = TypeVar("AnyRule", bound=Rule)


@dataclass(frozen=True, slots=True)
class Claim:
    """One jurisdiction of a department: an area prefix or a place."""

    department_id: int
    area_prefix: str | None = None
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The claim that won."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Missing:
    """`kind` is no_department or tie; `department_ids` are those that tie, in ascending order."""

    kind: str
    department_ids: tuple[int, ...] = ()


def choose_rule(rules: Iterable[AnyRule], area_code: str, community_kind: str | None) -> AnyRule | None:
    """None: no rule applies. Of rules that are equally specific the newest counts."""
    applying = [rule for rule in rules if _applies(rule, area_code, community_kind)]
    return max(applying, key=_rule_rank, default=None)


def _applies(rule: Rule, area_code: str, community_kind: str | None) -> bool:
    return area_code.startswith(rule.area_prefix or "") and rule.community_kind in (None, community_kind)


def _rule_rank(rule: Rule) -> tuple[int, bool, int]:
    return len(rule.area_prefix or ""), rule.community_kind is not None, rule.id


def choose_department(claims: Iterable[Claim], area_code: str, place_chain: Sequence[int]) -> Found | Missing:
    """`place_chain`: ids from the place itself up to what contains it."""
    ranked = [(rank, claim) for claim in claims if (rank := _claim_rank(claim, area_code, place_chain)) is not None]
    best = max((rank for rank, _ in ranked), default=None)
    winners = {claim.department_id: claim for rank, claim in ranked if rank == best}
    if len(winners) == 1:
        return Found(*winners.values())
    return Missing("tie", tuple(sorted(winners))) if winners else Missing("no_department")


def _claim_rank(claim: Claim, area_code: str, place_chain: Sequence[int]) -> tuple[int, int] | None:
    if claim.place_id is not None:
        return (1, -place_chain.index(claim.place_id)) if claim.place_id in place_chain else None
    if claim.area_prefix and area_code.startswith(claim.area_prefix):
        return 0, len(claim.area_prefix)
    return None


def may_lead(type_code: str, track: str) -> bool:
    return type_code not in COMMITTEES or track in COMMITTEE_TRACKS
