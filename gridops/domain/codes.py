"""Tracking codes (查询码) and one-time codes.

A tracking code is a bearer secret that must survive being read out over the phone, in Chinese or English, by old people,
in dialect, and typed on a number pad. Hence digits only: no letter has a name that everybody shares (B D E P T and the
hard-to-voice letters of Mandarin), and without letters O/0, I/1, S/5, Z/2 stop being a choice. It is longer for that
(24 digits), so it is read like a bank card, in groups of four. What digits still confuse (yī/qī, five/nine, 1/7 by hand)
the check digits catch.

22 random digits carry 73 bits. The two check digits are ISO 7064 MOD 97-10, as in an IBAN: any one wrong digit and any swap
of neighbours is caught, and 99 % of everything else; one check digit would let 10 % through.
"""

from __future__ import annotations

import secrets
import unicodedata

RANDOM_DIGITS = 22
CODE_DIGITS = RANDOM_DIGITS + 2
GROUP = 4
LONGEST_TYPED = 120

# After NFKC and upper-casing. Letters that look like a digit cannot be anything else here; 幺 is how 1 is said on the phone.
_MEANT = str.maketrans(
    {
        "O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "G": "6", "B": "8",
        "〇": "0", "零": "0", "一": "1", "幺": "1", "二": "2", "两": "2", "三": "3", "四": "4",
        "五": "5", "六": "6", "七": "7", "八": "8", "九": "9",
    }
)


def new_code() -> str:
    """The canonical form: 24 digits, the last two are check digits."""
    return _with_check(f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}")


def parse_code(text: str) -> str | None:
    """The canonical code somebody typed, read out or pasted; None where it cannot be one."""
    if len(text) > LONGEST_TYPED:
        return None
    digits = "".join(filter(None, map(_digit, unicodedata.normalize("NFKC", text).upper().translate(_MEANT))))
    return digits if _is_valid(digits) else None


def format_code(code: str) -> str:
    """``1234-5678-…``: for reading out, print and links; ``parse_code`` takes it back."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def new_one_time_code() -> str:
    """Six digits, leading zeros kept. Only as good as its caller's expiry and limit of attempts."""
    return f"{secrets.randbelow(10**6):06d}"


def _with_check(digits: str) -> str:
    return f"{digits}{98 - int(digits) * 100 % 97:02d}"


def _digit(char: str) -> str:
    """One ASCII digit, nothing for a separator, and a character that spoils the code for anything else."""
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    # Spaces, dashes, invisible joiners and direction marks that phones add when pasting, full stops.
    return "" if category in ("Zs", "Pd", "Cf") or char in "\t\r\n.,·_" else "?"


def _is_valid(digits: str) -> bool:
    return len(digits) == CODE_DIGITS and digits.isdecimal() and _with_check(digits[:-2]) == digits
