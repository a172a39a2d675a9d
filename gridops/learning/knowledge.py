"""What gridops knows from the first day: the tables in ``gridops/package``, read once. A city may replace them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from gridops.learning.phrases import Phrase, PhraseBook

PACKAGE = Path(__file__).resolve().parents[1] / "package"


@dataclass(frozen=True)
class Referral:
    """Where what is no matter for a street goes: ``city_class`` and ``city_subclass`` are those of the city's own taxonomy."""

    code: str
    name: str
    city_class: str
    city_subclass: str
    refer_to: str
    text: str


@dataclass(frozen=True)
class Knowledge:
    """One book for the street's categories and the referrals together: they compete for the same words."""

    book: PhraseBook
    categories: frozenset[str]
    referrals: dict[str, Referral]


@cache
def knowledge(folder: Path = PACKAGE) -> Knowledge:
    groups = word_groups(folder)
    categories = list(phrases(folder / "category_words.csv"))
    referred = list(phrases(folder / "referral_words.csv"))
    book = PhraseBook([*categories, *referred], groups)
    return Knowledge(book, frozenset(phrase.topic for phrase in categories), _referrals(folder))


@lru_cache(maxsize=4)
def knowledge_with(changes: tuple[Phrase, ...]) -> Knowledge:
    """With phrases of a city's own for its categories. One of a topic that has these words already stands in its place.

    At weight nought a phrase speaks for nothing, but what a model has learned of it still counts there: the model knows it by its words.
    """
    known = knowledge()
    if not changes:
        return known
    changed = {(phrase.topic, phrase.words) for phrase in changes}
    kept = [phrase for phrase in known.book.phrases if (phrase.topic, phrase.words) not in changed]
    return Knowledge(PhraseBook([*kept, *changes], known.book.groups), known.categories | {phrase.topic for phrase in changes}, known.referrals)


def word_groups(folder: Path = PACKAGE) -> dict[str, list[str]]:
    return {row["name"]: row["words"].split() for row in rows(folder / "word_groups.csv")}


def phrases(file: Path) -> Iterator[Phrase]:
    """Rows of code, weight and words, blanks between the words."""
    for row in rows(file):
        for words in row["words"].split():
            yield Phrase(row["code"], float(row["weight"]), words)


def _referrals(folder: Path) -> dict[str, Referral]:
    read = (Referral(row["code"], row["name_zh"], row["city_class"], row["city_subclass"], row["refer_to"], row["text"]) for row in rows(folder / "referrals.csv"))
    return {referral.code: referral for referral in read}


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
