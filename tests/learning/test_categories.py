"""What a report is about, by what gridops knows from the first day."""

from __future__ import annotations

import pytest

from gridops.learning.categories import suggest
from gridops.learning.knowledge import PACKAGE, knowledge, phrases, rows, word_groups

CATEGORIES = {row["code"]: row["name_zh"] for row in rows(PACKAGE / "taxonomy.csv")}


def codes(text: str, title: str = "") -> list[str]:
    return [suggestion.code for suggestion in suggest(title, text)]


@pytest.mark.parametrize(("code", "name"), CATEGORIES.items(), ids=list(CATEGORIES))
def test_each_category_is_first_for_its_own_name(code, name):
    assert codes(name)[0] == code


@pytest.mark.parametrize("code", CATEGORIES)
def test_each_category_is_known_by_more_than_its_name(code):
    words = {phrase.words for phrase in phrases(PACKAGE / "category_words.csv") if phrase.topic == code and phrase.weight > 0}
    assert len(words - {CATEGORIES[code]}) >= 4


def test_only_categories_of_the_taxonomy_have_words():
    assert knowledge().categories == set(CATEGORIES)


def test_each_group_that_a_phrase_names_exists_and_none_is_idle():
    tables = ("category_words.csv", "referral_words.csv", "urgency_words.csv", "protection_words.csv")
    text = "".join((PACKAGE / table).read_text("utf-8") for table in tables)
    named = {part.split(">")[0] for part in text.split("<")[1:]}
    assert named == set(word_groups())


@pytest.mark.parametrize(("said", "first", "never"), [
    ("小区里有人遛狗不拴绳，狗叫得厉害", "E0184", "E2110"),
    ("一群流浪狗在小区里追人", "E2110", "E0184"),
    ("楼上邻居家装修，一早就用电钻", "E2107", "E0301"),
    ("对面工地半夜还在打桩，吵得睡不着", "E0301", "E2107"),
    ("我们楼想加装电梯，怎么申请", "E2411", "E2203"),
    ("3号楼的电梯又停了，老人下不来", "E2203", "E2411"),
    ("楼上有人往下扔烟头", "E2101", "E0596"),
    ("外墙瓷砖松动，快掉下来了", "E2205", "E2101"),
])
def test_what_speaks_against_a_category_keeps_it_from_being_first(said, first, never):
    found = codes(said)
    assert found[0] == first
    assert never not in found[:1]


def test_a_counter_phrase_lowers_the_category_that_it_rules_out():
    plain, ruled_out = (next((s.confidence for s in suggest("", said) if s.code == "E2203"), 0) for said in ("电梯停用", "电梯停用，我们想加装电梯"))
    assert ruled_out < plain


def test_the_title_counts_more_than_the_text():
    assert codes("另外小区路灯也不亮", title="楼道堆满杂物")[0] == "E2301"
    assert codes("另外楼道堆满杂物", title="小区路灯不亮")[0] == "E2210"


def test_the_words_that_decided_are_the_residents_own():
    said = "昨晚工地施工到凌晨，吵得孩子睡不着"
    best = suggest("", said)[0]
    assert best.words
    assert all(part in said for word in best.words for part in word.said.split("…"))


def test_confidence_is_a_share_and_falls_with_little_to_go_by():
    some = suggest("", "楼道里堆满杂物，鞋柜堵住了楼梯")
    assert 0 < sum(s.confidence for s in some) <= 1
    assert suggest("", "门口有点乱") == [] or suggest("", "门口有点乱")[0].confidence < some[0].confidence


def test_nothing_is_suggested_where_nothing_is_said():
    assert suggest("", "谢谢") == []
    assert suggest("", "") == []


def test_a_street_that_does_not_use_a_category_is_not_offered_it():
    assert "E0301" not in [s.code for s in suggest("", "工地凌晨施工", among={"E2107", "E0304"})]
