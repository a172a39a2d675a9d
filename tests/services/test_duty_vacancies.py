"""What nobody covers in the small street, and what is wrong with posts."""

from __future__ import annotations

from datetime import date

import pytest

from gridops.services.duty import vacancies
from tests import small_street
from tests.services.staffing import Staff, local
from tests.small_street import COMMUNITY, EAST, STREET, WEST

MORNING = local("2026-03-04 10:00")
CONFIRMED = date(2026, 3, 1)


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def staff(session, street):
    return Staff(session)


@pytest.fixture
def well_staffed(staff):
    """Nothing is missing."""
    staff.post("west", confirmed_on=CONFIRMED), staff.post("east", area=EAST, confirmed_on=CONFIRMED)
    staff.post("leader", "grid_leader", COMMUNITY, confirmed_on=CONFIRMED)
    night = staff.post("night", area=STREET, part_time=True, confirmed_on=CONFIRMED)
    staff.pattern(night, "every_day", "17:30", "09:00")
    return staff


@pytest.fixture
def found(session):
    def found(at=MORNING, area=STREET):
        return [(one.kind, one.area_code, one.person) for one in vacancies(session, area, at)]

    return found


def test_a_well_staffed_street_has_none(well_staffed, found):
    assert found() == []


def test_an_empty_street_lacks_everything(staff, found):
    assert found() == [
        ("no_worker", WEST, None), ("no_worker", EAST, None), ("no_leader", WEST, None), ("no_leader", EAST, None),
        ("nobody_now", STREET, None), ("nobody_tonight", STREET, None)]


def test_a_cell_may_lack_its_worker_and_still_be_covered(session, well_staffed, found):
    from gridops.models import Posting

    session.query(Posting).filter(Posting.area_code == EAST).update({"ends_on": date(2026, 3, 3)})
    assert found() == [("no_worker", EAST, None)]


def test_a_half_watched_night_is_a_gap(session, staff, found):
    staff.post("west", confirmed_on=CONFIRMED), staff.post("leader", "grid_leader", COMMUNITY, confirmed_on=CONFIRMED)
    staff.post("east", area=EAST, confirmed_on=CONFIRMED)
    staff.shift(staff.post("night", area=WEST, part_time=True, confirmed_on=CONFIRMED), "2026-03-04 17:30", "2026-03-05 09:00")
    staff.shift(staff.post("evening", area=EAST, part_time=True, confirmed_on=CONFIRMED), "2026-03-04 17:30", "2026-03-04 22:00")
    assert found() == [("nobody_tonight", EAST, None)]


def test_posts_that_nobody_confirms_that_end_or_whose_person_has_left(session, well_staffed, found):
    well_staffed.post("stale", "volunteer", WEST)
    well_staffed.post("ending", "volunteer", WEST, ends_on=date(2026, 3, 18))
    well_staffed.post("not yet", "volunteer", WEST, ends_on=date(2026, 3, 19), confirmed_on=CONFIRMED)
    well_staffed.post(well_staffed.person("gone", left_on=date(2026, 3, 4)), "volunteer", WEST, confirmed_on=CONFIRMED)
    assert found() == [("left_but_posted", WEST, "gone"), ("post_ends", WEST, "ending"), ("stale_post", WEST, "stale")]


def test_an_absence_needs_a_stand_in_who_is_there(session, well_staffed, found):
    from gridops.models import Person

    west = session.query(Person).filter(Person.name == "west").one()
    absence = well_staffed.away(west.id, "2026-03-04 13:00", "2026-03-06 00:00")
    assert found() == [("no_stand_in", WEST, "west")]
    stand_in = well_staffed.person("stand-in")
    absence.stand_in_id = stand_in.id
    session.flush()
    assert found() == []
    well_staffed.away(stand_in.id, "2026-03-04 00:00", "2026-03-05 00:00")
    assert found() == [("stand_in_away", WEST, "west")]


def test_at_night_only_the_night_is_asked_for(well_staffed, found):
    assert found(local("2026-03-04 23:00")) == []


def test_of_one_cell_only_what_concerns_it(staff, found):
    staff.post("west", confirmed_on=CONFIRMED)
    assert found(area=WEST) == [("no_leader", WEST, None), ("nobody_tonight", WEST, None)]
