"""Replies as files in the city's own form: one row each in a workbook, one page each in a Word document."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from gridops.models import UpstreamProfile
from gridops.services.exports.records import Record
from gridops.services.exports.writers import write_xlsx
from gridops.services.upstream.replies import Written

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
FONT = "宋体"


def printed(profile: UpstreamProfile, replies: Sequence[Written], form: str) -> bytes:
    return {"xlsx": _xlsx, "docx": _docx}[form](profile, replies)


def _xlsx(profile: UpstreamProfile, replies: Sequence[Written]) -> bytes:
    columns = profile.rules["reply"]["columns"]
    records = [Record({heading: _printable(written.fields[field]) for heading, field in columns}) for written in replies]
    return write_xlsx([heading for heading, _ in columns], records)


def _docx(profile: UpstreamProfile, replies: Sequence[Written]) -> bytes:
    document, out = Document(), io.BytesIO()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    for place, written in enumerate(replies):
        if place:
            document.add_page_break()
        _page(document, profile, written)
    document.save(out)
    return out.getvalue()


def _page(document: Document, profile: UpstreamProfile, written: Written) -> None:
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    words = title.add_run(profile.rules["reply"]["title"])
    words.bold, words.font.size = True, Pt(16)
    columns = profile.rules["reply"]["columns"]
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for heading, field in columns:
        left, right = table.add_row().cells
        left.width, right.width = Cm(3.5), Cm(12)
        left.text, right.text = heading, _printable(written.fields[field])


def _printable(text: str) -> str:
    """Neither workbooks nor Word documents take control characters."""
    return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)
