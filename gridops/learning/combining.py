"""What gridops knows from the first day and what a street's tickets have taught, in one share for each topic."""

from __future__ import annotations

from collections.abc import Mapping


def combined(first_day: Mapping[str, float], learned: Mapping[str, float], trust: float) -> dict[str, float]:
    """Both give shares of 1; ``trust`` (0 to 1) is the weight of what was learned.

    A topic that the model has never seen keeps what the first day gives it: the model only divides anew what the others and "none of these" have.
    """
    unseen = sum(share for topic, share in first_day.items() if topic not in learned)
    whole = {topic: share * (1 - trust) if topic in learned else share for topic, share in first_day.items()}
    for topic, share in learned.items():
        whole[topic] = whole.get(topic, 0.0) + trust * share * max(1 - unseen, 0.0)
    return whole
