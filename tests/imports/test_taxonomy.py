"""Categories, conditions and duty rules from files, in versions."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.imports.own_files import counts, faults, table

from gridops.models import CategoryVersion, DutyRule, FilingCondition
from gridops.services.imports.department_types import import_department_types
from gridops.services.imports.readers import read_csv
from gridops.services.imports.taxonomy import import_taxonomy
from gridops.services.seed import PACKAGE, ensure_defaults

HEADER = (
    "code,kind,class_code,class_zh,class_en,name_zh,name_en,scope,urgency,lead_dept,coordinate_dept,support_depts,track,check_mode,"
    "emergency,never_public,accuses_person,protect_reporter_default,self_handle_allowed,hot_issue_watch,legal_basis,limit_value,limit_unit,"
    "filing_condition,closing_condition,note"
)
ROW = {
    "code": "X1", "kind": "event", "class_code": "01", "class_zh": "市容", "class_en": "Looks", "name_zh": "乱堆", "name_en": "Piles",
    "scope": "both", "urgency": "routine", "lead_dept": "ENFORCEMENT", "coordinate_dept": "URBAN_OFFICE", "support_depts": "PROPERTY",
    "track": "government", "check_mode": "photo", "limit_value": "2", "limit_unit": "work_day", "filing_condition": "piled", "note": "own",
}
CONDITIONS = "code,condition_no,filing_condition,closing_condition,limit_value,limit_unit"


def rows(*changes):
    lines = [",".join({**ROW, **change}.get(name, "0" if name in FLAGS else "") for name in HEADER.split(",")) for change in changes]
    return table("\n".join([HEADER, *lines]))


FLAGS = ("emergency", "never_public", "accuses_person", "protect_reporter_default", "self_handle_allowed", "hot_issue_watch")


@pytest.fixture
def types(session, now):
    import_department_types(session, read_csv((PACKAGE / "department_types.csv").read_bytes()), now=now)
    return session


def versions(session, code="X1"):
    query = select(CategoryVersion).where(CategoryVersion.code == code).order_by(CategoryVersion.version)
    return [(version.version, version.name, version.valid_to is None) for version in session.scalars(query)]


def rules(session, code="X1"):
    query = select(DutyRule).where(DutyRule.category_code == code).order_by(DutyRule.version)
    return [(rule.version, rule.lead_type, rule.valid_to is None) for rule in session.scalars(query)]


def limits(session, code="X1"):
    query = select(FilingCondition).join(CategoryVersion).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None))
    return [(c.condition_no, float(c.limit_value), c.limit_unit) for c in session.scalars(query.order_by(FilingCondition.condition_no))]


def test_a_new_category_gets_the_condition_of_its_own_row_and_keeps_foreign_columns(types, now):
    assert counts(import_taxonomy(types, rows({}), now=now)) == (1, 0, 0)
    version = types.scalar(select(CategoryVersion).where(CategoryVersion.code == "X1"))
    assert version.extra["note"] == "own"
    assert limits(types) == [(1, 2.0, "work_day")]
    assert rules(types) == [(1, "ENFORCEMENT", True)]


def test_the_same_file_again_makes_no_version(types, now):
    import_taxonomy(types, rows({}), now=now)
    assert counts(import_taxonomy(types, rows({}), now=now + timedelta(days=1))) == (0, 0, 1)
    assert versions(types) == [(1, "乱堆", True)]


def test_the_packages_own_files_change_nothing_after_the_set_up(session, now):
    ensure_defaults(session, now)
    taxonomy, conditions = (read_csv((PACKAGE / name).read_bytes()) for name in ("taxonomy.csv", "filing_conditions.csv"))
    assert counts(import_taxonomy(session, taxonomy, now=now, conditions=conditions)) == (0, 0, 159)


def test_another_name_closes_the_old_version_and_leaves_the_duty_rule(types, now):
    import_taxonomy(types, rows({}), now=now)
    later = now + timedelta(days=1)
    assert counts(import_taxonomy(types, rows({"name_zh": "乱堆物"}), now=later)) == (0, 1, 0)
    assert versions(types) == [(1, "乱堆", False), (2, "乱堆物", True)]
    assert limits(types) == [(1, 2.0, "work_day")]
    assert rules(types) == [(1, "ENFORCEMENT", True)]


def test_another_lead_makes_a_new_duty_rule_and_leaves_the_category(types, now):
    import_taxonomy(types, rows({}), now=now)
    assert counts(import_taxonomy(types, rows({"lead_dept": "SANITATION"}), now=now)) == (0, 1, 0)
    assert rules(types) == [(1, "ENFORCEMENT", False), (2, "SANITATION", True)]
    assert versions(types) == [(1, "乱堆", True)]


def test_a_support_may_be_given_its_own_duty(types, now):
    import_taxonomy(types, rows({"support_depts": "PROPERTY:劝导;SANITATION"}), now=now)
    rule = types.scalar(select(DutyRule).where(DutyRule.category_code == "X1"))
    assert rule.supports == [{"type": "PROPERTY", "duty": "劝导"}, {"type": "SANITATION", "duty": None}]


def test_limits_come_with_the_conditions_file(types, now):
    import_taxonomy(types, rows({}), now=now)
    conditions = table(f"{CONDITIONS}\nX1,2,blocking,,4,work_hour\nX1,1,piled,gone,2,work_day")
    assert counts(import_taxonomy(types, rows({}), now=now, conditions=conditions)) == (0, 1, 0)
    assert limits(types) == [(1, 2.0, "work_day"), (2, 4.0, "work_hour")]
    assert counts(import_taxonomy(types, rows({}), now=now)) == (0, 0, 1)


BILINGUAL = f"{CONDITIONS},filing_condition_zh,closing_condition_zh"


def chinese(session, code="X1"):
    query = select(FilingCondition).join(CategoryVersion).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None))
    return [(c.filing_zh, c.closing_zh) for c in session.scalars(query.order_by(FilingCondition.condition_no))]


def test_conditions_come_in_chinese_too(types, now):
    conditions = table(f"{BILINGUAL}\nX1,1,piled,gone,2,work_day,乱堆,已清理\nX1,2,blocking,,4,work_hour,,")
    import_taxonomy(types, rows({}), now=now, conditions=conditions)
    assert chinese(types) == [("乱堆", "已清理"), (None, None)]
    assert counts(import_taxonomy(types, rows({}), now=now, conditions=conditions)) == (0, 0, 1)


def test_a_file_without_chinese_columns_leaves_the_chinese_alone(types, now):
    import_taxonomy(types, rows({}), now=now, conditions=table(f"{BILINGUAL}\nX1,1,piled,gone,2,work_day,乱堆,已清理"))
    without = table(f"{CONDITIONS}\nX1,1,piled,gone,2,work_day")
    assert counts(import_taxonomy(types, rows({}), now=now, conditions=without)) == (0, 0, 1)
    assert counts(import_taxonomy(types, rows({"name_zh": "乱堆物"}), now=now)) == (0, 1, 0)
    assert chinese(types) == [("乱堆", "已清理")]


def test_the_chinese_of_a_text_that_changed_without_it_is_not_kept(types, now):
    import_taxonomy(types, rows({}), now=now, conditions=table(f"{BILINGUAL}\nX1,1,piled,gone,2,work_day,乱堆,已清理"))
    import_taxonomy(types, rows({}), now=now, conditions=table(f"{CONDITIONS}\nX1,1,burning,gone,3,work_day"))
    assert chinese(types) == [(None, "已清理")]


def test_empty_chinese_cells_take_the_chinese_away(types, now):
    import_taxonomy(types, rows({}), now=now, conditions=table(f"{BILINGUAL}\nX1,1,piled,gone,2,work_day,乱堆,已清理"))
    import_taxonomy(types, rows({}), now=now, conditions=table(f"{BILINGUAL}\nX1,1,piled,gone,2,work_day,,"))
    assert chinese(types) == [(None, None)]


@pytest.mark.parametrize(("texts", "shown"), [
    (("piled", "乱堆", "gone", "已清理"), [("乱堆", "已清理"), ("piled", "gone")]),
    (("piled", None, "gone", None), [("piled", "gone")] * 2),
    (("piled", "乱堆", None, "已清理"), [("乱堆", "已清理"), ("piled", "已清理")]),
    (("piled", None, None, None), [("piled", None)] * 2),
])
def test_a_condition_is_read_in_ones_language_or_else_in_the_other(texts, shown):
    condition = FilingCondition(**dict(zip(("filing", "filing_zh", "closing", "closing_zh"), texts, strict=True)))
    assert [(condition.filed_when(locale), condition.closed_when(locale)) for locale in ("zh", "en")] == shown


def test_a_limit_changed_in_the_wrong_file_is_not_lost_in_silence(types, now):
    import_taxonomy(types, rows({}), now=now)
    report = import_taxonomy(types, rows({"limit_value": "9"}), now=now)
    assert faults(report) == [(2, "limit_value", "conditions_needed")]


def test_categories_that_are_not_named_stay_unless_the_file_replaces_all(types, now):
    import_taxonomy(types, rows({}, {"code": "X2"}), now=now)
    import_taxonomy(types, rows({"code": "X2"}), now=now)
    assert versions(types) == [(1, "乱堆", True)]
    report = import_taxonomy(types, rows({"code": "X2"}), now=now, replace=True)
    assert counts(report) == (0, 1, 1)
    assert versions(types) == [(1, "乱堆", False)]
    assert rules(types) == [(1, "ENFORCEMENT", False)]
    import_taxonomy(types, rows({}), now=now)
    assert versions(types) == [(1, "乱堆", False), (2, "乱堆", True)]


@pytest.mark.parametrize(("change", "fault"), [
    ({"code": "Ä"}, ("code", "bad_code")), ({"kind": "thing"}, ("kind", "bad_choice")), ({"name_zh": ""}, ("name_zh", "missing_value")),
    ({"emergency": "often"}, ("emergency", "not_a_flag")), ({"lead_dept": "CIRCUS"}, ("lead_dept", "unknown_department_type")),
    ({"support_depts": "PROPERTY;CIRCUS"}, ("support_depts", "unknown_department_type")),
    ({"support_depts": "ENFORCEMENT"}, ("support_depts", "twice_in_roles")), ({"support_depts": "FIRE;FIRE"}, ("support_depts", "twice_in_roles")),
    ({"lead_dept": "RESIDENTS_COMMITTEE"}, ("lead_dept", "committee_may_not_lead")),
    ({"limit_value": "-1"}, ("limit_value", "bad_limit")), ({"limit_value": "soon"}, ("limit_value", "bad_limit")),
    ({"limit_unit": "moons"}, ("limit_value", "bad_limit")), ({"limit_value": "0.333"}, ("limit_value", "bad_limit")),
    ({"filing_condition": ""}, ("filing_condition", "missing_value")),
])
def test_a_bad_row_is_named_and_nothing_is_written(types, now, change, fault):
    report = import_taxonomy(types, rows({"code": "X0"}, change), now=now)
    assert (3, *fault) in faults(report)
    assert versions(types, "X0") == []


@pytest.mark.parametrize(("line", "fault"), [
    ("X9,1,a,,1,work_day", (2, "code", "unknown_category")), ("X1,1,a,,1,work_day\nX1,1,b,,1,work_day", (3, "condition_no", "duplicate_row")),
    ("X1,,a,,1,work_day", (2, "condition_no", "missing_value")),
])
def test_a_bad_condition_is_named(types, now, line, fault):
    report = import_taxonomy(types, rows({}), now=now, conditions=table(f"{CONDITIONS}\n{line}"))
    assert fault in faults(report)


def test_a_category_without_any_condition_is_named(types, now):
    report = import_taxonomy(types, rows({}, {"code": "X2"}), now=now, conditions=table(f"{CONDITIONS}\nX1,1,a,,1,work_day"))
    assert faults(report) == [(3, "code", "no_condition")]


def test_a_foreign_taxonomy_hears_which_columns_it_lacks(types, now):
    report = import_taxonomy(types, table("一级分类,二级分类,三级分类\n城乡建设,安全生产,事故处理"), now=now)
    assert {fault.code for fault in report.errors} == {"missing_column"}
    assert {"code", "lead_dept", "track"} <= {fault.column for fault in report.errors}


def test_a_city_may_add_and_rename_department_types(types, now):
    report = import_department_types(types, table("dept_type,name_zh,name_en\nZOO,动物园,Zoo\nFIRE,消防站,Fire station"), now=now)
    assert counts(report) == (1, 1, 0)
    assert faults(import_department_types(types, table("dept_type,name_zh,name_en\nzoo,a,b"), now=now)) == [(2, "dept_type", "bad_code")]
