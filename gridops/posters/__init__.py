"""Posters to hang up: one A4 sheet laid out once, written as PDF and as SVG. Knows no database and no page."""

from gridops.posters.layout import DESK, Sheet
from gridops.posters.pdf import pdf
from gridops.posters.svg import svg

__all__ = ["DESK", "Sheet", "pdf", "svg"]
