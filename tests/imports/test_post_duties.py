"""设岗定责 from and into a file."""

import pytest

from gridops.domain.actor import Actor, Grant
from gridops.services.exports import records
from gridops.services.exports.writers import write
from gridops.services.imports.post_duties import import_post_duties
from gridops.services.imports.readers import read
from gridops.services.people import duties
from tests import small_street
from tests.imports.own_files import counts, faults, table
from tests.small_street import EAST, STREET, WEST

CHINESE = "网格,岗位,大类,事项\n星河街道,社区干部,E01,每周巡查\n星河街道,社区干部,E05,\n西网格,专职网格员,E01,每日巡查"


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


def test_a_table_in_chinese_and_back(session, street, now):
    assert counts(import_post_duties(session, table(CHINESE), now=now)) == (3, 0, 0)
    assert duties.duties_at(session, WEST)[("grid_worker", "E01")].text == "每日巡查"
    for form in ("csv", "xlsx"):
        again = read(write(*records.collect_post_duties(session), form), f"x.{form}")
        assert counts(import_post_duties(session, again, now=now)) == (0, 0, 3)


def test_what_a_file_says_of_a_role_in_an_area_is_all_of_it(session, street, now):
    import_post_duties(session, table(CHINESE), now=now)
    assert counts(import_post_duties(session, table("area,role,class,text\n310199001,cadre,E01,每日"), now=now)) == (0, 1, 0)
    assert {key for key in duties.duties_at(session, EAST)} == {("cadre", "E01")}
    assert ("grid_worker", "E01") in duties.duties_at(session, WEST)


@pytest.mark.parametrize(("line", "fault"), [
    ("北网格,cadre,E01", (2, "area", "unknown_area")), ("西网格,国王,E01", (2, "role", "bad_choice")),
    ("西网格,cadre,E99", (2, "class", "bad_choice")), ("西网格,cadre,E01\n西网格,cadre,E01", (3, "class", "duplicate_row")),
])
def test_what_is_wrong_is_named_and_nothing_written(session, street, now, line, fault):
    assert faults(import_post_duties(session, table(f"area,role,class\n{line}"), now=now)) == [fault]
    assert duties.duties_at(session, WEST) == {}


def test_only_who_keeps_the_grid(session, street, now):
    elsewhere = Actor("staff", "x", grants=(Grant("grid_office", EAST),))
    assert faults(import_post_duties(session, table(CHINESE), now=now, actor=elsewhere))[0] == (2, "area", "out_of_scope")
    assert STREET not in {said.area for said in duties.duties_at(session, WEST).values()}
