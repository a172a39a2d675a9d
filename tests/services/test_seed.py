"""A new installation's defaults."""

from datetime import timedelta

from sqlalchemy import func, select

from gridops.models import CalendarVersion, Category, CategoryVersion, ClockPolicy, DepartmentType, DutyRule, FilingCondition
from gridops.services.imports.calendar import import_calendar
from gridops.services.imports.table import Row, Table
from gridops.services.seed import ensure_defaults


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
