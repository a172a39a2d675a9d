"""Rows in memory for the import services, as if they had been read from a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridops.services.imports.table import ImportReport, Row, Table

SHAPE = "shape"  # the key under which a row carries its geometry


class DemoFaulty(AssertionError):
    """An import found a fault in the demonstration's own rows."""


def table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Every row gets every column; None is an empty cell."""
    kept = list(rows)
    columns = list(dict.fromkeys(name for row in kept for name in row if name != SHAPE))
    return Table(columns, [_row(number, row, columns) for number, row in enumerate(kept, 1)])


def _row(number: int, row: Mapping[str, Any], columns: list[str]) -> Row:
    shape = row.get(SHAPE)
    return Row(number, {name: _text(row.get(name)) for name in columns}, _geometry(shape) if shape is not None else None)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ";".join(value)
    return "" if value is None else str(value)


def _geometry(shape: BaseGeometry) -> Any:
    return json.loads(shapely.to_geojson(shape))


def sure(report: ImportReport) -> None:
    if report.errors:
        raise DemoFaulty(f"{len(report.errors)} faults: {report.errors[0]}")
