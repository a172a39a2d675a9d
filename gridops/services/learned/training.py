"""Learning anew: measured on tickets that the new model has not seen, and used only where it is no worse there than what is in use.

In three steps, so that whoever learns for minutes holds no transaction meanwhile: ``gather``, ``teach`` (no database), ``keep``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from gridops.errors import Conflict
from gridops.learning.knowledge import Knowledge
from gridops.learning.model import Model
from gridops.learning.training import Example, TooLittle, parted, train
from gridops.models import LearnedModel
from gridops.services.learned import versions, words
from gridops.services.learned.examples import of_closed_tickets
from gridops.services.learned.measuring import measure

PARTS = 5  # one of them is held back, and always the same groups: no version's trial has ever seen them
KEPT = 20  # versions that can be used again; each may be 32 MB
STAGES = ("reading", "trying", "measuring", "learning", "keeping")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from, beside the words that are ``known`` here, and what the new version must be no worse than: the trial of version
    ``used``, 0 those words alone.
    """

    examples: Sequence[Example]
    known: Knowledge
    used: int
    model: Model | None


@dataclass(frozen=True)
class Taught:
    lesson: Lesson
    held_back: Sequence[Example]
    measures: dict
    trial: bytes
    weights: bytes


def learn(session: Session, *, now: datetime) -> LearnedModel:
    """All three steps at once. The new version, in use (``active``) or not (``refused``). Raises Conflict ``too_little_to_learn``."""
    return keep(session, teach(gather(session)), now=now)


def gather(session: Session) -> Lesson:
    return Lesson(of_closed_tickets(session), words.known(session), *_rival(session))


def _rival(session: Session) -> tuple[int, Model | None]:
    """Of the version in use the trial: what it became in the end has learned from what is held back, and would seem better there than it is."""
    columns = (LearnedModel.version, func.coalesce(LearnedModel.trial, LearnedModel.weights))
    used = session.execute(select(*columns).where(LearnedModel.state == "active")).one_or_none()
    return (used[0], Model.from_bytes(used[1])) if used is not None else (0, None)


def teach(lesson: Lesson, say: Say = lambda stage: None) -> Taught:
    """Minutes, where a street has many closed tickets. ``say`` hears of each stage. Raises Conflict ``too_little_to_learn``."""
    rest, held_back = parted(lesson.examples, PARTS)
    try:
        say("trying")
        measured = train(rest, lesson.known)
        say("measuring")
        measures = {
            "new": measure(measured, held_back, lesson.known), "before": measure(lesson.model, held_back, lesson.known), "held_back": len(held_back),
            "compared": lesson.used}
        say("learning")
        return Taught(lesson, held_back, measures, measured.to_bytes(), train(lesson.examples, lesson.known).to_bytes())
    except TooLittle as error:
        raise Conflict("There are too few closed tickets to learn from.", code="too_little_to_learn") from error


def keep(session: Session, taught: Taught, *, now: datetime) -> LearnedModel:
    """Another version may have been chosen meanwhile: then that one is what the new one must be no worse than."""
    versions.lock(session)
    measures = taught.measures
    used, rival = _rival(session)
    if used != taught.lesson.used:
        measures = measures | {"before": measure(rival, taught.held_back, taught.lesson.known), "compared": used}
    made = LearnedModel(
        version=(session.scalar(select(func.max(LearnedModel.version))) or 0) + 1, trained_at=now, samples=len(taught.lesson.examples),
        state="refused", measures=measures, trial=taught.trial, weights=taught.weights)
    session.add(made)
    session.flush()
    session.execute(delete(LearnedModel).where(LearnedModel.version <= made.version - KEPT, LearnedModel.state != "active"))
    better = measures["new"]["accuracy"] >= measures["before"]["accuracy"]
    return versions.use(session, made.version, now=now, account_id=None) if better else made
