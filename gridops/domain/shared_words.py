"""What several people say in the same words: a run of characters that stands in the texts of three or more of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

SHORTEST, LONGEST = 4, 12
PEOPLE = 3  # words of fewer are somebody's own, and are not shown
READ = 300  # characters of a text; who says it at all says it early
_RUN = re.compile(r"[一-鿿]+")


def shared_words(said: Iterable[str]) -> str | None:
    """One redacted text for each person (all that he said, joined) -> what most of the people who agree have in common; None where nothing is.

    The most people win, then the longest run. Runs do not cross punctuation or masks.
    """
    heard: Counter[str] = Counter()
    for text in said:
        heard.update(_runs(text[:READ]))
    common = [(count, len(run), run) for run, count in heard.items() if count >= PEOPLE]
    most = max(common, default=None)
    return _widened(most, common) if most else None


def _runs(text: str) -> set[str]:
    return {
        run[start : start + length] for run in _RUN.findall(text)
        for length in range(SHORTEST, LONGEST + 1) for start in range(len(run) - length + 1)}


def _widened(most: tuple[int, int, str], common: list[tuple[int, int, str]]) -> str:
    """A longer run around it that nearly as many (three quarters of them) say tells more."""
    count, _, run = most
    around = [(length, -ord(wide[0]), wide) for other, length, wide in common if run in wide and other * 4 >= count * 3]
    return max(around)[2]
