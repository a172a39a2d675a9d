"""Texts that a spreadsheet would run: an apostrophe before them on the way out, off again on the way in.

A text that already begins with apostrophes and then such a character gets one more, so that every text comes back as it was.
Only texts are guarded, numbers are not: a longitude may be negative.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    return "'" + text if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text
