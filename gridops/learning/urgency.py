"""Danger words raise the urgency of a report. Nothing here can lower it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gridops.learning.knowledge import PACKAGE, rows, word_groups
from gridops.learning.phrases import Phrase, PhraseBook
from gridops.learning.wording import normalise

LEVELS = ("routine", "urgent", "emergency")


@dataclass(frozen=True)
class Danger:
    """A row of urgency_words.csv that was found, with the resident's words."""

    level: str
    reason_zh: str
    reason_en: str
    said: str


@dataclass(frozen=True)
class Urgency:
    level: str
    raised: bool
    dangers: tuple[Danger, ...]


def urgency(title: str, text: str, *, known_level: str = "routine", folder: Path = PACKAGE) -> Urgency:
    """The higher of what the category says (``known_level``) and what the words say."""
    dangers = tuple(_dangers(title, text, folder))
    level = max([known_level, *(danger.level for danger in dangers)], key=LEVELS.index)
    return Urgency(level, level != known_level, dangers)


def _dangers(title: str, text: str, folder: Path) -> Iterator[Danger]:
    reasons, book = _known(folder)
    seen: set[str] = set()
    for said in (normalise(title), normalise(text)):
        for found in book.find(said):
            if found.phrase.topic not in seen:
                seen.add(found.phrase.topic)
                row = reasons[found.phrase.topic]
                yield Danger(row["level"], row["reason_zh"], row["reason_en"], found.said(said))


@cache
def _known(folder: Path) -> tuple[dict[str, dict[str, str]], PhraseBook]:
    reasons = {row["reason_en"]: row for row in rows(folder / "urgency_words.csv")}
    words = [Phrase(name, 1.0, words) for name, row in reasons.items() for words in row["words"].split()]
    return reasons, PhraseBook(words, word_groups(folder))
