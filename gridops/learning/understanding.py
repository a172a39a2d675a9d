"""One report understood: all answers from one look at its words. It suggests; people and the rules of the street decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from gridops.learning.categories import Suggestion, parts_of, ranked
from gridops.learning.combining import OUTSIDE
from gridops.learning.knowledge import Knowledge, knowledge
from gridops.learning.model import Model
from gridops.learning.protection import Reason, protection
from gridops.learning.scope import Scope, judged
from gridops.learning.urgency import Urgency, urgency
from gridops.learning.weighing import Weighed, weigh


@dataclass(frozen=True)
class Understanding:
    suggestions: tuple[Suggestion, ...]
    scope: Scope
    urgency: Urgency
    protection: tuple[Reason, ...]
    protected: bool


def understand(
    title: str, text: str, *, urgencies: Mapping[str, str], protecting: Collection[str] = (), among: Collection[str] | None = None, model: Model | None = None,
    known: Knowledge | None = None,
) -> Understanding:
    """``urgencies``: category code -> its own level, ``protecting``: the categories that protect by default. The first suggestion's are the least that
    a report gets, the words can only add.
    """
    known = known or knowledge()
    weighed = weigh(known.book, title, text)
    suggestions = ranked(parts_of(weighed, title, text, known, model), weighed, known.categories if among is None else among)
    reasons = protection(title, text)
    protected = bool(reasons) or any(suggestion.code in protecting for suggestion in suggestions[:1])
    least = urgencies.get(suggestions[0].code, "routine") if suggestions else "routine"
    found = urgency(title, text, known_level=least)
    leaning = judged(_for_scope(weighed, title, text, known, model), weighed, known)
    return Understanding(tuple(suggestions), _looked_at(leaning, found), found, reasons, protected)


def _for_scope(weighed: Mapping[str, Weighed], title: str, text: str, known: Knowledge, model: Model | None) -> Mapping[str, float]:
    """A model of tickets alone has never seen what was no ticket: it may not speak on that."""
    return parts_of(weighed, title, text, known, model if model and OUTSIDE in model.classes.tolist() else None)


def _looked_at(scope: Scope, found: Urgency) -> Scope:
    """Danger is nobody else's matter until a person has looked."""
    return replace(scope, doubt=True) if found.level == "emergency" and not scope.inside else scope
