"""How alike two reports read: the angle between their hashed pairs and triples of characters, and a few of the triples to search by.

Rare grams count no more than common ones: measured on judged repeats, that finds as many (``make eval``), and nothing about a street's texts need be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np

from gridops.learning.wording import normalise

SEARCHED = 32  # triples of a report that the index keeps: two reports that share a tenth of theirs share three of these
TOGETHER = 64  # texts that are compared in one pass: of the longest letters a few megabytes
_PRIME, _SHIFT, _HASH = np.uint64(0x9E3779B97F4A7C15), np.uint64(29), np.uint64(32)


class Print(NamedTuple):
    """``grams``: ascending, each once (uint32 hashes); ``weights``: 1 + log of the count, of length 1 together (float32). ``triples``: unsorted hashes."""

    grams: np.ndarray
    weights: np.ndarray
    triples: np.ndarray


def print_of(text: str) -> Print:
    """Of letters and digits only; empty for a text of less than two."""
    codes = _codes(_letters(text))
    pairs, triples = _hashed(codes, 2), _hashed(codes, 3)
    grams, counts = np.unique(np.concatenate([pairs, triples]), return_counts=True)
    weights = _weights(counts)
    return Print(grams, weights / max(float(np.linalg.norm(weights)), 1e-9), triples)


def alike(one: Print, other: Print) -> float:
    """Cosine, 0 to 1."""
    _, mine, theirs = np.intersect1d(one.grams, other.grams, assume_unique=True, return_indices=True)
    return min(1.0, float(one.weights[mine] @ other.weights[theirs]))


def alike_each(one: Print, texts: Sequence[str]) -> list[float]:
    """As alike() with the print of each, but many in one pass: that costs a fifth."""
    return [rate for first in range(0, len(texts), TOGETHER) for rate in _cosines(one, [_letters(text) for text in texts[first : first + TOGETHER]])]


def search_keys(read: Print, *drawers: str) -> list[int]:
    """Signed 32-bit keys for an index: the lowest of the triples' hashes (the same of them in any text that has them), once for each drawer.

    A drawer is a place and a time within which is searched, so that a common triple is not met in a whole city.
    """
    lowest = np.unique(read.triples)[:SEARCHED]
    return [int(key) for drawer in drawers for key in _salted(lowest, drawer)]


def _cosines(one: Print, texts: list[str]) -> list[float]:
    """The texts stand behind each other; a gram belongs to the text that it begins in, and is none where it runs on into the next."""
    if not len(one.grams):
        return [0.0] * len(texts)
    codes, owners = _codes("".join(texts)), np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
    grams, counts = np.unique(np.concatenate([_owned(codes, owners, length) for length in (2, 3)]), return_counts=True)
    weights, of = _weights(counts), (grams >> _HASH).astype(np.intp)
    hashes = grams.astype(np.uint32)
    places = np.minimum(np.searchsorted(one.grams, hashes), len(one.grams) - 1)
    shared = np.where(one.grams[places] == hashes, one.weights[places], 0) * weights
    dots, squares = (np.bincount(of, each, minlength=len(texts)) for each in (shared, weights * weights))
    return np.minimum(1.0, dots / np.maximum(np.sqrt(squares), 1e-9)).tolist()


def _owned(codes: np.ndarray, owners: np.ndarray, length: int) -> np.ndarray:
    """The hashes with the number of their text above them."""
    hashes = _hashed(codes, length)
    begun, ended = owners[: len(hashes)], owners[length - 1 :]
    return ((begun << _HASH) | hashes)[begun == ended]


def _salted(hashes: np.ndarray, drawer: str) -> Iterable[np.int32]:
    mixed = (hashes.astype(np.uint64) ^ (np.uint64(crc32(drawer.encode())) << _HASH)) * _PRIME
    return (mixed >> _HASH).astype(np.uint32).view(np.int32)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalise(text)))


def _codes(letters: str) -> np.ndarray:
    return np.frombuffer(letters.encode("utf-32-le"), np.uint32).astype(np.uint64)


def _weights(counts: np.ndarray) -> np.ndarray:
    return (1 + np.log(counts)).astype(np.float32)


def _hashed(codes: np.ndarray, length: int) -> np.ndarray:
    """One uint32 for each run of so many characters."""
    if len(codes) < length:
        return np.zeros(0, np.uint32)
    rolling = np.full(len(codes) - length + 1, length, np.uint64)
    for place in range(length):
        rolling = (rolling ^ codes[place : place + len(rolling)]) * _PRIME
        rolling ^= rolling >> _SHIFT
    return (rolling >> _HASH).astype(np.uint32)
