"""How alike two reports read: the angle between their hashed pairs and triples of characters, and a few of the triples to search by.

Rare grams count no more than common ones: measured on judged repeats, that finds as many (``make eval``), and nothing about a street's texts need be kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from zlib import crc32

import numpy as np

from gridops.learning.wording import normalise

SEARCHED = 32  # triples of a report that the index keeps: two reports that share a tenth of theirs share three of these
_PRIME, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


class Print(NamedTuple):
    """``grams``: ascending, each once (uint32 hashes); ``weights``: 1 + log of the count, of length 1 together (float32). ``triples``: unsorted hashes."""

    grams: np.ndarray
    weights: np.ndarray
    triples: np.ndarray


def print_of(text: str) -> Print:
    """Of letters and digits only; empty for a text of less than two."""
    codes = np.array([ord(sign) for sign in normalise(text) if sign.isalnum()], np.uint64)
    pairs, triples = _hashed(codes, 2), _hashed(codes, 3)
    grams, counts = np.unique(np.concatenate([pairs, triples]), return_counts=True)
    weights = (1 + np.log(np.maximum(counts, 1))).astype(np.float32)
    return Print(grams, weights / max(float(np.linalg.norm(weights)), 1e-9), triples)


def alike(one: Print, other: Print) -> float:
    """Cosine, 0 to 1."""
    _, mine, theirs = np.intersect1d(one.grams, other.grams, assume_unique=True, return_indices=True)
    return min(1.0, float(one.weights[mine] @ other.weights[theirs]))


def search_keys(read: Print, *drawers: str) -> list[int]:
    """Signed 32-bit keys for an index: the lowest of the triples' hashes (the same of them in any text that has them), once for each drawer.

    A drawer is a place and a time within which is searched, so that a common triple is not met in a whole city.
    """
    lowest = np.unique(read.triples)[:SEARCHED]
    return [int(key) for drawer in drawers for key in _salted(lowest, drawer)]


def _salted(hashes: np.ndarray, drawer: str) -> Iterable[np.int32]:
    mixed = (hashes.astype(np.uint64) ^ (np.uint64(crc32(drawer.encode())) << np.uint64(32))) * _PRIME
    return (mixed >> np.uint64(32)).astype(np.uint32).view(np.int32)


def _hashed(codes: np.ndarray, length: int) -> np.ndarray:
    """One uint32 for each run of so many characters."""
    if len(codes) < length:
        return np.zeros(0, np.uint32)
    rolling = np.full(len(codes) - length + 1, length, np.uint64)
    for place in range(length):
        rolling = (rolling ^ codes[place : place + len(rolling)]) * _PRIME
        rolling ^= rolling >> _SHIFT
    return (rolling >> np.uint64(32)).astype(np.uint32)
