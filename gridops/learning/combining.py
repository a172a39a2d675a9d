"""What gridops knows from the first day and what a street's tickets have taught, in one share for each topic."""

from __future__ import annotations

from collections.abc import Collection, Mapping

# A ticket that was referred elsewhere teaches this class, whatever the place was: it knows outside from inside, not where to.
OUTSIDE = "OUT"


def combined(first_day: Mapping[str, float], learned: Mapping[str, float], trust: float) -> dict[str, float]:
    """Both give shares of 1; ``trust`` (0 to 1) is the weight of what was learned.

    A topic that the model has never seen keeps what the first day gives it: the model only divides anew what the others and "none of these" have.
    """
    unseen = sum(share for topic, share in first_day.items() if topic not in learned)
    whole = {topic: share * (1 - trust) if topic in learned else share for topic, share in first_day.items()}
    for topic, share in learned.items():
        whole[topic] = whole.get(topic, 0.0) + trust * share * max(1 - unseen, 0.0)
    return whole


def folded(shares: Mapping[str, float], referrals: Collection[str]) -> dict[str, float]:
    """All referrals as the one topic OUTSIDE."""
    inside = {topic: share for topic, share in shares.items() if topic not in referrals}
    return inside | {OUTSIDE: sum(share for topic, share in shares.items() if topic in referrals)}


def unfolded(shares: Mapping[str, float], first_day: Mapping[str, float], referrals: Collection[str]) -> dict[str, float]:
    """OUTSIDE divided among the referrals as the first day has it; where it has none, OUTSIDE stays."""
    outside = {topic: share for topic, share in first_day.items() if topic in referrals}
    if not outside:
        return dict(shares)
    whole = shares[OUTSIDE] / sum(outside.values())
    return {topic: share for topic, share in shares.items() if topic != OUTSIDE} | {topic: share * whole for topic, share in outside.items()}
