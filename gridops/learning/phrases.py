"""Phrases of a small language, found in a text in one pass (Aho-Corasick).

``楼道灯``            the characters as they stand
``施工+噪音|噪声``    both parts, near each other, in any order and not overlapping; ``|`` separates what may stand in a part
``<店>+油烟``         a named group of words (word_groups.csv) may stand in for a part or an alternative
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import ahocorasick

from gridops.learning.wording import normalise

NEAR = 14  # characters between two parts
Span = tuple[int, int]


@dataclass(frozen=True)
class Phrase:
    """One phrase of one topic. Weights above nought speak for the topic, below against it; at nought it is only a word to learn with."""

    topic: str
    weight: float
    words: str


@dataclass(frozen=True)
class Found:
    """A phrase where it first stands: one span (start, end) for each of its parts."""

    phrase: Phrase
    spans: tuple[Span, ...]

    @property
    def start(self) -> int:
        return min(start for start, _ in self.spans)

    def said(self, text: str) -> str:
        """The words as the resident wrote them, in their order: 工地…凌晨."""
        return "…".join(text[start:end] for start, end in sorted(self.spans))


@dataclass
class PhraseBook:
    phrases: Iterable[Phrase]
    groups: Mapping[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._slots: dict[frozenset[str], int] = {}
        self._slots_of_word: dict[str, list[int]] = defaultdict(list)
        self._by_first: dict[int, list[tuple[Phrase, tuple[int, ...]]]] = defaultdict(list)
        self._topics_of_word: dict[str, set[str]] = defaultdict(set)
        for phrase in self.phrases:
            slots = tuple(self._slot(part) for part in phrase.words.split("+"))
            self._by_first[min(slots)].append((phrase, slots))
            self._remember_parts(phrase)

    def _remember_parts(self, phrase: Phrase) -> None:
        """The words of a phrase's parts, without groups and single characters, which belong to no topic in particular."""
        if phrase.weight > 0:
            for word in phrase.words.replace("+", "|").split("|"):
                if not word.startswith("<") and len(word) > 1:
                    self._topics_of_word[normalise(word)].add(phrase.topic)

    def _slot(self, part: str) -> int:
        words = frozenset(self._alternatives(part))
        if words not in self._slots:
            self._slots[words] = len(self._slots)
            for word in words:
                self._slots_of_word[word].append(self._slots[words])
        return self._slots[words]

    def _alternatives(self, part: str) -> Iterator[str]:
        for word in part.split("|"):
            if word.startswith("<"):
                yield from map(normalise, self.groups[word[1:-1]])
            else:
                yield normalise(word)

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        for word, slots in self._slots_of_word.items():
            automaton.add_word(word, (word, tuple(slots)))
        automaton.make_automaton()
        return automaton

    def find(self, text: str) -> list[Found]:
        """Each phrase that stands in a normalised text, once."""
        places = self._places(text)
        found = []
        for slot in places:
            for phrase, slots in self._by_first.get(slot, ()):
                if all(other in places for other in slots) and (spans := _together([places[other] for other in slots])):
                    found.append(Found(phrase, spans))
        return found

    def _places(self, text: str) -> dict[int, list[Span]]:
        places: dict[int, list[Span]] = defaultdict(list)
        for last, (word, slots) in self._automaton.iter(text):
            for slot in slots:
                places[slot].append((last + 1 - len(word), last + 1))
        return places

    def words(self, text: str) -> Iterator[str]:
        """Each word of any phrase or group, as often as it stands in a normalised text."""
        return (word for _, (word, _slots) in self._automaton.iter(text))

    def hints(self, text: str) -> Iterator[tuple[str, str, int, float]]:
        """Topic, word, where it first stands and how much it tells (1 where no other topic has the word): parts of phrases, whether or not the rest is there."""
        seen: set[str] = set()
        for last, (word, _) in self._automaton.iter(text):
            if word in self._topics_of_word and word not in seen:
                seen.add(word)
                topics = self._topics_of_word[word]
                yield from ((topic, word, last + 1 - len(word), 1 / len(topics)) for topic in topics)


def _together(places: list[list[Span]]) -> tuple[Span, ...] | None:
    """The first place of the first part that has all the others near, each beside the one before."""
    if len(places) == 1:
        return (min(places[0]),)
    for first in places[0]:
        spans = [first]
        for part in places[1:]:
            near = next((span for span in part if any(_beside(span, known) for known in spans) and not any(_overlap(span, known) for known in spans)), None)
            if near is None:
                break
            spans.append(near)
        else:
            return tuple(spans)
    return None


def _beside(one: Span, other: Span) -> bool:
    return -NEAR <= one[0] - other[1] <= NEAR or -NEAR <= other[0] - one[1] <= NEAR


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def covered(spans: Iterable[Span]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


