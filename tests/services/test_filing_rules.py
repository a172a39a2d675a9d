"""From which share the words file a category by themselves: chosen by street, and never beyond what nobody may choose."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text

from gridops.db import transaction
from gridops.domain.actor import Actor, Grant
from gridops.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import CategoryVersion, FilingRule, SecurityEvent
from gridops.services import understanding
from gridops.services.learned import filing, levels, trusted
from tests import small_street
from tests.small_street import STREET

OVERFLOW = "E0192"  # the first suggestion for the words below
CLEAR = "垃圾桶满溢没人清运，垃圾桶都溢出来了"
DANGER = "垃圾桶满溢，还着火了，火很大，快来人"
ACCUSING = "E2101"
DROPPED = "楼上高空抛物，从楼上往下扔东西，高空抛物砸到人"


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def leader(street):
    return street.actors["leader"]


@pytest.fixture
def verdict(session, street, now):
    def verdict(words):
        ticket = street.submit(session, now, description=words, category=None).ticket
        found = understanding.understand(session, ticket)
        first = ticket.understood["categories"][0]
        return found, first["code"], first["confidence"]

    return verdict


@pytest.fixture
def choose(session, leader, now):
    def choose(mode, share=None, *, code=OVERFLOW, expected=0, actor=leader, street_code=STREET):
        return filing.choose(session, street_code, code, mode, share=share, expected=expected, actor=actor, now=now)

    return choose


def test_by_default_the_usual_share_decides(session, leader, verdict):
    found, code, confidence = verdict(CLEAR)
    assert code == OVERFLOW and (found.waits is None) == (confidence >= levels.SURE)
    rule = next(row for row in filing.by_category(session, STREET, actor=leader) if row.code == OVERFLOW)
    assert (rule.mode, rule.threshold, rule.revision, rule.stopped) == ("usual", levels.SURE, 0, False)


def test_a_lower_or_higher_share_files_more_or_less(verdict, choose):
    _, _, confidence = verdict(CLEAR)
    at = round(confidence - 0.001, 3)
    first = choose("threshold", at)
    found, _, _ = verdict(CLEAR)
    assert found.waits is None and found.body["category"] == OVERFLOW
    assert found.basis["by"] == "words" and found.basis["threshold"] == at, "what it was based on stands with the decision"
    choose("threshold", min(1.0, confidence + 0.001), expected=first.revision)
    assert verdict(CLEAR)[0].waits == "no_category"


def test_never_means_never_and_the_usual_again(session, verdict, choose):
    confidence = verdict(CLEAR)[2]
    one = choose("threshold", levels.LOWEST)
    assert confidence >= levels.LOWEST and verdict(CLEAR)[0].waits is None
    two = choose("never", expected=one.revision)
    assert verdict(CLEAR)[0].waits == "no_category"
    assert choose("usual", expected=two.revision).mode == "usual"
    assert session.scalars(select(FilingRule.id).where(FilingRule.ended_at.is_(None))).all() == []
    assert len(session.scalars(select(FilingRule.id)).all()) == 2, "what was chosen before is kept"


def test_who_changed_what_is_a_security_event(session, leader, choose, now):
    one = choose("threshold", 0.7)
    choose("never", expected=one.revision)
    events = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "filing_rule").order_by(SecurityEvent.id)).all()
    assert [(event.account_id, event.facts["before"], event.facts["after"]) for event in events] == [
        (leader.account_id, levels.SURE, 0.7), (leader.account_id, 0.7, None)]
    assert [row["threshold"] for row in filing.history(session, STREET, OVERFLOW, actor=leader)] == [None, 0.7]


def test_the_same_again_changes_nothing(session, choose):
    one = choose("threshold", 0.7)
    assert choose("threshold", 0.7, expected=one.revision) == one
    assert len(session.scalars(select(SecurityEvent.id).where(SecurityEvent.kind == "filing_rule")).all()) == 1


class TestNothingChosenHereGoesFurther:
    def test_who_is_accused_cannot_be_chosen(self, choose):
        for mode, share in (("threshold", 0.5), ("never", None)):
            with pytest.raises(NotAllowed) as refused:
                choose(mode, share, code=ACCUSING)
            assert refused.value.code == "accuses_person"

    def test_nor_is_filed_where_a_category_has_become_one_that_accuses(self, session, verdict, choose, now):
        choose("threshold", levels.LOWEST)
        version = session.scalars(select(CategoryVersion).where(CategoryVersion.code == OVERFLOW, CategoryVersion.valid_to.is_(None))).one()
        version.accuses_person = True
        session.flush()
        assert verdict(CLEAR)[0].waits == "accuses_person"

    def test_nor_by_a_row_that_nobody_could_have_made(self, session, verdict, now):
        session.add(FilingRule(street_code=STREET, category_code=ACCUSING, threshold=levels.LOWEST, set_at=now))
        session.flush()
        found, code, _ = verdict(DROPPED)
        assert code == ACCUSING and found.waits is not None

    def test_danger_waits_for_a_person(self, session, verdict, choose, street, now):
        choose("threshold", levels.LOWEST)
        ticket = street.submit(session, now, description=DANGER, category=None).ticket
        found = understanding.understand(session, ticket)
        assert ticket.emergency and found.waits is not None

    def test_what_clerks_overrule_stops_whatever_was_chosen(self, session, street, verdict, choose, now, leader):
        choose("threshold", levels.LOWEST)
        assert verdict(CLEAR)[0].waits is None
        other = session.scalars(select(CategoryVersion.id).where(CategoryVersion.code == "E0110", CategoryVersion.valid_to.is_(None))).one()
        for _ in range(trusted.FEWEST):
            ticket = street.submit(session, now, category=None).ticket
            ticket.automatic, ticket.category_version_id = {"by": "words", "category": OVERFLOW}, other
        session.flush()
        assert verdict(CLEAR)[0].waits == "no_category"
        assert next(row for row in filing.by_category(session, STREET, actor=leader) if row.code == OVERFLOW).stopped


class TestRefused:
    @pytest.mark.parametrize(("mode", "share"), [
        ("threshold", None), ("threshold", 0.49), ("threshold", 1.01), ("threshold", float("nan")), ("never", 0.7), ("usual", 0.7), ("always", None)])
    def test_what_is_no_choice(self, session, choose, mode, share):
        with pytest.raises(Invalid):
            choose(mode, share)
        assert session.scalars(select(FilingRule.id)).all() == []

    def test_who_may_not(self, street, choose, now):
        with pytest.raises(Forbidden):
            choose("never", actor=street.actors["clerk"])
        for stranger in (Actor("staff", "x", grants=(Grant("leader", "310199002"),)), street.actors["SANITATION"]):
            with pytest.raises(NotFound):
                choose("never", actor=stranger)

    def test_what_is_not_there(self, choose):
        with pytest.raises(NotFound):
            choose("never", code="E9999")
        with pytest.raises(NotFound):
            choose("never", street_code="310199001009", actor=Actor("staff", "x", grants=(Grant("leader", "310199001"),)))

    def test_who_has_seen_an_earlier_choice(self, choose):
        one = choose("threshold", 0.7)
        with pytest.raises(Conflict):
            choose("never", expected=0)
        choose("usual", expected=one.revision)
        with pytest.raises(Conflict):
            choose("never", expected=one.revision)


def test_another_street_keeps_its_own(session, choose, leader, now):
    choose("never")
    assert filing.threshold(session, STREET, OVERFLOW) is None and filing.threshold(session, "310199002", OVERFLOW) == levels.SURE


def test_two_choices_at_once_are_one_and_a_conflict(fresh, now):
    with transaction(fresh.sessions) as session:
        leader = small_street.build(session, fresh.config, now).actors["leader"]
    gate = Barrier(2)

    def press(share):
        with transaction(fresh.sessions) as session:
            gate.wait(5)
            filing.choose(session, STREET, OVERFLOW, "threshold", share=share, expected=0, actor=leader, now=now)

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.exception() for future in [pool.submit(press, share) for share in (0.6, 0.8)]]
    assert sorted(getattr(each, "code", "made") for each in outcomes) == ["conflict", "made"]
    with fresh.sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM filing_rule")) == 1
        assert session.scalar(text("SELECT count(*) FROM security_event WHERE kind = 'filing_rule'")) == 1
