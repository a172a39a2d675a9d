"""Posters as files: what each sheet says, one PDF for many, or a ZIP of SVGs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.errors import Invalid
from gridops.models import Place, Poster, Street
from gridops.posters import DESK, Sheet, pdf, svg
from gridops.services import areas, field_terms, posters
from gridops.services.areas import Area
from gridops.services.place_cells import only_cell
from gridops.services.place_search import cells_of_lineages

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


def file_name(code: str) -> str:
    """A place's code is the street's own and may hold anything; a file's name may not."""
    return re.sub(r"[^\w-]", "_", code)


def _zipped(sheets: list[tuple[str, Sheet]], done: Callable[[int], None]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, sheet) in enumerate(sheets, 1):
            entry = zipfile.ZipInfo(f"{file_name(name)}.svg", STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, svg(sheet))
            done(number)
    return written.getvalue()


def _sheets(session: Session, found: list[Place | Area], base: str, now: datetime) -> Iterator[tuple[str, Sheet]]:
    known = posters.make_missing(session, found, now)
    streets = {street.code: street for street in session.scalars(select(Street))}
    desk = field_terms.said(session, DESK)
    titles, around = posters.titles(session, found), _around(session, found)
    for item in found:
        poster = known[item.code]
        poster.printed_at = now
        street = streets[poster.community_code[:9]]
        yield item.code, _sheet(item, titles[item.code], poster, street, f"{base.rstrip('/')}/p/{poster.token}", around, desk)


def _sheet(item: Place | Area, title: str, poster: Poster, street: Street, address: str, around: dict[str, Area], desk: str) -> Sheet:
    where = [area for area in (around.get(poster.community_code), around.get(item.code)) if area is not None]
    return Sheet(
        street=street.name, street_en=street.name_en, address=address, number=item.code, colour=street.colour, phone=street.phone,
        title=title, title_en=item.name_en if isinstance(item, Area) else None, cell=" · ".join(area.name for area in where) or None,
        cell_en=" · ".join(area.name_en for area in where if area.name_en) or None, desk=desk)


def _around(session: Session, found: list[Place | Area]) -> dict[str, Area]:
    """Code of a place -> the one cell it lies in; code of a community -> itself."""
    places = [item for item in found if isinstance(item, Place)]
    active = cells_of_lineages(session, {place.cell_lineage for place in places} - {None})
    known = {place.code: active.get(place.cell_lineage) if place.kind != "compound" else only_cell(session, place) for place in places}
    known |= {code: areas.find_area(session, code) for code in _communities(found)}
    return {code: area for code, area in known.items() if area is not None}


def _communities(found: list[Place | Area]) -> set[str]:
    return {item.community_code if isinstance(item, Place) else item.code[:12] for item in found}
