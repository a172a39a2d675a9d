"""A number with its noun in English: 1 cell, 2 cells. (Pages take ngettext.)"""

from __future__ import annotations


def counted(count: int, noun: str, plural: str | None = None) -> str:
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
