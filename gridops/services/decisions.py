"""The outcome of routing: who is in the round, why, and what is missing; and the same as one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gridops.models import Department, DutyRule

Support = tuple[Department, str]  # with its named sub-duty


@dataclass(frozen=True)
class Problem:
    """``kind``: no_category, no_rule, no_department, tie, committee_may_not_lead, support_missing."""

    kind: str
    role: str  # lead, coordinate, support
    type_code: str | None = None
    departments: tuple[str, ...] = ()  # codes of those that tie

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "role": self.role, "type": self.type_code, "departments": list(self.departments)}


@dataclass(frozen=True)
class Decision:
    """``reasons`` is JSON: {role, type, department, name, name_en, why, by, of, rule_id, rule_version}, and ``duty`` of a support.

    ``by`` is place, area, silent or person; ``of`` the place's name or the area's code. ``centre`` is the operations centre here.
    """

    lead: Department | None = None
    coordinate: Department | None = None
    supports: list[Support] = field(default_factory=list)
    informed: list[Department] = field(default_factory=list)
    rule: DutyRule | None = None
    category_code: str | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    centre: Department | None = None


def reason(role: str, department: Department, *, by: str, of: str | None, rule: DutyRule | None, duty: str | None = None) -> dict[str, Any]:
    row = {
        "role": role, "type": department.type_code, "department": department.code, "name": department.name,
        "name_en": department.name_en, "why": WHY_EN[by].format(of=of), "by": by, "of": of,
        "rule_id": rule.id if rule else None, "rule_version": rule.version if rule else None,
    }
    return row | {"duty": duty} if duty else row


WHY_EN = {
    "place": "by place {of}", "area": "by area {of}", "silent": "the operations centre coordinates what nobody else does",
    "person": "named by the dispatcher",
}
WORDS = {
    "zh": {
        "place": "按小区或楼栋{of}", "area": "按辖区{of}", "silent": "无其他统筹单位，由城运中心统筹", "person": "由派单员指定",
        "lead": "主负责", "coordinate": "主统筹", "support": "主配合", "informed": "知会",
        "party": "{role}：{name}（{why}）", "none": "{role}：未找到", "join": "；", "rule": "依据{category}派单规则第{version}版",
        "no_rule": "无适用的派单规则", "end": "。",
    },
    "en": {
        **WHY_EN, "lead": "lead", "coordinate": "coordinator", "support": "support", "informed": "informed",
        "party": "{role}: {name} ({why})", "none": "{role}: none found", "join": "; ",
        "rule": "by duty rule of {category}, version {version}", "no_rule": "no duty rule applies", "end": ".",
    },
}


def sentence(decision: Decision, locale: str) -> str:
    """One sentence, zh or en (anything else than en is zh)."""
    words = WORDS["en" if locale.startswith("en") else "zh"]
    by_role = {role: [row for row in decision.reasons if row["role"] == role] for role in ("lead", "coordinate", "support", "informed")}
    parts = [*_needed(words, by_role, "lead"), *_needed(words, by_role, "coordinate")]
    parts += [_party(words, row) for role in ("support", "informed") for row in by_role[role]]
    return words["join"].join([*parts, _rule(words, decision)]) + words["end"]


def _needed(words: dict[str, str], by_role: dict[str, list[dict]], role: str) -> Iterable[str]:
    return [_party(words, row) for row in by_role[role]] or [words["none"].format(role=words[role])]


def _party(words: dict[str, str], row: dict[str, Any]) -> str:
    name = row["name_en"] or row["name"] if words is WORDS["en"] else row["name"]
    return words["party"].format(role=words[row["role"]], name=name, why=words[row["by"]].format(of=row["of"]))


def _rule(words: dict[str, str], decision: Decision) -> str:
    if decision.rule is None:
        return words["no_rule"]
    return words["rule"].format(category=decision.category_code, version=decision.rule.version)
