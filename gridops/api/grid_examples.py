"""What answers about grid versions look like, for the OpenAPI document. A test loads each with its schema."""

from __future__ import annotations

from typing import Any

from gridops.api.examples import AT, CELL

COMMUNITY = CELL["code"][:12]
NEXT = f"{COMMUNITY}004"
SQUARE = [[121.40, 31.20], [121.41, 31.20], [121.41, 31.21], [121.40, 31.21], [121.40, 31.20]]
BEGIN: dict[str, Any] = {"title": "春季调整", "start": "communities", "cut": {"households": 300}}
SUMMARY: dict[str, Any] = {
    "id": 7, "version": 3, "status": "draft", "revision": 4, "title": "春季调整", "cells": 52, "created_at": AT, "planned_for": None,
    "activated_at": None, "retired_at": None,
}
VERSIONS: dict[str, Any] = {"items": [SUMMARY]}
EDITED: dict[str, Any] = {"seq": 4, "at": AT, "by": "陈网格", "operation": "split", "cells": [CELL["code"], NEXT]}
REASON: dict[str, Any] = {"kind": "compound_split", "subject": "C-17", "reason": "小区南北两片由两个居委会小组管理"}
GRID: dict[str, Any] = SUMMARY | {
    "street": {"code": "310199001", "name": "星河街道"}, "based_on": 5, "reasons": [REASON | {"by": "陈网格", "at": AT}], "can_undo": True,
    "last_edits": [EDITED],
}
FEATURE: dict[str, Any] = {
    "type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
    "properties": {
        "level": "cell", "code": NEXT, "name": "第04网格", "name_en": "Cell 04", "community": COMMUNITY, "households": 140,
        "area_m2": 52_310.4, "buildings": 6},
}
FEATURES: dict[str, Any] = {"type": "FeatureCollection", "features": [FEATURE]}
REVISION: dict[str, Any] = {"expected_revision": 4}
EDIT: dict[str, Any] = REVISION | {"operation": "split", "cell": CELL["code"], "line": [[121.405, 31.19], [121.405, 31.22]]}
REPLACE: dict[str, Any] = REVISION | {"crs": "wgs84", "features": [FEATURE]}
CHANGED: dict[str, Any] = {"revision": 5, "changed": [FEATURE], "removed": [], "can_undo": True}
COVERAGE: dict[str, Any] = {"complete": False, "gap_m2": 12.5, "overlap_m2": 0.0, "problems": [{
    "id": f"gap:{COMMUNITY}@121.40512,31.20431", "kind": "gap", "subject": f"{COMMUNITY}@121.40512,31.20431", "severity": "blocking",
    "cells": [], "place": None, "area_m2": 12.5, "at": [121.40512, 31.20431], "bbox": [121.4051, 31.2043, 121.4052, 31.2044], "accepted": None,
}]}
ACTIVATION: dict[str, Any] = REVISION | {"at": "2026-03-31T16:00:00+00:00"}
REBASED: dict[str, Any] = CHANGED | {"conflicts": []}
COMPARISON: dict[str, Any] = {
    "cells": [
        {"code": CELL["code"], "name": CELL["name"], "change": "reshaped", "households_before": 320, "households_after": 180,
         "from": [{"code": CELL["code"], "households": 180}]},
        {"code": NEXT, "name": "第04网格", "change": "new", "households_before": None, "households_after": 140,
         "from": [{"code": CELL["code"], "households": 140}]},
    ],
    "moved": {"households": 140, "open_tickets": 1, "postings": 0, "posters": 0, "buildings": 6},
    "open_tickets": [{"number": "260304-00017", "from": CELL["code"], "to": NEXT}], "postings": [], "posters": [],
}
