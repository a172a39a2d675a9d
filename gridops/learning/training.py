"""Makes a model from closed tickets. The only module that loads scikit-learn: it runs in a worker, never in a web process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from gridops.learning.combining import combined, folded
from gridops.learning.features import Features, features
from gridops.learning.knowledge import Knowledge
from gridops.learning.model import Model, scaled, softmax
from gridops.learning.weighing import shares, weigh

FEWEST = 3  # examples of a class; below that what gridops knows from the first day serves alone
FEATURES_KEPT = 100_000  # the most frequent; 159 classes of them are 32 MB
HELD_BACK = 5  # one of so many groups finds steepness and trust
COST = 1.0
STEEPNESSES = tuple(float(steep) for steep in np.geomspace(0.5, 12, 24))
TRUSTS = tuple(step / 20 for step in range(20))


class TooLittle(ValueError):
    """Fewer than two classes with enough examples."""


@dataclass(frozen=True)
class Example:
    """``label``: a category, or combining.OUTSIDE for what was referred. ``group`` joins what says the same (repeats of one matter): never is
    one group both learned from and measured on.
    """

    title: str
    text: str
    label: str
    group: str


def train(examples: Sequence[Example], known: Knowledge) -> Model:
    """A model of all examples, with steepness and trust found by one trained without the held-back groups."""
    usable = enough_of(examples)
    rest, held_back = parted(usable, HELD_BACK, salt="held back")
    rest = enough_of(rest)
    trial = _fitted(rest, known)
    scored = [example for example in held_back if example.label in set(trial.classes)]
    steepness = best_steepness(trial, scored, known) if scored else 1.0
    trust = best_trust(replace(trial, steepness=steepness), scored, known) if scored else 0.0
    return replace(_fitted(usable, known), steepness=steepness, trust=trust)


def enough_of(examples: Sequence[Example]) -> list[Example]:
    counts = Counter(example.label for example in examples)
    usable = [example for example in examples if counts[example.label] >= FEWEST]
    if len({example.label for example in usable}) < 2:
        raise TooLittle("two categories with three closed tickets each are needed")
    return usable


def parted(examples: Sequence[Example], parts: int, part: int = 0, *, salt: str = "") -> tuple[list[Example], list[Example]]:
    """Without and with the groups of one part. By the group's name, so that the same groups are held back each time.

    Who parts what was parted already gives another ``salt``: otherwise one part is the whole.
    """
    held = [crc32(f"{salt}{example.group}".encode()) % parts == part for example in examples]
    return [e for e, back in zip(examples, held, strict=True) if not back], [e for e, back in zip(examples, held, strict=True) if back]


def best_steepness(model: Model, held_back: Sequence[Example], known: Knowledge) -> float:
    """The least surprise (mean log loss) over what was held back."""
    plain = replace(model, steepness=1.0)
    logs = np.log([list(plain.probabilities(e.title, e.text, known.book).values()) for e in held_back])
    right = [plain.classes.tolist().index(example.label) for example in held_back]
    losses = {steep: -np.log(softmax(logs * steep)[range(len(right)), right] + 1e-9).mean() for steep in STEEPNESSES}
    return min(losses, key=losses.__getitem__)


def best_trust(model: Model, held_back: Sequence[Example], known: Knowledge) -> float:
    pairs = [(example.label, _first_day(example, known), model.probabilities(example.title, example.text, known.book)) for example in held_back]
    losses = {trust: sum(-np.log(combined(first, learned, trust).get(label, 0) + 1e-6) for label, first, learned in pairs) for trust in TRUSTS}
    return min(losses, key=losses.__getitem__)


def _first_day(example: Example, known: Knowledge) -> dict[str, float]:
    parts = shares({topic: found.score for topic, found in weigh(known.book, example.title, example.text).items()})
    return folded(parts, known.referrals)


def _fitted(examples: Sequence[Example], known: Knowledge) -> Model:
    found = [features(example.title, example.text, known.book) for example in examples]
    numbers, idf = _kept(found)
    classifier = LinearSVC(C=COST, random_state=0).fit(_matrix(found, numbers, idf), [example.label for example in examples])
    weights, bias = _for_each_class(classifier)
    return Model(classifier.classes_.astype(str), numbers.astype(np.int32), idf, weights.astype(np.float16), bias.astype(np.float32))


def _kept(found: Sequence[Features]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers that two texts have, the most frequent of them, and how rare each is."""
    numbers, counts = np.unique(np.concatenate([numbers for numbers, _ in found]), return_counts=True)
    frequent = np.sort(np.argsort(-counts, kind="stable")[:FEATURES_KEPT])
    frequent = frequent[counts[frequent] >= 2]
    return numbers[frequent], (np.log((1 + len(found)) / (1 + counts[frequent])) + 1).astype(np.float32)


def _matrix(found: Sequence[Features], numbers: np.ndarray, idf: np.ndarray) -> csr_matrix:
    columns, values = zip(*_rows(found, numbers, idf), strict=True)
    starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])])
    return csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=(len(found), len(numbers)))


def _rows(found: Sequence[Features], numbers: np.ndarray, idf: np.ndarray) -> Iterator[Features]:
    for mine, amounts in found:
        known = np.isin(mine, numbers, assume_unique=True)
        places = np.searchsorted(numbers, mine[known])
        yield places, scaled(mine[known], amounts[known] * idf[places])


def _for_each_class(classifier: LinearSVC) -> tuple[np.ndarray, np.ndarray]:
    """(f, c) and (c,): of two classes scikit-learn keeps one row only."""
    coefficients, bias = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:
        coefficients, bias = np.vstack([-coefficients[0], coefficients[0]]), np.array([-bias[0], bias[0]])
    return coefficients.T, bias
