"""Shifts and regular hours from a file, and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from tests.imports.own_files import STREET, WEST, counts, table

from gridops.models import Outbox, Shift, ShiftPattern
from gridops.services.exports.shifts import collect_shifts
from gridops.services.exports.writers import write
from gridops.services.imports.people import import_people
from gridops.services.imports.readers import read
from gridops.services.imports.shifts import import_shifts

HEADER = "code,role,area,kind,date,until,weekdays,opens,closes,note"
ROWS = f"""{HEADER}
W1,grid_worker,{WEST},night,2026-03-06,,,17:30,9:00,=1+1
W1,grid_worker,{WEST},holiday,2026/3/7,,,09:00,17:00,
W2,grid_worker,{STREET},rest_days,2026-03-01,2026-12-31,6;7,08:00:00,12:00,"""


@pytest.fixture
def staffed(town, now, vault):
    """W1 in the western cell, W2 in the street."""
    people = f"code,name,role,area,starts_on\nW1,甲,grid_worker,{WEST},2026-01-01\nW2,乙,grid_worker,{STREET},2026-01-01"
    assert not import_people(town, table(people), now=now, vault=vault).errors
    town.query(Outbox).delete()
    return town


def test_times_are_the_streets_and_a_night_ends_the_next_morning(staffed, now):
    assert counts(import_shifts(staffed, table(ROWS), now=now)) == (3, 0, 0)
    night = staffed.scalars(select(Shift).where(Shift.kind == "night")).one()
    assert (night.starts_at, night.ends_at) == (datetime(2026, 3, 6, 9, 30, tzinfo=UTC), datetime(2026, 3, 7, 1, 0, tzinfo=UTC))
    assert staffed.scalars(select(ShiftPattern.weekdays)).one() == [6, 7]


def test_the_same_file_again_changes_nothing_and_tells_nobody(staffed, now):
    import_shifts(staffed, table(ROWS), now=now)
    staffed.flush()
    assert staffed.scalars(select(Outbox.payload).where(Outbox.topic == "people.changed")).all() == [{"area": STREET}]
    assert counts(import_shifts(staffed, table(ROWS), now=now)) == (0, 0, 3)
    staffed.flush()
    assert len(staffed.scalars(select(Outbox.id)).all()) == 1


def test_what_differs_is_changed(staffed, now):
    import_shifts(staffed, table(ROWS), now=now)
    assert counts(import_shifts(staffed, table(ROWS.replace("9:00,=1+1", "8:00,x").replace("2026-12-31", "2026-06-30")), now=now)) == (0, 2, 1)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_import_export_import_is_the_identity(staffed, now, form):
    import_shifts(staffed, table(ROWS), now=now)
    staffed.flush()
    content = write(*collect_shifts(staffed), form)
    assert counts(import_shifts(staffed, read(content, f"a.{form}"), now=now)) == (0, 0, 3)
    staffed.query(Shift).delete(), staffed.query(ShiftPattern).delete()
    assert counts(import_shifts(staffed, read(content, f"a.{form}"), now=now)) == (3, 0, 0)
    staffed.flush()
    assert write(*collect_shifts(staffed), "csv") == write(*collect_shifts(staffed), "csv") and b"'=1+1" in write(*collect_shifts(staffed), "csv")


@pytest.mark.parametrize(("row", "fault"), [
    (f"W9,grid_worker,{WEST},night,2026-03-06,,,17:30,09:00,", ("code", "unknown_post")),
    (f"W1,grid_worker,{STREET},night,2026-03-06,,,17:30,09:00,", ("code", "unknown_post")),
    (f"W1,grid_worker,{WEST},night,2025-03-06,,,17:30,09:00,", ("code", "unknown_post")),
    (f"W1,grid_worker,{WEST},often,2026-03-06,,,17:30,09:00,", ("kind", "bad_choice")),
    (f"W1,grid_worker,{WEST},night,2026-03-06,,,25:00,09:00,", ("opens", "not_a_time")),
    (f"W1,grid_worker,{WEST},night,,,,17:30,09:00,", ("date", "missing_value")),
    (f"W1,grid_worker,{WEST},night,9999-12-31,,,17:30,09:00,", ("date", "not_a_date")),
    (f"W1,grid_worker,{WEST},every_day,2026-03-06,,8,17:30,09:00,", ("weekdays", "bad_choice")),
    (f"W1,grid_worker,{WEST},every_day,2026-03-06,2026-03-05,,17:30,09:00,", ("until", "ends_before_start")),
    (f"W1,grid_worker,{WEST},night,2026-03-06,,,20:00,22:00,", ("opens", "shift_overlaps")),
])
def test_a_bad_row_is_named_and_nothing_is_written(staffed, now, row, fault):
    import_shifts(staffed, table(ROWS), now=now)
    before = len(staffed.scalars(select(Shift)).all())
    report = import_shifts(staffed, table(f"{HEADER}\n{row}"), now=now)
    assert [(one.column, one.code) for one in report.errors] == [fault]
    assert len(staffed.scalars(select(Shift)).all()) == before


CHINESE = """姓名,工号,岗位,位置,班次,日期,末日,星期,开始,结束,备注
甲,,网格员,,夜班,2026年3月6日,,,17:30,09:00,替班
,W2,专职网格员,,休息日,2026-03-01,,周六、周日,08:00,12:00,
甲,,网格员,,,,,,,,"""


def test_a_chinese_sheet_says_the_same(staffed, now):
    report = import_shifts(staffed, table(CHINESE), now=now)
    assert counts(report) == (2, 0, 0) and not report.notes
    assert [tuple(one) for one in report.planned] == [
        ("created", "甲", "grid_worker", WEST, "night", "2026-03-06", "17:30–09:00"),
        ("created", "乙", "grid_worker", STREET, "rest_days", "2026-03-01", "08:00–12:00")]
    assert staffed.scalars(select(ShiftPattern.weekdays)).one() == [6, 7]


def test_an_area_may_be_named(staffed, now):
    named = table(f"{HEADER.replace('area', '网格')}\n{ROWS.splitlines()[1].replace(WEST, '名' + WEST)}")
    assert counts(import_shifts(staffed, named, now=now)) == (1, 0, 0)


def test_a_name_that_means_two_posts_is_refused(staffed, now, vault):
    more = f"code,name,role,area,starts_on\nW3,甲,grid_worker,{STREET},2026-01-01"
    assert not import_people(staffed, table(more), now=now, vault=vault).errors
    assert [one.code for one in import_shifts(staffed, table(CHINESE), now=now).errors] == ["ambiguous_post"]


def test_posts_elsewhere_are_as_if_there_were_none(staffed, now):
    report = import_shifts(staffed, table(ROWS), now=now, may_keep=lambda area: area == WEST)
    assert [(one.row, one.code) for one in report.errors] == [(4, "unknown_post")]
