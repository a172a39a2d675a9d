"""The people of a trial: residents at many addresses, and the street's staff with their log-ins."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from gridops.domain.actor import Grant
from gridops.models import Department
from tests.running import Person, Running, household

HOUSEHOLDS = 16  # loopback addresses, for no single one may send that many reports in a minute
WITHOUT_LOGIN = ("GAS_CO", "WATER_CO", "POWER_CO", "HEAT_CO", "TELECOM_CO", "ELEVATOR_CO", "OWNER_UNIT")
OUT = "OUT"  # no matter for a street
CALL = "10:05 值班室 021-60000000"


def departments_file(path: Path, street: str) -> Path:
    """One organisation of each type that the package knows, all responsible for the whole street."""
    types = csv.DictReader(files("gridops").joinpath("package/department_types.csv").read_text("utf-8").splitlines())
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "type", "name", "duty_phone", "has_login", "areas"])
        for row in types:
            code = row["dept_type"]
            writer.writerow([f"T-{code}", code, row["name_zh"], "021-60000000", "0" if code in WITHOUT_LOGIN else "1", street])
    return path


class Residents:
    def __init__(self, url: str):
        self.url = f"{url}/api/v1/reports"
        self.households = [household(f"127.0.1.{number + 1}") for number in range(HOUSEHOLDS)]

    def report(self, number: int, row: dict[str, str], spot: dict[str, Any]) -> dict[str, Any]:
        body = {
            "kind": "complaint", "description": f"{row['title']}\n{row['text']}".strip()[:4000], "location": spot,
            "contact": {"name": "居民", "phone": f"138{number:08d}"},
        }
        if row["gold"] not in ("", OUT):
            body["category"] = row["gold"]
        answer = self.households[number % HOUSEHOLDS].post(
            self.url, json=body, headers={"Idempotency-Key": f"trial-message-{number:06d}"}, timeout=20)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def rate(self, code: str) -> bool:
        """With the tracking code alone."""
        body = {"solved": True, "satisfaction": 5, "called": True}
        answer = self.households[0].post(f"{self.url}/{code}/rating", json=body, timeout=20)
        return answer.status_code == 200 and answer.json()["rated"]


@dataclass
class Staff:
    """Log-ins are made when first needed: no address may log in more than 30 times a minute."""

    system: Running
    street: str
    people: dict[str, Person] = field(default_factory=dict)
    by_phone: int = 0

    def __getitem__(self, name: str) -> Person:
        """A role (clerk, dispatcher, grid_worker, leader) or a department's code."""
        if name not in self.people:
            self.people[name] = self.system.log_in(f"trial-{name.lower()}", self._grant(name))
        return self.people[name]

    def _grant(self, name: str) -> Grant:
        if not name.startswith("T-"):
            return Grant(name, self.street)
        with self.system.sessions() as session:
            return Grant("department", self.street, session.query(Department.id).filter_by(code=name).scalar())

    def tickets(self, **filters: Any) -> list[dict[str, Any]]:
        """All pages of the clerk's list."""
        return list(self._pages(filters))

    def _pages(self, filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            page = self["clerk"].get("tickets", limit=100, **filters, **cursor)
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = {"cursor": page["next_cursor"]}

    def handle(self, number: str) -> str | None:
        """From dispatched to closed; the lead's code, None for what must be looked at again hours later.

        Who has no log-in is phoned, and the clerk enters what was said.
        """
        ticket = self["clerk"].ticket(number)
        lead = ticket["lead"]["code"]
        supports = [party["department"]["code"] for party in ticket["round"]["assignments"] if party["role"] == "support"]
        self.by_phone += self._is_phoned(lead)
        self._do(lead, "sign", number)
        self._do(lead, "contact", number, outcome="reached", text="已联系反映人")
        for support in supports:
            self._do(support, "answer_support", number, text="已配合")
        self._do(lead, "submit_result", number, outcome="solved", text="已办理", photos=[self._who(lead).photo()])
        worker = self["grid_worker"]
        answer = worker.attempt("pass_check", number, text="现场已核查", photos=[worker.photo()], call="reached")
        if answer.status_code == 409 and answer.json()["error"]["code"] == "look_again":
            return None
        assert answer.status_code == 200, answer.text
        return lead

    def _do(self, code: str, action: str, number: str, **body: Any) -> None:
        marked = {"on_behalf_of": code, "call_record": CALL} if self._is_phoned(code) else {}
        self._who(code).do(action, number, **body, **marked)

    def _who(self, code: str) -> Person:
        return self["clerk" if self._is_phoned(code) else code]

    def _is_phoned(self, code: str) -> bool:
        return code.removeprefix("T-") in WITHOUT_LOGIN
