"""What a report is about: the categories that fit best, how sure that is, and the words that decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gridops.learning.combining import OUTSIDE, combined, folded, unfolded
from gridops.learning.knowledge import Knowledge, knowledge
from gridops.learning.model import Model
from gridops.learning.weighing import Weighed, Word, shares, weigh

SHOWN, WORDS = 3, 5


@dataclass(frozen=True)
class Suggestion:
    """``confidence`` is a share of 1; what is no category of the street, and "none of these", have shares too."""

    code: str
    confidence: float
    words: tuple[Word, ...]


def suggest(
    title: str, text: str, *, among: Collection[str] | None = None, known: Knowledge | None = None, model: Model | None = None, most: int = SHOWN,
) -> list[Suggestion]:
    """The best categories in order, none where nothing speaks for any. ``among``: the codes that the street uses, all that gridops knows by default."""
    known = known or knowledge()
    weighed = weigh(known.book, title, text)
    return ranked(parts_of(weighed, title, text, known, model), weighed, known.categories if among is None else among, most)


def parts_of(weighed: Mapping[str, Weighed], title: str, text: str, known: Knowledge, model: Model | None) -> dict[str, float]:
    """The share of each topic, categories and referrals, with what the street's tickets have taught where there is a model."""
    first_day = shares({topic: found.score for topic, found in weighed.items()})
    if model is None:
        return first_day
    learned = model.probabilities(title, text, known.book)
    if OUTSIDE not in learned:
        return combined(first_day, learned, model.trust)
    return unfolded(combined(folded(first_day, known.referrals), learned, model.trust), first_day, known.referrals)


def ranked(parts: Mapping[str, float], weighed: Mapping[str, Weighed], codes: Collection[str], most: int = SHOWN) -> list[Suggestion]:
    best = sorted((topic for topic in parts if topic in codes), key=lambda topic: (-parts[topic], topic))
    return [Suggestion(code, round(parts[code], 4), _words(weighed, code)) for code in best[:most]]


def _words(weighed: Mapping[str, Weighed], code: str) -> tuple[Word, ...]:
    return tuple(weighed[code].words[:WORDS]) if code in weighed else ()
