"""A table of indicators as API and sheets show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridops.domain import kpi
from gridops.domain.kpi import Count
from gridops.services.indicators.report import Table
from gridops.services.indicators.scores import Scores
from gridops.services.indicators.words import BASES, FORMULAS, NAMES, said


def shown(table: Table, scores: Scores | None, locale: str) -> dict[str, Any]:
    return {
        "area": {"code": table.area.code, "name": table.area.called(locale)}, "by": table.by, "from": table.period.first,
        "to": table.period.last, "source": table.source, "as_of": table.as_of, "indicators": [_defined(row, locale) for row in table.indicators],
        "totals": values(table, table.totals),
        "rows": [
            {"code": code, "name": name, "values": values(table, counts)} | _scored(scores, code) for code, name, counts in table.rows]}


def _defined(row: kpi.Indicator, locale: str) -> dict[str, Any]:
    return {
        "code": row.code, "name": said(NAMES, row.code, locale), "formula": said(FORMULAS, row.code, locale), "base": row.base,
        "base_name": said(BASES, row.base, locale), "few": row.few, "better": row.better, "beside": row.beside}


def values(table: Table, counts: Mapping[str, Count]) -> dict[str, dict[str, Any]]:
    return {row.code: value(row.code, counts.get(row.code, Count())) for row in table.indicators}


def value(code: str, count: Count) -> dict[str, Any]:
    """``rate`` is null where there were too few to say."""
    found = kpi.rate(code, count)
    return {"numerator": count.numerator, "denominator": count.denominator, "rate": None if found is None else round(found, 4)}


def _scored(scores: Scores | None, code: str) -> dict[str, Any]:
    if scores is None or code not in scores:
        return {}
    return {"scores": {
        role: None if found is None else {"points": found[0], "grade": found[1]} for role, found in scores[code].items()}}


def columns(table: Table) -> list[tuple[str, str, str]]:
    """(key, Chinese heading, English heading) for a sheet: three columns for each indicator, its time base in the heading."""
    found = [("code", "编码", "Code"), ("name", "名称", "Name")]
    for row in table.indicators:
        (name, name_en), (base, base_en) = NAMES[row.code], BASES[row.base]
        chinese, english = f"{name}（{base}）", f"{name_en} ({base_en})"
        found += [
            (f"{row.code}_numerator", f"{chinese} 分子", f"{english}, numerator"),
            (f"{row.code}_denominator", f"{chinese} 分母", f"{english}, denominator"),
            (f"{row.code}_rate", f"{chinese} %", f"{english}, %")]
    return found


def sheet_rows(table: Table, locale: str) -> list[dict[str, Any]]:
    """The rows and, last, the whole area."""
    whole = (table.area.code, table.area.called(locale), table.totals)
    return [
        {"code": code, "name": name} | {
            key: cell for row in table.indicators for key, cell in _cells(row.code, counts.get(row.code, Count()))}
        for code, name, counts in (*table.rows, whole)]


def _cells(code: str, count: Count) -> list[tuple[str, Any]]:
    found = kpi.rate(code, count)
    percent = "" if found is None else round(found * 100, 1)
    return [(f"{code}_numerator", count.numerator), (f"{code}_denominator", count.denominator), (f"{code}_rate", percent)]
