"""Names and words of a ticket as one viewer may read them."""

from __future__ import annotations

from gridops.domain.actor import Actor
from gridops.domain.redaction import redact
from gridops.models import CategoryVersion, Department, Ticket
from gridops.services import contacts


def seen_text(text: str, ticket: Ticket, actor: Actor) -> str:
    """Nobody learns from the words what he may not learn from the contact: who may open contacts here reads all."""
    return text if actor.roles_at(ticket.area_code) & contacts.OPENERS else redact(text)


def called(thing: Department | CategoryVersion, locale: str) -> dict[str, str]:
    english = thing.name_en if locale.startswith("en") else None
    return {"code": thing.code, "name": english or thing.name}
