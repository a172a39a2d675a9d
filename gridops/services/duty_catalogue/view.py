"""Versions, rules and findings as JSON, with the names that a person reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Account, CatalogueTrial, CategoryVersion, DepartmentType, DutyCatalogue
from gridops.services.duty_catalogue import versions
from gridops.services.duty_catalogue.comparing import Change
from gridops.services.duty_catalogue.rules import AnyRule


class Names:
    """Of categories and types, read once."""

    def __init__(self, session: Session, locale: str):
        english = locale.startswith("en")
        current = select(CategoryVersion).where(CategoryVersion.valid_to.is_(None)).order_by(CategoryVersion.code)
        self.versions = {version.code: version for version in session.scalars(current)}
        self.categories = {code: version.name_en if english and version.name_en else version.name for code, version in self.versions.items()}
        types = session.scalars(select(DepartmentType).order_by(DepartmentType.code))
        self.types = {kind.code: kind.name_en if english and kind.name_en else kind.name for kind in types}

    def category(self, code: str) -> dict[str, str]:
        return {"code": code, "name": self.categories.get(code, code)}

    def type(self, code: str) -> dict[str, str]:
        return {"code": code, "name": self.types.get(code, code)}


def version(session: Session, catalogue: DutyCatalogue, *, actor: Actor) -> dict[str, Any]:
    names = ("id", "version", "status", "title", "revision", "created_at", "planned_for", "activated_at", "retired_at")
    by = session.scalar(select(Account.name).where(Account.id == (catalogue.activated_by or catalogue.created_by)))
    return {name: getattr(catalogue, name) for name in names} | {
        "street": catalogue.street_code, "by": by, "may_propose": versions.may_propose(session, actor, catalogue.street_code),
        "may_activate": versions.may_activate(session, actor, catalogue.street_code)}


def rules(rows: Iterable[AnyRule], names: Names) -> list[dict[str, Any]]:
    return [
        {"category": names.category(rule.category_code), "area": rule.area_prefix, "kind": rule.community_kind}
        | parties({"lead_type": rule.lead_type, "coordinate_type": rule.coordinate_type, "supports": rule.supports}, names)
        for rule in rows]


def parties(said: dict[str, Any], names: Names) -> dict[str, Any]:
    supports = [names.type(support["type"]) | {"duty": support.get("duty")} for support in said["supports"]]
    return {"lead": names.type(said["lead_type"]), "coordinate": names.type(said["coordinate_type"]), "supports": supports}


def change(found: Change, names: Names) -> dict[str, Any]:
    before, after = (parties(said, names) if said else None for said in (found.before, found.after))
    key = {"category": names.category(found.key.category), "area": found.key.area, "kind": found.key.kind}
    return key | {"change": found.change, "before": before, "after": after}


def trial(found: CatalogueTrial) -> dict[str, Any]:
    """``outcomes``: same, other_lead, other_coordinate, other_support, now_routable, now_unroutable; tickets are those that differ, some hundred at most."""
    names = ("id", "revision", "first_day", "last_day", "done", "total", "asked_at", "finished_at")
    findings = found.findings
    return {name: getattr(found, name) for name in names} | {
        "outcomes": findings["counts"], "categories": findings["categories"], "tickets": findings["tickets"]}
