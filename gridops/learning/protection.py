"""Who complains about staff or an organisation, tips off or fears reprisal is protected by default: the unit never learns who it was."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gridops.learning.knowledge import PACKAGE, rows, word_groups
from gridops.learning.phrases import Phrase, PhraseBook
from gridops.learning.wording import normalise


@dataclass(frozen=True)
class Reason:
    reason_zh: str
    reason_en: str
    said: str


def protection(title: str, text: str, *, folder: Path = PACKAGE) -> tuple[Reason, ...]:
    """Why the reporter should be protected, each reason once; empty where nothing speaks for it. A category's own default comes on top."""
    reasons, book = _known(folder)
    found: dict[str, Reason] = {}
    for said in (normalise(title), normalise(text)):
        for hit in book.find(said):
            row = reasons[hit.phrase.topic]
            found.setdefault(hit.phrase.topic, Reason(row["reason_zh"], row["reason_en"], hit.said(said)))
    return tuple(found.values())


@cache
def _known(folder: Path) -> tuple[dict[str, dict[str, str]], PhraseBook]:
    reasons = {row["reason_en"]: row for row in rows(folder / "protection_words.csv")}
    words = [Phrase(name, 1.0, words) for name, row in reasons.items() for words in row["words"].split()]
    return reasons, PhraseBook(words, word_groups(folder))
