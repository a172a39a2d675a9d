"""Synonyms of categories: seen first, effective at once in every process, never two categories' at once, never lost from the record."""

from __future__ import annotations

import threading
from time import perf_counter

import pytest
from sqlalchemy import select, text

from gridops import db
from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.errors import Conflict, Forbidden, GridopsError, Invalid, NotFound
from gridops.learning.knowledge import knowledge, knowledge_with
from gridops.learning.phrases import Phrase
from gridops.models import CategoryWord, SecurityEvent, Street
from gridops.services import reading
from gridops.services.learned import words as known_words
from gridops.services.taxonomy import changing, words
from tests import small_street
from tests.small_street import ILLEGAL_BUILDING, RUBBISH, STREET

ADMIN = Actor("staff", "admin", grants=(Grant("system_admin", STREET),))
WORD, SAID = "脏坑坑", "我们楼下有个脏坑坑，麻烦来看看"


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


def change(session, now, typed, strength, *, code=RUBBISH, seen=None, actor=ADMIN):
    return words.change(session, code, typed, strength, seen=seen, actor=actor, now=now)


def first(session, said=SAID):
    return next((one["code"] for one in reading.read(session, said)["categories"]), None)


def test_a_word_of_a_city_is_understood_from_then_on_and_taken_away_again(session, street, now):
    assert first(session) != RUBBISH
    made = change(session, now, "  脏坑坑 ", words.DECISIVE)
    assert (made.words, made.strength, made.own) == (WORD, words.DECISIVE, True)
    read = reading.read(session, SAID)["categories"][0]
    assert (read["code"], read["words"]) == (RUBBISH, [WORD]) and read["confidence"] > 0.5, "the resident's own words that decided"
    change(session, now, WORD, words.OFF)
    assert first(session) != RUBBISH
    session.flush()
    facts = session.scalars(select(SecurityEvent.facts).where(SecurityEvent.kind == "category_words").order_by(SecurityEvent.id)).all()
    assert facts == [{"code": RUBBISH, "word": WORD, "act": "added: decisive"}, {"code": RUBBISH, "word": WORD, "act": "taken away"}]
    assert [row.weight for row, _ in words.history(session, RUBBISH)] == [0, 4]


def test_what_comes_with_gridops_is_taken_away_and_put_back_as_it_was(session, street, now):
    said = "路口暴露垃圾"
    share = reading.read(session, said)["categories"][0]["confidence"]
    assert first(session, said) == RUBBISH
    for word in ("暴露垃圾",):
        change(session, now, word, words.OFF)
    assert not [one for one in reading.read(session, said)["categories"] if one["code"] == RUBBISH and one["confidence"] >= share]
    assert next(one for one in words.of_category(session, RUBBISH) if one.words == "暴露垃圾").strength == words.OFF
    shown = change(session, now, "暴露垃圾", words.USUAL)
    assert (shown.strength, shown.changed_at) == (words.DECISIVE, None)
    assert reading.read(session, said)["categories"][0]["confidence"] == share


def test_a_phrase_of_parts_and_of_groups(session, street, now):
    change(session, now, "绿化带＋脏坑坑|臭坑坑", words.DECISIVE)
    assert first(session, "绿化带里有臭坑坑") == RUBBISH
    change(session, now, "<垃圾>+爆坑", words.DECISIVE)
    assert first(session, "爆坑里都是生活垃圾") == RUBBISH


def test_words_against_a_category(session, street, now):
    before = reading.read(session, "暴露垃圾，在科普展板上")["categories"][0]
    change(session, now, "科普展板", words.AGAINST)
    after = reading.read(session, "暴露垃圾，在科普展板上")["categories"]
    assert before["code"] == RUBBISH and (not after or after[0]["code"] != RUBBISH or after[0]["confidence"] < before["confidence"])


@pytest.mark.parametrize(("typed", "wrong"), [
    ("", words.EMPTY), ("  ", words.EMPTY), ("脏", words.TOO_SHORT), ("脏|坑坑", words.TOO_SHORT), ("长" * 41, words.TOO_LONG), ("一+二+三+四", words.TOO_MANY_PARTS),
    ("<script>", words.NO_GROUP), ("坑&坑", words.NOT_PLAIN), ("坑+", words.NOT_PLAIN), ("+", words.NOT_PLAIN), ("1234", words.NOT_PLAIN), ("坑'坑", words.NOT_PLAIN),
    ("a<b", words.NOT_PLAIN), ("<没有的>", words.NO_GROUP), ("坑\x00坑", words.NOT_PLAIN), ("🙂坑", words.NOT_PLAIN)])
def test_a_bad_word_is_named_and_nothing_is_written(session, street, now, typed, wrong):
    with pytest.raises(Invalid) as refused:
        change(session, now, typed, words.DECISIVE)
    assert refused.value.fields == {"words": [wrong]} and session.scalars(select(CategoryWord)).all() == []


@pytest.mark.parametrize("strength", [words.OFF, words.USUAL])
def test_what_says_nothing_cannot_be_taken_away_or_put_back(session, street, now, strength):
    with pytest.raises(Invalid) as refused:
        change(session, now, WORD, strength)
    assert refused.value.fields == {"words": [words.NOT_KNOWN]}


class TestWhoseWordItIs:
    def test_what_decides_for_another_category_is_refused(self, session, street, now):
        with pytest.raises(Conflict) as refused:
            change(session, now, "违章搭建", words.DECISIVE)
        assert (refused.value.code, refused.value.details) == ("word_taken", {"category": ILLEGAL_BUILDING})
        change(session, now, WORD, words.DECISIVE, code=ILLEGAL_BUILDING)
        with pytest.raises(Conflict, match="word_taken"):
            change(session, now, "脏坑坑", words.DECISIVE)
        change(session, now, WORD, words.OFF, code=ILLEGAL_BUILDING)
        assert change(session, now, WORD, words.DECISIVE).strength == words.DECISIVE, "taken away there, it is free"

    def test_what_decides_where_a_report_is_referred_is_refused_too(self, session, street, now):
        with pytest.raises(Conflict, match="word_taken"):
            change(session, now, "烂尾", words.DECISIVE)

    def test_as_a_hint_it_may_be_shared_and_the_look_says_so(self, session, street, now):
        looked = words.look(session, RUBBISH, "违章搭建", words.HINT)
        assert looked.clashes == [words.Clash(ILLEGAL_BUILDING, words.DECISIVE)]
        assert change(session, now, "违章搭建", words.HINT).strength == words.HINT
        assert first(session, "违章搭建") == ILLEGAL_BUILDING

    def test_two_who_give_it_at_once_to_two_categories(self, make_fresh, config, now):
        fresh = make_fresh()
        with db.transaction(fresh.sessions) as session:
            small_street.build(session, config, now)
        start, outcomes = threading.Barrier(2), []

        def give(code):
            start.wait()
            try:
                with db.transaction(fresh.sessions) as session:
                    change(session, now, WORD, words.DECISIVE, code=code, actor=SYSTEM)
                outcomes.append("kept")
            except GridopsError as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=give, args=(code,)) for code in (RUBBISH, ILLEGAL_BUILDING)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["kept", "word_taken"]

    def test_another_process_knows_within_half_a_second(self, make_fresh, config, now):
        """Each process remembers by its own connection: here two sessions with a memory each."""
        fresh = make_fresh()
        with db.transaction(fresh.sessions) as session:
            small_street.build(session, config, now)
        with fresh.sessions() as reader:
            assert first(reader) != RUBBISH
        with db.transaction(fresh.sessions) as session:
            change(session, now, WORD, words.DECISIVE, actor=SYSTEM)
        began = perf_counter()
        while True:
            with fresh.sessions() as reader:
                if first(reader) == RUBBISH:
                    break
            assert perf_counter() - began < 3, "longer than anybody remembers"


class TestWhoMay:
    def test_only_who_administers_all_streets(self, session, street, now):
        for actor in (Actor("staff", "a", grants=(Grant("leader", STREET),)), Actor("staff", "a", grants=(Grant("clerk", STREET),))):
            with pytest.raises(Forbidden):
                change(session, now, WORD, words.HINT, actor=actor)
        session.add(Street(code="310199002", name="月河街道", timezone="Asia/Shanghai"))
        session.flush()
        with pytest.raises(Forbidden, match="not_whole"):
            change(session, now, WORD, words.HINT)

    def test_a_category_that_is_none_or_is_off(self, session, street, now):
        with pytest.raises(NotFound):
            change(session, now, WORD, words.HINT, code="NONE")
        changing.switch_off(session, "E0112", seen=1, actor=ADMIN, now=now)
        with pytest.raises(Conflict, match="category_off"):
            change(session, now, WORD, words.HINT, code="E0112")

    def test_who_saw_something_else_is_asked_to_look_again(self, session, street, now):
        change(session, now, WORD, words.DECISIVE, seen=words.OFF)
        with pytest.raises(Conflict):
            change(session, now, WORD, words.HINT, seen=words.OFF)
        before = len(words.history(session, RUBBISH))
        assert change(session, now, WORD, words.DECISIVE, seen=words.DECISIVE).strength == words.DECISIVE
        assert len(words.history(session, RUBBISH)) == before, "nothing changed, nothing is written"

    def test_there_is_an_end(self, session, street, now):
        session.add_all(CategoryWord(code=RUBBISH, words=f"坑坑{number}", weight=2, made_at=now) for number in range(words.MOST_OWN))
        session.flush()
        with pytest.raises(Conflict, match="too_many_words"):
            change(session, now, WORD, words.HINT)
        assert change(session, now, "坑坑1", words.OFF).strength == words.OFF

    def test_rows_are_only_ever_added(self, session, street, now):
        change(session, now, WORD, words.HINT)
        for statement in ("UPDATE category_word SET weight = 1", "DELETE FROM category_word"):
            with pytest.raises(Exception, match="append-only|permission denied"), session.begin_nested():
                session.execute(text(statement))


class TestTheLook:
    def test_it_says_what_recent_reports_would_be_taken_for(self, session, street, now):
        for said in (SAID, "脏坑坑又来了", "路灯不亮"):
            street.submit(session, now, description=said, category=None)
        looked = words.look(session, RUBBISH, WORD, words.DECISIVE)
        assert (looked.tickets, looked.holding, looked.weighed) == (3, 2, 2)
        assert sum(move.tickets for move in looked.moves) == 2 and {move.after for move in looked.moves} == {RUBBISH}
        assert session.scalars(select(CategoryWord)).all() == [] and first(session) != RUBBISH, "nothing is kept"

    def test_of_a_word_that_changes_nothing(self, session, street, now):
        street.submit(session, now, description="路灯不亮", category=None)
        assert words.look(session, RUBBISH, WORD, words.DECISIVE).moves == []

    def test_two_thousand_reports_are_looked_at_quickly(self, session, street, now):
        ticket = street.submit(session, now, description=SAID, category=None).ticket
        columns = [name for (name,) in session.execute(text(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'ticket' AND is_identity = 'NO' AND is_generated = 'NEVER'"))]
        kept = ", ".join(f'"{name}"' for name in columns if name != "number")
        session.execute(text(
            f"INSERT INTO ticket (number, {kept}) SELECT 'X' || n, {kept} FROM ticket, generate_series(1, 2500) n WHERE id = {ticket.id}"))
        began = perf_counter()
        looked = words.look(session, RUBBISH, WORD, words.DECISIVE)
        took = perf_counter() - began
        print(f"{looked.tickets} looked at, {looked.weighed} weighed twice, in {took * 1000:.0f} ms")
        assert (looked.tickets, looked.holding, looked.weighed) == (words.LOOKED_AT, words.LOOKED_AT, words.WEIGHED) and took < 5


def test_a_local_category_becomes_suggestible_by_its_own_words(session, street, now):
    made = changing.refine(session, RUBBISH, "宠物粪坑", "Pet pits", actor=ADMIN, now=now)
    change(session, now, WORD, words.DECISIVE, code=made.code)
    assert first(session) == made.code


def test_a_model_goes_on_with_what_it_learned_of_a_word_taken_away():
    """At nought the phrase stays in the book: a model knows it by its words."""
    off = knowledge_with((Phrase(RUBBISH, 0.0, "暴露垃圾"),))
    assert [found.phrase.weight for found in off.book.find("暴露垃圾") if found.phrase.words == "暴露垃圾"] == [0.0]
    assert knowledge_with(()) is knowledge() and len(list(off.book.phrases)) == len(list(knowledge().book.phrases))


def test_the_book_is_made_once_for_each_state(session, street, now):
    change(session, now, WORD, words.HINT)
    assert known_words.known(session) is known_words.known(session)


def test_every_shown_strength_leads_to_a_weight_of_its_kind():
    assert [words.strength_of(weight) for weight in (5, 4, 3, 1, 0, -3)] == ["decisive", "decisive", "hint", "hint", "off", "against"]
    assert {strength: words.strength_of(weight) for strength, weight in words.WEIGHTS.items() if weight is not None} == {
        name: name for name in words.STRENGTHS if name != words.USUAL}
