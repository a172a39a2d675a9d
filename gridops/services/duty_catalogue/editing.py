"""Changing a draft: one rule at a time, or all of them from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.routing import may_lead
from gridops.errors import Invalid
from gridops.models import CatalogueRule, Category, CategoryVersion, Cell, Community, DepartmentType, DutyCatalogue, Street
from gridops.services.duty_catalogue.rules import Key, Parties, realm_of
from gridops.services.duty_catalogue.versions import draft_for_change
from gridops.services.imports.areas import KINDS

MOST_SUPPORTS = 12


def put_rule(
    session: Session, catalogue_id: int, given: Mapping[str, Any], *, expected_revision: int | None, actor: Actor,
) -> DutyCatalogue:
    """``given``: category, area, kind, lead, coordinate, supports [{type, duty}]. The rule of this key is replaced, or added.

    Raises as versions.draft_for_change, and Invalid: category, area, kind, lead, coordinate, supports.
    """
    draft = draft_for_change(session, catalogue_id, expected_revision=expected_revision, actor=actor)
    key, parties = checked(session, draft, given)
    _write(session, draft, key, parties)
    return _changed(session, draft)


def drop_rule(
    session: Session, catalogue_id: int, given: Mapping[str, Any], *, expected_revision: int | None, actor: Actor,
) -> DutyCatalogue:
    """Raises as versions.draft_for_change, and Invalid where the draft has no such rule."""
    draft = draft_for_change(session, catalogue_id, expected_revision=expected_revision, actor=actor)
    rule = _find(session, draft, Key(given["category"], given.get("area") or None, given.get("kind") or None))
    if rule is None:
        raise Invalid(fields={"category": ["The draft has no such rule."]})
    session.delete(rule)
    return _changed(session, draft)


def replace_rules(
    session: Session, catalogue_id: int, rules: Iterable[tuple[Key, Parties]], *, expected_revision: int | None, actor: Actor,
) -> DutyCatalogue:
    """Everything the draft says, from a file that was read and checked."""
    draft = draft_for_change(session, catalogue_id, expected_revision=expected_revision, actor=actor)
    session.execute(delete(CatalogueRule).where(CatalogueRule.catalogue_id == draft.id))
    session.add_all(_row(draft, key, parties) for key, parties in rules)
    return _changed(session, draft)


def checked(session: Session, draft: DutyCatalogue, given: Mapping[str, Any]) -> tuple[Key, Parties]:
    key = Key(given["category"], given.get("area") or None, given.get("kind") or None)
    supports = [{"type": row["type"], "duty": (row.get("duty") or "").strip() or None} for row in given.get("supports") or ()]
    parties = {"lead_type": given["lead"], "coordinate_type": given["coordinate"], "supports": supports}
    wrong = _wrong_key(session, draft, key) | _wrong_parties(session, key, parties)
    if wrong:
        raise Invalid(fields=wrong)
    return key, parties


def _wrong_key(session: Session, draft: DutyCatalogue, key: Key) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if session.get(Category, key.category) is None:
        wrong["category"] = ["There is no category with this code."]
    if key.kind is not None and key.kind not in KINDS:
        wrong["kind"] = ["There is no such kind of community."]
    if not in_realm(session, draft, key.area):
        wrong["area"] = ["There is no such area in this catalogue's realm."]
    return wrong


def in_realm(session: Session, draft: DutyCatalogue, area: str | None) -> bool:
    """A street's catalogue holds rules of its own ground only, the other one those that reach further than a street."""
    if area is None:
        return draft.street_code is None
    return realm_of(area) == draft.street_code and any(
        session.scalar(select(model.code).where(model.code.startswith(area, autoescape=True)).limit(1)) is not None
        for model in (Street, Community, Cell))


def _wrong_parties(session: Session, key: Key, parties: Parties) -> dict[str, list[str]]:
    types = set(session.scalars(select(DepartmentType.code)))
    supports = [support["type"] for support in parties["supports"]]
    wrong = {name: ["There is no such type of organisation."] for name, code in (
        ("lead", parties["lead_type"]), ("coordinate", parties["coordinate_type"])) if code not in types}
    if not set(supports) <= types:
        wrong["supports"] = ["There is no such type of organisation."]
    elif len(supports) > MOST_SUPPORTS or len({parties["lead_type"], *supports}) < 1 + len(supports):
        wrong["supports"] = ["A type leads and supports, or supports twice."]
    track = session.scalar(select(CategoryVersion.track).where(CategoryVersion.code == key.category, CategoryVersion.valid_to.is_(None)))
    if "lead" not in wrong and track and not may_lead(parties["lead_type"], track):
        wrong["lead"] = ["A committee leads only in self-governance, service and mediation."]
    return wrong


def _find(session: Session, draft: DutyCatalogue, key: Key) -> CatalogueRule | None:
    return session.scalar(select(CatalogueRule).where(
        CatalogueRule.catalogue_id == draft.id, CatalogueRule.category_code == key.category,
        CatalogueRule.area_prefix.is_not_distinct_from(key.area), CatalogueRule.community_kind.is_not_distinct_from(key.kind)))


def _write(session: Session, draft: DutyCatalogue, key: Key, parties: Parties) -> None:
    known = _find(session, draft, key)
    if known is None:
        session.add(_row(draft, key, parties))
        return
    for name, value in parties.items():
        setattr(known, name, value)


def _row(draft: DutyCatalogue, key: Key, parties: Parties) -> CatalogueRule:
    return CatalogueRule(
        catalogue_id=draft.id, category_code=key.category, area_prefix=key.area, community_kind=key.kind, **parties)


def _changed(session: Session, draft: DutyCatalogue) -> DutyCatalogue:
    """What was planned is a draft again: nobody puts in force what he has not seen."""
    draft.revision += 1
    draft.status, draft.planned_for = "draft", None
    session.flush()
    return draft
