"""Learning from closed tickets: what teaches, what is measured, what may replace what, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import String, cast, func, select, update

from gridops.errors import Conflict, Forbidden, Invalid
from gridops.models import CategoryVersion, LearnedModel, Ticket
from gridops.services import reading
from gridops.services.learned import current, examples, overruled, training, versions
from tests import small_street
from tests.small_street import DOMESTIC, RUBBISH

# Words of a street of its own: what gridops knows from the first day knows nothing of them.
LOCAL = {RUBBISH: "阿福家老样子又来了", "E2203": "那个老铁家伙又罢工了"}


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def closed(street, session, now):
    """So many closed tickets of a category in the street's own words."""

    def closed(category: str, words: str, count: int, status: str = "closed") -> None:
        version = session.scalars(select(CategoryVersion.id).where(CategoryVersion.code == category, CategoryVersion.valid_to.is_(None))).one()
        for number in range(count):
            ticket = street.submit(session, now, description=f"{words}第{number}回", category=None).ticket
            values = {"status": status, "category_version_id": version, "filed_at": now, "closed_at": now}
            session.execute(update(Ticket).where(Ticket.id == ticket.id).values(values))

    return closed


def first(session, words: str) -> str | None:
    return next((one["code"] for one in reading.read(session, words)["categories"]), None)


def test_a_street_teaches_its_own_words(session, closed, now):
    assert first(session, LOCAL[RUBBISH]) != RUBBISH
    for category, words in LOCAL.items():
        closed(category, words, 20)
    made = training.learn(session, now=now)
    assert (made.state, made.samples) == ("active", 40)
    assert made.measures["new"]["accuracy"] > made.measures["before"]["accuracy"]
    assert first(session, LOCAL[RUBBISH]) == RUBBISH and first(session, LOCAL["E2203"]) == "E2203"


def test_what_is_used_is_whatever_is_no_worse_on_what_was_held_back(session, closed, now):
    closed("E0192", "垃圾桶满溢没人清运", 20)
    closed("E2203", "电梯故障停运", 20)
    assert training.learn(session, now=now).state == "active"
    session.execute(update(Ticket).values(category_version_id=select(CategoryVersion.id).where(
        CategoryVersion.code == RUBBISH, CategoryVersion.valid_to.is_(None)).scalar_subquery()).where(func.md5(cast(Ticket.id, String)) < "8"))
    again = training.learn(session, now=now + timedelta(days=1))
    worse = again.measures["new"]["accuracy"] < again.measures["before"]["accuracy"]
    assert again.state == ("refused" if worse else "active") and current.active_version(session) == (1 if worse else 2)


def test_the_same_tickets_teach_the_same_again_and_it_is_not_refused(session, closed, now):
    """What is in use has learned from all of them in the end: measured on those held back by that, nothing new would ever be as good."""
    closed("E0192", LOCAL[RUBBISH], 12)
    closed(RUBBISH, LOCAL[RUBBISH], 12)  # nobody can tell them apart but by heart
    closed("E2203", LOCAL["E2203"], 20)
    one, two = training.learn(session, now=now), training.learn(session, now=now + timedelta(days=7))
    assert one.measures["new"]["accuracy"] < 1
    assert (two.state, two.measures["new"], two.measures["before"]) == ("active", one.measures["new"], one.measures["new"])


def test_only_so_many_versions_are_kept(session, closed, now, monkeypatch):
    monkeypatch.setattr(training, "KEPT", 2)
    for category, words in LOCAL.items():
        closed(category, words, 5)
    for _ in range(4):
        training.learn(session, now=now)
    assert session.scalars(select(LearnedModel.version).order_by(LearnedModel.version)).all() == [3, 4]


def test_an_earlier_version_and_the_first_day_can_be_used_again(session, street, closed, now):
    for category, words in LOCAL.items():
        closed(category, words, 20)
    one, two = training.learn(session, now=now), training.learn(session, now=now)
    leader = street.actors["leader"]
    versions.choose(session, one.version, actor=leader, now=now)
    session.expire_all()
    assert (one.state, two.state, one.activated_by) == ("active", "retired", leader.account_id)
    versions.choose(session, 0, actor=leader, now=now)
    session.expire_all()
    assert current.active_version(session) == 0 and one.state == "retired"
    with pytest.raises(Invalid):
        versions.choose(session, 99, actor=leader, now=now)
    with pytest.raises(Forbidden):
        versions.choose(session, one.version, actor=street.actors["SANITATION"], now=now)


def test_too_little_teaches_nothing(session, street, closed, now):
    closed(RUBBISH, LOCAL[RUBBISH], 2)
    with pytest.raises(Conflict) as refused:
        training.learn(session, now=now)
    assert refused.value.code == "too_little_to_learn" and session.scalars(select(LearnedModel.id)).all() == []


def test_what_is_learned_from_is_masked_and_never_what_is_not_public(session, street, closed, now):
    closed(RUBBISH, "联系电话13800001234，3号楼502室门口堆垃圾", 1)
    street.submit(session, now, description="邻居家里打架", category=DOMESTIC)
    session.execute(update(Ticket).where(Ticket.never_public).values(status="closed", filed_at=now))
    found = examples.of_closed_tickets(session)
    assert len(found) == 1 and "13800001234" not in found[0].text and "502" not in found[0].text and "3号楼" in found[0].text


def test_what_was_referred_teaches_what_is_outside(session, closed):
    closed(RUBBISH, "公积金怎么提取", 1, status="referred")
    assert [example.label for example in examples.of_closed_tickets(session)] == ["OUT"]


def test_how_often_clerks_overrule_is_counted(session, street, closed, now):
    closed(RUBBISH, LOCAL[RUBBISH], 3)
    session.execute(update(Ticket).values(understood={"categories": [{"code": RUBBISH, "confidence": 0.9, "words": []}]}))
    last = session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(1)).one()
    session.execute(update(Ticket).where(Ticket.id == last).values(understood={"categories": [{"code": "E2203", "confidence": 0.9, "words": []}]}))
    assert [(row.code, row.filed, row.agreed, row.overruled) for row in overruled.by_category(session)] == [(RUBBISH, 3, 2, 1)]
