"""How good suggestions are on tickets that were held back: by category, what is taken for what, and how often a share holds what it says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from gridops.learning.categories import Suggestion, suggest
from gridops.learning.combining import OUTSIDE
from gridops.learning.knowledge import Knowledge
from gridops.learning.model import Model
from gridops.learning.training import Example
from gridops.services.learned.levels import LEVELS, SURE

MOST_CONFUSED = 40


class Told(NamedTuple):
    """What a held-back ticket was, and the suggestions that a clerk would have seen."""

    meant: str
    said: Sequence[Suggestion]

    @property
    def first(self) -> str | None:
        return self.said[0].code if self.said else None

    @property
    def confidence(self) -> float:
        return self.said[0].confidence if self.said else 0.0

    @property
    def right(self) -> bool:
        return self.first == self.meant

    @property
    def seen(self) -> bool:
        """The right one is among those shown."""
        return any(one.code == self.meant for one in self.said)


def measure(model: Model | None, held_back: Sequence[Example], known: Knowledge) -> dict[str, Any]:
    """Of tickets that were the street's: {accuracy, macro_f1, categories: {code: {cases, right, seen}}, confusions: [{meant, said, cases, seen,
    sure}], levels: {code: [[share, suggestions, right], …]}}.

    ``seen``: the right one is among the suggestions shown; ``sure``: the wrong one would have been filed; ``levels``: of the suggestions of the
    category with that share or more, how many were right.
    """
    told = [Told(example.label, suggest(example.title, example.text, known=known, model=model)) for example in held_back if example.label != OUTSIDE]
    right = sum(one.right for one in told)
    return {
        "accuracy": round(right / len(told), 4) if told else 0.0, "macro_f1": round(_macro_f1(told), 4),
        "categories": {code: _of_category(same) for code, same in _grouped(told, "meant")}, "confusions": _confusions(told),
        "levels": {code: _levels(same) for code, same in _grouped(told, "first") if code is not None}}


def _grouped(told: Iterable[Told], by: str) -> list[tuple[str | None, list[Told]]]:
    groups: dict[str | None, list[Told]] = defaultdict(list)
    for one in told:
        groups[getattr(one, by)].append(one)
    return sorted(groups.items(), key=lambda group: group[0] or "")


def _of_category(same: Sequence[Told]) -> dict[str, int]:
    return {"cases": len(same), "right": sum(one.right for one in same), "seen": sum(one.seen for one in same)}


def _confusions(told: Iterable[Told]) -> list[dict[str, Any]]:
    """The most frequent first."""
    pairs: dict[tuple[str, str | None], list[Told]] = defaultdict(list)
    for one in told:
        if not one.right:
            pairs[one.meant, one.first].append(one)
    found = [
        {"meant": meant, "said": said, "cases": len(same), "seen": sum(one.seen for one in same), "sure": sum(one.confidence >= SURE for one in same)}
        for (meant, said), same in pairs.items()]
    return sorted(found, key=lambda row: (-row["cases"], row["meant"], row["said"] or ""))[:MOST_CONFUSED]


def _levels(same: Sequence[Told]) -> list[list[float]]:
    found = ((share, [one for one in same if one.confidence >= share]) for share in LEVELS)
    return [[share, len(sure), sum(one.right for one in sure)] for share, sure in found]


def _macro_f1(told: Sequence[Told]) -> float:
    """The mean over the categories that occur, each counting the same."""
    hit, said, meant = (Counter(codes) for codes in ((one.meant for one in told if one.right), (one.first for one in told), (one.meant for one in told)))
    scores = [2 * hit[label] / (meant[label] + said[label]) for label in meant]
    return sum(scores) / len(scores) if scores else 0.0
