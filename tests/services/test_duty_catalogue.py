"""The duty catalogue: versions, drafts, holes, dry runs, and the instant of activation."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import Alarm, Department, DutyCatalogue, DutyRule, Jurisdiction, Outbox, Round, Street, Ticket
from gridops.services import tickets
from gridops.services.decisions import sentence_of
from gridops.services.duty_catalogue import activation, checking, comparing, editing, filing, trial, versions
from gridops.services.imports.readers import read_csv
from tests import small_street
from tests.small_street import COMMUNITY, RUBBISH, STREET

RULE = {"category": RUBBISH, "area": STREET, "kind": None, "lead": "ENFORCEMENT", "coordinate": "URBAN_OFFICE", "supports": [{"type": "PROPERTY", "duty": "开门"}]}


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def leader(street):
    return street.actors["leader"]


@pytest.fixture
def draft(session, street, leader, now):
    return versions.begin(session, STREET, title="试行", actor=leader, now=now)


def put(session, draft, actor, **changes):
    return editing.put_rule(session, draft.id, RULE | changes, expected_revision=None, actor=actor)


def dispatched(session, street, now):
    ticket = street.submit(session, now).ticket
    tickets.perform(session, ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
    return tickets.perform(session, ticket.number, "dispatch", {}, actor=SYSTEM, now=now)


class TestVersions:
    def test_what_is_in_force_becomes_a_version_and_the_same_again_none(self, session, street, now):
        versions.keep_up_all(session, now=now)
        versions.keep_up_all(session, now=now)
        assert [(v.version, v.status) for v in versions.listed(session, None)] == [(1, "active")]
        assert len(versions.rules_of(session, versions.active(session, None))) == len(versions.in_force(session, None)) > 100

    def test_a_street_counts_by_itself(self, session, draft, leader, now):
        put(session, draft, leader)
        activation.activate(session, draft.id, expected_revision=None, actor=leader, now=now)
        assert [(v.street_code, v.version, v.status) for v in versions.listed(session, STREET)] == [(STREET, 1, "active")]

    def test_where_there_are_several_streets_what_holds_everywhere_is_the_administrators(self, session, street, leader, now):
        session.add(Street(code="310199002", name="二街道"))
        session.flush()
        with pytest.raises(Forbidden):
            versions.begin(session, None, actor=leader, now=now)
        admin = Actor("staff", "admin", account_id=leader.account_id, grants=(Grant("system_admin", "31"),))
        assert versions.begin(session, None, actor=admin, now=now).status == "draft"

    def test_another_street_looks_like_missing(self, session, draft, now):
        stranger = Actor("staff", "stranger", account_id=1, grants=(Grant("leader", "310199002"),))
        with pytest.raises(NotFound):
            versions.seen(session, draft.id, actor=stranger)


class TestDrafts:
    def test_a_rule_is_added_replaced_and_dropped(self, session, draft, leader):
        put(session, draft, leader)
        put(session, draft, leader, lead="SANITATION")
        assert [rule.lead_type for rule in versions.rules_of(session, draft)] == ["SANITATION"] and draft.revision == 2
        editing.drop_rule(session, draft.id, {"category": RUBBISH, "area": STREET}, expected_revision=2, actor=leader)
        assert versions.rules_of(session, draft) == []

    def test_who_saw_another_revision_is_told(self, session, draft, leader):
        put(session, draft, leader)
        with pytest.raises(Conflict) as refused:
            editing.put_rule(session, draft.id, RULE, expected_revision=0, actor=leader)
        assert refused.value.details == {"revision": 1}

    @pytest.mark.parametrize(("change", "field"), [
        ({"category": "X"}, "category"), ({"area": "310199002"}, "area"), ({"area": None}, "area"), ({"kind": "palace"}, "kind"),
        ({"lead": "NOBODY"}, "lead"), ({"coordinate": "NOBODY"}, "coordinate"), ({"lead": "RESIDENTS_COMMITTEE"}, "lead"),
        ({"supports": [{"type": "ENFORCEMENT"}]}, "supports"), ({"supports": [{"type": "PROPERTY"}, {"type": "PROPERTY"}]}, "supports")])
    def test_what_cannot_be_is_named(self, session, draft, leader, change, field):
        with pytest.raises(Invalid) as refused:
            put(session, draft, leader, **change)
        assert list(refused.value.fields) == [field]

    def test_who_only_walks_proposes_nothing(self, session, draft, street):
        with pytest.raises(Forbidden):
            put(session, draft, street.actors["worker_west"])

    def test_a_file_is_the_whole_draft_and_comes_back_the_same(self, session, draft, leader):
        sheet = f"category,area,community_kind,lead_dept,coordinate_dept,support_depts\n{RUBBISH},{STREET},,ENFORCEMENT,URBAN_OFFICE,PROPERTY:开门\n"
        _, report = filing.bring_in(session, draft.id, read_csv(sheet.encode()), expected_revision=None, actor=leader)
        assert (report.created, report.errors) == (1, [])
        (record,) = filing.records(versions.rules_of(session, draft))
        assert list(record.cells.values()) == [RUBBISH, STREET, None, "ENFORCEMENT", "URBAN_OFFICE", "PROPERTY:开门"]

    def test_a_faulty_file_changes_nothing(self, session, draft, leader):
        put(session, draft, leader)
        sheet = f"category,area,lead_dept,coordinate_dept\n{RUBBISH},310199002,ENFORCEMENT,URBAN_OFFICE\nX,{STREET},NOBODY,URBAN_OFFICE\n"
        _, report = filing.bring_in(session, draft.id, read_csv(sheet.encode()), expected_revision=None, actor=leader)
        assert {(fault.row, fault.code) for fault in report.errors} == {
            (2, "unknown_area"), (3, "unknown_category"), (3, "unknown_department_type")}
        assert len(versions.rules_of(session, draft)) == 1


class TestActivation:
    def test_new_tickets_go_by_it_and_rounds_keep_the_rule_they_used(self, session, street, draft, leader, now):
        before = dispatched(session, street, now)
        put(session, draft, leader)
        activation.activate(session, draft.id, expected_revision=1, actor=leader, now=now)
        after = dispatched(session, street, now)
        assert (before.lead_id, after.lead_id) == (street.departments["SANITATION"].id, street.departments["ENFORCEMENT"].id)
        rule = session.get(DutyRule, session.scalar(select(Round.duty_rule_id).where(Round.ticket_id == after.id)))
        assert rule.catalogue_version == draft.version
        used = session.get(DutyRule, session.scalar(select(Round.duty_rule_id).where(Round.ticket_id == before.id)))
        assert used.area_prefix is None

    def test_what_stays_the_same_stays_the_same_row(self, session, street, leader, now):
        base = versions.begin(session, None, actor=leader, now=now)
        rows = {rule.id for rule in versions.in_force(session, None)}
        put(session, base, leader, area=None)
        activation.activate(session, base.id, expected_revision=None, actor=leader, now=now)
        assert len(rows - {rule.id for rule in versions.in_force(session, None)}) == 1

    def test_a_dispatcher_proposes_and_does_not_put_in_force(self, session, street, now):
        dispatcher = street.actors["dispatcher"]
        draft = versions.begin(session, STREET, actor=dispatcher, now=now)
        put(session, draft, dispatcher)
        with pytest.raises(Forbidden):
            activation.activate(session, draft.id, expected_revision=None, actor=dispatcher, now=now)

    def test_a_new_hole_needs_a_reason(self, session, street, leader, now):
        base = versions.begin(session, None, actor=leader, now=now)
        editing.drop_rule(session, base.id, {"category": RUBBISH}, expected_revision=None, actor=leader)
        with pytest.raises(NotAllowed) as refused:
            activation.activate(session, base.id, expected_revision=None, actor=leader, now=now)
        assert refused.value.details["problems"] == [{
            "kind": "no_rule", "severity": "blocking", "category": RUBBISH, "area": None, "community_kind": None, "type": None,
            "communities": [COMMUNITY]}]
        activation.activate(session, base.id, expected_revision=None, reason="下月由市里统一处理", actor=leader, now=now)
        assert base.status == "active" and base.title == "下月由市里统一处理"

    def test_planned_it_counts_from_its_instant_and_not_where_it_was_changed_since(self, session, draft, leader, now):
        put(session, draft, leader)
        later = now + timedelta(days=3)
        activation.activate(session, draft.id, expected_revision=None, at=later, actor=leader, now=now)
        row = session.scalars(select(Outbox).where(Outbox.topic == activation.PLANNED)).one()
        assert (draft.status, row.available_at) == ("planned", later)
        put(session, draft, leader, lead="SANITATION")
        activation.activate_planned(session, draft.id, row.payload["revision"], now=later)
        assert draft.status == "draft"
        activation.activate(session, draft.id, expected_revision=None, at=later, actor=leader, now=now)
        activation.activate_planned(session, draft.id, draft.revision, now=later)
        assert draft.status == "active" and not session.scalar(select(Alarm.id).where(Alarm.kind == activation.FAILED))

    def test_an_active_version_is_not_changed(self, session, draft, leader, now):
        put(session, draft, leader)
        activation.activate(session, draft.id, expected_revision=None, actor=leader, now=now)
        with pytest.raises(Conflict) as refused:
            put(session, draft, leader, lead="SANITATION")
        assert refused.value.code == "not_a_draft"

    def test_of_two_at_once_both_count_one_after_the_other_and_tickets_are_dispatched_meanwhile(self, fresh, now):
        with fresh.sessions() as session, session.begin():
            street = small_street.build(session, fresh.config, now)
            leader = street.actors["leader"]
            drafts = []
            for type_code in ("ENFORCEMENT", "PROPERTY"):
                made = versions.begin(session, STREET, actor=leader, now=now)
                put(session, made, leader, lead=type_code, supports=[])
                drafts.append(made.id)
        failures = []

        def act(catalogue):
            try:
                with fresh.sessions() as session, session.begin():
                    activation.activate(session, catalogue, expected_revision=None, actor=leader, now=now)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
                failures.append(error)

        def report():
            for _ in range(5):
                with fresh.sessions() as session, session.begin():
                    dispatched(session, street, now)

        threads = [threading.Thread(target=act, args=(draft,)) for draft in drafts] + [threading.Thread(target=report)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with fresh.sessions() as session:
            current = session.scalars(select(DutyRule).where(DutyRule.area_prefix == STREET, DutyRule.valid_to.is_(None))).all()
            statuses = sorted(session.scalars(select(DutyCatalogue.status).where(DutyCatalogue.street_code == STREET)))
            assert failures == [] and len(current) == 1 and statuses.count("active") == 1
            assert session.scalars(select(Ticket.status)).all() == ["dispatched"] * 5


class TestHolesAndConflicts:
    def kinds(self, session, draft):
        return {(found.kind, found.type) for found in checking.problems(session, draft)}

    def test_a_type_without_organisation_is_named_with_its_communities(self, session, draft, leader):
        put(session, draft, leader, lead="WATER_CO", supports=[])
        assert ("no_department", "WATER_CO") in self.kinds(session, draft)

    def test_two_organisations_for_the_same_ground_are_a_tie(self, session, street, draft, leader):
        twin = Department(code="TWIN", type_code="ENFORCEMENT", name="二队")
        session.add(twin)
        session.flush()
        session.add(Jurisdiction(department_id=twin.id, area_prefix=STREET))
        session.flush()
        put(session, draft, leader)
        assert ("tie", "ENFORCEMENT") in self.kinds(session, draft)

    def test_a_firm_of_some_compounds_covers_partly(self, session, street, draft, leader):
        row = session.scalars(select(Jurisdiction).where(Jurisdiction.department_id == street.departments["ENFORCEMENT"].id)).one()
        row.area_prefix = small_street.WEST
        put(session, draft, leader)
        assert ("partly_covered", "ENFORCEMENT") in self.kinds(session, draft)

    def test_what_was_probably_not_meant_is_a_notice(self, session, draft, leader):
        put(session, draft, leader, coordinate="ENFORCEMENT")
        put(session, draft, leader, kind="old_town", supports=[])
        found = {(p.kind, p.severity) for p in checking.problems(session, draft) if p.kind in ("same_type_twice", "never_applies")}
        assert found == {("same_type_twice", "notice"), ("never_applies", "notice")}


def test_what_differs_is_named_rule_by_rule(session, draft, leader, now):
    versions.keep_up_all(session, now=now)
    put(session, draft, leader)
    (change,) = comparing.changes([], versions.rules_of(session, draft))
    assert (change.key.category, change.change, change.before) == (RUBBISH, "added", None)


class TestDryRun:
    def test_last_months_tickets_under_the_draft(self, session, street, draft, leader, now):
        moved, same = dispatched(session, street, now), street.submit(session, now, category=small_street.GAS).ticket
        tickets.perform(session, same.number, "file", {"category": small_street.GAS}, actor=SYSTEM, now=now)
        tickets.perform(session, same.number, "dispatch", {}, actor=SYSTEM, now=now)
        put(session, draft, leader, supports=[])
        asked = trial.ask(session, draft.id, first_day=now.date() - timedelta(days=1), last_day=now.date() + timedelta(days=1), actor=leader, now=now)
        assert asked.total == 2 and session.scalar(select(Outbox.id).where(Outbox.topic == trial.ASKED))
        trial.go_on(session, asked.id, now=now)
        assert asked.finished_at and asked.findings["counts"] == {"other_lead": 1, "same": 1}
        (found,) = asked.findings["tickets"]
        assert (found["number"], found["before"]["lead"], found["after"]["lead"]) == (moved.number, "D-SANITATION", "D-ENFORCEMENT")
        assert moved.lead_id == street.departments["SANITATION"].id, "nothing but the findings is written"

    def test_a_long_one_is_done_in_parts(self, session, street, draft, leader, now, monkeypatch):
        for _ in range(3):
            dispatched(session, street, now)
        monkeypatch.setattr(trial, "PART", 2)
        asked = trial.ask(session, draft.id, first_day=now.date() - timedelta(days=1), last_day=now.date() + timedelta(days=1), actor=leader, now=now)
        trial.go_on(session, asked.id, now=now)
        assert (asked.done, asked.finished_at) == (2, None)
        trial.go_on(session, asked.id, now=now)
        assert (asked.done, asked.findings["counts"]) == (3, {"same": 3}) and asked.finished_at

    def test_a_period_is_at_most_a_year_and_runs_forward(self, session, draft, leader, now):
        with pytest.raises(Invalid):
            trial.ask(session, draft.id, first_day=date(2026, 5, 2), last_day=date(2026, 5, 1), actor=leader, now=now)


class TestADecisionExplainsItself:
    def test_with_the_version_that_brought_its_rule(self, session, street, draft, leader, now):
        put(session, draft, leader)
        activation.activate(session, draft.id, expected_revision=None, actor=leader, now=now)
        ticket = dispatched(session, street, now)
        said = sentence_of(session.get(Round, ticket.round_id).basis, "zh")
        assert said.endswith(f"依据{RUBBISH}派单规则第2版（派单目录第1版，{now:%Y-%m-%d}起）。") and said.startswith("主负责：ENFORCEMENT 单位")

    def test_with_what_came_before_it(self, session, street, now):
        ticket = dispatched(session, street, now)
        tickets.perform(session, ticket.number, "recall", {"text": "派错"}, actor=street.actors["dispatcher"], now=now)
        tickets.perform(session, ticket.number, "dispatch", {"lead": "D-ENFORCEMENT"}, actor=street.actors["dispatcher"], now=now)
        basis = session.get(Round, ticket.round_id).basis
        assert sentence_of(basis, "zh").startswith("派错撤回，第2次派遣；主负责：ENFORCEMENT 单位（由派单员指定）")
        assert sentence_of(basis, "en").startswith("taken back: dispatch no. 2; lead: ENFORCEMENT")
