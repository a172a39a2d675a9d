"""Danger raises, nothing lowers; and whoever speaks against staff is protected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridops.learning.protection import protection
from gridops.learning.urgency import LEVELS, urgency


@pytest.mark.parametrize("said", [
    "厨房里煤气味很重", "有人困在电梯里了", "外墙砖随时会掉下来", "着火了，消防车进不来", "井盖不见了，孩子差点掉下去", "隔壁在打孩子，哭得厉害", "独居老人敲门没人应",
])
def test_danger_words_make_an_emergency(said):
    found = urgency("", said)
    assert found.level == "emergency"
    assert found.raised
    assert found.dangers[0].said


def test_a_fire_risk_is_urgent_and_no_emergency():
    assert urgency("", "楼下飞线充电好几天了").level == "urgent"


@pytest.mark.parametrize("said", ["电动车堵在楼下，万一起火谁也跑不出去", "去年这里着火烧了两辆车，现在又堆满纸箱", "停车问题。" + "我们反映了很多次，" * 20 + "楼里还爆炸过"])
def test_what_might_be_or_once_was_is_urgent_and_wakes_nobody(said):
    assert urgency("", said).level == "urgent"


@pytest.mark.parametrize("said", ["小区的花开得很好", "希望多放几张长椅", "不着急，有空处理就行"])
def test_words_without_danger_raise_nothing(said):
    assert urgency("", said) == urgency("", "")
    assert not urgency("", said).raised


@given(st.text(max_size=40), st.sampled_from(LEVELS))
def test_no_text_lowers_what_the_category_says(said, level):
    found = urgency("", said, known_level=level)
    assert LEVELS.index(found.level) >= LEVELS.index(level)
    assert found.raised == (found.level != level)


def test_calming_words_beside_danger_lower_nothing():
    assert urgency("", "煤气泄漏，不过应该没事，不急", known_level="emergency").level == "emergency"
    assert urgency("", "煤气泄漏，不过应该没事，不急").level == "emergency"


@pytest.mark.parametrize("said", [
    "居委会主任态度恶劣，办事推诿", "举报有人在棋牌室聚众赌博", "物业乱收费，投诉以后保安来威胁我", "请不要透露我的名字", "我怕报复，不敢实名",
])
def test_who_speaks_against_somebody_is_protected_with_the_reason(said):
    reasons = protection("", said)
    assert reasons
    assert all(reason.said and reason.reason_zh for reason in reasons)


@pytest.mark.parametrize("said", ["路灯不亮", "井盖坏了", "垃圾桶满了没人清"])
def test_an_ordinary_matter_needs_no_protection(said):
    assert protection("", said) == ()
