"""Programs elsewhere that are told facts of an area, signed: numbers and codes, never words or contacts of anybody."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Ticket, Webhook
from gridops.services import areas, security_events
from gridops.services.messages import written
from gridops.vault import Vault

SECRET = "webhook secret"  # purpose of the vault
SECRET_BYTES = 24
LONGEST_NAME, LONGEST_URL = 80, 500
KEEPERS = ("system_admin",)
TRIAL = "webhook.tried"


class Made(NamedTuple):
    """``secret``: shown once, as the receiver's program takes it."""

    webhook: Webhook
    secret: str


def write(session: Session, vault: Vault, fact: Any, ticket: Ticket, *, now: datetime) -> int:
    """How many are new. ``fact``: following.Fact."""
    if fact.topic not in rules.HOOKABLE:
        return 0
    asked = or_(Webhook.topics == [], Webhook.topics.contains([fact.topic]))
    hooks = session.scalars(select(Webhook).where(Webhook.ended_at.is_(None), asked).order_by(Webhook.id))
    wanted = [hook for hook in hooks if ticket.area_code.startswith(hook.area_code)]
    if not wanted:
        return 0
    body = json.dumps(payload(fact, ticket), ensure_ascii=False)
    return written.put(session, [_row(vault, hook, body, fact.topic, now, source_id=fact.source, ticket_id=ticket.id) for hook in wanted])


def payload(fact: Any, ticket: Ticket) -> dict[str, Any]:
    """What the other program gets. ``status`` and ``version`` are the ticket's when the message was written."""
    codes = {key: fact.payload[key] for key in ("action", "seq", "clock", "level") if key in fact.payload}
    return {
        "type": fact.topic, "timestamp": fact.at.isoformat(),
        "data": {"number": ticket.number, "status": ticket.status, "version": ticket.version, "street": ticket.street_code, "area": ticket.area_code} | codes}


def _row(vault: Vault, hook: Webhook, body: str, topic: str, now: datetime, **more: Any) -> dict[str, Any]:
    return written.row(vault, "webhook", None, body, topic=topic, now=now, webhook_id=hook.id, area_code=hook.area_code, **more)


def _check_keeper(actor: Actor) -> None:
    if not actor.areas(*KEEPERS):
        raise Forbidden()


def every(session: Session, actor: Actor) -> Sequence[Webhook]:
    """Those of the actor's areas, ended ones last. Raises Forbidden."""
    _check_keeper(actor)
    mine = or_(false(), *(Webhook.area_code.startswith(area, autoescape=True) for area in actor.areas(*KEEPERS)))
    return session.scalars(select(Webhook).where(mine).order_by(Webhook.ended_at.is_not(None), Webhook.name)).all()


def get(session: Session, webhook_id: int, actor: Actor) -> Webhook:
    """Raises Forbidden; NotFound outside the actor's areas."""
    _check_keeper(actor)
    found = session.get(Webhook, webhook_id)
    if found is None or not any(found.area_code.startswith(area) for area in actor.areas(*KEEPERS)):
        raise NotFound()
    return found


def make(
    session: Session, vault: Vault, *, name: str, url: str, area: str, topics: Iterable[str], actor: Actor, now: datetime,
) -> Made:
    """Raises Forbidden; Invalid: name, address or topics; NotFound for an area that is not the actor's, or that there is not."""
    _check_keeper(actor)
    if not any(area.startswith(own) for own in actor.areas(*KEEPERS)) or areas.find_area(session, area) is None:
        raise NotFound()
    wanted = list(dict.fromkeys(topics))
    _check(session, name, url, wanted)
    secret = secrets.token_bytes(SECRET_BYTES)
    hook = Webhook(
        name=name.strip(), url=url, secret_cipher=vault.encrypt(secret.hex(), purpose=SECRET), area_code=area, topics=wanted, made_at=now,
        made_by=actor.account_id)
    session.add(hook)
    security_events.record(session, "webhook_made", now=now, account_id=actor.account_id, webhook=hook.name, area=area)
    session.flush()
    return Made(hook, written_out(secret))


def end(session: Session, hook: Webhook, *, actor: Actor, now: datetime) -> None:
    """What waits for it is still sent; nothing new is written."""
    if hook.ended_at is None:
        hook.ended_at = now
        security_events.record(session, "webhook_ended", now=now, account_id=actor.account_id, webhook=hook.name)


def attempt(session: Session, vault: Vault, hook: Webhook, *, now: datetime) -> None:
    """A message that says nothing but that it came through. Raises NotFound for one that has ended."""
    if hook.ended_at is not None:
        raise NotFound()
    body = json.dumps({"type": TRIAL, "timestamp": now.isoformat(), "data": {"webhook": hook.name}})
    written.put(session, [_row(vault, hook, body, TRIAL, now, urgent=True)])


def secret_of(vault: Vault, hook: Webhook) -> bytes:
    return bytes.fromhex(vault.decrypt(hook.secret_cipher, purpose=SECRET))


def written_out(secret: bytes) -> str:
    """As the Standard Webhooks specification writes secrets."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def _check(session: Session, name: str, url: str, topics: list[str]) -> None:
    fields: dict[str, list[str]] = {}
    if not name.strip() or len(name) > LONGEST_NAME:
        fields["name"] = ["From 1 to 80 characters."]
    elif session.scalar(select(Webhook.id).where(Webhook.name == name.strip(), Webhook.ended_at.is_(None))):
        fields["name"] = ["Another one goes by this name."]
    if not _is_address(url):
        fields["url"] = ["This is not a web address that can be told something."]
    if set(topics) - set(rules.HOOKABLE):
        fields["topics"] = ["Not a valid choice."]
    if fields:
        raise Invalid("This webhook cannot be made.", code="webhook_invalid", fields=fields)


def _is_address(url: str) -> bool:
    """HTTP or HTTPS with a host and without a password in it. Addresses inside the house are allowed: that is where a street's programs are."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and (port is None or port > 0)
    return right and len(url) <= LONGEST_URL and url.isprintable() and " " not in url
