"""Cells and places of an area with their posters: what is printed, and how often it was scanned."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Invalid
from gridops.models import Place, Poster
from gridops.services import poster_rights, posters
from gridops.services.areas import Area


def chosen(session: Session, area: str, kinds: Collection[str], codes: Collection[str], *, actor: Actor) -> list[Place | Area]:
    """Those of the area with these codes, or all. Raises NotFound, and Invalid naming a code that is not of the area."""
    poster_rights.require(actor, area)
    found = posters.subjects(session, area, kinds)
    unknown = set(codes) - {item.code for item in found}
    if unknown:
        raise Invalid(fields={"codes": [f"There is no such cell or place here: {code}" for code in sorted(unknown)]})
    return [item for item in found if item.code in set(codes)] if codes else found


def listed(session: Session, found: list[Place | Area], locale: str = "zh") -> list[dict[str, Any]]:
    """[{kind, code, name, token, scans, printed_at}]; without poster: token None, scans 0."""
    known, titles = posters.posters_of(session, found), posters.titles(session, found, locale)
    return [_row(item, titles[item.code], known.get(item.code)) for item in found]


def _row(item: Place | Area, title: str, poster: Poster | None) -> dict[str, Any]:
    return {
        "kind": item.kind if isinstance(item, Place) else "cell", "code": item.code, "name": title,
        "token": poster.token if poster else None, "scans": poster.scans if poster else 0, "printed_at": poster.printed_at if poster else None,
    }
