"""A text as numbers: hashed single characters and pairs, and the words and phrases of the book that stand in it. No vocabulary to store.

Pairs alone do better on Chinese letters than longer grams, which drown them; the book brings the longer words that matter, and phrases of them.
"""

from __future__ import annotations

from collections import defaultdict
from zlib import crc32

import numpy as np

from gridops.learning.phrases import PhraseBook
from gridops.learning.wording import normalise, opened

BITS = 18
SIZE = 1 << BITS  # numbers below are characters and pairs, numbers from SIZE on phrases
LONGEST_GRAM = 2
TITLE_COUNTS = 3  # what stands in the title counts like so many of the text
_PRIME = np.uint64(0x9E3779B97F4A7C15)
Features = tuple[np.ndarray, np.ndarray]


def features(title: str, text: str, book: PhraseBook) -> Features:
    """Numbers, ascending and each once (int64, below 2 * SIZE), and how much of each there is (float32, 1 + log of the count)."""
    heading, rest = (normalise(title), normalise(text)) if title else opened(normalise(text))
    grams, phrases = _counted(hashed(heading), hashed(rest)), _phrases(heading, rest, book)
    return np.concatenate([grams[0], phrases[0]]), np.concatenate([grams[1], phrases[1]])


def hashed(text: str) -> np.ndarray:
    """One number in [0, SIZE) for each gram of a normalised text, grams of one character first, then pairs (int64)."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    found, rolling = [np.zeros(0, np.int64)], np.zeros(len(codes), np.uint64)
    for length in range(1, min(LONGEST_GRAM, len(codes)) + 1):
        rolling = (rolling[: len(codes) - length + 1] ^ codes[length - 1 :]) * _PRIME
        rolling ^= rolling >> np.uint64(29)
        found.append(((rolling + np.uint64(length)) * _PRIME >> np.uint64(64 - BITS)).astype(np.int64))
    return np.concatenate(found)


def phrase_number(words: str) -> int:
    return SIZE + crc32(words.encode()) % SIZE


def _counted(title: np.ndarray, text: np.ndarray) -> Features:
    counts = np.concatenate([np.full(len(title), TITLE_COUNTS, np.float32), np.ones(len(text), np.float32)])
    numbers, where = np.unique(np.concatenate([title, text]), return_inverse=True)
    return numbers, 1 + np.log(np.maximum(np.bincount(where, counts, len(numbers)), 1)).astype(np.float32)


def _phrases(heading: str, rest: str, book: PhraseBook) -> Features:
    counts: dict[int, float] = defaultdict(float)
    for part, worth in ((heading, 2.0), (rest, 1.0)):
        for found in book.find(part):
            counts[phrase_number(found.phrase.words)] += worth
        for word in book.words(part):
            if len(word) > 1:
                counts[phrase_number(f"word {word}")] += worth
    numbers = np.array(sorted(counts), np.int64)
    return numbers, np.log1p(np.array([counts[number] for number in numbers.tolist()], np.float32))
