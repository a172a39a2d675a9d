"""One street's real month in some minutes: ``make trial``, or ``python -m benchmarks.trial [--data FOLDER]``.

Starts a whole system on an empty temporary home, brings the areas in, lets residents report over HTTP, lets the street's people
work on it with their log-ins, and checks what must be true. The files are not part of the project; without them it says so and ends.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from benchmarks.claims import Claims
from benchmarks.trial_people import Residents, Staff, departments_file
from benchmarks.trial_places import places
from geo.shapes import read_area
from gridops.context import wall_clock
from gridops.models import DeadLetter, Outbox, Round, Ticket
from gridops.services import trail
from gridops.services.imports import stand_ins
from tests.running import Running, running, wait_until

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
FILES = {
    "streets": "geo/shanghai_streets_osm_wgs84.geojson", "addresses": "geo/sh_addresses_dev.csv",
    "messages": "messages/category_gold_dev.csv", "orders": "messages/fuzhou12345_dev.csv",
}
STREET_NAME = "徐家汇街道"
PREFIX = "310199"  # provisional codes
CELL_KM2 = "0.1"
DRIVEN = 50
Rows = list[dict[str, str]]


@dataclass
class Trial:
    system: Running
    files: dict[str, Path]
    claims: Claims = field(default_factory=Claims)
    street_name: str = STREET_NAME

    def run(self) -> None:
        self.areas()
        self.addresses()
        self.cells()
        places(self)
        self.departments()
        self.messages()
        self.orders()
        self.drive()
        self.backlog()
        self.record()

    @cached_property
    def street(self) -> str:
        """The code that the import gave the street."""
        file = self.system.folder / "areas.geojson"
        self._out("export", "areas", str(file))
        areas = [feature["properties"] for feature in json.loads(file.read_text())["features"]]
        return next(area["code"] for area in areas if (area["level"], area["name"]) == ("street", STREET_NAME))

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.system, self.street)

    def _out(self, *words: str) -> str:
        done = self.system.command(*words)
        if done.returncode:
            raise SystemExit(f"gridops {' '.join(words)}: {done.stderr[-3000:]}")
        return done.stdout

    def _import(self, kind: str, *words: str) -> str:
        return self._out("import", kind, *words).strip()

    def _rows(self, name: str) -> Rows:
        with open(self.files[name], encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def areas(self) -> None:
        streets = json.loads(self.files["streets"].read_text())["features"]
        count = len(streets) + sum(stand_ins.needed(read_area(street)) for street in streets)
        words = [str(self.files["streets"]), "--crs", "wgs84", "--assign-codes", PREFIX, "--stand-in-community"]
        words += ["--map", "name=official_name", "--set", "level=street"]
        first, second = self._import("areas", *words), self._import("areas", *words)
        self.claims.claim("streets and their stand-in communities, imported", first, f"created {count}, changed 0, unchanged 0")
        self.claims.claim("the same file again", second, f"created 0, changed 0, unchanged {count}")

    def addresses(self) -> None:
        rows = self._rows("addresses")
        found = [(row["street_pip"], self._street_at(row)) for row in rows]
        named = [(pip, street) for pip, street in found if pip]
        self.claims.figure("addresses located from their GCJ-02 points", len(rows))
        self.claims.claim("in the street of street_pip", sum(pip == street for pip, street in named), len(named))
        self.claims.claim("nowhere where street_pip is blank", sum(not street for pip, street in found if not pip), len(rows) - len(named))
        for row, (pip, street) in zip(rows, found, strict=True):
            if pip != street:
                self.claims.figure(f"exception: {row['name']}", f"{pip or 'nowhere'} in the file, here {street or 'nowhere'}")

    def _street_at(self, row: dict[str, str]) -> str:
        """Empty: outside every street. As staff, who are not limited."""
        where = {"lng": row["lng_gcj02"], "lat": row["lat_gcj02"], "crs": "gcj02"}
        answer = self.staff["clerk"].http.get(f"{self.system.url}/api/v1/locate", params=where, timeout=20)
        if answer.status_code == 404 and answer.json()["error"]["code"] == "outside":
            return ""
        answer.raise_for_status()
        return answer.json()["street"]["name"]

    @cached_property
    def spots(self) -> list[dict[str, Any]]:
        here = [row for row in self._rows("addresses") if row["street_pip"] == STREET_NAME]
        return [{"lng": float(row["lng_gcj02"]), "lat": float(row["lat_gcj02"]), "crs": "gcj02"} for row in here]

    def cells(self) -> None:
        self._out("cells", "build", self.street, "--target-area", CELL_KM2)
        below = self.staff["clerk"].get(f"areas/{self.street}/geojson")["features"]
        cells = [feature for feature in below if feature["properties"]["level"] == "cell"]
        self.claims.figure(f"cells of {STREET_NAME} at {CELL_KM2} km² each", len(cells))
        located = [self.staff["clerk"].get("locate", **spot)["cell"] for spot in self.spots]
        self.claims.claim("its addresses that lie in a cell", sum(cell is not None for cell in located), len(self.spots))

    def departments(self) -> None:
        file = departments_file(self.system.folder / "departments.csv", self.street)
        first, second = self._import("departments", str(file)), self._import("departments", str(file))
        count = sum(1 for _ in open(file)) - 1
        self.claims.claim("departments, one of each type", first, f"created {count}, changed 0, unchanged 0")
        self.claims.claim("the same departments again", second, f"created 0, changed 0, unchanged {count}")

    def messages(self) -> None:
        """Residents report over HTTP; the category is given where the gold has one."""
        self.residents, rows, spots = Residents(self.system.url), self._rows("messages"), cycle(self.spots)
        self.receipts = [self.residents.report(number, row, next(spots)) for number, row in enumerate(rows)]
        self.claims.claim("messages taken with 201", sum(receipt is not None for receipt in self.receipts), len(rows))
        self.claims.claim("of them in a cell", sum(bool(receipt["cell"]) for receipt in self.receipts), len(rows))
        self._settle()
        self._queue("messages", self.staff.tickets(area=self.street, channel="api"), len(rows))

    def _settle(self) -> None:
        took = wait_until(lambda: self._undone() == 0, within=180, why=self.system.log)
        self.claims.figure("workers done after the last one", f"{took:.1f} s")

    def _undone(self) -> int:
        """But for what is meant for later: the next ones to be called to an emergency."""
        begun = Outbox.relayed_at.is_not(None) | (Outbox.attempts > 0) | (Outbox.available_at <= wall_clock())
        with self.system.sessions() as session:
            return session.scalar(select(func.count()).where(Outbox.done_at.is_(None), begun))

    def _queue(self, what: str, items: list[dict[str, Any]], count: int) -> None:
        dispatched = [item for item in items if item["status"] == "dispatched"]
        waiting = [item for item in items if item["status"] in ("reported", "filed") and item["waiting_reason"]]
        self.claims.claim(f"{what} dispatched, or in the queue with a reason", len(dispatched) + len(waiting), count)
        self.claims.figure(f"{what} dispatched", len(dispatched))
        for reason, number in Counter(item["waiting_reason"] for item in waiting).most_common():
            self.claims.figure(f"{what} waiting: {reason}", number)

    def orders(self) -> None:
        count = len(self._rows("orders"))
        words = [str(self.files["orders"]), "--street", self.street]
        for name in ("number=row_id", "received_at=date", "kind=nature"):
            words += ["--map", name]
        for name in ("district", "river", "transfer_count"):
            words += ["--keep", name]
        self.claims.claim("12345 orders imported", self._import("orders", *words), f"created {count}, changed 0, unchanged 0")
        self.claims.claim("the same orders again", self._import("orders", *words), f"created 0, changed 0, unchanged {count}")
        self._settle()
        items = self.staff.tickets(area=self.street, channel="hotline")
        self.claims.claim("one ticket per order", len({item["number"] for item in items}), count)
        self._queue("orders", items, count)

    def drive(self) -> None:
        """To closed and rated, each step by the log-in whose part it is."""
        code_of = {receipt["number"]: receipt["code"] for receipt in self.receipts}
        dispatched = (item["number"] for item in self.staff.tickets(area=self.street, status="dispatched", sort="reported_at"))
        leads, chosen, later = Counter(), [], 0
        while len(chosen) < DRIVEN and (number := next(dispatched, None)):
            lead = self.staff.handle(number)
            if lead is None:
                later += 1
            else:
                leads[lead] += 1
                chosen.append(number)
        self.claims.figure("handled, to be looked at again hours later", later)
        rated = sum(self.residents.rate(code_of[number]) for number in chosen)
        closed = {item["number"] for item in self.staff.tickets(area=self.street, status="closed")}
        self.claims.claim("driven to closed by log-ins of their roles", len(closed.intersection(chosen)), DRIVEN)
        self.claims.claim("rated by their residents", rated, DRIVEN)
        self.claims.figure("leads of these, and by phone for those without log-in", f"{len(leads)} kinds, {self.staff.by_phone} tickets by phone")

    def backlog(self) -> None:
        board = self.staff["leader"].get(f"areas/{self.street}/backlog", by="cell")
        listed = self.staff.tickets(area=self.street, status="open")
        rows = {row["code"]: row["open"] for row in board["rows"]}
        unlocated = rows.pop("unlocated")
        self.claims.figure("backlog by cell + unlocated", f"{sum(rows.values())} + {unlocated}")
        self.claims.claim("equals the open tickets of the list", sum(rows.values()) + unlocated, len(listed))
        self.claims.claim("equals the board's own total", board["totals"]["open"], len(listed))
        lights = sum(board["totals"][light] for light in ("green", "yellow", "red", "suspended"))
        self.claims.claim("open = green + yellow + red + suspended", lights, len(listed))
        in_cells = Counter(item["cell"]["code"] for item in listed if item["cell"])
        self.claims.claim("cells whose row equals their tickets in the list", sum(in_cells[code] == n for code, n in rows.items()), len(rows))

    def record(self) -> None:
        self._settle()
        with self.system.sessions() as session:
            tickets = session.scalars(select(Ticket)).all()
            rounds = session.scalar(select(func.count()).select_from(Round))
            dead = session.scalar(select(func.count()).select_from(DeadLetter))
            faults = [fault for ticket in tickets for fault in trail.verify(session, ticket)]
        self.claims.claim("tickets in all", len(tickets), len(self.receipts) + len(self._rows("orders")))
        self.claims.claim("dispatched once each, never twice", rounds, sum(ticket.dispatched_at is not None for ticket in tickets))
        self.claims.claim("dead letters", dead, 0)
        self.claims.claim("faults in the chained histories", len(faults), 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trial", description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER, help=f"folder of the files (default {FOLDER})")
    files = {name: parser.parse_args().data / path for name, path in FILES.items()}
    missing = [str(path) for path in files.values() if not path.exists()]
    if missing:
        print(f"nothing to try: these files are not here: {', '.join(missing)}")
        return 0
    with running() as system:
        trial = Trial(system, files)
        try:
            trial.run()
        except (AssertionError, requests.RequestException) as error:
            trial.claims.holds("the trial came to its end", False, error)
    print(f"\n{trial.claims.table()}")
    return 1 if trial.claims.failed else 0


if __name__ == "__main__":
    sys.exit(main())
