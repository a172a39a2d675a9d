"""Areas as GeoJSON for maps on a screen. An exact copy for other systems is what ``gridops export areas`` gives."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Integer, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from gridops.models import Cell, Community, Grid, Street

DIGITS = 7  # of a degree: a centimetre


def geojson(session: Session, code: str) -> dict[str, Any]:
    """FeatureCollection of the area and everything active below it that is drawn; code "" is the whole installation.

    properties: code, name, name_en, level, households (null for a street).
    """
    rows = session.execute(union_all(_features(Street, code), _features(Community, code), _cells(code)).order_by("code"))
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


def street_outlines(session: Session) -> dict[str, Any]:
    """As ``geojson``, of the streets alone."""
    rows = session.execute(_features(Street, "").order_by(Street.code))
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


def _features(model: Any, code: str) -> Select:
    households = model.households if model is not Street else literal(None, Integer)
    shape = func.ST_AsGeoJSON(model.boundary, DIGITS).label("shape")
    level = literal(model.__tablename__).label("level")
    columns = (model.code.label("code"), model.name, model.name_en, level, households.label("households"), shape)
    return select(*columns).where(model.code.startswith(code, autoescape=True), model.boundary.is_not(None))


def _cells(code: str) -> Select:
    return _features(Cell, code).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active")


def _feature(row: Any) -> dict[str, Any]:
    properties = {"code": row.code, "name": row.name, "name_en": row.name_en, "level": row.level, "households": row.households}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(row.shape)}
