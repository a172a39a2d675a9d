"""Examples of settings, deliveries, templates and webhooks in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from gridops.api.examples import AT, LATER

SETTING: dict[str, Any] = {
    "email": "chen@street.example", "phone": "13900000001", "locale": "zh", "wanted": {"asked": ["email"], "emergency": ["email", "text"]},
    "quiet_from": "21:00", "quiet_until": "07:30", "digest_at": None}
WRITTEN: dict[str, Any] = {"written": 2}
DELIVERY: dict[str, Any] = {
    "id": 71, "channel": "text", "event": "closed", "number": "260304-00017", "receiver": "260304-00017", "to": "138****1234", "state": "failed",
    "attempts": 5, "created_at": AT, "due_at": LATER, "sent_at": None, "error": "http_400: unknown number", "can_again": True}
DELIVERIES: dict[str, Any] = {"items": [DELIVERY]}
TEMPLATE: dict[str, Any] = {
    "audience": "resident", "event": "rejected", "locale": "zh", "subject": "", "text": "【{street}】工单{number}未予受理。{words}{link}", "version": 1, "own": True}
TEMPLATES: dict[str, Any] = {"items": [TEMPLATE], "placeholders": {"resident": ["street", "number"], "staff": ["street", "number"]}}
TEMPLATE_GIVEN: dict[str, Any] = {"subject": None, "text": TEMPLATE["text"], "seen": 0}
PREVIEW_GIVEN: dict[str, Any] = {"audience": "resident", "locale": "zh", "subject": None, "text": TEMPLATE["text"]}
PREVIEW: dict[str, Any] = {"subject": "", "text": "【星河街道】工单260304-00017未予受理。", "problems": {}}
POLICY_GIVEN: dict[str, Any] = {"off": ["taken_on"], "quiet_from": "21:00", "quiet_until": "08:00", "upstream": False}
POLICY: dict[str, Any] = POLICY_GIVEN | {"street": "310199001"}
REFUSAL: dict[str, Any] = {"phone": "13800001234", "refuse": True}
WEBHOOK_GIVEN: dict[str, Any] = {"name": "市平台", "url": "https://city.example/gridops", "area": "310199001", "topics": ["ticket.closed"]}
WEBHOOK: dict[str, Any] = WEBHOOK_GIVEN | {"id": 3, "made_at": AT, "ended_at": None}
WEBHOOKS: dict[str, Any] = {"items": [WEBHOOK]}
WEBHOOK_MADE: dict[str, Any] = WEBHOOK | {"secret": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}
