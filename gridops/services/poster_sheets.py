"""Posters as files: what each sheet says, one PDF for many, or a ZIP of SVGs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.errors import Invalid
from gridops.models import Place, Poster, Street
from gridops.posters import Sheet, pdf, svg
from gridops.services import areas, posters
from gridops.services.areas import Area

MOST = 3000  # in one file; a street has fewer communities' worth than that
FORMATS = {"pdf": "application/pdf", "svg": "image/svg+xml", "zip": "application/zip"}
STAMP = (1980, 1, 1, 0, 0, 0)  # of the files in a ZIP: the same posters make the same file


def printed(
    session: Session, found: list[Place | Area], form: str, *, base: str, now: datetime, done: Callable[[int], None] = lambda count: None,
) -> bytes:
    """``form``: pdf (a page each), svg (of one), zip (an SVG each); ``base``: address of this site. Makes the codes that are missing.

    Raises Invalid ``no_posters`` and ``too_many_posters``, Unavailable ``font_missing``.
    """
    if not found:
        raise Invalid(code="no_posters")
    if len(found) > MOST:
        raise Invalid(code="too_many_posters", most=MOST)
    sheets = list(_sheets(session, found, base, now))
    if form == "pdf":
        return pdf([sheet for _, sheet in sheets], title=sheets[0][1].street, done=done)
    return svg(sheets[0][1]) if form == "svg" else _zipped(sheets, done)


def _zipped(sheets: list[tuple[str, Sheet]], done: Callable[[int], None]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, sheet) in enumerate(sheets, 1):
            entry = zipfile.ZipInfo(f"{name}.svg", STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, svg(sheet))
            done(number)
    return written.getvalue()


def _sheets(session: Session, found: list[Place | Area], base: str, now: datetime) -> Iterator[tuple[str, Sheet]]:
    known = posters.posters_of(session, found)
    streets = {street.code: street for street in session.scalars(select(Street))}
    above = _names_above(session, found)
    for item in found:
        poster = known.get(item.code) or posters.poster_for(session, item, now)
        poster.printed_at = now
        street = streets[poster.community_code[:9]]
        yield item.code, _sheet(session, item, poster, street, f"{base.rstrip('/')}/p/{poster.token}", above)


def _sheet(session: Session, item: Place | Area, poster: Poster, street: Street, address: str, above: dict[int, str]) -> Sheet:
    within = above.get(item.parent_id) if isinstance(item, Place) else None
    where = _where(session, item, poster)
    return Sheet(
        street=street.name, street_en=street.name_en, address=address, number=item.code, colour=street.colour, phone=street.phone,
        title=item.name if within is None or item.name.startswith(within) else within + item.name,
        title_en=item.name_en if isinstance(item, Area) else None, cell=" · ".join(area.name for area in where) or None,
        cell_en=" · ".join(area.name_en for area in where if area.name_en) or None)


def _where(session: Session, item: Place | Area, poster: Poster) -> list[Area]:
    """The community, and for a place its cell."""
    aim = posters.aim(session, poster)
    found = [areas.find_area(session, poster.community_code), aim.area if aim and isinstance(item, Place) and aim.area.level == "cell" else None]
    return [area for area in found if area is not None]


def _names_above(session: Session, found: list[Place | Area]) -> dict[int, str]:
    """3号楼 says nothing without its compound."""
    ids = {item.parent_id for item in found if isinstance(item, Place) and item.parent_id is not None}
    return dict(session.execute(select(Place.id, Place.name).where(Place.id.in_(ids))).all())
