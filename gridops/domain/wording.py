"""How alike two texts are, by the pairs of neighbouring characters that they share: Chinese needs no words for that."""

from __future__ import annotations

import unicodedata

FEWEST_PAIRS = 3  # below that an agreement says nothing
WORDLESS = "（无文字）"  # stands for the words of a report that came as a matter or a photo alone: it is alike to nothing


def alike(one: str, other: str) -> float:
    """0 to 1: the pairs in both ÷ those of the shorter text, for a long story about the same thing is still the same thing."""
    mine, theirs = pairs(one), pairs(other)
    fewest = min(len(mine), len(theirs))
    return len(mine & theirs) / fewest if fewest >= FEWEST_PAIRS else 0.0


def pairs(text: str) -> frozenset[str]:
    """Of letters and digits only, whatever their width or case; none across punctuation."""
    written = unicodedata.normalize("NFKC", text).casefold()
    runs = "".join(sign if sign.isalnum() else " " for sign in written).split()
    return frozenset(run[place:place + 2] for run in runs for place in range(len(run) - 1))
