"""Words that several people share, and none that only one or two have said."""

import pytest

from gridops.domain.shared_words import shared_words


@pytest.mark.parametrize(("said", "words"), [
    (["三号楼下垃圾堆成山没人管", "垃圾堆成山了，很臭", "又来反映：垃圾堆成山"], "垃圾堆成山"),
    (["垃圾堆成山", "垃圾堆成山"], None),
    (["电梯坏了", "停水三天", "路灯不亮"], None),
    (["王小明家天天很吵", "晚上很吵睡不着", "太吵了"], None),
    ([], None),
])
def test_words_of_three_people(said, words):
    assert shared_words(said) == words


def test_a_mask_is_never_crossed():
    assert shared_words(["联系***垃圾成堆"] * 3) == "垃圾成堆"


def test_one_person_is_one_however_long_the_text():
    assert shared_words(["垃圾成堆，垃圾成堆，垃圾成堆，垃圾成堆", "没有路灯"]) is None
