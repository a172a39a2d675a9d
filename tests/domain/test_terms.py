"""A city's own words: whole terms, the longest first, each place once."""

import pytest

from gridops.domain import terms
from gridops.domain.terms import Wording


@pytest.mark.parametrize(("words", "text", "said"), [
    ({"cell": "微网格"}, "网格员在网格内", "网格员在微网格内"),
    ({"cell": "微网格", "grid_worker": "网格管理员"}, "网格员在网格内", "网格管理员在微网格内"),
    ({"cell": "微网格"}, "微网格和网格化管理", "微网格和网格化管理"),
    ({"lead": "主统筹", "coordinate": "主负责"}, "主负责与主统筹", "主统筹与主负责"),
    ({"community": "居委会辖区"}, "社区干部到社区", "社区干部到居委会辖区"),
    ({"ticket": "事件单"}, "%(count)s件工单", "%(count)s件事件单"),
    ({}, "网格", "网格"),
])
def test_whole_terms_are_replaced(words, text, said):
    assert Wording.of(words.items()).said(text) == said


@pytest.mark.parametrize("word", ["", "x" * 13, "<b>", "网 格", "100%", "{name}", "a&b", '"', "12", "-", "（）", "1、2", "网格\n", "🙂", "%(x)s"])
def test_a_word_that_could_break_a_page_is_refused_and_never_shown(word):
    assert terms.problem(word)
    assert Wording.of([("cell", word)]).said("网格") == "网格"


def test_unknown_terms_change_nothing():
    assert Wording.of([("nothing", "网")]).key == ()


def test_no_term_is_a_part_of_none_and_all_differ():
    assert len(set(terms.TERMS.values())) == len(terms.TERMS)
    for term, word in terms.TERMS.items():
        assert terms.problem(word) is None, term


def test_outside_of_a_request_it_is_said_as_shipped():
    with terms.speaking(Wording.of([("cell", "微网格")])):
        assert terms.said("网格") == "微网格"
    assert terms.said("网格") == "网格"
