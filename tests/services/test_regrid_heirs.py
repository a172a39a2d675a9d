"""What belongs to a cell that ends: it goes to the heir, once; without one it ends, and never becomes wider."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM
from gridops.models import (
    Account, CategoryVersion, DutyClaim, DutyRule, Jurisdiction, Person, PostDuty, Posting, RoleGrant, SecurityEvent, Shift,
    ShiftPattern,
)
from gridops.services import areas, routing
from gridops.services.grid_drafts import comparison
from tests import small_street
from tests.services.regridding import ALL_NORTH, LATER, NORTH, ONLY_WEST, WHOLE, regrid
from tests.small_street import COMMUNITY, EAST, IN_EAST, RUBBISH, STREET, WEST

TODAY, BEFORE, NEXT_MONTH = date(2026, 3, 4), date(2026, 1, 1), date(2026, 4, 1)
TONIGHT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def regridded(session, street, now):
    return lambda shapes, **options: regrid(session, shapes, now, **options)


@pytest.fixture
def person(session):
    session.add(Person(code="P1", name="王"))
    session.flush()
    return session.scalar(select(Person))


@pytest.fixture
def post(session, person):
    def post(area, starts_on=BEFORE, **fields):
        session.add(made := Posting(person_id=person.id, role=fields.pop("role", "grid_worker"), area_code=area, starts_on=starts_on, **fields))
        session.flush()
        return made

    return post


@pytest.fixture
def granted(session, now):
    """granted(name, *areas): an account with a grid worker's right in each."""

    def granted(name, *codes):
        session.add(account := Account(username=name, password_hash="-", name=name, created_at=now))
        session.flush()
        session.add_all(RoleGrant(account_id=account.id, role="grid_worker", area_code=code) for code in codes)
        session.flush()
        return account

    return granted


@pytest.fixture
def rule(session, now):
    def rule(area, lead, version=7):
        session.add(made := DutyRule(
            category_code=RUBBISH, area_prefix=area, version=version, lead_type=lead, coordinate_type="GRID_CENTER", supports=[], valid_from=now))
        session.flush()
        return made

    return rule


def held(session):
    rows = session.scalars(select(Posting).order_by(Posting.id)).all()
    return [(row.area_code, row.starts_on, row.ends_on) for row in rows]


def standing_rules(session):
    """Of areas, not the general ones."""
    query = select(DutyRule.area_prefix, DutyRule.lead_type, DutyRule.version).where(DutyRule.valid_to.is_(None), DutyRule.area_prefix.is_not(None))
    return session.execute(query.order_by(DutyRule.id)).all()


class TestPosts:
    def test_they_go_to_the_heir_and_what_has_ended_stays(self, session, regridded, post):
        post(EAST)
        post(EAST, date(2025, 1, 1), role="volunteer", ends_on=date(2025, 12, 31))
        regridded(WHOLE)
        assert held(session) == [(WEST, BEFORE, None), (EAST, date(2025, 1, 1), date(2025, 12, 31))]

    def test_who_has_the_post_in_both_cells_keeps_one(self, session, regridded, post):
        post(WEST)
        post(EAST)
        regridded(WHOLE)
        assert held(session) == [(WEST, BEFORE, None), (EAST, BEFORE, TODAY)]

    def test_the_one_that_is_kept_lasts_as_long_as_the_longer_and_has_the_shifts_of_both(self, session, regridded, post):
        kept, other = post(WEST, ends_on=NEXT_MONTH), post(EAST)
        session.add(Shift(posting_id=other.id, starts_at=TONIGHT, ends_at=TONIGHT + timedelta(hours=8), kind="night"))
        session.flush()
        regridded(WHOLE)
        assert held(session) == [(WEST, BEFORE, None), (EAST, BEFORE, TODAY)]
        assert session.scalars(select(Shift.posting_id)).all() == [kept.id]

    def test_a_post_that_begins_later_than_the_other_ends_is_no_double(self, session, regridded, post):
        post(WEST, ends_on=date(2026, 3, 31))
        post(EAST, NEXT_MONTH)
        regridded(WHOLE)
        assert held(session) == [(WEST, BEFORE, date(2026, 3, 31)), (WEST, NEXT_MONTH, None)]

    def test_one_that_was_to_begin_while_the_other_runs_goes(self, session, regridded, post):
        post(WEST)
        post(EAST, NEXT_MONTH)
        regridded(WHOLE)
        assert held(session) == [(WEST, BEFORE, None)]

    def test_without_an_heir_they_end_today_and_nobody_comes_tonight(self, session, regridded, post):
        ended, coming = post(EAST), post(EAST, NEXT_MONTH, role="cadre")
        for posting in (ended, coming):
            session.add(Shift(posting_id=posting.id, starts_at=TONIGHT, ends_at=TONIGHT + timedelta(hours=8), kind="night"))
            session.add(ShiftPattern(posting_id=posting.id, days="workdays", opens=TONIGHT.time(), closes=TONIGHT.time(), starts_on=BEFORE))
        session.flush()
        regridded(ONLY_WEST)
        assert held(session) == [(EAST, BEFORE, TODAY)], "one that has not begun never will"
        assert session.scalars(select(Shift.id)).all() == []
        assert session.scalars(select(ShiftPattern.ends_on)).all() == [date(2026, 3, 3)]

    def test_a_draft_says_so_before(self, session, regridded, post, now):
        post(EAST)
        for shapes, goes_to in ((ONLY_WEST, None), (WHOLE, WEST)):
            draft = regridded(shapes, active=False)
            found = comparison.compare(session, draft.id, actor=SYSTEM, now=now)["postings"]
            assert found == [{"person": "王", "role": "grid_worker", "from": EAST, "to": goes_to}]

    def test_claims_go_to_the_heir_or_are_free_again(self, session, regridded, person):
        session.add_all(DutyClaim(person_id=person.id, area_code=code, text="护绿", claimed_on=BEFORE) for code in (WEST, EAST))
        session.flush()
        regridded(ONLY_WEST)
        assert session.execute(select(DutyClaim.area_code, DutyClaim.released_on).order_by(DutyClaim.id)).all() == [(WEST, None), (EAST, TODAY)]
        regridded(ALL_NORTH)
        assert session.scalars(select(DutyClaim.area_code).order_by(DutyClaim.id)).all() == [NORTH, EAST]


class TestRights:
    def test_they_move_once_and_an_auditor_reads_it(self, session, street, regridded, granted):
        granted("one", EAST)
        granted("both", WEST, EAST)
        regridded(WHOLE)
        rights = select(Account.name, RoleGrant.area_code).join(RoleGrant, RoleGrant.account_id == Account.id)
        assert session.execute(rights.order_by(Account.name)).all() == [("both", WEST), ("one", WEST)]
        events = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "role_moved")).all()
        assert [(event.facts["before"], event.facts["area"]) for event in events] == [(EAST, WEST)] * 2

    def test_without_an_heir_nobody_gets_the_whole_community(self, session, street, regridded, granted):
        account = granted("one", EAST)
        regridded(ONLY_WEST)
        assert session.scalars(select(RoleGrant.area_code).where(RoleGrant.account_id == account.id)).all() == []
        withdrawn = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "role_withdrawn")).all()
        assert [(event.facts["area"], event.facts["subject"]) for event in withdrawn] == [(EAST, account.id)]


class TestDutyRules:
    def test_one_goes_on_as_a_new_version(self, session, regridded, rule):
        old = rule(EAST, "PROPERTY")
        regridded(WHOLE)
        assert standing_rules(session) == [(WEST, "PROPERTY", 8)]
        assert old.area_prefix == EAST and old.valid_to is not None

    def test_the_heirs_own_stands(self, session, regridded, rule, now):
        rule(WEST, "SANITATION", version=8)
        old = rule(EAST, "PROPERTY")
        regridded(WHOLE)
        assert standing_rules(session) == [(WEST, "SANITATION", 8)]
        assert old.valid_to == now + LATER

    def test_of_two_that_meet_in_a_new_cell_the_one_made_first_stands(self, session, regridded, rule, now):
        for area, lead, version in ((EAST, "PROPERTY", 7), (WEST, "SANITATION", 8)):
            rule(area, lead, version)
        regridded(ALL_NORTH)
        assert standing_rules(session) == [(NORTH, "PROPERTY", 9)]
        closed = select(DutyRule.area_prefix).where(DutyRule.valid_to == now + LATER).order_by(DutyRule.id)
        assert session.scalars(closed).all() == [EAST, WEST]

    def test_without_an_heir_it_ends_and_the_general_rule_decides(self, session, street, regridded, rule, now):
        general = session.scalar(select(DutyRule.lead_type).where(
            DutyRule.category_code == RUBBISH, DutyRule.area_prefix.is_(None), DutyRule.community_kind.is_(None)))
        old = rule(EAST, "PROPERTY")
        assert general != "PROPERTY"
        regridded(ONLY_WEST)
        assert (standing_rules(session), old.valid_to) == ([], now + LATER)
        ticket = street.submit(session, now, location=IN_EAST).ticket
        assert ticket.area_code == COMMUNITY
        category = session.get_one(CategoryVersion, ticket.category_version_id)
        decided = routing.decide(session, category_version=category, area_code=COMMUNITY, cell_id=None, place_id=None, now=now + LATER)
        assert decided.rule.lead_type == general


class TestDutiesAndJurisdictions:
    @pytest.fixture
    def settled(self, session, street):
        """Both cells have what would meet; the western one has it first."""
        property_firm, sanitation = (street.departments[code].id for code in ("PROPERTY", "SANITATION"))
        for area in (WEST, EAST):
            session.add(PostDuty(area_prefix=area, role="grid_worker", class_code="E01", text=f"看{area[-1]}"))
            session.add(Jurisdiction(department_id=property_firm, area_prefix=area))
        session.add(PostDuty(area_prefix=EAST, role="cadre", class_code="E01"))
        session.add(Jurisdiction(department_id=sanitation, area_prefix=EAST))
        session.flush()
        return {"PROPERTY": property_firm, "SANITATION": sanitation}

    def duties(self, session):
        return session.execute(select(PostDuty.area_prefix, PostDuty.role, PostDuty.text).order_by(PostDuty.id)).all()

    def jurisdictions(self, session):
        query = select(Jurisdiction.area_prefix, Jurisdiction.department_id).where(Jurisdiction.area_prefix != STREET)
        return session.execute(query.order_by(Jurisdiction.id)).all()

    def test_they_go_to_the_heir_where_it_has_not_its_own(self, session, regridded, settled):
        regridded(WHOLE)
        assert self.duties(session) == [(WEST, "grid_worker", "看1"), (WEST, "cadre", None)]
        assert self.jurisdictions(session) == [(WEST, settled["PROPERTY"]), (WEST, settled["SANITATION"])]

    def test_of_two_that_meet_in_a_new_cell_the_first_stands(self, session, regridded, settled):
        regridded(ALL_NORTH)
        assert self.duties(session) == [(NORTH, "grid_worker", "看1"), (NORTH, "cadre", None)]
        assert self.jurisdictions(session) == [(NORTH, settled["PROPERTY"]), (NORTH, settled["SANITATION"])]

    def test_without_an_heir_they_end(self, session, regridded, settled):
        regridded(ONLY_WEST)
        assert self.duties(session) == [(WEST, "grid_worker", "看1")]
        assert self.jurisdictions(session) == [(WEST, settled["PROPERTY"])]
        assert areas.find_area(session, EAST) is None
