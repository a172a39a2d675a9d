"""What several people say in the same words: a run of characters that stands in the texts of three or more of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

SHORTEST, LONGEST = 4, 12
PEOPLE = 3  # words of fewer are somebody's own, and are not shown
READ = 300  # characters of a text; who says it at all says it early
_RUN = re.compile(r"[一-鿿]+")
# Which house it is says nothing of the matter: the word goes with its number.
_HOUSE = re.compile(r"[0-9０-９]+(?:号楼|号院|号|幢|栋|弄|单元|层|楼|室|米)?")
_NO_BEGINNING, _NO_END = frozenset("的了都也又就着过在很把被"), frozenset("的在把被都又就也很从往")


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


def without_house(name: str) -> str:
    """What people call a place, without the number of its house."""
    return _HOUSE.sub("", name).strip()


def _runs(text: str) -> set[str]:
    """Those that read like something said: none begins or ends with a word that hangs on what is cut off."""
    found = (
        run[start : start + length] for run in _RUN.findall(_HOUSE.sub(" ", text))
        for length in range(SHORTEST, LONGEST + 1) for start in range(len(run) - length + 1))
    return {run for run in found if run[0] not in _NO_BEGINNING and run[-1] not in _NO_END}


def _widened(most: tuple[int, int, str], common: list[tuple[int, int, str]]) -> str:
    """A longer run around it that nearly as many (three quarters of them) say tells more."""
    count, _, run = most
    around = [(length, -ord(wide[0]), wide) for other, length, wide in common if run in wide and other * 4 >= count * 3]
    return max(around)[2]
