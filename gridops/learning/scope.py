"""Is it a street's matter at all? Decided only with a reason; where it is in doubt the clerk decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridops.learning.combining import OUTSIDE
from gridops.learning.knowledge import Knowledge, Referral, knowledge
from gridops.learning.weighing import Weighed, Word, shares, weigh

# Of what both sides have together, the share that one needs for its answer to be more than a leaning; and how much both must have.
SURE, EVIDENCE = 0.8, 0.6


@dataclass(frozen=True)
class Scope:
    """``inside`` is the leaning; where ``doubt`` is true it decides nothing and the clerk looks.

    ``share``: of the evidence, how much speaks for the leaning. ``referral``: the best answer outside, also where the leaning is inside and
    the clerk may want it; None where nothing speaks for one. ``words``: what decided.
    """

    inside: bool
    doubt: bool
    share: float
    referral: Referral | None
    words: tuple[Word, ...]


def scope(title: str, text: str, *, known: Knowledge | None = None) -> Scope:
    known = known or knowledge()
    weighed = weigh(known.book, title, text)
    return judged(shares({topic: found.score for topic, found in weighed.items()}), weighed, known)


def judged(parts: Mapping[str, float], weighed: Mapping[str, Weighed], known: Knowledge) -> Scope:
    """Of shares: where nothing is known the leaning is inside, for people came to the street."""
    within, beyond = _together(parts, known.categories), _together(parts, {*known.referrals, OUTSIDE})
    inside = within >= beyond
    share = max(within, beyond) / (within + beyond) if within + beyond else 0.0
    doubt = share < SURE or within + beyond < EVIDENCE
    return Scope(inside, doubt, round(share, 4), _best_referral(parts, known), _words(weighed, parts, known.categories if inside else known.referrals))


def _together(parts: Mapping[str, float], side) -> float:
    return sum(share for topic, share in parts.items() if topic in side)


def _best_referral(parts: Mapping[str, float], known: Knowledge) -> Referral | None:
    outside = [topic for topic in parts if topic in known.referrals]
    return known.referrals[max(outside, key=parts.__getitem__)] if outside else None


def _words(weighed: Mapping[str, Weighed], parts: Mapping[str, float], side) -> tuple[Word, ...]:
    best = max((topic for topic in parts if topic in side and topic in weighed), key=parts.__getitem__, default=None)
    return tuple(weighed[best].words[:5]) if best else ()
