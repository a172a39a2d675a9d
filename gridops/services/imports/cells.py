"""One row being read: gives typed values, names what is wrong, and goes on."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from geo.coords import AnyPoint, parse_point
from geo.errors import GeoError
from geo.shapes import Area, read_area
from gridops.services.imports.table import ImportReport, Row

YES = {"1", "true", "yes", "y", "是", "有"}
NO = {"0", "false", "no", "n", "否", "无"}
LONGEST = 200
_SPLIT = re.compile(r"[;；]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class Cells:
    def __init__(self, row: Row, report: ImportReport, *, crs: str | None = None):
        self.row = row
        self.report = report
        self.crs = row.cells.get("crs") or crs
        self.faulty = False

    def has(self, column: str) -> bool:
        return column in self.row.cells

    def fault(self, column: str, code: str, message: str) -> None:
        self.faulty = True
        self.report.fault(self.row, column, code, message)

    def text(self, column: str, *, required: bool = False, longest: int = LONGEST) -> str | None:
        value = self.row.cells.get(column) or None
        if value is None and required:
            self.fault(column, "missing_value", f"{column} is empty")
        if value is not None and len(value) > longest:
            self.fault(column, "too_long", f"{column} has {len(value)} characters, {longest} are possible")
        if value is not None and "\0" in value:
            self.fault(column, "bad_character", f"{column} holds a NUL character")
        return value

    def choice(self, column: str, allowed: Collection[str], *, required: bool = True) -> str | None:
        value = self.text(column, required=required)
        if value is not None and value not in allowed:
            self.fault(column, "bad_choice", f"{column} is {value!r}, not one of {', '.join(sorted(allowed))}")
        return value

    def matching(self, column: str, pattern: str, meaning: str, *, required: bool = True) -> str | None:
        value = self.text(column, required=required)
        if value is not None and not re.fullmatch(pattern, value):
            self.fault(column, "bad_code", f"{column} is {value!r}: {meaning}")
        return value

    def whole(self, column: str) -> int | None:
        """Not negative."""
        value = self.text(column)
        if value is None:
            return None
        if re.fullmatch(r"\d{1,9}", value) is None:
            self.fault(column, "not_a_number", f"{column} is {value!r}, not a whole number")
            return None
        return int(value)

    def flag(self, column: str, default: bool = False) -> bool:
        value = (self.text(column) or "").lower()
        if value and value not in YES | NO:
            self.fault(column, "not_a_flag", f"{column} is {value!r}, not 1 or 0")
        return value in YES if value else default

    def items(self, column: str) -> list[str]:
        value = self.text(column, longest=4000) or ""
        return [item.strip() for item in _SPLIT.split(value) if item.strip()]

    def day(self, column: str, *, required: bool = False) -> date | None:
        value = self.text(column, required=required)
        if value is None:
            return None
        try:
            return date.fromisoformat(_iso(value)[:10])
        except ValueError:
            return self.fault(column, "not_a_date", f"{column} is {value!r}, not a date like 2026-03-04")

    def instant(self, column: str, zone: str, *, required: bool = False) -> datetime | None:
        """RFC 3339, or a local date or date and time in `zone`; a date alone is its first moment."""
        value = self.text(column, required=required)
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(_iso(value))
        except ValueError:
            return self.fault(column, "not_a_date", f"{column} is {value!r}, not an instant like 2026-03-04 10:30")
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)

    def area(self) -> Area | None:
        """The row's own geometry in WGS-84. None where it has none, or a faulty one (named)."""
        if self.row.geometry is None or not self._crs_named("geometry"):
            return None
        try:
            return read_area(self.row.geometry, self.crs)
        except GeoError as error:
            place = f" at {error.place[0]:.6f} {error.place[1]:.6f}" if error.place else ""
            return self.fault("geometry", error.code, f"{error.message}{place}")

    def point(self) -> AnyPoint | None:
        lng, lat = self.text("lng"), self.text("lat")
        if lng is None and lat is None or not self._crs_named("lng"):
            return None
        try:
            return parse_point(lng, lat, self.crs)
        except GeoError as error:
            return self.fault("crs" if error.code == "bad_crs" else "lng", error.code, error.message)

    def _crs_named(self, column: str) -> bool:
        if not self.crs:
            self.fault("crs", "missing_crs", f"{column} needs the name of its coordinate system: column crs or --crs")
        return bool(self.crs)


def _iso(value: str) -> str:
    """2026/3/4 10:30 and 2026年3月4日 as sheets write them."""
    return _DATE.sub(lambda found: f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}", value, count=1)
