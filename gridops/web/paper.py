"""A leader's views as a PDF: of what, by which time, and who exported it when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from flask_babel import gettext as _

from gridops.api.requests import Call
from gridops.services.exports import paper
from gridops.services.exports.paper import Block
from gridops.web import moments

RATE = 1.9  # beside a plain number
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


def answer(call: Call, name: str, title: str, facts: Sequence[str], blocks: Sequence[Block], zone: str) -> Response:
    """``zone``: of the street; the time at the foot is its own."""
    foot = _("Exported by %(name)s on %(moment)s", name=call.actor.name, moment=instant(call.now, zone))
    made = paper.Paper(
        title, facts, blocks, foot, page=_("page {no} of {all}").replace("{no}", "%s").replace("{all}", "%s"), language=LANGUAGES[call.locale],
        too_long=_("Only the first %(most)s rows are printed; the spreadsheet has all of them.", most=paper.MOST_ROWS))
    response = Response(paper.write(made), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def instant(at: datetime | None, zone: str) -> str:
    """With the year and the zone: paper is read on another day, and elsewhere."""
    return f"{moments.written(at, zone)} ({zone})" if at else ""


def block(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]], *, figures_from: int = 1, wide: float = 3, rates: int = 0, last_is_sum: bool = False) -> Block:
    """The first column wide, those from ``figures_from`` on with numbers, the last ``rates`` of them with "12 / 15 = 80.0 %"."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    plain = len(headings) - rates
    widths = [wide if column < figures_from else 1 if column < plain else RATE for column in range(len(headings))]
    return Block(title, list(map(str, headings)), texts, frozenset(range(figures_from, len(headings))), widths, last_is_sum and bool(rows))
