"""How well a term fits what was typed: 1 is the same, and people leave out a character, or have not finished typing."""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

SAME, NEARLY, BEGINS, HOLDS = 1.0, 0.9, 0.95, 0.8
NOTHING = 0.0
WORST = 0.45  # below this a person sees no likeness


def likeness(typed: str, term: str) -> float:
    """Of two normalised texts, 0..1. Left out a character: 0.9; begins with it: 0.95 and less with each character still to come."""
    if typed == term:
        return SAME
    return max(_one_off(typed, term), _unfinished(typed, term), _other(typed, term))


def _one_off(typed: str, term: str) -> float:
    """One character left out is the commonest slip; one too many or one for another says less, the less the shorter the name."""
    if abs(len(typed) - len(term)) > 1 or Levenshtein.distance(typed, term, score_cutoff=1) > 1:
        return NOTHING
    return NEARLY if len(term) > len(typed) else NEARLY - 0.3 / len(typed)


def _unfinished(typed: str, term: str) -> float:
    more = len(term) - len(typed)
    if more <= 0 or typed not in term:
        return NOTHING
    return max((BEGINS if term.startswith(typed) else HOLDS) - 0.01 * more, 0.6)


def _other(typed: str, term: str) -> float:
    """A beginning with a slip in it, a name inside a longer text, or a few characters wrong."""
    if len(typed) > len(term) >= 3 and term in typed:
        return 0.75
    beginning = min(Levenshtein.distance(typed, term[:length]) for length in (len(typed), len(typed) + 1))
    whole = fuzz.ratio(typed, term) / 100
    return max(0.85 - 1.2 * beginning / len(typed), 0.8 * whole, NOTHING)
