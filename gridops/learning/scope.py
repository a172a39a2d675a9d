"""Is it a street's matter at all? Decided only with a reason; where it is in doubt the clerk decides."""

from __future__ import annotations

from dataclasses import dataclass

from gridops.learning.knowledge import Knowledge, Referral, knowledge
from gridops.learning.weighing import Weighed, Word, shares, weigh

# The share that one side needs, of what both have together, for the answer to be more than a leaning.
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
    return judged(weigh(known.book, title, text), known)


def judged(weighed: dict[str, Weighed], known: Knowledge) -> Scope:
    parts = shares({topic: found.score for topic, found in weighed.items()})
    within = sum(share for topic, share in parts.items() if topic in known.categories)
    beyond = sum(share for topic, share in parts.items() if topic in known.referrals)
    inside = within >= beyond
    share = max(within, beyond) / (within + beyond) if parts else 0.0
    doubt = share < SURE or within + beyond < EVIDENCE
    words = _words(weighed, parts, known.categories if inside else known.referrals)
    return Scope(inside, doubt, round(share, 4), _best_referral(parts, known), words)


def _best_referral(parts: dict[str, float], known: Knowledge) -> Referral | None:
    outside = [topic for topic in parts if topic in known.referrals]
    return known.referrals[max(outside, key=parts.__getitem__)] if outside else None


def _words(weighed: dict[str, Weighed], parts: dict[str, float], side) -> tuple[Word, ...]:
    best = max((topic for topic in parts if topic in side), key=parts.__getitem__, default=None)
    return tuple(weighed[best].words[:5]) if best else ()
