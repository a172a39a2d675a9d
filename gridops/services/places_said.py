"""Where a text says it is: the places of the street that its words name, for a report that came without a spot."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from gridops.domain.place_mentions import Mention, mentions
from gridops.models import Place
from gridops.services.place_cells import only_cell
from gridops.services.place_search import Hit, search

LIKELY = 0.8  # below that the words fit a place no better than its neighbours
MOST_SAID, MOST = 3, 3


def places_said(session: Session, text: str, *, street: str, locale: str = "zh") -> list[dict[str, Any]]:
    """[{said, code, name, confidence, cell: {code, name} | None}], the surest first. ``street``: where the report came in."""
    found: dict[str, dict[str, Any]] = {}
    for mention in [one for one in mentions(text) if one.says_where][:MOST_SAID]:
        for hit in search(session, _typed(mention), prefixes=[street], limit=MOST):
            if hit.score >= LIKELY and hit.code not in found:
                found[hit.code] = _shown(session, text, mention, hit, locale)
    return sorted(found.values(), key=lambda one: -one["confidence"])[:MOST]


def _typed(mention: Mention) -> str:
    """As somebody would type it into the search: compound or road with its number, then the building."""
    house = f"{mention.house}号" if mention.house else ""
    building = f"{mention.building}号楼" if mention.building else ""
    return f"{mention.compound or ''}{mention.road or ''}{mention.road_number or ''}{house}{building}" or (mention.community or "")


def _shown(session: Session, text: str, mention: Mention, hit: Hit, locale: str) -> dict[str, Any]:
    cell = hit.cell or only_cell(session, session.get_one(Place, hit.place_id))
    return {
        "said": text[mention.start:mention.end], "code": hit.code, "name": hit.called, "confidence": round(hit.score, 2),
        "cell": {"code": cell.code, "name": cell.called(locale)} if cell else None}
