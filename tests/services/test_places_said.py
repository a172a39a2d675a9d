"""A report without a spot says in its words where it is."""

import pytest

from gridops.services.places_said import places_said
from tests.services.test_place_search import Found
from tests.services.town import CELL_A, CELL_B, STREET


@pytest.fixture
def found(session):
    return Found(session)


@pytest.mark.parametrize(("words", "code", "cell"), [
    ("共富花园1号楼电梯又停了，老人下不来", "B1", CELL_A),
    ("我家在共富花园二号楼三单元，楼道里堆满纸箱", "B2", CELL_B),
    ("共富路228弄1号门口垃圾没人收", "B1", CELL_A),
    ("桂平路333号门口路灯坏了", "B3", CELL_A),
])
def test_the_place_and_its_cell_are_found_in_the_words(found, words, code, cell):
    best = places_said(found.session, words, street=STREET)[0]
    assert (best["code"], best["cell"]["code"]) == (code, cell) and best["confidence"] >= 0.8 and best["said"] in words


def test_a_compound_over_several_cells_names_no_cell(found):
    best = places_said(found.session, "共富花园里面路灯都不亮", street=STREET)[0]
    assert (best["code"], best["cell"]) == ("C1", None)


@pytest.mark.parametrize("words", ["楼道里有人抽烟", "隔壁的狗整夜叫", "黎明花园8号楼漏水", ""])
def test_nothing_is_made_up(found, words):
    assert places_said(found.session, words, street=STREET) == []


def test_another_street_is_not_looked_at(found):
    assert places_said(found.session, "共富花园1号楼电梯又停了", street="310199999") == []
