"""Secrets at rest: encryption with rotating keys, and blind indexes to find what is encrypted.

A blob is ``version (1) | length of key id (1) | key id | nonce (12) | AES-GCM ciphertext with tag``. Everything before the
nonce, and the purpose, are authenticated: a blob moved to another column or relabelled with another key does not open.
"""

from __future__ import annotations

import os
from datetime import datetime
from hmac import compare_digest, digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from gridops.errors import GridopsError

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16
TOTP_SECONDS = 30


class VaultError(GridopsError):
    """Something encrypted cannot be opened: the operator's matter, never the caller's."""

    code = "vault"
    message = "An encrypted value cannot be opened."


class UnknownKey(VaultError):
    """The blob was encrypted with a key that GRIDOPS_VAULT_KEYS no longer holds."""

    code = "vault_unknown_key"
    message = "An encrypted value needs the key %(key_id)s, which is not configured."


class Tampered(VaultError):
    """Changed, cut, or opened for another purpose or with another key under the same id."""

    code = "vault_tampered"
    message = "An encrypted value was changed, or opened for the wrong purpose."


class Vault:
    """``keys``: key id -> 32 bytes; the first encrypts, all decrypt. ``index_secret``: at least 32 bytes, never rotated with the keys."""

    def __init__(self, keys: dict[str, bytes], index_secret: bytes):
        if not keys:
            raise ValueError("a vault needs at least one key")
        if len(index_secret) < 32:
            raise ValueError("the index secret needs at least 32 bytes")
        self._ciphers = {_encoded_id(key_id): _cipher(key) for key_id, key in keys.items()}
        self._current = next(iter(self._ciphers))
        self._header = _header(self._current)
        self._index_secret = index_secret
        self._index_keys: dict[str, bytes] = {}

    def encrypt(self, text: str, *, purpose: str) -> bytes:
        """Always with the first key; the same text gives another blob each time."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), self._header + purpose.encode())
        return self._header + nonce + sealed

    def decrypt(self, blob: bytes, *, purpose: str) -> str:
        """Raises UnknownKey or Tampered."""
        key_id, header, rest = _taken_apart(bytes(blob))
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKey(key_id=key_id.decode(errors="replace"))
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], header + purpose.encode()).decode()
        except InvalidTag as error:
            raise Tampered() from error

    def needs_rotation(self, blob: bytes) -> bool:
        """True where another key than the first encrypted it. Raises Tampered where it is no blob at all."""
        return _taken_apart(bytes(blob))[0] != self._current

    def rotate(self, blob: bytes, *, purpose: str) -> bytes:
        """The same text under the first key; the blob itself where that is so already."""
        if not self.needs_rotation(blob):
            return bytes(blob)
        return self.encrypt(self.decrypt(blob, purpose=purpose), purpose=purpose)

    def blind_index(self, text: str, *, purpose: str) -> bytes:
        """32 bytes, the same for the same text and purpose: normalise the text first, then compare for equality only."""
        return digest(self._index_key(purpose), text.encode(), "sha256")

    def _index_key(self, purpose: str) -> bytes:
        key = self._index_keys.get(purpose)
        if key is None:
            info = b"gridops blind index: " + purpose.encode()
            key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._index_secret)
            self._index_keys[purpose] = key
        return key


def _encoded_id(key_id: str) -> bytes:
    encoded = key_id.encode()
    if not 1 <= len(encoded) <= 255:
        raise ValueError("a key id has 1 to 255 bytes")
    return encoded


def _cipher(key: bytes) -> AESGCM:
    if len(key) != 32:
        raise ValueError("a vault key has 32 bytes")
    return AESGCM(key)


def _header(key_id: bytes) -> bytes:
    return bytes((VERSION, len(key_id))) + key_id


def _taken_apart(blob: bytes) -> tuple[bytes, bytes, bytes]:
    """(key id, header, nonce and ciphertext)"""
    if len(blob) < 2 or blob[0] != VERSION or blob[1] == 0:
        raise Tampered()
    end = 2 + blob[1]
    if len(blob) < end + NONCE_BYTES + TAG_BYTES:
        raise Tampered()
    return blob[2:end], blob[:end], blob[end:]


def totp_step(secret: bytes, code: str, at: datetime) -> int | None:
    """The 30-second step (RFC 6238, SHA-1, six digits) whose code this is, one step early or late allowed; None for a wrong code.

    ``secret`` has at least 16 bytes. A code counts once: the caller refuses a step that is not after the last one used.
    """
    present = int(at.timestamp()) // TOTP_SECONDS
    codes = TOTP(secret, 6, SHA1(), TOTP_SECONDS)
    steps = [step for step in (present - 1, present, present + 1) if compare_digest(codes.generate(step * TOTP_SECONDS), code.encode())]
    return max(steps, default=None)
