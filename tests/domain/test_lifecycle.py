"""The table itself: what it must say and may never say."""

import pytest

from gridops.domain import lifecycle
from gridops.domain.lifecycle import ACTIONS, ENDS, OPEN, SAME, STATUSES, TABLE


def test_every_action_stands_once():
    assert len(ACTIONS) == len(TABLE)


def test_every_status_but_the_first_can_be_reached_from_the_first():
    reached, edge = {"reported"}, {"reported"}
    while edge:
        edge = {t for row in TABLE if edge & set(row.sources) for t in row.targets if t != SAME} - reached
        reached |= edge
    assert reached == set(STATUSES)


@pytest.mark.parametrize("status", OPEN)
def test_no_open_status_is_a_dead_end(status):
    assert any(status in row.sources and set(row.targets) - {SAME} for row in TABLE)


@pytest.mark.parametrize("status", ["archived", "voided"])
def test_nothing_but_a_comment_or_the_citys_word_happens_after_the_end(status):
    assert [row.action for row in TABLE if status in row.sources] == ["comment", "record_upstream", "decide_upstream"]


def test_every_row_names_somebody_who_may():
    assert all(row.roles for row in TABLE)


@pytest.mark.parametrize("action", ["uphold", "overrule"])
def test_a_lead_never_rules_on_its_own_objection(action):
    assert "lead" not in ACTIONS[action].roles


def test_the_promise_is_started_only_when_a_matter_begins_again():
    assert [row.action for row in TABLE if "promise" in row.starts] == ["reinstate", "unmerge"]


def test_lands_accepts_the_same_status_only_where_the_row_says_so():
    assert lifecycle.lands("comment", "filed", "filed")
    assert not lifecycle.lands("sign", "dispatched", "dispatched")


def test_ends_are_not_open():
    assert not set(ENDS) & set(OPEN)
