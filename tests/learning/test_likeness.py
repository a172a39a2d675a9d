from __future__ import annotations

import numpy as np

from gridops.learning.likeness import SEARCHED, alike, alike_each, print_of, search_keys

BIN = "三号楼门口的垃圾桶满了好几天没有人清运，天热味道很大"


def test_the_same_words_are_wholly_alike_whatever_their_width_and_punctuation():
    assert alike(print_of("ＫＴＶ　扰民！！"), print_of("ktv扰民")) > 0.999


def test_a_rewording_is_more_alike_than_another_matter():
    again, other = print_of("三号楼门口垃圾桶满了几天了没人清运，味道很大"), print_of("地铁口共享单车乱停放，盲道被占")
    assert alike(print_of(BIN), again) > 0.5 > 0.1 > alike(print_of(BIN), other)


def test_many_texts_at_once_are_as_alike_as_one_by_one():
    """No gram runs over from one text into the next, whatever is empty or short between them."""
    texts = [BIN, "", "桶", "垃圾桶", "桶满", BIN[:2], "!!!", BIN * 90, "三号楼", "ＫＴＶ　扰民", *(BIN[start : start + 9] for start in range(70))]
    for said in (print_of(BIN), print_of("桶满"), print_of("KTV扰民"), print_of("")):
        assert np.allclose(alike_each(said, texts), [alike(said, print_of(text)) for text in texts], atol=1e-5)
    assert alike_each(print_of(BIN), []) == []


def test_nothing_said_is_like_nothing():
    assert alike(print_of(""), print_of("")) == alike(print_of("!"), print_of(BIN)) == 0
    assert search_keys(print_of("好"), "any") == []


def test_texts_that_share_much_share_keys_within_a_drawer_and_none_across():
    one, again = print_of(BIN), print_of("三号楼门口的垃圾桶满了没有人清运")
    assert len(set(search_keys(one, "a")) & set(search_keys(again, "a"))) >= 3
    assert not set(search_keys(one, "a")) & set(search_keys(one, "b"))


def test_keys_are_few_and_fit_an_integer_column():
    keys = search_keys(print_of(BIN * 20 + "".join(map(chr, range(0x4E00, 0x4F00)))), "a")
    assert len(keys) == SEARCHED and all(-(2**31) <= key < 2**31 for key in keys)
    assert np.all(np.diff(print_of(BIN).grams.astype(np.int64)) > 0)
