import math
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridops.domain.codes import RANDOM_DIGITS, format_code, new_code, new_one_time_code, parse_code

KNOWN = "000000000000000000000197"
codes = st.builds(lambda _: new_code(), st.integers())
positions = st.integers(min_value=0, max_value=23)


def test_a_code_holds_at_least_70_bits():
    assert math.log2(10**RANDOM_DIGITS) >= 70


def test_all_random_digits_come_from_the_secure_source(monkeypatch):
    asked = []
    monkeypatch.setattr(secrets, "randbelow", lambda limit: asked.append(limit) or 1)
    # 100 mod 97 = 3, and 98 - 3 = 95: the check digits computed by hand.
    assert new_code() == "000000000000000000000195"
    assert asked == [10**22]


def test_the_check_digits_are_those_of_iso_7064_mod_97_10():
    assert all(int(new_code()) % 97 == 1 for _ in range(200))


def test_codes_do_not_repeat():
    assert len({new_code() for _ in range(2000)}) == 2000


@given(codes)
def test_a_code_is_24_digits_read_in_six_groups_of_four(code):
    assert code.isascii() and code.isdigit()
    assert [len(group) for group in format_code(code).split("-")] == [4] * 6


@given(codes)
def test_what_is_printed_is_read_back(code):
    assert parse_code(code) == code
    assert parse_code(format_code(code)) == code


@given(codes, positions, st.integers(min_value=1, max_value=9))
def test_any_one_wrong_digit_is_caught(code, position, shift):
    wrong = str((int(code[position]) + shift) % 10)
    assert parse_code(code[:position] + wrong + code[position + 1 :]) is None


@given(codes, st.integers(min_value=0, max_value=22))
def test_any_swap_of_neighbours_is_caught(code, position):
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert swapped == code or parse_code(swapped) is None


@given(codes, positions)
def test_a_lost_or_doubled_digit_is_caught(code, position):
    assert parse_code(code[:position] + code[position + 1 :]) is None
    assert parse_code(code[:position] + code[position] + code[position:]) is None


@given(codes)
def test_the_ways_people_write_it_are_forgiven(code):
    spoken = code.translate(str.maketrans("0123456789", "零幺二三四五六七八九"))
    wide = code.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    looking_alike = code.translate(str.maketrans("01258", "OlzSb"))
    for text in (spoken, wide, looking_alike, " ".join(code), format_code(code).replace("-", "－"), f" \u200b{code}\n", f"{code}."):
        assert parse_code(text) == code


@given(st.text(max_size=200))
def test_any_text_is_answered(text):
    parsed = parse_code(text)
    assert parsed is None or parse_code(parsed) == parsed


@pytest.mark.parametrize("text", ["", "12", "x" * 24, KNOWN, "0" * 24, "½" * 12, "1" * 100_000, "-" * 24, "\x00" * 24, "²" * 24])
def test_what_is_no_code_is_none(text):
    assert parse_code(text) is None


def test_a_one_time_code_is_six_digits_with_leading_zeros(monkeypatch):
    assert all(len(code) == 6 and code.isdigit() for code in (new_one_time_code() for _ in range(200)))
    monkeypatch.setattr(secrets, "randbelow", lambda limit: 7)
    assert new_one_time_code() == "000007"
