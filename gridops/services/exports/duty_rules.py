"""The duty rules that differ from the taxonomy's, in the columns that their import reads."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.models import DutyRule
from gridops.services.exports.records import Record
from gridops.services.imports.duty_rules import COLUMNS


def collect_duty_rules(session: Session) -> tuple[list[str], list[Record]]:
    own = or_(DutyRule.area_prefix.is_not(None), DutyRule.community_kind.is_not(None))
    query = select(DutyRule).where(DutyRule.valid_to.is_(None), own)
    rules = session.scalars(query.order_by(DutyRule.category_code, DutyRule.area_prefix, DutyRule.community_kind))
    return list(COLUMNS), [_rule(rule) for rule in rules]


def _rule(rule: DutyRule) -> Record:
    supports = (f"{item['type']}:{item['duty']}" if item["duty"] else item["type"] for item in rule.supports)
    return Record({
        "category": rule.category_code, "area": rule.area_prefix, "community_kind": rule.community_kind, "lead_dept": rule.lead_type,
        "coordinate_dept": rule.coordinate_type, "support_depts": ";".join(supports), "ended": False,
    })
