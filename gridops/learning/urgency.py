"""Danger words raise the urgency of a report. Nothing here can lower it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gridops.learning.knowledge import PACKAGE, rows, word_groups
from gridops.learning.phrases import Found, Phrase, PhraseBook
from gridops.learning.wording import normalise

EARLY, BEFORE = 150, 10  # characters of the text, and before a danger word
NOT_NOW = ("如果", "万一", "一旦", "要是", "假如", "容易", "以免", "避免", "防止", "导致", "引起", "引发", "曾经", "去年", "前年", "以前", "几年前", "出了", "将会", "会造成")
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
    best: dict[str, Danger] = {}
    for said in (normalise(title), normalise(text)):
        for found in book.find(said):
            danger = _danger(reasons[found.phrase.topic], found, said)
            known = best.get(found.phrase.topic)
            if known is None or LEVELS.index(danger.level) > LEVELS.index(known.level):
                best[found.phrase.topic] = danger
    return iter(best.values())


def _danger(row: dict[str, str], found: Found, said: str) -> Danger:
    return Danger("urgent" if row["level"] == "emergency" and _not_now(found, said) else row["level"], row["reason_zh"], row["reason_en"], found.said(said))


def _not_now(found: Found, said: str) -> bool:
    """What might happen or once did, and what stands late in a long letter, wakes nobody at night; it is urgent all the same."""
    return found.start >= EARLY or any(word in said[max(found.start - BEFORE, 0) : found.start] for word in NOT_NOW)


@cache
def _known(folder: Path) -> tuple[dict[str, dict[str, str]], PhraseBook]:
    reasons = {row["reason_en"]: row for row in rows(folder / "urgency_words.csv")}
    words = [Phrase(name, 1.0, words) for name, row in reasons.items() for words in row["words"].split()]
    return reasons, PhraseBook(words, word_groups(folder))
