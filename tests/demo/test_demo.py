"""The demonstration as its command leaves it."""

from __future__ import annotations

import re
import stat
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, or_, select

from geo.coverage import report
from gridops.db import make_sessions, transaction
from gridops.demo import ground, organisations
from gridops.domain import kpi
from gridops.domain.actor import Actor, Grant
from gridops.domain.lifecycle import OPEN
from gridops.models import (
    Account, CategoryVersion, Cell, Community, DeadLetter, Department, DepartmentType, Grid, InboxMessage, Outbox, Place, Posting, Street,
    Ticket, Trail, TrailSeal,
)
from gridops.services import accounts, comparison, routing, trail
from gridops.services.duty import vacancies
from gridops.services.indicators import periods
from gridops.services.shapes import shape_of
from gridops.vault import Vault
from tests.demo.standing import missing

ROLES = {
    "clerk", "dispatcher", "grid_office", "grid_worker", "grid_leader", "cadre", "volunteer", "party_member", "department", "leader",
    "system_admin", "security_admin", "audit_admin",
}
ZONE = "Asia/Shanghai"


class TestCommand:
    def test_says_what_it_has_loaded(self, demo):
        assert demo.first_run.returncode == 0, demo.first_run.stderr
        assert re.fullmatch(r"青梧街道 \(310104001\): \d+ tickets, \d+ log-ins, [\d.]+ s\n", demo.first_run.stdout)

    def test_a_second_time_changes_nothing(self, demo, read):
        before, logins = read.scalar(select(func.max(Trail.id))), demo.file.read_bytes()
        again = demo.run()
        assert (again.returncode, again.stdout) == (0, "青梧街道 (310104001) is here already: nothing was changed\n")
        assert (read.scalar(select(func.max(Trail.id))), demo.file.read_bytes()) == (before, logins)


class TestStreet:
    def test_has_nine_communities_of_six_kinds_and_ninety_cells(self, read):
        assert sorted(Counter(read.scalars(select(Community.kind))).values()) == [1, 1, 1, 1, 2, 3]
        cells = read.scalars(select(Cell).join(Grid).where(Grid.status == "active")).all()
        assert len(cells) == 90 and all(cell.households for cell in cells)

    def test_communities_of_one_kind_can_be_compared(self, read):
        """Each of them has so many cases that its numbers are shown, not only counted."""
        now = read.scalar(select(func.max(Trail.at)))
        today = periods.today(ZONE, now)
        month = periods.between(today - timedelta(days=31), today, ZONE, now)
        leader = Actor("staff", "leader", account_id=1, grants=(Grant("leader", ground.STREET),))
        found = comparison.compare(read, ground.STREET, month, actor=leader, now=now)
        several = {kind.code: kind.lines for kind in found if len(kind.lines) > 1}
        assert {code: len(lines) for code, lines in several.items()} == {"commercial": 3, "public_sold": 2}
        for line in (line for lines in several.values() for line in lines):
            assert line.households and line.per_1000("reported") is not None, line
            assert kpi.rate("on_time_dispose_rate", line.counts["on_time_dispose_rate"]) is not None, line

    def test_the_cells_cover_the_street(self, read):
        cells = [shape_of(b) for b in read.scalars(select(Cell.boundary).join(Grid).where(Grid.status == "active"))]
        found = report(shape_of(read.scalar(select(Street.boundary))), cells)
        assert not found.gaps and not found.overlaps

    def test_one_compound_lies_across_cells_and_every_building_in_one(self, read):
        across = shape_of(read.scalar(select(Place.boundary).where(Place.code == ground.ACROSS.code)))
        cells = read.execute(select(Cell.lineage, Cell.boundary).join(Grid).where(Grid.status == "active")).all()
        assert sum(shape_of(cell.boundary).intersection(across).area > across.area * 0.05 for cell in cells) >= 2
        lineages = set(read.scalars(select(Place.cell_lineage).where(Place.kind == "building")))
        assert lineages <= {cell.lineage for cell in cells}

    def test_every_kind_of_organisation_is_there(self, read):
        assert set(read.scalars(select(DepartmentType.code))) == set(read.scalars(select(Department.type_code)))
        without = read.scalars(select(Department.type_code).where(~Department.has_login)).all()
        assert {"GAS_CO", "WATER_CO", "POWER_CO", "OWNERS_COMMITTEE"} <= set(without)

    def test_routing_finds_a_lead_and_a_coordinator_for_everything_everywhere(self, read):
        now = datetime.now(UTC)
        for category in read.scalars(select(CategoryVersion).where(CategoryVersion.valid_to.is_(None))):
            for community in ground.COMMUNITIES:
                found = routing.decide(read, category_version=category, area_code=community.code, cell_id=None, place_id=None, now=now)
                assert found.lead and found.coordinate, (category.code, community.code, found.problems)

    def test_a_compound_has_its_own_firm_also_after_the_handover(self, read):
        lift = read.scalars(select(CategoryVersion).where(CategoryVersion.code == "E2203")).one()
        for place in read.scalars(select(Place).where(Place.kind == "compound")):
            found = routing.decide(
                read, category_version=lift, area_code=place.community_code, cell_id=None, place_id=place.id, now=datetime.now(UTC))
            firm = next(code for code, (_, places) in organisations.FIRMS.items() if place.code in places)
            assert found.lead.code == firm

    def test_some_posts_are_vacant(self, read):
        today = datetime.now(UTC).date()
        manned = select(Posting.area_code).where(
            Posting.role == "grid_worker", func.length(Posting.area_code) == 15, func.coalesce(Posting.ends_on, today) >= today)
        assert 1 <= 90 - len(set(read.scalars(manned))) <= 4


class TestLogins:
    def test_are_told_to_their_owner_alone(self, demo):
        assert stat.S_IMODE(demo.file.stat().st_mode) == 0o600

    def test_every_role_and_every_department_with_log_in_has_one(self, demo, read):
        roles = Counter(login["role"] for login in demo.logins)
        assert set(roles) == ROLES
        assert roles["clerk"] >= 2 and roles["grid_worker"] >= 2
        departments = [login["department"] for login in demo.logins if login["role"] == "department"]
        assert sorted(departments) == sorted(read.scalars(select(Department.code).where(Department.has_login)))
        assert all(login["department"] is None for login in demo.logins if login["role"] != "department")
        assert all(set(login) == {"role", "username", "password", "area", "department"} for login in demo.logins)
        assert all(login["area"].startswith(ground.STREET) for login in demo.logins)

    def test_no_two_have_the_same_password_and_none_is_stored(self, demo, read):
        passwords = {login["password"] for login in demo.logins}
        assert len(passwords) == len(demo.logins)
        assert all(stored.startswith("$argon2id$") for stored in read.scalars(select(Account.password_hash)))

    @pytest.mark.parametrize("role", ["clerk", "grid_worker", "department", "audit_admin"])
    def test_open_the_door(self, demo, role):
        login = next(login for login in demo.logins if login["role"] == role)
        vault = Vault(demo.config.vault_keys, demo.config.secret_key)
        with transaction(make_sessions(demo.engine)) as session:
            opened = accounts.log_in(session, login["username"], login["password"], None, now=datetime.now(UTC), vault=vault)
            assert opened.actor.roles == {role}


class TestHistory:
    def test_shows_everything_that_can_happen_so_far(self, read):
        now = read.scalar(select(func.max(Trail.at)))
        assert missing(read, now) == set()

    def test_is_of_a_month(self, read):
        assert 250 <= read.scalar(select(func.count()).select_from(Ticket)) <= 400
        first, last = read.execute(select(func.min(Ticket.reported_at), func.max(Ticket.reported_at))).one()
        assert timedelta(days=25) < last - first < timedelta(days=32)
        assert read.scalar(select(func.max(Trail.at))) <= datetime.now(UTC)

    def test_every_chain_is_whole_and_in_order_of_time(self, read):
        for ticket in read.scalars(select(Ticket)):
            assert trail.verify(read, ticket) == []
        earlier = select(Trail.at, Trail.ticket_id, Trail.seq).subquery()
        backwards = select(func.count()).select_from(Trail).join(
            earlier, (earlier.c.ticket_id == Trail.ticket_id) & (earlier.c.seq == Trail.seq - 1)).where(earlier.c.at > Trail.at)
        assert read.scalar(backwards) == 0

    def test_leaves_no_work_for_the_workers(self, read):
        assert read.scalar(select(func.count()).where(Outbox.done_at.is_(None), Outbox.available_at <= read.scalar(select(func.max(Trail.at))))) == 0
        assert read.scalar(select(func.count()).select_from(DeadLetter)) == 0
        assert read.scalar(select(func.count()).select_from(InboxMessage)) > 500

    def test_is_sealed_up_to_the_last_moments(self, read):
        newest = read.scalar(select(func.max(TrailSeal.last_id)))
        assert read.scalar(select(func.sum(TrailSeal.rows))) == read.scalar(select(func.count()).where(Trail.id <= newest))
        assert read.scalar(select(func.count()).where(Trail.id > newest)) < 20

    def test_nobody_checked_their_own_work(self, read):
        checks = select(Trail.ticket_id, Trail.account_id).where(Trail.action.in_(("pass_check", "fail_check"))).subquery()
        own = select(func.count()).select_from(Trail).join(
            checks, (checks.c.ticket_id == Trail.ticket_id) & (checks.c.account_id == Trail.account_id)
        ).where(Trail.action.in_(("submit_result", "self_handle")))
        assert read.scalar(own) == 0


class TestDuty:
    def test_every_open_ticket_has_who_verifies_and_who_checks(self, read):
        waiting = select(Ticket.number).where(Ticket.status.in_(OPEN), or_(Ticket.verifier_id.is_(None), Ticket.checker_id.is_(None)))
        assert read.scalars(waiting).all() == []

    def test_the_night_is_watched_and_one_absence_has_no_stand_in(self, read):
        now = datetime.now(UTC)
        found = {one.kind for one in vacancies(read, ground.STREET, now)}
        assert {"no_worker", "no_stand_in", "stale_post"} <= found and "nobody_tonight" not in found
