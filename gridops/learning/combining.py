"""What gridops knows from the first day and what a street's tickets have taught, in one share for each topic."""

from __future__ import annotations

from collections.abc import Mapping


def combined(first_day: Mapping[str, float], learned: Mapping[str, float], trust: float) -> dict[str, float]:
    """A mean weighted by ``trust`` (0 to 1). A class that the model has never seen keeps what the first day gives it."""
    whole = {topic: share * (1 - trust) if topic in learned else share for topic, share in first_day.items()}
    for topic, share in learned.items():
        whole[topic] = whole.get(topic, 0.0) + trust * share
    total = sum(whole.values())
    return whole if total <= 1 else {topic: share / total for topic, share in whole.items()}
