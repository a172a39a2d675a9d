"""The end of a calendar is seen before it comes."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from gridops.models import Alarm
from gridops.services import alarms, calendar_end
from gridops.services.imports.calendar import import_calendar
from tests import small_street
from tests.imports.own_files import table

NOVEMBER, DECEMBER = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC)


def open_kinds(session, actor):
    return [(alarm.kind, alarm.subject) for alarm in alarms.open_alarms(session, actor)]


def test_a_year_that_is_not_known_rings_a_month_before_and_until_it_is_imported(session, config):
    street = small_street.build(session, config, NOVEMBER)
    clerk = street.actors["clerk"]
    assert (calendar_end.warn(session, NOVEMBER), open_kinds(session, clerk)) == (0, [])
    for _ in range(2):
        assert calendar_end.warn(session, DECEMBER) == 1
    assert open_kinds(session, clerk) == [("calendar_ends", small_street.STREET)]
    report = import_calendar(session, table("day,kind,name\n2027-01-01,holiday,元旦"), now=DECEMBER)
    assert report.errors == []
    assert calendar_end.warn(session, DECEMBER) == 0
    assert open_kinds(session, clerk) == []
    assert session.scalars(select(Alarm.settled_at)).all() == [DECEMBER]
