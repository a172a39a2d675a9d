"""Field terms, and the words that a city says instead. 网格员 is 网格管理员 in one city, 微网格 stands for 网格 in another.

Whole terms are replaced: 网格员 is a term of its own, so that another word for 网格 leaves it alone. The longest term that fits counts, each
place in a text is read once, and what was put in is not read again. English stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

# The words of DESIGN.md that cities name otherwise, in its order. Verbs of the lifecycle stand here where they are also the name of a step.
TERMS: dict[str, str] = {
    "street": "街道", "community": "社区", "residents_area": "居民区", "cell": "网格", "compound": "小区", "building": "楼栋", "yard": "院落",
    "grid_worker": "网格员", "grid_leader": "网格长", "grid_office": "网格办", "cadre": "社区干部", "volunteer": "志愿者", "party_member": "在职党员",
    "building_steward": "楼组长", "department": "承办单位", "category": "小类", "class": "大类", "filing_condition": "立案条件", "report": "居民反映",
    "tracking_code": "查询码", "ticket": "工单", "lead": "主负责", "coordinate": "主统筹", "support": "主配合", "extension": "延期", "suspension": "挂账",
    "verify": "核实", "check": "核查", "rework": "返工", "reopen": "重办", "supervision": "督办", "whistle": "吹哨报到", "on_behalf": "代办",
    "entered_for": "代录", "check_in": "双报到", "claim": "认领",
}
# How a long list of them is parted.
GROUPS: dict[str, tuple[str, ...]] = {
    "places": ("street", "community", "residents_area", "cell", "compound", "building", "yard"),
    "people": ("grid_worker", "grid_leader", "grid_office", "cadre", "volunteer", "party_member", "building_steward", "check_in", "claim"),
    "organisations": ("department", "lead", "coordinate", "support", "on_behalf", "whistle", "supervision"),
    "matters": ("report", "entered_for", "tracking_code", "ticket", "class", "category", "filing_condition"),
    "steps": ("verify", "check", "extension", "suspension", "rework", "reopen"),
}
# Words that hold a term and are something else: they stay.
KEPT = ("网格化", "网格工作台", "街道办事处", "微网格", "大小区", "多重办", "代办理")
LONGEST = 12
Meant = TypeVar("Meant")
_PLAIN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·（）、\-]+")
_ANY = re.compile("|".join(sorted({*TERMS.values(), *KEPT}, key=lambda word: (-len(word), word))))
EMPTY, TOO_LONG, NOT_PLAIN = "A word is needed.", "At most 12 characters.", "Only Chinese characters, letters, digits, ·, 、, - and （ ）."
TAKEN = "Another term is shown with this word."


def problem(word: str) -> str | None:
    """What is wrong with a word to be shown; it goes into pages and into sentences with placeholders, so it holds no markup and no %."""
    if not word:
        return EMPTY
    if len(word) > LONGEST:
        return TOO_LONG
    return None if _PLAIN.fullmatch(word) and any(sign.isalpha() for sign in word) else NOT_PLAIN


@dataclass(frozen=True)
class Wording:
    """``key`` tells one wording from another. A word that may not be shown is left out, wherever it came from."""

    key: tuple[tuple[str, str], ...] = ()
    _instead: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, words: Iterable[tuple[str, str]]) -> Wording:
        known = tuple(sorted((term, word) for term, word in words if term in TERMS and problem(word) is None))
        return cls(known, {TERMS[term]: word for term, word in known})

    def said(self, text: str) -> str:
        if not self._instead:
            return text
        return _ANY.sub(lambda found: self._instead.get(found[0], found[0]), text)

    def headings(self, usual: Sequence[str]) -> list[str]:
        """Of one table: in these words, but as they are where two of them would then be the same."""
        said = [self.said(heading) for heading in usual]
        return said if len(set(said)) == len(set(usual)) else list(usual)

    def either_way(self, meant: Mapping[str, Meant]) -> dict[str, Meant]:
        """``meant`` by its usual words and by these, which count first: a file that this installation wrote is read again, and an older one too."""
        return {**meant, **{self.said(word): one for word, one in meant.items() if self.said(word) != word}}


AS_SHIPPED = Wording()
_present: ContextVar[Wording] = ContextVar("wording", default=AS_SHIPPED)


def present() -> Wording:
    """Of the request that is being answered; as shipped outside of one, and for who reads English."""
    return _present.get()


def said(text: str) -> str:
    """Chinese as this installation says it."""
    return _present.get().said(text)


def begin(wording: Wording) -> None:
    _present.set(wording)


@contextmanager
def speaking(wording: Wording) -> Iterator[None]:
    token = _present.set(wording)
    try:
        yield
    finally:
        _present.reset(token)
