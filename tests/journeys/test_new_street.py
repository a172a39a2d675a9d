"""From an empty street and an XLSX of addresses to an active, staffed grid with posters, and a report by one that has its people."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import requests

from geo.coords import Wgs84, to_gcj02
from gridops.domain.actor import Grant
from gridops.services.exports.records import Record
from gridops.services.exports.writers import write
from tests.running import Person, running, wait_until

STREET, COMMUNITIES = "310199005", ("310199005001", "310199005002")
WEST, MIDDLE, EAST, SOUTH, NORTH = 121.40, 121.41, 121.42, 31.20, 31.21
HOMES, EACH = 30, 24  # buildings of a community in rows of six, and their households


@pytest.fixture(scope="module")
def system():
    with running(GRIDOPS_RATE_LIMITS="0") as system:
        yield system


@pytest.fixture(scope="module")
def office(system) -> Person:
    return system.log_in("grid-office", Grant("grid_office", STREET))


def workbook(columns: list[str], rows: list[tuple]) -> bytes:
    return write(columns, [Record(dict(zip(columns, row, strict=True))) for row in rows], "xlsx")


def areas() -> dict:
    shapes = [(STREET, "street", "新桥街道", WEST, EAST), (COMMUNITIES[0], "community", "柳岸居民区", WEST, MIDDLE),
              (COMMUNITIES[1], "community", "石榴居民区", MIDDLE, EAST)]
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": code, "level": level, "name": name}, "geometry": {
            "type": "Polygon", "coordinates": [[[w, SOUTH], [e, SOUTH], [e, NORTH], [w, NORTH], [w, SOUTH]]]}}
        for code, level, name, w, e in shapes]}


def addresses() -> bytes:
    rows = []
    for road, west in (("柳岸路", WEST), ("石榴路", MIDDLE)):
        for number in range(HOMES):
            point = to_gcj02(Wgs84(west + 0.001 + 0.0016 * (number % 6), SOUTH + 0.001 + 0.0018 * (number // 6)))
            rows.append((f"{road}{2 * number + 1}号", f"{road}{2 * number + 1}号", point.lng, point.lat, EACH))
    return workbook(["名称", "地址", "经度", "纬度", "户数"], rows)


def staff(cells: list[tuple[str, str]], mark: str) -> bytes:
    """A worker for each (community, cell) and a leader for each community, by names that people use."""
    since = (date.today() - timedelta(days=30)).isoformat()
    workers = [(f"{mark}{number:02}", "专职网格员", *cell, since) for number, cell in enumerate(cells)]
    leaders = [(f"{mark}长{name}", "网格长", name, "", since) for name in sorted({community for community, _ in cells})]
    return workbook(["姓名", "岗位", "社区", "网格", "到岗日期"], [*workers, *leaders])


def send(office: Person, path: str, content: bytes, **query) -> dict:
    answer = office.http.post(f"{office.url}/api/v1/{path}", files={"file": ("list.xlsx", content)}, params=query, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(office: Person, path: str, **body) -> dict:
    answer = office.http.post(f"{office.url}/api/v1/{path}", json=body, timeout=60)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def workers(office: Person, number: str) -> tuple[str | None, str | None]:
    ticket = office.ticket(number)
    return tuple(ticket[role] and ticket[role]["name"] for role in ("verifier", "checker"))


def test_from_an_empty_street_to_a_staffed_grid_with_posters(system, office):
    file = system.folder / "areas.geojson"
    file.write_text(json.dumps(areas()))
    done = system.command("import", "areas", str(file), "--crs", "wgs84")
    assert done.returncode == 0, done.stderr
    assert send(office, "places/import", addresses(), crs="gcj02")["created"] == 2 * HOMES

    draft = post(office, f"streets/{STREET}/grids", start="communities", cut={"households": 240})
    problems = office.get(f"grids/{draft['id']}/coverage")
    assert problems["complete"] and problems["gap_m2"] + problems["overlap_m2"] < 1
    post(office, f"grids/{draft['id']}/activation", expected_revision=draft["revision"])
    cells = {community: office.get(f"areas/{community}/children")["items"] for community in COMMUNITIES}
    assert [sum(cell["households"] for cell in found) for found in cells.values()] == [HOMES * EACH] * 2
    assert all(192 <= cell["households"] <= 288 for found in cells.values() for cell in found)  # within a fifth of what was asked for

    named = [(office.get(f"areas/{community}")["name"], cell["name"]) for community, found in cells.items() for cell in found]
    preview = send(office, "people/import", staff(named, "甲"), complete=STREET, dry_run="1")
    assert not preview["errors"] and len(preview["comes"]) == len(named) + 2
    send(office, "people/import", staff(named, "甲"), complete=STREET)
    kinds = {gap["kind"] for gap in office.get(f"areas/{STREET}/vacancies")["items"]}
    assert not kinds & {"no_worker", "no_leader"}

    printed = office.http.post(f"{office.url}/api/v1/posters/print", json={"area": COMMUNITIES[0], "kinds": ["cell", "building"]}, timeout=60)
    assert printed.headers["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF")
    poster = next(item for item in office.get("posters", area=COMMUNITIES[0], kind="building")["items"] if item["token"])
    page = requests.get(f"{system.url}/p/{poster['token']}", timeout=20)
    assert page.status_code == 200 and "柳岸路" in page.text
    body = {"kind": "complaint", "description": "楼道灯不亮", "poster": poster["token"]}
    report = requests.post(f"{system.url}/api/v1/reports", json=body, timeout=20)
    assert report.status_code == 201 and report.json()["cell"]["code"] in {cell["code"] for cell in cells[COMMUNITIES[0]]}
    number = report.json()["number"]
    wait_until(lambda: None not in workers(office, number), why=system.log)

    before = workers(office, number)
    send(office, "people/import", staff(named, "乙"), complete=STREET)
    wait_until(lambda: all(name.startswith("乙") for name in workers(office, number)), why=system.log)
    assert all(name.startswith("甲") for name in before)
