"""The outcome of routing: who is in the round, why, and what is missing; and the same as one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gridops.domain import terms
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

    @property
    def basis(self) -> dict[str, Any]:
        """What a round keeps of it, as JSON: {category, rule: {id, version, catalogue, since} or null, reasons}."""
        rule = self.rule
        named = {
            "id": rule.id, "version": rule.version, "catalogue": rule.catalogue_version, "since": f"{rule.valid_from:%Y-%m-%d}",
        } if rule is not None else None
        return {"category": self.category_code, "rule": named, "reasons": self.reasons}


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
        "catalogue": "（派单目录第{catalogue}版，{since}起）", "no_rule": "无适用的派单规则", "end": "。", "again": "{why}，第{no}次派遣",
        "upheld": "异议成立", "recalled": "派错撤回", "recategorised": "改类", "check_failed": "核查未通过", "forced": "两次退单后不得再退",
    },
    "en": {
        **WHY_EN, "lead": "lead", "coordinate": "coordinator", "support": "support", "informed": "informed",
        "party": "{role}: {name} ({why})", "none": "{role}: none found", "join": "; ",
        "rule": "by duty rule of {category}, version {version}", "catalogue": " (duty catalogue version {catalogue}, since {since})",
        "no_rule": "no duty rule applies", "end": ".", "again": "{why}: dispatch no. {no}", "upheld": "objection upheld", "recalled": "taken back",
        "recategorised": "classified anew", "check_failed": "check failed", "forced": "bounced twice, so it stands",
    },
}


def sentence(decision: Decision, locale: str) -> str:
    """One sentence, zh or en (anything else than en is zh)."""
    return sentence_of(decision.basis, locale)


def sentence_of(basis: Mapping[str, Any], locale: str) -> str:
    """The same from what a round has kept: also ``no`` and ``after`` (why the round before ended), and ``forced``."""
    words = WORDS["en"] if locale.startswith("en") else {key: terms.said(word) for key, word in WORDS["zh"].items()}
    reasons = basis.get("reasons", ())
    by_role = {role: [row for row in reasons if row["role"] == role] for role in ("lead", "coordinate", "support", "informed")}
    parts = [*_history(words, basis), *_needed(words, by_role, "lead"), *_needed(words, by_role, "coordinate")]
    parts += [_party(words, row) for role in ("support", "informed") for row in by_role[role]]
    return words["join"].join([*parts, _rule(words, basis, reasons)]) + words["end"]


def _history(words: dict[str, str], basis: Mapping[str, Any]) -> list[str]:
    said = [words["again"].format(why=words.get(basis["after"], basis["after"]), no=basis["no"])] if basis.get("after") else []
    return said + ([words["forced"]] if basis.get("forced") else [])


def _needed(words: dict[str, str], by_role: dict[str, list[dict]], role: str) -> Iterable[str]:
    return [_party(words, row) for row in by_role[role]] or [words["none"].format(role=words[role])]


def _party(words: dict[str, str], row: dict[str, Any]) -> str:
    name = row["name_en"] or row["name"] if words is WORDS["en"] else row["name"]
    return words["party"].format(role=words[row["role"]], name=name, why=words[row["by"]].format(of=row["of"]))


def _rule(words: dict[str, str], basis: Mapping[str, Any], reasons: Iterable[Mapping[str, Any]]) -> str:
    """Rounds from before catalogues had versions keep the rule's own version with their reasons."""
    rule = basis.get("rule") or next(({"version": row["rule_version"]} for row in reasons if row.get("rule_version")), None)
    if rule is None:
        return words["no_rule"]
    said = words["rule"].format(category=basis.get("category") or "", version=rule["version"])
    return said + (words["catalogue"].format(**rule) if rule.get("catalogue") else "")
