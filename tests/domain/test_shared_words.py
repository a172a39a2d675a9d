"""Words that several people share, and none that only one or two have said."""

import pytest

from gridops.domain.shared_words import shared_words, without_house


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


def test_the_number_of_a_house_and_words_that_hang_on_it_are_no_words():
    said = [f"同乐里{number}号楼的垃圾桶满了没人收" for number in (1, 2, 3)]
    assert shared_words(said) == "垃圾桶满了没人收"


def test_a_place_is_called_without_its_house():
    assert [without_house(name) for name in ("同乐里2号楼", "锦澜花苑一期", "12号")] == ["同乐里", "锦澜花苑一期", ""]
