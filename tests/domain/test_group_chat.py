"""What is a matter in a pasted chat, in the forms in which chats are copied."""

import pytest

from gridops.domain.group_chat import MOST_MATTERS, matters

PHONE = """——— 3月4日 ———
林阿姨 2026/3/4 08:12
早上好
林阿姨 2026/3/4 08:13
3号楼电梯又停了，老人下不来
周师傅 上午 8:15
[图片]
周师傅 上午 8:15
2号门口垃圾桶满了三天没人收
603王 8:20
我家也是，电梯坏了一早上了
群主 8:21
收到，谢谢大家
小陈 08:40:11
@所有人 楼道里停了四辆电瓶车还在充电
"""
NAMED = """林阿姨:
3号楼电梯又停了，老人下不来

周师傅：2号门口垃圾桶满了三天没人收
小陈：
楼道里停了四辆电瓶车还在充电
地址：5号楼底楼
"""


def words(chat: str) -> list[str]:
    return [matter.words for matter in matters(chat)]


def test_matters_are_found_among_greetings_and_pictures():
    assert words(PHONE) == ["3号楼电梯又停了，老人下不来", "2号门口垃圾桶满了三天没人收", "楼道里停了四辆电瓶车还在充电"]


def test_me_too_is_counted_for_the_matter_before_it():
    chat = "甲 8:01\n3号楼电梯又停了\n乙 8:02\n+1\n丙 8:03\n我家也是\n乙 8:04\n同感"
    assert [(matter.words, matter.people) for matter in matters(chat)] == [("3号楼电梯又停了", 3)]


def test_me_too_about_an_earlier_matter_is_counted_there():
    assert [matter.people for matter in matters(PHONE)] == [2, 1, 1]


def test_the_same_matter_in_other_words_is_one():
    chat = "甲：3号楼的电梯今天早上又停了\n乙：3号楼电梯又停了"
    assert [(matter.words, matter.people) for matter in matters(chat)] == [("3号楼的电梯今天早上又停了", 2)]


def test_a_label_is_no_name():
    assert words(NAMED)[-2:] == ["楼道里停了四辆电瓶车还在充电", "地址：5号楼底楼"]
    assert all("林阿姨" not in text and "周师傅" not in text for text in words(NAMED))


def test_plain_lines_without_names_are_matters_too():
    assert words("路灯不亮好几天了\n\n门口的井盖松了") == ["路灯不亮好几天了", "门口的井盖松了"]


@pytest.mark.parametrize("chat", ["", "\n\n", "收到", "甲 8:01\n好的\n乙 8:02\n[图片]", "+1"])
def test_a_chat_without_a_matter_has_none(chat):
    assert matters(chat) == []


def test_a_long_chat_is_cut_and_takes_no_time():
    chat = "\n".join(f"第{number}栋{chr(0x4E00 + number * 7)}{chr(0x5E00 + number * 11)}{chr(0x6E00 + number * 13)}坏了" for number in range(3000))
    assert len(matters(chat)) == MOST_MATTERS
