"""Learning anew: measured on tickets that the new model has not seen, and used only where it is no worse there than what is in use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.errors import Conflict
from gridops.learning.categories import suggest
from gridops.learning.combining import OUTSIDE
from gridops.learning.knowledge import knowledge
from gridops.learning.model import Model
from gridops.learning.training import Example, TooLittle, parted, train
from gridops.models import LearnedModel
from gridops.services.learned import current, versions
from gridops.services.learned.examples import of_closed_tickets

PARTS = 5  # one of them is held back


def learn(session: Session, *, now: datetime) -> LearnedModel:
    """The new version, in use (``active``) or not (``refused``). Raises Conflict ``too_little_to_learn``."""
    examples = of_closed_tickets(session)
    rest, held_back = parted(examples, PARTS)
    try:
        measured, final = train(rest, knowledge()), train(examples, knowledge())
    except TooLittle as error:
        raise Conflict("There are too few closed tickets to learn from.", code="too_little_to_learn") from error
    measures = {"new": measure(measured, held_back), "before": measure(current.model(session), held_back), "held_back": len(held_back)}
    better = measures["new"]["accuracy"] >= measures["before"]["accuracy"]
    made = LearnedModel(
        version=(session.scalar(select(func.max(LearnedModel.version))) or 0) + 1, trained_at=now, samples=len(examples), state="refused",
        measures=measures, weights=final.to_bytes())
    session.add(made)
    session.flush()
    return versions.use(session, made.version, now=now, account_id=None) if better else made


def measure(model: Model | None, held_back: Sequence[Example]) -> dict[str, Any]:
    """{accuracy, macro_f1, categories: {code: {cases, right}}} of the first suggestion, for tickets that were the street's."""
    told = [(example.label, _first(model, example)) for example in held_back if example.label != OUTSIDE]
    cases, right = Counter(label for label, _ in told), Counter(label for label, said in told if said == label)
    return {
        "accuracy": round(sum(right.values()) / len(told), 4) if told else 0.0, "macro_f1": round(_macro_f1(told), 4),
        "categories": {label: {"cases": count, "right": right[label]} for label, count in sorted(cases.items())}}


def _first(model: Model | None, example: Example) -> str | None:
    found = suggest(example.title, example.text, model=model, most=1)
    return found[0].code if found else None


def _macro_f1(told: list[tuple[str, str | None]]) -> float:
    """The mean over the categories that occur, each counting the same."""
    hit, said, meant = defaultdict(int), defaultdict(int), defaultdict(int)
    for label, guess in told:
        meant[label] += 1
        said[guess] += 1
        hit[label] += label == guess
    scores = [2 * hit[label] / (meant[label] + said[label]) for label in meant]
    return sum(scores) / len(scores) if scores else 0.0
