"""A text as the phrases expect it: width, case and blanks made one, addresses of the web and masks taken out."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 2000  # characters; a report says what it is about long before
HEADING = 60  # characters of a first sentence, at most
_SENTENCE_END = re.compile(r"[。!?;…~]|(?<=.{15}),")
_GREETING = re.compile(r"^(?:尊敬的|敬爱的)?[^,:!。]{0,8}(?:您好|你好|领导|书记|市长)[,:!。]*(?:您好|你好)?[,:!。]*")
_WEB = re.compile(r"https?://[\w./?=&%#-]*")
_NOISE = re.compile(r"\s+|[*＊]{2,}")


def normalise(text: str) -> str:
    """NFKC, lower case, no blanks: ``ＫＴＶ　扰民`` -> ``ktv扰民``. At most LONGEST characters."""
    plain = unicodedata.normalize("NFKC", text[: 2 * LONGEST]).lower()
    return _NOISE.sub("", _WEB.sub("", plain))[:LONGEST]


def opened(text: str) -> tuple[str, str]:
    """A normalised text that has no title: its first sentence, and the rest. A greeting is no sentence."""
    text = _GREETING.sub("", text)
    found = _SENTENCE_END.search(text, 0, HEADING)
    end = found.end() if found else HEADING
    return text[:end], text[end:]
