"""A text as hashed counts of its character n-grams: no vocabulary to store, the same numbers in training and in use."""

from __future__ import annotations

import numpy as np

from gridops.learning.wording import normalise

BITS = 18
SIZE = 1 << BITS
LONGEST_GRAM = 4
TITLE_COUNTS = 3  # a gram of the title counts like so many of the text
_PRIME = np.uint64(0x9E3779B97F4A7C15)


def hashed(title: str, text: str) -> tuple[np.ndarray, np.ndarray]:
    """Feature numbers, ascending and each once (int64, below SIZE), and their weights 1 + log(count) (float32)."""
    title_grams, text_grams = grams(normalise(title)), grams(normalise(text))
    counts = np.concatenate([np.full(len(title_grams), TITLE_COUNTS, np.float32), np.ones(len(text_grams), np.float32)])
    numbers, where = np.unique(np.concatenate([title_grams, text_grams]), return_inverse=True)
    return numbers, 1 + np.log(np.bincount(where, counts, len(numbers)).astype(np.float32))


def grams(text: str) -> np.ndarray:
    """Numbers of all n-grams of 1 to LONGEST_GRAM characters, int64 in [0, SIZE)."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    found, rolling = [], np.zeros(len(codes) + 1, np.uint64)[: len(codes)]
    for length in range(1, LONGEST_GRAM + 1):
        if len(codes) < length:
            break
        rolling = (rolling[: len(codes) - length + 1] ^ codes[length - 1 :]) * _PRIME
        rolling ^= rolling >> np.uint64(29)
        found.append(((rolling + np.uint64(length)) * _PRIME >> np.uint64(64 - BITS)).astype(np.int64))
    return np.concatenate(found) if found else np.zeros(0, np.int64)
