"""What a report is about: the categories that fit best, how sure that is, and the words that decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gridops.learning.knowledge import Knowledge, knowledge
from gridops.learning.weighing import Weighed, Word, shares, weigh

SHOWN, WORDS = 3, 5


@dataclass(frozen=True)
class Suggestion:
    """``confidence`` is a share of 1; what is no category of the street, and "none of these", have shares too."""

    code: str
    confidence: float
    words: tuple[Word, ...]


def suggest(title: str, text: str, *, among: Collection[str] | None = None, known: Knowledge | None = None, most: int = SHOWN) -> list[Suggestion]:
    """The best categories in order, none where no phrase was found. ``among``: the codes that the street uses."""
    known = known or knowledge()
    weighed = weigh(known.book, title, text)
    return ranked(weighed, known.categories if among is None else known.categories & set(among), most)


def ranked(weighed: dict[str, Weighed], codes: Collection[str], most: int = SHOWN) -> list[Suggestion]:
    parts = shares({topic: found.score for topic, found in weighed.items()})
    best = sorted((topic for topic in parts if topic in codes), key=lambda topic: (-parts[topic], topic))
    return [Suggestion(code, round(parts[code], 4), tuple(weighed[code].words[:WORDS])) for code in best[:most]]
