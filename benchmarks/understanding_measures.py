"""What ``benchmarks.understanding`` measures: right by any acceptable label, and the folds that show what learning adds."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gridops.learning.categories import Suggestion
from gridops.learning.knowledge import PACKAGE, Knowledge, rows
from gridops.learning.model import Model
from gridops.learning.training import Example, TooLittle, parted, train
from gridops.learning.understanding import understand

OWN, KEPT_APART = (Path(__file__).resolve().parents[1] / "tests" / "learning" / name for name in ("reports.csv", "kept_apart.csv"))
OUT = "OUT"
URGENCIES = {row["code"]: row["urgency"] for row in rows(PACKAGE / "taxonomy.csv")}
FOLDS = 5


@dataclass(frozen=True)
class Message:
    title: str
    text: str
    gold: str  # empty where two people disagreed
    acceptable: frozenset[str]

    @property
    def heading(self) -> str:
        return self.title or self.text

    @property
    def in_scope(self) -> bool:
        return self.gold != OUT if self.gold else bool(self.acceptable - {OUT})


@dataclass(frozen=True)
class Judged:
    message: Message
    suggestions: tuple[Suggestion, ...]
    leans_inside: bool
    doubt: bool
    scope_words: str

    @property
    def in_scope(self) -> bool:
        return self.message.in_scope

    @property
    def first(self) -> bool:
        return any(suggestion.code in self.message.acceptable for suggestion in self.suggestions[:1])

    @property
    def three(self) -> bool:
        return any(suggestion.code in self.message.acceptable for suggestion in self.suggestions)

    @property
    def scope_right(self) -> bool:
        return bool(self.message.acceptable - {OUT}) if self.leans_inside else OUT in self.message.acceptable

    @property
    def mistake(self) -> str:
        if not self.scope_right:
            return "taken in" if self.leans_inside else "sent elsewhere"
        return "not first" if self.three else "not in three"


def messages(file: Path) -> list[Message]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [Message(row["title"], row["text"], row["gold"], frozenset(row["acceptable"].split(";"))) for row in csv.DictReader(lines)]


def own_reports(file: Path) -> list[Message]:
    return [Message("", row["text"], row["acceptable"].split(";")[0], frozenset(row["acceptable"].split(";"))) for row in rows(file)]


def judge(message: Message, model: Model | None = None) -> Judged:
    found = understand(message.title, message.text, urgencies=URGENCIES, model=model)
    scope = found.scope
    where = "inside" if scope.inside else scope.referral.name if scope.referral else "outside"
    words = "、".join(word.said for word in scope.words[:3])
    return Judged(message, found.suggestions, scope.inside, scope.doubt, f"{where} {scope.share:.2f} ({words})")


def milliseconds(message: Message) -> float:
    start = time.perf_counter()
    understand(message.title, message.text, urgencies=URGENCIES)
    return 1000 * (time.perf_counter() - start)


def learned_folds(read: Iterable[Message], known: Knowledge) -> tuple[list[Judged], list[Judged]]:
    """All messages, without and with a model that was trained on the other folds; those outside teach what is outside."""
    inside = {f"{number}": message for number, message in enumerate(read)}
    examples = [Example(m.title, m.text, m.gold or sorted(m.acceptable - {OUT})[0], group) for group, m in inside.items()]
    before, after = [], []
    for fold in range(FOLDS):
        rest, back = parted(examples, FOLDS, fold)
        model = _trained(rest, known)
        before += [judge(inside[example.group]) for example in back]
        after += [judge(inside[example.group], model) for example in back]
    return before, after


def _trained(examples: list[Example], known: Knowledge) -> Model | None:
    try:
        return train(examples, known)
    except TooLittle:
        return None


def five_folds(file: Path, known: Knowledge) -> tuple[list[float], list[float], Counter[tuple[str, str]]]:
    """Accuracy and macro-F1 of each fold, and (right, given) of each mistake. A group is never on both sides."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        examples = [Example(row["title"], row["detail"], row["label"], row["group_id"]) for row in csv.DictReader(lines)]
    accuracies, f1s, mistakes = [], [], Counter()
    for fold in range(FOLDS):
        rest, back = parted(examples, FOLDS, fold)
        pairs = list(zip([example.label for example in back], _labels(train(rest, known), back, known), strict=True))
        accuracies.append(sum(right == given for right, given in pairs) / len(pairs))
        f1s.append(_macro_f1(pairs))
        mistakes.update(pair for pair in pairs if pair[0] != pair[1])
    return accuracies, f1s, mistakes


def _labels(model: Model, examples: list[Example], known: Knowledge) -> list[str]:
    given = (model.probabilities(example.title, example.text, known.book) for example in examples)
    return [max(chances, key=chances.__getitem__) for chances in given]


def _macro_f1(pairs: list[tuple[str, str]]) -> float:
    scores = []
    for label in {right for right, _ in pairs}:
        hits = sum(right == given == label for right, given in pairs)
        scores.append(2 * hits / (sum(right == label for right, _ in pairs) + sum(given == label for _, given in pairs)))
    return float(np.mean(scores))
