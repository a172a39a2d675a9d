"""What a street's closed tickets have taught: a linear model in arrays. Saved as npz bytes, never as a pickle; used with numpy alone."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from functools import cached_property
from zipfile import BadZipFile

import numpy as np

from gridops.learning.features import SIZE, Features, features, hashed
from gridops.learning.phrases import PhraseBook
from gridops.learning.wording import normalise

PHRASES_COUNT = 0.8  # the block of phrases and words beside the block of grams, which has length one
FORMAT = 1


class UnreadableModel(ValueError):
    """Bytes that are no model, or one of another format."""


@dataclass(frozen=True)
class Model:
    """classes (c,) str; numbers (f,) int32 ascending; idf (f,) float32; weights (f, c) float16; bias (c,) float32.

    ``steepness`` turns distances into probabilities that are right as often as they say, ``trust`` is the weight of the model beside what
    gridops knows from the first day. Both were found on texts that the weights had not seen.
    """

    classes: np.ndarray
    numbers: np.ndarray
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    steepness: float = 1.0
    trust: float = 0.5

    def probabilities(self, title: str, text: str, book: PhraseBook) -> dict[str, float]:
        """Each class that the model knows, together 1."""
        places, values = self._row(features(title, text, book))
        distances = values @ self.weights[places].astype(np.float32) + self.bias
        return dict(zip(self.classes.tolist(), softmax(distances * self.steepness).tolist(), strict=True))

    def _row(self, found: Features) -> Features:
        numbers, amounts = found
        places = np.searchsorted(self.numbers, numbers)
        known = self.numbers[np.minimum(places, len(self.numbers) - 1)] == numbers
        places, numbers = places[known], numbers[known]
        return places, scaled(numbers, amounts[known] * self.idf[places])

    def grams_for(self, code: str, title: str, text: str, book: PhraseBook, most: int = 5) -> list[str]:
        """The characters and pairs of the text that spoke most for the class."""
        places, values = self._row(features(title, text, book))
        worth = dict(zip(self.numbers[places].tolist(), (values * self.weights[places, self._place[code]]).tolist(), strict=True))
        said = _spelt(normalise(title)) | _spelt(normalise(text))
        best = sorted((number for number in said if worth.get(number, 0) > 0), key=lambda number: -worth[number])
        return [said[number] for number in best[:most]]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.classes.tolist())}

    def to_bytes(self) -> bytes:
        held = io.BytesIO()
        np.savez_compressed(held, format=FORMAT, **{part.name: getattr(self, part.name) for part in fields(self)})
        return held.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """UnreadableModel where the bytes are something else."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as held:
                if int(held["format"]) != FORMAT:
                    raise UnreadableModel(f"a model of format {int(held['format'])}, not {FORMAT}")
                parts = {part.name: held[part.name] for part in fields(cls)}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise UnreadableModel(str(error)) from error
        return cls(**{name: part if part.ndim else float(part) for name, part in parts.items()})


def scaled(numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Grams and phrases each brought to length one (phrases: PHRASES_COUNT), so that a long letter weighs no more than a short one."""
    first_phrase = int(np.searchsorted(numbers, SIZE))
    blocks = (values[:first_phrase], 1.0), (values[first_phrase:], PHRASES_COUNT)
    return np.concatenate([block * (length / max(float(np.linalg.norm(block)), 1e-9)) for block, length in blocks]).astype(np.float32)


def softmax(distances: np.ndarray) -> np.ndarray:
    """Along the last axis."""
    powers = np.exp(distances - distances.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _spelt(text: str) -> dict[int, str]:
    spelt = [*text, *(text[start : start + 2] for start in range(len(text) - 1))]
    return dict(zip(hashed(text).tolist(), spelt, strict=True))
