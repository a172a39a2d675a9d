"""Names of places, made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridops.domain.place_names import (
    address_variants, normalise, says_something, term_grams, typed_grams, variants, without_room,
)

NAMES = st.text(alphabet="共富花园苑路弄号桂林聚科商务大厦永盛123a", min_size=2, max_size=20)


@pytest.mark.parametrize(("typed", "same"), [
    ("桂平路 333 号", "桂平路333号"), ("桂平路３３３號", "桂平路333号"), ("上海市徐汇区徐家汇街道桂平路333号", "桂平路333号"),
    ("三号楼", "3栋"), ("3幢", "3#"), ("十二号楼", "12座"), ("A座", "a栋"), ("一百零八弄", "108弄"), ("鞍山四村", "鞍山4村"),
    ("中山北一路805号", "中山北1路805号"), ("永盛苑(上海）", "永盛苑"), ("富貴園", "富貴园"),
])
def test_ways_to_write_one_name(typed, same):
    assert normalise(typed) == normalise(same)


@pytest.mark.parametrize(("one", "other"), [
    ("都市花园", "花园"), ("康乐小区3号", "3号"), ("大都市路20号", "路20号"), ("虹梅路2125、2588弄", "虹梅路21252588弄"), ("一期", "二期"),
])
def test_what_differs_stays_different(one, other):
    assert normalise(one) != normalise(other)


def test_brackets_hold_a_second_name_and_an_address_may_name_several_numbers():
    assert variants("108广场（金银创意广场）") == ["108广场金银创意广场", "108广场", "金银创意广场"]
    assert variants("共富花园小区") == ["共富花园小区", "共富花园"]
    assert variants("创业公寓(碧波路)") == ["创业公寓碧波路", "创业公寓"]
    assert address_variants("虹梅路2125、2588弄") == ["虹梅路2125.2588弄", "虹梅路2125弄", "虹梅路2588弄"]
    assert address_variants("平型关路108弄37号、39号")[1:] == ["平型关路108弄37号", "平型关路108弄39号"]
    assert address_variants("") == []


@pytest.mark.parametrize(("address", "building"), [
    ("平型关路108弄3号502室", "平型关路108弄3号"), ("平型关路108弄3号楼502", "平型关路108弄3号"), ("桂平路333号", "桂平路333号"),
])
def test_a_flat_belongs_to_its_building(address, building):
    assert without_room(normalise(address)) == building


def test_a_mere_number_says_nothing():
    assert [says_something(normalise(name)) for name in ("3号楼", "A座", "12", "绿苑", "绿苑3号")] == [False, False, False, True, True]


@given(NAMES, st.data())
def test_with_any_one_character_missing_all_that_was_typed_is_in_the_index(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    typed = name[:at] + name[at + 1:]
    assert set(typed_grams(typed, to_end=True)) <= set(term_grams(name)) | {"^$"}


@given(NAMES, st.data())
def test_a_beginning_and_a_middle_are_in_the_index_too(name, data):
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))
    assert set(typed_grams(name[:end])) <= set(term_grams(name))
    assert set(typed_grams(name[start:end], from_start=False)) <= set(term_grams(name))


@given(st.text(max_size=80))
def test_normalising_takes_whatever_is_typed_and_settles(text):
    assert normalise(normalise(text)) == normalise(normalise(normalise(text)))
