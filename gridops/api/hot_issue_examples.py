"""Examples of hot issues in the API's document."""

from __future__ import annotations

from typing import Any

AT, LATER = "2026-03-02T01:10:00+00:00", "2026-03-04T02:00:00+00:00"
CATEGORY, CELL = {"code": "E0110", "name": "暴露垃圾"}, {"code": "310199001001001", "name": "菩提居民区 西网格"}
NUMBERS = ["260302-00004", "260303-00011", "260304-00017"]
ISSUE: dict[str, Any] = {
    "key": "hot-260302-00004", "kind": "hot", "guarded": False, "name": "菩提居民区 西网格 · 暴露垃圾", "words": "垃圾堆在路口", "category": CATEGORY, "area": CELL, "place": None,
    "location": {"lng": 121.405, "lat": 31.205, "crs": "wgs84"}, "people": 3, "reports": 5, "since": AT, "last_reported_at": LATER,
    "usual": None, "returns": None, "tickets": [{"number": number, "status": "in_progress"} for number in NUMBERS], "public_issue": None,
}
SURGE: dict[str, Any] = ISSUE | {"key": "surge-260302-00004", "kind": "surge", "people": 9, "reports": 9, "usual": 0.9}
REPEAT: dict[str, Any] = ISSUE | {"key": "repeat-260302-00004", "kind": "repeat", "people": 2, "returns": 2}
HOT_ISSUES: dict[str, Any] = {
    "area": {"code": "310199001", "name": "星河街道"}, "hot": [ISSUE], "surges": [SURGE], "repeats": [REPEAT]}
MAKE_PUBLIC: dict[str, Any] = {"issue": "hot-260302-00004"}
PUBLIC_ISSUE: dict[str, Any] = {
    "id": 1, "made_at": LATER, "area_code": CELL["code"], "category_code": "E0110", "name": ISSUE["name"], "tickets": NUMBERS, "people": 3}
