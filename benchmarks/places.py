"""Search among 100,000 places: names and addresses typed with one character missing, and typed to their beginning.

Of the file of real addresses, where it is there, each row is one of the places and is what is asked for; the rest are generated. Without
the file generated compounds are asked for. Seeded: the same run again asks the same.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.own_servers import street
from gridops.models import Community, Place
from gridops.services import place_search
from tests.small_street import COMMUNITY, STREET

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "geo" / "sh_addresses_dev.csv"
PLACES, STREETS, ASKED, FIRST = 100_000, 100, 1500, 3
BUILDINGS = 12  # of a compound, on average
ROADS = "东西南北中长康平安国华明德新兴光复永嘉和虹桥闵沪宜川陕茂名富民武定常安江宁泰兴石门延泉源漕宝溪龙吴凯旋汇金桂林柳州钦田零陵斜土天钥浦松花曹杨真如岚皋怒杏枫葵绿瑞香银杨海滨"
NAMES = "金银玉锦绣华丽嘉和盛世东方阳光春江湖滨名都新城翠绿景云天海逸雅丰乐康泰永兴宏明珠星河万国际香榭枫林梧桐紫藤竹溪兰亭御龙凤凰"
ENDINGS = ("苑", "花园", "公寓", "新村", "家园", "大厦", "名苑", "佳苑", "雅苑", "小区", "坊", "广场", "豪庭", "华庭", "景苑", "新苑")
Asked = tuple[int, str]  # place, what it is called


def run() -> list[tuple[str, str]]:
    chance = Random(7)
    with street() as (bench, _):
        context = bench.context()
        with context.sessions() as session:
            asked = _fill(session, chance)
            started = time.perf_counter()
            place_search.index_places(session)
            session.commit()
            took = time.perf_counter() - started
            session.execute(text("ANALYZE"))
            rows = _measured(session, asked, chance)
        context.bind.dispose()
    return [("index of 100,000 places, made anew", f"{took:.0f} s"), *rows]


def _fill(session: Session, chance: Random) -> list[Asked]:
    real = _real()
    codes = [f"{COMMUNITY[:6]}{number:03d}001" for number in range(100, 100 + STREETS)]
    session.execute(insert(Community), [{"code": code, "street_code": STREET, "name": code} for code in codes])
    rows = [_row(number, "building", name, address, chance.choice(codes)) for number, (name, address) in enumerate(real)]
    compounds = [compound(number, chance, codes) for number in range((PLACES - len(real)) // (BUILDINGS + 1))]
    ids = session.scalars(insert(Place).returning(Place.id, sort_by_parameter_order=True), rows + compounds).all()
    session.execute(insert(Place), list(buildings(compounds, ids[len(rows):], PLACES - len(ids), chance)))
    known = rows or compounds
    chosen = chance.sample(range(len(known)), min(ASKED, len(known)))
    return [(ids[i], called) for i in chosen for called in (known[i]["name"], known[i]["address"])]


def _real() -> list[tuple[str, str]]:
    if not REAL.exists():
        return []
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        return [(row["name"].strip(), row["address"].strip()) for row in csv.DictReader(file)]


def _row(number: int, kind: str, name: str, address: str, community: str) -> dict:
    return {"code": f"{kind[0]}{number}", "kind": kind, "name": name, "address": address, "community_code": community, "aliases": []}


def compound(number: int, chance: Random, codes: list[str]) -> dict:
    name = "".join(chance.choices(NAMES, k=chance.choice((2, 3, 4)))) + chance.choice(ENDINGS)
    road = "".join(chance.choices(ROADS, k=2)) + chance.choice(("路", "路", "路", "东路", "西路", "南路", "街", "大道"))
    return _row(number, "compound", name, f"{road}{chance.randint(1, 3000)}弄", chance.choice(codes))


def buildings(compounds: list[dict], ids: list[int], count: int, chance: Random) -> Iterator[dict]:
    for number in range(count):
        at = number % len(compounds)
        over, plate = compounds[at], number // len(compounds) + 1
        made = _row(number, "yard", f"{plate}号楼", f"{over['address']}{plate}号", over["community_code"])
        yield made | {"kind": "building", "parent_id": ids[at], "households": chance.randint(10, 90)}


def _measured(session: Session, asked: list[Asked], chance: Random) -> list[tuple[str, str]]:
    missing = [(place, _without_one(called, chance)) for place, called in asked if len(called) > 2]
    begun = [(place, called[: max(2, len(called) * 2 // 3)]) for place, called in asked]
    one_street = sorted({code[:9] for code in session.scalars(select(Place.community_code).limit(1))})
    return [
        *_row_of(session, "one character missing", missing), *_row_of(session, "the first two thirds", begun),
        ("  the same in one street, p95", f"{_p95(_times(session, missing[:500], one_street)):.1f} ms"),
    ]


def _without_one(called: str, chance: Random) -> str:
    at = chance.randrange(len(called))
    return called[:at] + called[at + 1 :]


def _row_of(session: Session, what: str, asked: list[Asked]) -> list[tuple[str, str]]:
    times: list[float] = []
    found = sum(place in _first(session, typed, times) for place, typed in asked)
    times.sort()
    return [
        (f"{what}: the right one among the first {FIRST} (goal ≥ 95 %)", f"{100 * found / len(asked):.1f} %  of {len(asked)}"),
        (f"{what}: p50 / p95 / longest (goal p95 < 50 ms)", f"{times[len(times) // 2]:.1f} / {_p95(times):.1f} / {times[-1]:.0f} ms"),
    ]


def _first(session: Session, typed: str, times: list[float], prefixes: list[str] | None = None) -> list[int]:
    started = time.perf_counter()
    hits = place_search.search(session, typed, prefixes=prefixes)
    times.append((time.perf_counter() - started) * 1000)
    return [hit.place_id for hit in hits[:FIRST]]


def _times(session: Session, asked: list[Asked], prefixes: list[str]) -> list[float]:
    times: list[float] = []
    for _, typed in asked:
        _first(session, typed, times, prefixes)
    return times


def _p95(times: list[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]
