"""Rows with their numbers, and what an import has to say about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain.terms import Wording


@dataclass(frozen=True)
class Row:
    """``number`` is the line of a sheet (the header is 1) or the feature of a GeoJSON file (the first is 1). Cells are stripped text."""

    number: int
    cells: dict[str, str]
    geometry: Any = None


@dataclass
class Table:
    columns: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    progress: Callable[[int, int], None] | None = None

    def __iter__(self) -> Iterator[Row]:
        for done, row in enumerate(self.rows, 1):
            yield row
            if self.progress:
                self.progress(done, len(self.rows))

    def from_chinese(self, names: dict[str, str], wording: Wording) -> Table:
        """`names`: our column -> its Chinese heading, which this installation may say otherwise. Columns of neither stay."""
        ours = wording.either_way({theirs: column for column, theirs in names.items()})
        found: dict[str, str] = {}
        for heading in self.columns:
            if heading in ours:
                found.setdefault(ours[heading], heading)
        return self.renamed(found)

    def renamed(self, names: dict[str, str], constants: dict[str, str] | None = None) -> Table:
        """`names`: our column -> theirs; `constants`: our column -> one value for every row."""
        theirs = {their: our for our, their in names.items()}
        constants = constants or {}
        taken = names.keys() | constants.keys()
        columns = [theirs.get(name, name) for name in self.columns if name in theirs or name not in taken]
        rows = [
            Row(row.number, {theirs.get(k, k): v for k, v in row.cells.items() if k in theirs or k not in taken} | constants, row.geometry)
            for row in self.rows
        ]
        return Table([*columns, *(name for name in constants if name not in columns)], rows, self.notes, self.progress)


@dataclass(frozen=True, order=True)
class Fault:
    """Row 0 is the file as a whole. ``code`` is stable."""

    row: int
    column: str
    code: str
    message: str

    def __str__(self) -> str:
        where = ", ".join([f"row {self.row}"] * bool(self.row) + [f"column {self.column}"] * bool(self.column))
        return f"{where or 'file'}: {self.message} [{self.code}]"


@dataclass
class ImportReport:
    """Counts of things, not of rows. With errors nothing was written, and the counts are 0."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, row: Row | int, column: str, code: str, message: str) -> None:
        self.errors.append(Fault(row if isinstance(row, int) else row.number, column, code, message))

    def count(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    def needs(self, table: Table, *columns: str) -> bool:
        missing = [name for name in columns if name not in table.columns]
        for name in missing:
            self.fault(0, name, "missing_column", f"the column {name} is missing; the file has: {', '.join(table.columns)}")
        return not missing

    def knows(self, table: Table, *columns: str) -> None:
        unknown = [name for name in table.columns if name not in columns]
        if unknown:
            self.notes.append(f"columns not known here and not read: {', '.join(unknown)}")


@contextmanager
def all_or_nothing(session: Session, report: ImportReport) -> Iterator[None]:
    """What is written inside stays only if the report names no error."""
    savepoint = session.begin_nested()
    yield
    if report.errors:
        report.created = report.changed = report.unchanged = 0
        report.errors.sort()
        savepoint.rollback()
    else:
        savepoint.commit()


def put(stored: Any, values: dict[str, Any]) -> bool:
    """Sets what differs; True when something did."""
    different = {name: value for name, value in values.items() if getattr(stored, name) != value}
    for name, value in different.items():
        setattr(stored, name, value)
    return bool(different)
