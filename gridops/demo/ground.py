"""The ground: one invented street, nine communities, compounds, yards and buildings. Shapes are WGS-84.

Of six kinds: three are commercial housing and two are public housing, so that there is somebody to be compared with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely
from shapely import Polygon

from gridops.demo.tables import SHAPE

STREET, NAME, NAME_EN = "310104001", "青梧街道", "Qingwu Street"
CRS = "wgs84"
CELLS_EACH = 10
Position = tuple[float, float]

# Corners of the communities, west to east and south to north; lng 121.42 to 121.444, lat 31.18 to 31.207.
CORNERS: tuple[tuple[Position, ...], ...] = (
    ((121.4203, 31.1804), (121.4281, 31.1800), (121.4362, 31.1807), (121.4437, 31.1802)),
    ((121.4200, 31.1893), (121.4277, 31.1888), (121.4358, 31.1897), (121.4440, 31.1891)),
    ((121.4206, 31.1979), (121.4284, 31.1983), (121.4357, 31.1976), (121.4434, 31.1981)),
    ((121.4201, 31.2069), (121.4279, 31.2065), (121.4363, 31.2071), (121.4439, 31.2066)),
)
BENDS = 4  # a border between two corners has so many straight parts
SWAY = 0.00018  # degrees by which it leaves the straight line


@dataclass(frozen=True)
class CommunitySpec:
    serial: int
    name: str
    name_en: str
    kind: str
    households: int

    @property
    def code(self) -> str:
        return f"{STREET}{self.serial:03}"

    @property
    def column(self) -> int:
        return (self.serial - 1) % 3

    @property
    def row(self) -> int:
        return (self.serial - 1) // 3


COMMUNITIES = (
    CommunitySpec(1, "梧桐里居民区", "Wutongli", "old_town", 1860),
    CommunitySpec(2, "锦澜居民区", "Jinlan", "commercial", 2740),
    CommunitySpec(3, "红砖新村居民区", "Red Brick Village", "public_sold", 3120),
    CommunitySpec(4, "新禾居民区", "Xinhe", "relocation", 2480),
    CommunitySpec(5, "柳塘湾居民区", "Liutang Bay", "converted_village", 1530),
    CommunitySpec(6, "星桥居民区", "Starbridge", "mixed", 2210),
    CommunitySpec(7, "澄园居民区", "Chengyuan", "commercial", 1980),
    CommunitySpec(8, "映月居民区", "Yingyue", "commercial", 2360),
    CommunitySpec(9, "砚池新村居民区", "Yanchi Village", "public_sold", 2650),
)


@dataclass(frozen=True)
class CompoundSpec:
    """``box``: west, south, east, north as shares of its community."""

    code: str
    name: str
    community: int
    box: tuple[float, float, float, float]
    households: int
    buildings: int
    kind: str = "compound"


COMPOUNDS = (
    CompoundSpec("QW-P01", "同乐里", 1, (0.10, 0.12, 0.30, 0.30), 210, 4),
    CompoundSpec("QW-P02", "安福坊", 1, (0.62, 0.60, 0.85, 0.80), 260, 5),
    CompoundSpec("QW-P03", "锦澜花苑一期", 2, (0.10, 0.10, 0.36, 0.32), 620, 8),
    CompoundSpec("QW-P04", "锦澜花苑二期", 2, (0.60, 0.12, 0.88, 0.34), 580, 7),
    CompoundSpec("QW-P05", "澜庭公寓", 2, (0.36, 0.62, 0.60, 0.84), 340, 4),
    CompoundSpec("QW-P06", "红砖一村", 3, (0.10, 0.62, 0.38, 0.86), 520, 8),
    CompoundSpec("QW-P07", "红砖二村", 3, (0.62, 0.62, 0.88, 0.86), 480, 7),
    CompoundSpec("QW-P09", "新禾家园南区", 4, (0.12, 0.10, 0.40, 0.32), 560, 7),
    CompoundSpec("QW-P10", "新禾家园北区", 4, (0.55, 0.62, 0.85, 0.86), 610, 8),
    CompoundSpec("QW-P11", "柳塘新苑", 5, (0.12, 0.14, 0.38, 0.34), 330, 5),
    CompoundSpec("QW-P12", "柳塘东宅", 5, (0.62, 0.60, 0.86, 0.80), 190, 3),
    CompoundSpec("QW-P13", "星桥名邸", 6, (0.10, 0.12, 0.36, 0.36), 450, 6),
    CompoundSpec("QW-P14", "星桥公寓", 6, (0.60, 0.14, 0.82, 0.34), 280, 4),
    CompoundSpec("QW-P15", "星桥里", 6, (0.34, 0.62, 0.58, 0.84), 240, 4),
    CompoundSpec("QW-P16", "澄园名都", 7, (0.12, 0.12, 0.38, 0.34), 470, 6),
    CompoundSpec("QW-P17", "澄园雅苑", 7, (0.58, 0.60, 0.84, 0.82), 390, 5),
    CompoundSpec("QW-P18", "映月华庭", 8, (0.10, 0.60, 0.36, 0.84), 540, 7),
    CompoundSpec("QW-P19", "映月花园", 8, (0.60, 0.14, 0.86, 0.36), 430, 6),
    CompoundSpec("QW-P20", "砚池一村", 9, (0.12, 0.12, 0.40, 0.36), 560, 8),
    CompoundSpec("QW-P21", "砚池二村", 9, (0.58, 0.60, 0.86, 0.84), 510, 7),
)
# Added after the cells have been cut, so that it lies across several of them.
ACROSS = CompoundSpec("QW-P08", "红砖三村", 3, (0.20, 0.16, 0.84, 0.44), 760, 9)
YARDS = (
    CompoundSpec("QW-Y01", "梧桐里12号院", 1, (0.44, 0.40, 0.50, 0.45), 26, 0, "yard"),
    CompoundSpec("QW-Y02", "梧桐里38号院", 1, (0.30, 0.74, 0.36, 0.80), 31, 0, "yard"),
    CompoundSpec("QW-Y03", "柳塘西宅院", 5, (0.30, 0.70, 0.36, 0.76), 18, 0, "yard"),
)
ROADS = ("青梧路", "锦澜路", "柳塘街", "红砖巷", "新禾路", "星桥路", "望江支路", "映月路", "砚池路")
LANDMARKS = ("菜场门口", "小学东门", "公交站旁", "便利店门前", "卫生服务站对面", "口袋公园", "快递驿站边", "社区食堂门口")


def outline(spec: CommunitySpec) -> Polygon:
    """Neighbours share every vertex of their common border."""
    south_west, south_east = CORNERS[spec.row][spec.column : spec.column + 2]
    north_west, north_east = CORNERS[spec.row + 1][spec.column : spec.column + 2]
    ring = [
        *_border(south_west, south_east), *_border(south_east, north_east),
        *_border(north_east, north_west), *_border(north_west, south_west),
    ]
    return Polygon(ring)


def _border(start: Position, end: Position) -> list[Position]:
    """Without its last point; the same line whichever way it is walked."""
    first, last = sorted((start, end))
    points = [_on_border(first, last, step / BENDS) for step in range(BENDS + 1)]
    return (points if start == first else points[::-1])[:-1]


def _on_border(first: Position, last: Position, share: float) -> Position:
    lng, lat = first[0] + (last[0] - first[0]) * share, first[1] + (last[1] - first[1]) * share
    sway = SWAY * math.sin(2 * math.pi * share) * (1 if int(first[0] * 1e4) % 2 else -1)
    if abs(last[0] - first[0]) > abs(last[1] - first[1]):
        return round(lng, 6), round(lat + sway, 6)
    return round(lng + sway, 6), round(lat, 6)


def inside(community: int, u: float, v: float) -> Position:
    """The position at the shares ``u`` (west to east) and ``v`` (south to north) of a community."""
    spec = COMMUNITIES[community - 1]
    (sw, se), (nw, ne) = (CORNERS[spec.row + up][spec.column : spec.column + 2] for up in (0, 1))
    lng, lat = (
        (sw[axis] * (1 - u) + se[axis] * u) * (1 - v) + (nw[axis] * (1 - u) + ne[axis] * u) * v for axis in (0, 1)
    )
    return round(lng, 6), round(lat, 6)


def boundary(spec: CompoundSpec) -> Polygon:
    west, south, east, north = spec.box
    return Polygon([inside(spec.community, *corner) for corner in ((west, south), (east, south), (east, north), (west, north))])


def area_rows() -> list[dict]:
    shapes = {spec.code: outline(spec) for spec in COMMUNITIES}
    street = {
        "code": STREET, "level": "street", "name": NAME, "name_en": NAME_EN, "phone": "021-60000110", "takes_unlocated": "1",
        SHAPE: shapely.union_all(list(shapes.values())),
    }
    return [street, *(_community_row(spec, shapes[spec.code]) for spec in COMMUNITIES)]


def _community_row(spec: CommunitySpec, shape: Polygon) -> dict:
    return {
        "code": spec.code, "level": "community", "name": spec.name, "name_en": spec.name_en, "kind": spec.kind,
        "households": spec.households, "population": round(spec.households * 2.6), SHAPE: shape,
    }


def place_rows(specs: tuple[CompoundSpec, ...]) -> list[dict]:
    return [
        {
            "code": spec.code, "kind": spec.kind, "name": spec.name, "community": COMMUNITIES[spec.community - 1].code,
            "address": _address(spec), "households": spec.households, SHAPE: boundary(spec),
        }
        for spec in specs
    ]


def _address(spec: CompoundSpec) -> str:
    return f"{ROADS[spec.community - 1]}{int(spec.box[0] * 1000) + 8}弄"


def building_rows() -> list[dict]:
    return [row for spec in (*COMPOUNDS, ACROSS) for row in _buildings_of(spec)]


def _buildings_of(spec: CompoundSpec) -> list[dict]:
    west, south, east, north = spec.box
    rows = []
    for number in range(1, spec.buildings + 1):
        share = (number - 0.5) / spec.buildings
        lng, lat = inside(spec.community, west + (east - west) * share, south + (north - south) * (0.3 if number % 2 else 0.7))
        rows.append({
            "code": f"{spec.code}-{number:02}", "kind": "building", "name": f"{spec.name}{number}号楼", "parent": spec.code,
            "address": f"{_address(spec)}{number}号", "households": spec.households // spec.buildings, "lng": lng, "lat": lat, "crs": CRS,
        })
    return rows
