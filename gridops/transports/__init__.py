"""How a message leaves the house: text message, e-mail, webhook. No database, no rules; each has a driver that needs nothing but a folder.

A driver sends one message and returns what the other side calls it (or None), or raises Refused (this message, for good), Later (this
message, not now) or Away (nobody there: nothing else by this way now, either).
"""

from __future__ import annotations


class TransportError(Exception):
    """``code`` is stable; ``answer`` is what the other side said, cut short."""

    def __init__(self, code: str, answer: str = ""):
        super().__init__(f"{code}: {answer}" if answer else code)
        self.code = code
        self.answer = answer[:200]


class Refused(TransportError):
    """This message will never go this way."""


class Later(TransportError):
    """The other side asks to try again."""


class Away(TransportError):
    """The other side cannot be reached at all."""
