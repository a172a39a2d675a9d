"""A street's colour, and what of it may carry white letters."""

from __future__ import annotations

import re

DEFAULT = "#0b5a4e"
ENOUGH = 4.5  # WCAG 2.2, 1.4.3: contrast of text with its ground
DARKER = 0.94  # of each channel, one step
_HEX = re.compile(r"#[0-9a-f]{6}")


def parse(text: str) -> str | None:
    """``#RRGGBB`` in small letters; None for what is no colour. "#" may be missing."""
    colour = "#" + text.strip().lower().removeprefix("#")
    return colour if _HEX.fullmatch(colour) else None


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast_with_white(colour: str) -> float:
    """1 to 21, by WCAG's relative luminance."""
    linear = [_linear(channel / 255) for channel in channels(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def readable(colour: str | None) -> str:
    """The colour itself, or the nearest darker one of its hue on which white can be read."""
    found = parse(colour or "") or DEFAULT
    while contrast_with_white(found) < ENOUGH:
        found = "#" + "".join(f"{int(channel * DARKER):02x}" for channel in channels(found))
    return found
