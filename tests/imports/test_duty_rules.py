"""Duty rules of an area or a kind of community, from files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.imports.own_files import COMMUNITY, SECOND, STREET, counts, faults, table

from gridops.models import CategoryVersion, Community, Department, DutyRule, Jurisdiction
from gridops.services import routing
from gridops.services.exports.duty_rules import collect_duty_rules
from gridops.services.exports.writers import write
from gridops.services.imports.duty_rules import import_duty_rules
from gridops.services.imports.readers import read
from gridops.services.seed import ensure_defaults

RUBBISH = "E0110"
RULES = f"""
    category,area,community_kind,lead_dept,coordinate_dept,support_depts
    {RUBBISH},{COMMUNITY},,PROPERTY,URBAN_OFFICE,SANITATION:帮助清运;ENFORCEMENT
    {RUBBISH},,old_town,SANITATION,URBAN_OFFICE,
    """


@pytest.fixture
def organised(town, now):
    ensure_defaults(town, now)
    for type_code in ("SANITATION", "PROPERTY", "URBAN_OFFICE", "ENFORCEMENT", "GRID_CENTER"):
        department = Department(code=type_code, type_code=type_code, name=type_code)
        town.add(department)
        town.flush()
        town.add(Jurisdiction(department_id=department.id, area_prefix=STREET))
    town.get(Community, SECOND).kind = "old_town"
    town.flush()
    return town


def lead(session, area, now):
    category = session.scalars(select(CategoryVersion).where(CategoryVersion.code == RUBBISH, CategoryVersion.valid_to.is_(None))).one()
    decision = routing.decide(session, category_version=category, area_code=area, cell_id=None, place_id=None, now=now)
    return decision.lead.code, decision.rule.area_prefix or decision.rule.community_kind, [duty for _, duty in decision.supports]


def current(session):
    query = select(DutyRule).where(DutyRule.valid_to.is_(None), DutyRule.category_code == RUBBISH).order_by(DutyRule.id)
    return [(rule.version, rule.lead_type) for rule in session.scalars(query)]


def test_a_rule_of_an_area_or_kind_comes_before_the_one_that_holds_everywhere(organised, now):
    before = lead(organised, COMMUNITY, now)[1]
    assert counts(import_duty_rules(organised, table(RULES), now=now)) == (2, 0, 0)
    assert before is None
    assert lead(organised, COMMUNITY, now)[:2] == ("PROPERTY", COMMUNITY)
    assert "帮助清运" in lead(organised, COMMUNITY, now)[2]
    assert lead(organised, SECOND, now)[:2] == ("SANITATION", "old_town")


def test_the_same_file_again_changes_nothing(organised, now):
    import_duty_rules(organised, table(RULES), now=now)
    assert counts(import_duty_rules(organised, table(RULES), now=now)) == (0, 0, 2)


def test_a_changed_rule_is_a_new_version_and_an_ended_one_is_closed(organised, now):
    import_duty_rules(organised, table(RULES), now=now)
    later = now + timedelta(days=1)
    changed = f"""
        category,area,community_kind,lead_dept,coordinate_dept,support_depts,ended
        {RUBBISH},{COMMUNITY},,ENFORCEMENT,URBAN_OFFICE,,0
        {RUBBISH},,old_town,SANITATION,URBAN_OFFICE,,1
        """
    assert counts(import_duty_rules(organised, table(changed), now=later)) == (0, 2, 0)
    assert [version for version, _ in current(organised)] == [1, 4]
    assert lead(organised, COMMUNITY, later)[0] == "ENFORCEMENT"
    assert lead(organised, SECOND, later)[1] is None
    assert counts(import_duty_rules(organised, table(changed), now=later)) == (0, 0, 2)


def test_every_bad_row_is_named_and_nothing_is_written(organised, now):
    before = current(organised)
    report = import_duty_rules(organised, table(f"""
        category,area,community_kind,lead_dept,coordinate_dept,support_depts
        {RUBBISH},,,PROPERTY,URBAN_OFFICE,
        NONE,{COMMUNITY},,PROPERTY,URBAN_OFFICE,
        {RUBBISH},999,,PROPERTY,URBAN_OFFICE,
        {RUBBISH},{STREET},castle,PROPERTY,URBAN_OFFICE,
        {RUBBISH},{COMMUNITY},,NOBODY,URBAN_OFFICE,PROPERTY;PROPERTY
        {RUBBISH},{SECOND},,RESIDENTS_COMMITTEE,URBAN_OFFICE,
        {RUBBISH},{SECOND},,PROPERTY,URBAN_OFFICE,
        """), now=now)
    assert faults(report) == [
        (2, "area", "missing_value"), (3, "category", "unknown_category"), (4, "area", "unknown_area"), (5, "community_kind", "bad_choice"),
        (6, "lead_dept", "unknown_department_type"), (6, "support_depts", "twice_in_roles"), (7, "lead_dept", "committee_may_not_lead"),
        (8, "category", "duplicate_row"),
    ]
    assert current(organised) == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_what_the_import_takes(organised, now, form):
    import_duty_rules(organised, table(RULES), now=now)
    content = write(*collect_duty_rules(organised), form)
    assert counts(import_duty_rules(organised, read(content, f"rules.{form}"), now=now)) == (0, 0, 2)
