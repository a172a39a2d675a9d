"""What the city now says of an order that is here already. A changed due waits for a person; all else is written down."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM
from gridops.models import UpstreamOrder
from gridops.services.upstream import acts
from gridops.vault import Vault

# field -> the columns that say it
COLUMNS = {
    "due_by": ("due_by",), "kind": ("kind",), "category": ("category",), "secret": ("secret", "visibility"), "reply_wanted": ("reply_wanted",),
    "where": ("address", "street", "place", "lng", "lat"), "content": ("title", "content"), "contact": ("name", "phone")}
PURPOSE = "upstream.said"
HASHED = ("where", "content", "contact")  # a reporter's own: only whether they changed is kept


def said(vault: Vault, submission: dict[str, Any], columns: set[str]) -> dict[str, Any]:
    """By field, of the columns that there are."""
    order = submission["upstream"]
    due_by = order["external_due_by"]
    every = {
        "due_by": due_by.isoformat() if due_by else None, "kind": submission["kind"], "category": order["category_text"],
        "secret": submission["visibility"], "reply_wanted": order["reply_wanted"],
        "where": [submission[name] for name in ("location", "place_code", "address", "street")],
        "content": submission["description"], "contact": submission["contact"]}
    found = {name: every[name] for name, names in COLUMNS.items() if columns.intersection(names)}
    return {name: _hash(vault, value) if name in HASHED else value for name, value in found.items()}


def _hash(vault: Vault, value: Any) -> str:
    return vault.blind_index(json.dumps(value, ensure_ascii=False, sort_keys=True), purpose=PURPOSE).hex()[:32]


def take(session: Session, order: UpstreamOrder, now_said: dict[str, Any], submission: dict[str, Any], *, now: datetime) -> list[str]:
    """The fields that the city changed, each told once."""
    before = order.said or _before(order)
    changed = [name for name, value in now_said.items() if name in before and before[name] != value]
    order.said = before | now_said
    if changed:
        body = {"kind": "update", "direction": "in", "changed": changed}
        due_by = submission["upstream"]["external_due_by"]
        body |= {"due_by": due_by.isoformat()} if "due_by" in changed and due_by else {}
        body |= {"text": submission["description"]} if "content" in changed else {}
        session.flush()
        acts.record(session, order, body, actor=SYSTEM, now=now)
    return changed


def _before(order: UpstreamOrder) -> dict[str, Any]:
    """An order that a clerk entered by hand: only its due is known to be the city's."""
    return {"due_by": order.external_due_by.isoformat() if order.external_due_by else None}
