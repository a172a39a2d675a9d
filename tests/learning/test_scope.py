"""Whether a report is a street's matter, and what the resident is told where it is not."""

from __future__ import annotations

import pytest

from gridops.learning.knowledge import PACKAGE, knowledge, phrases, rows
from gridops.learning.scope import scope


@pytest.mark.parametrize(("said", "refer"), [
    ("想问105路公交能不能把末班车延长到十点", "R01"),
    ("孩子明年上小学，学区怎么划分", "R12"),
    ("公积金提取为什么一直没有审批", "R19"),
    ("开发商逾期交房，购房合同约定的精装标准也没有做到", "R06"),
    ("我的养老保险断缴了，退休后能补缴吗", "R17"),
    ("健身房关门跑了，办的年卡不给退款", "R16"),
    ("路口红绿灯时间太短，老人走不完", "R03"),
    ("征地补偿款两年没有发下来", "R09"),
])
def test_what_others_are_responsible_for_is_referred_with_the_words_that_decided(said, refer):
    found = scope("", said)
    assert (found.inside, found.doubt, found.referral.code) == (False, False, refer)
    assert found.words


@pytest.mark.parametrize("said", ["楼道里堆满了杂物", "小区门口的路灯坏了三天", "楼下烧烤店油烟直接排进我家"])
def test_what_is_the_streets_stays(said):
    found = scope("", said)
    assert (found.inside, found.doubt) == (True, False)


@pytest.mark.parametrize("said", ["谢谢你们", "请帮帮我", "房子质量差，墙面渗水，开发商不管"])
def test_doubt_goes_to_the_clerk(said):
    assert scope("", said).doubt


def test_each_referral_says_where_to_go_and_names_a_class_of_the_citys_taxonomy():
    referrals = knowledge().referrals
    assert {phrase.topic for phrase in phrases(PACKAGE / "referral_words.csv")} == set(referrals)
    for row in rows(PACKAGE / "referrals.csv"):
        assert all(row.values()), row["code"]
        assert len(row["text"]) >= 20
