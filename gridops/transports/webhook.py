"""Signed webhooks after the open Standard Webhooks specification: the receiver checks the signature and knows a repeated id again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from gridops.transports import web


def send(url: str, secret: bytes, message_id: str, body: bytes, *, now: datetime) -> str | None:
    """Raises Refused, Later, Away. ``message_id`` stays the same however often it is sent."""
    web.post(url, body, signed(secret, message_id, body, now=now))
    return None


def signed(secret: bytes, message_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    at = str(int(now.timestamp()))
    seal = hmac.digest(secret, f"{message_id}.{at}.".encode() + body, hashlib.sha256)
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": f"v1,{base64.b64encode(seal).decode()}"}
