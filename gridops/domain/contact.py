"""How to reach a reporter: one spelling for each phone number, and what staff see of names and numbers."""

from __future__ import annotations

import re
import unicodedata

from gridops.errors import Invalid

LONGEST_TYPED = 40
STARS = "****"

_EXTENSION = re.compile(r"(?:转|轉|分机|EXT\.?|X|#|;)[ :]*(\d{1,6})$")
_DASHED_EXTENSION = re.compile(r"^(\(?0\d{2,3}\)?[- ]?[2-9]\d{6,7})-(\d{1,6})$")
_SEPARATOR = re.compile(r"[\s().·-]")
_CHINA = re.compile(r"^(?:\+|00)86|^86(?=1[3-9]\d{9}$)")
_MOBILE = re.compile(r"0?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")
_FOREIGN = re.compile(r"\+[1-9]\d{6,14}")


def normalise_phone(text: str, *, area_code: str | None = None) -> str:
    """One spelling for one phone, so that a blind index finds the caller again.

    Mobile ``13812341234``, land-line ``02164310000``, with extension ``02164310000x123``, local ``64310000`` (gets
    ``area_code``, e.g. ``021``, where given), service ``4008208820``, other countries E.164 ``+85291234567``.
    Raises Invalid ``phone_invalid``.
    """
    number, extension = _split_extension(_plain(text))
    compact = _SEPARATOR.sub("", number)
    if compact.startswith("00") and not compact.startswith("0086"):
        compact = "+" + compact[2:]
    normal = _domestic(compact, area_code) or _foreign(compact)
    if normal is None:
        raise _invalid()
    return f"{normal}x{extension}" if extension else normal


def mask_phone(phone: str) -> str:
    """``138****1234`` of a normalised number: never fewer than four digits hidden, an extension dropped."""
    number = phone.partition("x")[0]
    if len(number) < 7:
        return STARS
    head = 3 if len(number) >= 11 else 2
    return number[:head] + STARS + number[head + 4 :][-4:]


def mask_name(name: str) -> str:
    """``张**``: the first character, and at most three stars so that a long name does not show its length."""
    name = name.strip()
    if not name:
        return ""
    return name[0] + "*" * max(1, min(3, len(name) - 1))


def _plain(text: str) -> str:
    """NFKC makes full-width digits and brackets plain; every kind of dash becomes one."""
    if len(text) > LONGEST_TYPED:
        raise _invalid()
    plain = unicodedata.normalize("NFKC", text).upper().strip()
    visible = (char for char in plain if unicodedata.category(char) != "Cf")
    plain = "".join("-" if unicodedata.category(char) == "Pd" else char for char in visible)
    if not plain.isascii() and re.search(r"[^\x00-\x7f转轉分机·]", plain):
        raise _invalid()
    return plain


def _split_extension(plain: str) -> tuple[str, str]:
    found = _EXTENSION.search(plain)
    if found:
        return plain[: found.start()], found[1]
    dashed = _DASHED_EXTENSION.match(plain)
    return (dashed[1], dashed[2]) if dashed else (plain, "")


def _domestic(compact: str, area_code: str | None) -> str | None:
    number = _CHINA.sub("", compact)
    if number != compact and re.match(r"(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$", number):
        number = "0" + number  # +86 21 … is dialled without the 0 of the area code
    mobile = _MOBILE.fullmatch(number)
    if mobile:
        return mobile[1]
    if _LOCAL.fullmatch(number) and number == compact:
        return (area_code or "") + number
    return number if _LANDLINE.fullmatch(number) or _SERVICE.fullmatch(number) else None


def _foreign(compact: str) -> str | None:
    return compact if _FOREIGN.fullmatch(compact) and not compact.startswith("+86") else None


def _invalid() -> Invalid:
    return Invalid("This is not a phone number.", code="phone_invalid", fields={"phone": ["This is not a phone number."]})
