"""From phrases found in title and text to a score for each topic, and from scores to shares that do not claim too much."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from gridops.learning.phrases import Found, PhraseBook, covered
from gridops.learning.wording import normalise, opened

# Whoever writes a title puts the matter there; what stands late in a long letter is history and the other wrongs of the same people.
TITLE = 2.0
FALLING = ((100, 1.0), (220, 0.7), (500, 0.4), (math.inf, 0.2))
# The second phrase for one topic says less than the first, and one in the same words hardly anything.
NEXT, WITHIN = 0.72, 0.25
# A single part of a phrase is a hint, and of hints only the best few count: enough to offer something where no phrase is whole.
HINT, HINTS = 2.0, 3
# Scores to shares: TEMPERATURE spreads them, NOTHING is the score that "none of these" always has.
TEMPERATURE, NOTHING = 3.0, 2.0


@dataclass(frozen=True)
class Word:
    """What decided: as the resident wrote it, and how much it counted."""

    said: str
    weight: float


@dataclass
class Weighed:
    score: float = 0.0
    words: list[Word] = field(default_factory=list)


def weigh(book: PhraseBook, title: str, text: str) -> dict[str, Weighed]:
    """Topic -> score and words. ``title`` and ``text`` as people wrote them; of a text without title the first sentence counts as one."""
    heading, rest = (normalise(title), normalise(text)) if title else opened(normalise(text))
    parts = [(heading, True), (rest, False)]
    heard: dict[str, list[tuple[float, int, Found, str]]] = defaultdict(list)
    for number, (said, is_title) in enumerate(parts):
        for found in book.find(said):
            worth = found.phrase.weight * (TITLE if is_title else _falling(found.start))
            if worth:
                heard[found.phrase.topic].append((worth, number, found, said))
    weighed = {topic: _sum(hits) for topic, hits in heard.items()}
    _add_hints(weighed, book, parts)
    return weighed


def _add_hints(weighed: dict[str, Weighed], book: PhraseBook, parts: list[tuple[str, bool]]) -> None:
    hints: dict[str, dict[str, float]] = defaultdict(dict)
    for said, is_title in parts:
        for topic, word, start, tells in book.hints(said):
            worth = HINT * tells * (TITLE if is_title else _falling(start))
            hints[topic][word] = max(worth, hints[topic].get(word, 0.0))
    for topic, words in hints.items():
        best = sorted(words.items(), key=lambda pair: -pair[1])[:HINTS]
        total = weighed.setdefault(topic, Weighed())
        total.score += sum(worth for _, worth in best)
        total.words.extend(Word(word, round(worth, 2)) for word, worth in best if not total.words)


def _falling(start: int) -> float:
    return next(factor for end, factor in FALLING if start < end)


def _sum(hits: list[tuple[float, int, Found, str]]) -> Weighed:
    total = Weighed()
    taken: dict[int, set[int]] = defaultdict(set)
    factor = 1.0
    for worth, part, found, said in sorted(hits, key=lambda hit: -hit[0]):
        if worth < 0:
            total.score += worth
            continue
        places = covered(found.spans)
        fresh = len(places - taken[part]) / len(places)
        counted = worth * factor * (WITHIN + (1 - WITHIN) * fresh)
        factor *= NEXT**fresh
        taken[part] |= places
        total.score += counted
        total.words.append(Word(found.said(said), round(counted, 2)))
    return total


def shares(scores: dict[str, float]) -> dict[str, float]:
    """Topic -> share of 1, where "none of these" keeps a share of its own that is not listed."""
    powers = {topic: math.exp(min(score, 60.0) / TEMPERATURE) for topic, score in scores.items() if score > 0}
    whole = sum(powers.values()) + math.exp(NOTHING / TEMPERATURE)
    return {topic: power / whole for topic, power in powers.items()}
