import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridops.domain.contact import mask_name, mask_phone, normalise_phone
from gridops.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13812341234", "13812341234"),
        (" 138 1234 1234 ", "13812341234"),
        ("138-1234-1234", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("+86 138 1234 1234", "13812341234"),
        ("0086-13812341234", "13812341234"),
        ("8613812341234", "13812341234"),
        ("(+86)13812341234", "13812341234"),
        ("013812341234", "13812341234"),
        ("\u202a13812341234\u202c", "13812341234"),
        ("021-64310000", "02164310000"),
        ("(021) 6431 0000", "02164310000"),
        ("（021）64310000", "02164310000"),
        ("021—64310000", "02164310000"),
        ("+86 21 6431 0000", "02164310000"),
        ("+86 (021) 64310000", "02164310000"),
        ("0731-84512345", "073184512345"),
        ("0578-2123456", "05782123456"),
        ("010 8451 2345", "01084512345"),
        ("021-64310000-123", "02164310000x123"),
        ("021-64310000转123", "02164310000x123"),
        ("021-64310000 ext. 123", "02164310000x123"),
        ("64310000", "64310000"),
        ("13812341234转5", "13812341234x5"),
        ("400-820-8820", "4008208820"),
        ("+852 9123 4567", "+85291234567"),
        ("0085291234567", "+85291234567"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_one_phone_has_one_spelling(typed, normal):
    assert normalise_phone(typed) == normal
    assert normalise_phone(normal) == normal


def test_a_local_number_gets_the_area_code_of_the_street():
    assert normalise_phone("6431 0000", area_code="021") == normalise_phone("021-64310000")
    assert normalise_phone("13812341234", area_code="021") == "13812341234"


@pytest.mark.parametrize(
    "typed",
    ["", " ", "110", "12345", "1381234123", "138123412345", "12812341234", "+8613812", "+86 12812341234", "++8613812341234", "abc",
     "张三丰", "138一2341234", "13812341234 13912341234", "+0123456789", "+" + "1" * 16, "1" * 5000, "138\x0012341234", "021-14310000"],
)
def test_what_is_no_phone_is_refused_with_its_code(typed):
    with pytest.raises(Invalid) as caught:
        normalise_phone(typed)
    assert caught.value.code == "phone_invalid"
    assert "phone" in caught.value.fields


@given(st.text(max_size=60) | st.text(alphabet="0123456789+- ()转", max_size=20))
def test_any_text_is_normalised_for_good_or_refused(text):
    try:
        normal = normalise_phone(text)
    except Invalid:
        return
    assert normalise_phone(normal) == normal
    assert normal.isascii()


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812341234", "138****1234"), ("02164310000", "021****0000"), ("02164310000x123", "021****0000"), ("64310000", "64****00"),
        ("6431000", "64****0"), ("+85291234567", "+85****4567"), ("", "****"), ("110", "****"),
    ],
)
def test_masks_of_phones(phone, masked):
    assert mask_phone(phone) == masked


@given(st.from_regex(r"\+?[0-9]{7,15}", fullmatch=True))
def test_a_mask_always_hides_four_digits(phone):
    shown = mask_phone(phone).replace("*", "")
    assert len(shown) <= len(phone) - 4


@pytest.mark.parametrize(
    ("name", "masked"), [("张三丰", "张**"), ("李四", "李*"), ("张", "张*"), (" 王先生 ", "王**"), ("Alexander Smith", "A***"), ("", "")]
)
def test_masks_of_names(name, masked):
    assert mask_name(name) == masked
