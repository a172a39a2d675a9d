"""A pasted group chat, and the matters in it: who said what is not kept, only what was said and by how many.

Chats are copied in a few forms: "name time" over the words, "name:" over them, or "name: words" in one line. What is in none of them is words of
whoever spoke last. Greetings, thanks and pictures are no matters; "me too" counts for the matter before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gridops.domain.wording import alike, pairs

LONGEST_CHAT, MOST_MATTERS = 20_000, 30
SAME_MATTER = 0.5  # share of common pairs of characters
FEWEST_SIGNS = 5  # of a matter: less is a reaction

_CLOCK = r"(?:(?:\d{4}[-/年.])?\d{1,2}[-/月.]\d{1,2}日?\s*)?(?:星期.\s*|昨天\s*|今天\s*)?(?:[上下]午|早上|中午|晚上|凌晨)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_TIMED = re.compile(rf"^(?P<who>\S.{{0,29}}?)\s+{_CLOCK}\s*$")
_DAY = r"(?:\d{4}[-/年.])?\d{1,2}[-/月.]\d{1,2}日?"
_BARE_TIME = re.compile(rf"^[-—\s]*(?:{_CLOCK}|{_DAY})[-—\s]*$")
_NAMED = re.compile(r"^(?P<who>[^:：\n]{1,20})[:：]\s*(?P<words>.*)$")
_LABELS = ("地址", "地点", "时间", "电话", "位置", "问题", "情况", "原因", "诉求", "内容", "注意", "通知", "备注", "说明")
_MEDIA = re.compile(r"\[[^\[\]]{1,12}\]|【(?:图片|视频|语音|表情|动画表情)】|@\S+")
_REACTION = re.compile(
    r"^(?:收到|好的?|谢谢|感谢|辛苦|ok|嗯+|哈+|是的?|对的?|知道了|明白|赞|早上?好?|晚安|大家好|在吗|请问|不客气|没事|支持)[了啊呀哦吧您你大家书记们主任老师！!。.，,~～ ]*$", re.I)
_ME_TOO = re.compile(r"^(?:\+1|＋1|加一|加1|同(?:上|感|问|求)|附议|我(?:们)?(?:家|这里|这边|这儿|楼)?也(?:是|一样|有|遇到)).{0,12}$", re.I)


@dataclass
class Matter:
    """``words`` without names; ``people``: how many spoke of it."""

    words: str
    speakers: set[str] = field(default_factory=set)

    @property
    def people(self) -> int:
        return len(self.speakers)


@dataclass(frozen=True)
class Said:
    who: str
    words: str


def matters(chat: str) -> list[Matter]:
    """In the order in which they came up, at most thirty."""
    found: list[Matter] = []
    for said in _without_noise(_merged(_spoken(chat[:LONGEST_CHAT]))):
        if _ME_TOO.match(said.words):
            if found:
                _meant(found, said.words).speakers.add(said.who)
            continue
        known = next((matter for matter in found if alike(matter.words, said.words) >= SAME_MATTER), None)
        if known is None:
            found.append(Matter(said.words, {said.who}))
        else:
            known.speakers.add(said.who)
            known.words = max(known.words, said.words, key=len)
    return found[:MOST_MATTERS]


def _meant(found: list[Matter], me_too: str) -> Matter:
    """The one that shares most with it; where none does, the last."""
    said = pairs(me_too)
    return max(reversed(found), key=lambda matter: len(said & pairs(matter.words)))


def _spoken(chat: str) -> Iterator[Said]:
    who = ""
    for line in chat.replace("\r\n", "\n").split("\n"):
        line = _MEDIA.sub("", line).strip()
        timed, named = _TIMED.match(line), _NAMED.match(line)
        if not line or _BARE_TIME.match(line):
            continue
        if timed:
            who = timed["who"].rstrip(":：")
        elif named and _is_name(named["who"]):
            who = named["who"].strip()
            if named["words"]:
                yield Said(who, named["words"])
        else:
            yield Said(who, line)


def _is_name(text: str) -> bool:
    return not text.endswith(_LABELS) and not re.search(r"[，。；！？、,;!?]|\d{1,2}$|https?$", text.strip())


def _merged(spoken: Iterable[Said]) -> Iterator[Said]:
    """The lines that one person sends in a row are one message, unless a line stands by itself as another matter."""
    last: Said | None = None
    for said in spoken:
        if last is not None and _continues(last, said):
            last = Said(said.who, f"{last.words}，{said.words}")
            continue
        if last is not None:
            yield last
        last = said
    if last is not None:
        yield last


def _continues(last: Said, said: Said) -> bool:
    """Half a sentence after half a sentence of the same person."""
    short = min(len(last.words), len(said.words)) < FEWEST_SIGNS
    return bool(said.who) and said.who == last.who and short and not any(_REACTION.match(one.words) for one in (last, said))


def _without_noise(spoken: Iterable[Said]) -> Iterator[Said]:
    for said in spoken:
        parts = [part for part in re.split(r"[，,。！!\s]+", said.words) if part]
        is_matter = len(said.words) >= FEWEST_SIGNS and not all(_REACTION.match(part) for part in parts)
        if is_matter or _ME_TOO.match(said.words):
            yield said
