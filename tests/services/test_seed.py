"""A new installation's defaults."""

import re
from datetime import timedelta

from sqlalchemy import func, select
from tests.test_punctuation import HALF_WIDTH

from gridops.models import CalendarVersion, Category, CategoryVersion, ClockPolicy, DepartmentType, DutyRule, FilingCondition
from gridops.services.imports.calendar import import_calendar
from gridops.services.imports.table import Row, Table
from gridops.services.seed import ensure_defaults

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def counts(session):
    models = (DepartmentType, Category, CategoryVersion, FilingCondition, DutyRule, CalendarVersion, ClockPolicy)
    return {model.__tablename__: session.scalar(select(func.count()).select_from(model)) for model in models}


def test_an_empty_database_gets_everything_a_street_needs_to_begin(session, now):
    ensure_defaults(session, now)
    assert counts(session) == {
        "department_type": 40, "category": 159, "category_version": 159, "filing_condition": 211,
        "duty_rule": 159, "calendar_version": 1, "clock_policy": 1,
    }


def test_filling_in_twice_changes_nothing(session, now):
    ensure_defaults(session, now)
    before = counts(session)
    ensure_defaults(session, now + timedelta(days=1))
    assert counts(session) == before


def test_a_calendar_that_the_city_has_changed_stays_as_it_is(session, now):
    days = Table(["day", "kind"], [Row(2, {"day": "2026-06-01", "kind": "holiday"})])
    assert not import_calendar(session, days, now=now).errors
    ensure_defaults(session, now)
    version = session.scalars(select(CalendarVersion)).one()
    assert [str(day.day) for day in version.days] == ["2026-06-01"]


def test_every_type_that_may_support_has_a_named_duty(session, now):
    ensure_defaults(session, now)
    supporting = {support["type"] for rule in session.scalars(select(DutyRule)) for support in rule.supports}
    without = select(DepartmentType.code).where(DepartmentType.support_duty.is_(None))
    assert supporting
    assert not supporting & set(session.scalars(without))


def test_the_time_limit_belongs_to_the_condition(session, now):
    ensure_defaults(session, now)
    query = select(FilingCondition).join(CategoryVersion).where(CategoryVersion.code == "E0101").order_by(FilingCondition.condition_no)
    limits = [(int(condition.limit_value), condition.limit_unit) for condition in session.scalars(query)]
    assert limits == [(2, "urgent_day"), (15, "work_day")]


def test_every_condition_says_in_chinese_what_it_says_in_english(session, now):
    ensure_defaults(session, now)
    for condition in session.scalars(select(FilingCondition)):
        assert CHINESE.search(condition.filed_when("zh")) and not CHINESE.search(condition.filed_when("en"))
        assert bool(condition.closing_zh) == bool(condition.closing)
        assert not condition.closing or CHINESE.search(condition.closed_when("zh")) and not CHINESE.search(condition.closed_when("en"))


def test_what_stands_on_chinese_pages_has_chinese_punctuation(session, now):
    ensure_defaults(session, now)
    texts = [text for row in session.scalars(select(FilingCondition)) for text in (row.filing_zh, row.closing_zh) if text]
    texts += [text for row in session.scalars(select(CategoryVersion)) for text in (row.name, row.class_name)]
    assert len(texts) > 600
    assert [text for text in texts if HALF_WIDTH.search(text)] == []
