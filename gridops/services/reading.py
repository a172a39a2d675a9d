"""What the words of a report say: categories, scope, urgency, protection, places; always with the words that decided. Nothing is stored here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.place_mentions import Mention, mentions
from gridops.learning.categories import Suggestion
from gridops.learning.scope import Scope
from gridops.learning.understanding import understand
from gridops.learning.urgency import LEVELS
from gridops.models import CategoryVersion
from gridops.services import field_terms, remembered
from gridops.services.learned import current as learned
from gridops.services.learned import words

FEWEST_WORTH_SAYING = 0.02  # a share below that is noise, not a suggestion


def read(session: Session, text: str, *, title: str = "", known_level: str = "routine") -> dict[str, Any]:
    """{categories: [{code, confidence, words}], scope: {inside, doubt, share, referral, words}, urgency: {level, raised, reasons}, protect, places}.

    ``known_level`` is what the chosen category says already (routine, urgent, emergency): words only ever raise it.
    """
    found = understand(title, text, urgencies={}, among=current_codes(session), model=learned.model(session), known=words.known(session))
    level = max(known_level, found.urgency.level, key=LEVELS.index)
    return {
        "categories": [_suggestion(one) for one in found.suggestions if one.confidence >= FEWEST_WORTH_SAYING],
        "scope": _scope(session, found.scope),
        "urgency": {"level": level, "raised": level != known_level, "reasons": [
            {"zh": danger.reason_zh, "en": danger.reason_en, "said": danger.said} for danger in found.urgency.dangers]},
        "protect": [{"zh": reason.reason_zh, "en": reason.reason_en, "said": reason.said} for reason in found.protection],
        "places": [_place(mention) for mention in mentions(f"{title} {text}" if title else text) if mention.says_where],
    }


def current_codes(session: Session) -> frozenset[str]:
    """The codes that are in force: a street may have taken some out."""
    return remembered.in_batch(session, ("current_categories",), lambda: _in_force(session))


def _in_force(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(CategoryVersion.code).where(CategoryVersion.valid_to.is_(None))))


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {"code": one.code, "confidence": round(one.confidence, 3), "words": list(dict.fromkeys(word.said for word in one.words))}


def _scope(session: Session, found: Scope) -> dict[str, Any]:
    referral = found.referral
    return {
        "inside": found.inside, "doubt": found.doubt, "share": round(found.share, 3), "words": [word.said for word in found.words],
        "referral": {"code": referral.code, "name": referral.name, "refer_to": referral.refer_to, "text": field_terms.said(session, referral.text)} if referral else None,
    }


def _place(mention: Mention) -> dict[str, Any]:
    names = ("community", "compound", "road", "road_number", "house", "building", "unit", "floor")
    return {name: value for name in names if (value := getattr(mention, name))} | {"directions": list(mention.directions)}
