import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridops.domain.codes import format_code, parse_code
from gridops.domain.redaction import redact


def coded(number: int) -> str:
    """The tracking code that begins with these 22 digits."""
    return next(code for check in range(2, 99) if (code := parse_code(f"{number:022d}{check:02d}")))


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("请联系我13812341234，谢谢", "请联系我***，谢谢"),
        ("手机138 1234 1234", "手机***"),
        ("手机138-1234-1234或1391-234-1234", "手机***或***"),
        ("手机１３８１２３４１２３４。", "手机***。"),
        ("+86 13812341234", "***"),
        ("电话:138123412342019年8月1日", "电话:***2019年8月1日"),
        ("电话一三八一二三四一二三四", "电话***"),
        ("物业电话021-64310000没人接", "物业电话***没人接"),
        ("（021）6431 0000转123", "***"),
        ("0731-8451-2345", "***"),
        ("0731-845123452016年3月27日", "***2016年3月27日"),
        ("拨+86 21 6431 0000", "拨***"),
        ("办公室电话:8333795,没人接", "办公室电话:***,没人接"),
        ("电话（6431-0000）", "电话（***）"),
        ("call +852 9123 4567 please", "call *** please"),
        ("身份证310104199001011234", "身份证***"),
        ("身份证31010419900101123Ｘ，", "身份证***，"),
        ("身份证310104 19900101 123x", "身份证***"),
        ("老身份证310104900101123", "老身份证***"),
        ("卡号6222021234567890123", "卡号***"),
        ("卡号6222 0212 3456 7890 123", "卡号***"),
        ("卡号4111-1111-1111-1111", "卡号***"),
        ("车牌沪A12345乱停", "车牌沪A***乱停"),
        ("沪AD12345新能源，浙a·f52p7", "沪A***新能源，浙a***"),
        ("粤Ｂ１２３４学", "粤Ｂ***"),
        ("写信给wang.wu_88@mail.example.com。", "写信给***。"),
        ("微信号：wang_wu88，QQ12345678", "微信号：***，QQ***"),
    ],
)
def test_personal_numbers_go(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "2018年11月27日，罚款94256元，合计1234567.89元",
        "打了12345、12369和110都没用，客服电话95007，热线400-820-8820",
        "2019-08-01 12:30到2019-08-05",
        "2019-08-01 2019-08-05 两天",
        "3栋2单元501室，13-14-15栋，01,02,03号",
        "每平米13800元，面积138.5平方米",
        "A市A3区中路100弄15号，沪太路4290号",
        "京B座2001室，川A区",
        "工单20260801-00017没有人管",
        "微信小程序补贴10000元",
        "电话联系了3次",
        "校友群发@全体成员",
        "😀 张三丰 \n\t",
    ],
)
def test_what_readers_need_stays(text):
    assert redact(text) == text


@given(st.integers(0, 10**22 - 1).map(coded))
def test_a_tracking_code_posted_by_mistake_goes_in_either_form(code):
    assert redact(f"我的查询码是{code}。") == "我的查询码是***。"
    assert redact(f"我的查询码是{format_code(code)}。") == "我的查询码是***。"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("3栋2单元501室漏水", "3栋2单元***室漏水"),
        ("100弄15号1202室", "100弄15号***室"),
        ("12栋 301邻居", "12栋 ***邻居"),
        ("住12-3-501", "住***"),
        ("16栋1单元201房租给公司", "16栋1单元***房租给公司"),
        ("沪太路4290号，2号2019年", "沪太路4290号，2号2019年"),
        ("15号1500元，工号0077，一座650吨", "15号1500元，工号0077，一座650吨"),
        ("40-110平，3-400元，GB/T47-2016，1974.10-1978.1", "40-110平，3-400元，GB/T47-2016，1974.10-1978.1"),
    ],
)
def test_door_numbers_go_only_when_asked(text, redacted):
    assert redact(text, door_numbers=True) == redacted
    assert redact(text) == text


@given(st.text(max_size=100) | st.text(alphabet="0123456789- +沪Ax电话号室@.", max_size=60))
def test_redacting_twice_changes_nothing_more(text):
    once = redact(text, door_numbers=True)
    assert redact(once, door_numbers=True) == once


@pytest.mark.parametrize("piece", ["1", "138-", "0", "a", "a.", "a@", "电话 ", "+1 ", "1234 ", "沪A", "qq:", "一", "(0"])
def test_the_longest_text_takes_no_time_whatever_it_repeats(piece):
    started = time.perf_counter()
    redact(piece * 4000, door_numbers=True)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(("text", "redacted"), [
    ("我叫王小明，住在5号楼", "我叫***，住在5号楼"),
    ("联系人：欧阳静", "联系人：***"),
    ("邻居李大明的狗天天叫", "邻居***的狗天天叫"),
    ("楼上张女士不肯开门", "楼上***女士不肯开门"),
    ("居委会陈建国主任推诿", "居委会***主任推诿"),
    ("举报人 刘洋，电话13812341234", "举报人 ***，电话***"),
    ("房东赵某把房子隔成六间", "房东***把房子隔成六间"),
])
def test_names_beside_a_word_that_announces_them_go(text, redacted):
    assert redact(text, names=True) == redacted
    assert redact(redacted, names=True) == redacted


@pytest.mark.parametrize("text", [
    "小区的路灯坏了", "业主方便停车", "居民高度关注", "村民万分感谢", "邻居家漏水", "业主任意停车", "金山路安全通道被堵", "黄梅天墙面发霉", "业主和物业吵架", "住户白天不在家",
])
def test_ordinary_words_are_no_names(text):
    assert redact(text, names=True) == text


def test_names_stay_where_the_handling_staff_reads():
    assert redact("邻居李大明的狗") == "邻居李大明的狗"


def test_what_is_learned_from_holds_neither_the_neighbour_nor_the_door():
    assert redact("邻居李大明的家3栋2单元502室，车牌沪A12345", door_numbers=True, names=True) == "邻居***的家3栋2单元***室，车牌沪A***"
