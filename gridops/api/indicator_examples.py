"""What answers about indicators look like; a test loads each with its schema."""

from __future__ import annotations

from typing import Any

from gridops.domain.kpi import DEFAULT_WEIGHTS

VALUES = {"on_time_dispose_rate": {"numerator": 41, "denominator": 48, "rate": 0.8542}}
INDICATORS: dict[str, Any] = {
    "area": {"code": "310199001", "name": "星河街道"}, "by": "department", "from": "2026-03-01",
    "to": "2026-03-31", "source": "rows", "as_of": "2026-03-04T02:00:00+00:00",
    "indicators": [{
        "code": "on_time_dispose_rate", "name": "按期处置率", "formula": "按期处置 ÷ 应处置", "base": "due_by", "base_name": "按到期时间",
        "few": 10, "better": "higher", "beside": "on_original_rate"}],
    "totals": VALUES, "rows": [{"code": "D-SANITATION", "name": "环卫所", "values": VALUES}],
}
CHANGE: dict[str, Any] = {"weights": DEFAULT_WEIGHTS, "active": True, "reason": "经联席会议讨论通过。"}
VERSION: dict[str, Any] = {"version": 1, **CHANGE, "made_at": "2026-03-04T02:00:00+00:00"}
VERSIONS: dict[str, Any] = {"active": True, "defaults": DEFAULT_WEIGHTS, "items": [VERSION]}
