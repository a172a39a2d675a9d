"""What closed tickets teach, how it is kept, and that it never undoes what is known from the first day."""

from __future__ import annotations

import numpy as np
import pytest

from gridops.learning.categories import parts_of, suggest
from gridops.learning.combining import OUTSIDE, combined
from gridops.learning.features import features
from gridops.learning.knowledge import knowledge
from gridops.learning.model import Model, UnreadableModel
from gridops.learning.training import Example, TooLittle, parted, train
from gridops.learning.understanding import understand
from gridops.learning.weighing import weigh

# A street where people say things that no table knows: the local names of a kiln and of a fair.
MADE_UP = {"E0304": ("老窑那边又飘白末", "窑上白末落满窗台", "白末飘得没法晒被"), "E0402": ("大集日堵得出不去", "逢集日车进不来", "大集那天吵得很")}


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [Example("", f"{said}，第{number}回了", code, f"{code}-{said}-{number}") for code, texts in MADE_UP.items() for said in texts for number in range(8)]


@pytest.fixture(scope="module")
def model(examples) -> Model:
    return train(examples, knowledge())


def test_a_street_teaches_what_its_people_call_things(model):
    assert suggest("", "今天窑上又飘白末") == [] or suggest("", "今天窑上又飘白末")[0].code != "E0304"
    assert suggest("", "今天窑上又飘白末", model=model)[0].code == "E0304"


def test_a_category_that_was_never_taught_is_still_known(model):
    assert suggest("", "电梯困人了，快来救援", model=model)[0].code == "E2202"


def test_tickets_that_were_referred_teach_what_is_outside(examples):
    referred = [Example("", f"老窑博物馆第{number}次改了票价", OUTSIDE, f"out-{number}") for number in range(24)]
    taught = train([*examples, *referred], knowledge())
    said = "老窑博物馆又改票价了"
    assert understand("", said, urgencies={}, model=taught).scope.inside is False
    whole = parts_of(weigh(knowledge().book, "", said), "", said, knowledge(), taught)
    assert sum(whole.values()) <= 1 + 1e-6


def test_a_model_of_tickets_alone_does_not_speak_on_scope(model):
    said = "105路公交车能不能延长到老窑"
    assert understand("", said, urgencies={}, model=model).scope == understand("", said, urgencies={}).scope


def test_probabilities_are_one_together_and_name_the_grams_that_spoke(model):
    given = model.probabilities("", "窑上飘白末", knowledge().book)
    assert sum(given.values()) == pytest.approx(1, abs=1e-5)
    assert set(model.grams_for("E0304", "", "窑上飘白末", knowledge().book)) & {"窑上", "白末", "白", "末", "窑", "飘白"}


def test_a_model_comes_back_from_its_bytes_and_says_the_same(model):
    content = model.to_bytes()
    assert Model.from_bytes(content).probabilities("", "逢集日", knowledge().book) == model.probabilities("", "逢集日", knowledge().book)
    assert content == model.to_bytes() or len(content) == len(model.to_bytes())


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 broken"])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(UnreadableModel):
        Model.from_bytes(content)


def test_training_twice_gives_the_same_model(model, examples):
    again = train(examples, knowledge())
    assert np.array_equal(again.weights, model.weights)
    assert (again.steepness, again.trust) == (model.steepness, model.trust)


def test_too_little_is_refused(examples):
    with pytest.raises(TooLittle):
        train([e for e in examples if e.label == "E0304"], knowledge())


def test_groups_stay_together_when_examples_are_parted(examples):
    rest, back = parted([*examples, *examples], 4)
    assert {e.group for e in rest}.isdisjoint({e.group for e in back})
    assert len(rest) + len(back) == 2 * len(examples)


def test_features_are_ascending_and_each_once():
    numbers, amounts = features("楼道堆物", "楼道里堆满了杂物", knowledge().book)
    assert np.all(np.diff(numbers) > 0)
    assert len(numbers) == len(amounts)
    assert np.all(amounts > 0)


@pytest.mark.parametrize("trust", [0.0, 0.3, 0.95])
def test_combined_shares_never_exceed_one_and_leave_the_untaught_alone(trust):
    whole = combined({"E1": 0.5, "E2": 0.3}, {"E1": 0.2, "E3": 0.1}, trust)
    assert sum(whole.values()) <= 1 + 1e-9
    assert whole["E2"] == 0.3
