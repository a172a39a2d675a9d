"""What a form may choose among on this ticket just now: supports, addressees of an order, orders that wait."""

from __future__ import annotations

from typing import Any

from gridops.services.actions.support import OPEN
from gridops.web import words
from gridops.web.action_words import choice

Choices = dict[tuple[str, str], list[tuple[Any, str]]]  # (action, field) -> (value, text)


def of(detail: dict[str, Any]) -> Choices:
    parties = detail["round"]["assignments"] if detail["round"] else []
    orders = detail["supervisions"]
    return {
        ("waive_support", "department"): _supports(parties, OPEN), ("return_support", "department"): _supports(parties, ("refused",)),
        ("supervise", "addressee"): [_party(party) for party in parties] + [(role, words.role(role)) for role in ("dispatcher", "clerk")],
        ("answer_supervision", "supervision"): _orders(orders, "ordered"),
        ("accept_supervision", "supervision"): _orders(orders, "answered"), ("return_supervision", "supervision"): _orders(orders, "answered"),
    }


def _supports(parties: list[dict[str, Any]], statuses: tuple[str, ...]) -> list[tuple[str, str]]:
    found = [party["department"] for party in parties if party["role"] == "support" and party["status"] in statuses]
    return [(department["code"], department["name"]) for department in found]


def _party(party: dict[str, Any]) -> tuple[str, str]:
    return party["department"]["code"], f"{party['department']['name']} ({words.role(party['role'])})"


def _orders(orders: list[dict[str, Any]], status: str) -> list[tuple[int, str]]:
    return [
        (order["id"], f"{choice(order['level'])} · {order['addressee']['name'] or words.role(order['addressee']['code'])} · {order['text'][:30]}")
        for order in orders if order["status"] == status]
