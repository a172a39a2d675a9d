"""Two texts about the same thing, in other words."""

import pytest

from gridops.domain.wording import alike, pairs


@pytest.mark.parametrize(("one", "other", "least", "most"), [
    ("3号楼楼道堆满杂物，过不去", "3号楼楼道里堆满杂物", 0.6, 1.0),
    ("路口垃圾堆了三天没人清", "垃圾堆在路口三天了", 0.4, 1.0),
    ("路口垃圾堆了三天没人清", "楼上半夜装修太吵", 0.0, 0.05),
    ("ＷｉＦｉ坏了好几天", "wifi坏了", 0.9, 1.0),
])
def test_texts_are_alike_by_what_they_share(one, other, least, most):
    assert least <= alike(one, other) <= most
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize("short", ["", "停车", "。，！"])
def test_a_text_too_short_agrees_with_nothing(short):
    assert alike(short, "停车停车停车") == 0.0


def test_no_pair_crosses_punctuation():
    assert pairs("脏。乱") == frozenset()
