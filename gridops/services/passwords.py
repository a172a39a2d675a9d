"""Passwords of staff: at least 10 characters, kept as Argon2id."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gridops.errors import Invalid

SHORTEST, LONGEST = 10, 200
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

# OWASP Password Storage Cheat Sheet, smallest recommended Argon2id: 19 MiB, two passes. A web process serves others meanwhile.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """Raises Invalid ``password_too_short`` or ``password_too_long``."""
    if len(password) < SHORTEST:
        raise _invalid("password_too_short", "A password needs at least 10 characters.")
    if len(password) > LONGEST:
        raise _invalid("password_too_long", "A password has at most 200 characters.")
    return _HASHER.hash(password)


def made() -> str:
    """Twelve random characters (59 bits) in three groups, without those that look alike: it is read out or copied from paper once."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


def matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time without a hash (an unknown user name) as with one, and is then False."""
    try:
        return _HASHER.verify(password_hash or _nobody(), password[: LONGEST + 1]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def _invalid(code: str, message: str) -> Invalid:
    return Invalid(message, code=code, fields={"password": [message]})
