"""The city's list against ours: each difference by its name, until somebody settles it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.errors import Conflict, NotFound
from gridops.models import UpstreamDifference, UpstreamList
from gridops.services.upstream import acts, files, reconcile

from .conftest import DUE

HEADER = "工单编号,办理时限,工单状态"


@pytest.fixture
def compare(session, street, now):
    """compare("A-1,…,办理中", at=…) -> [(number, kind)] that are open."""

    def compare(*rows: str, at=now) -> list[tuple[str, str]]:
        content = "\n".join((HEADER, *rows)).encode()
        assert files.take_file(session, "12345", "list", "list.csv", content, now=at, vault=street.vault).accepted
        return still_open(session)

    return compare


def still_open(session) -> list[tuple[str, str]]:
    rows = session.scalars(select(UpstreamDifference).where(UpstreamDifference.settled_at.is_(None)).order_by(UpstreamDifference.id))
    return sorted((row.external_number, row.kind) for row in rows)


def local(instant) -> str:
    return (instant + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")


def test_every_kind_of_difference_is_named(session, street, make_order, compare, now):
    for number in ("A-1", "A-2", "A-3", "A-4"):
        make_order(number)
    acts.record(session, make_order("A-5"), {"kind": "accept", "direction": "out"}, actor=street.actors["clerk"], now=now)
    same = local(now + DUE)
    found = compare(f"A-1,{same},待签收", f"A-2,{local(now + 2 * DUE)},待签收", f"A-3,{same},已办结", f"A-5,{same},办理中", f"X-9,{same},待签收")
    assert found == [("A-2", "other_due"), ("A-3", "other_state"), ("A-4", "missing_there"), ("X-9", "missing_here")]
    facts = session.scalar(select(UpstreamDifference.facts).where(UpstreamDifference.external_number == "A-3"))
    assert facts == {"ours": "received", "theirs": "closed"}


def test_an_order_past_its_due_without_a_reply_is_named(session, make_order, compare, now):
    make_order("A-1")
    same = local(now + DUE)
    assert compare(f"A-1,{same},待签收") == []
    reconcile.compare(session, "12345", now=now + DUE + timedelta(hours=1))
    assert still_open(session) == [("A-1", "unreplied")]


def test_what_agrees_again_is_settled_by_itself(session, make_order, compare, now):
    make_order("A-1")
    assert compare(f"A-1,{local(now + 2 * DUE)},待签收") == [("A-1", "other_due")]
    assert compare(f"A-1,{local(now + DUE)},待签收", at=now + timedelta(days=1)) == []
    row = session.scalars(select(UpstreamDifference)).one()
    assert (row.settled_by, row.settled_at) == (None, now + timedelta(days=1))


def test_what_somebody_settled_comes_back_only_as_another_difference(session, street, make_order, compare, now):
    make_order("A-1")
    same = local(now + DUE)
    compare(f"A-1,{same},已办结")
    row = session.scalars(select(UpstreamDifference)).one()
    reconcile.settle(session, "12345", row.id, "市平台提前办结，已电话确认", actor=street.actors["clerk"], now=now)
    with pytest.raises(Conflict):
        reconcile.settle(session, "12345", row.id, "再说一次", actor=street.actors["clerk"], now=now)
    assert compare(f"A-1,{same},已办结", "", at=now + timedelta(days=1)) == []
    assert compare(f"A-1,{same},已退单", at=now + timedelta(days=2)) == [("A-1", "other_state")]


def test_a_state_that_no_rule_knows_is_named_and_not_guessed(session, make_order, compare, now):
    make_order("A-1")
    assert compare(f"A-1,{local(now + DUE)},神秘状态") == [("A-1", "other_state")]


def test_once_a_day_the_last_list_is_held_against_ours_again(session, make_order, compare, now):
    make_order("A-1")
    compare(f"A-1,{local(now + DUE)},待签收")
    assert reconcile.daily(session, now + timedelta(hours=19)) == 0
    assert reconcile.daily(session, now + timedelta(hours=20)) == 1
    assert reconcile.daily(session, now + timedelta(hours=21)) == 0


def test_a_list_that_says_again_what_it_said_before_is_the_newest(session, make_order, compare, now):
    make_order("A-1")
    first, second = f"A-1,{local(now + DUE)},已办结", f"A-1,{local(now + DUE)},待签收"
    assert compare(first) == [("A-1", "other_state")]
    assert compare(second, at=now + timedelta(days=1)) == []
    assert compare(first, at=now + timedelta(days=2)) == [("A-1", "other_state")]


def test_old_lists_go_but_for_the_newest(session, make_order, compare, now):
    make_order("A-1")
    for days in (0, 1):
        compare(f"A-1,{local(now + DUE)},待签收", at=now + timedelta(days=days))
    reconcile.daily(session, now + timedelta(days=40))
    assert session.scalars(select(UpstreamList.came_at)).all() == [now + timedelta(days=1)]


def test_a_bad_list_is_refused_and_nothing_of_it_is_kept(session, street, now):
    content = f"{HEADER}\nA-1,某日,待签收".encode()
    taken = files.take_file(session, "12345", "list", "l.csv", content, now=now, vault=street.vault)
    assert (taken.accepted, [error["code"] for error in taken.report["errors"]]) == (False, ["not_a_date"])
    with pytest.raises(NotFound):
        reconcile.compare(session, "12345", now=now)
