"""The small street in a whole running system, with everybody logged in over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from gridops.context import wall_clock
from gridops.db import transaction
from gridops.domain.actor import Grant
from gridops.models import Department
from tests import small_street
from tests.running import Person, Running, running

ROLES = {
    "clerk": Grant("clerk", small_street.STREET), "dispatcher": Grant("dispatcher", small_street.STREET),
    "leader": Grant("leader", small_street.STREET), "worker_west": Grant("grid_worker", small_street.WEST),
    "worker_east": Grant("grid_worker", small_street.EAST),
}


@dataclass
class Town:
    system: Running
    people: dict[str, Person] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)

    @classmethod
    def settle(cls, system: Running, *, with_login: tuple[str, ...] = ("SANITATION", "URBAN_OFFICE")) -> Town:
        with transaction(system.sessions) as session:
            street = small_street.build(session, system.config, wall_clock())
            departments = street.departments
        grants = ROLES | {name: Grant("department", small_street.STREET, departments[name].id) for name in with_login}
        return cls(system, {name: system.log_in(f"run-{name}", grant) for name, grant in grants.items()}, departments)

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def report(self, **changes: Any) -> dict[str, Any]:
        """The receipt of a report as a resident sends it."""
        body = {"kind": "complaint", "description": "垃圾堆在路口", "location": small_street.IN_WEST, "category": small_street.RUBBISH}
        return self.send(body | changes)

    def send(self, body: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = requests.post(f"{self.system.url}/api/v1/reports", json=body, headers=headers, timeout=20)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def without_support(self, number: str) -> None:
        """The coordinator does without every support."""
        coordinator = self["URBAN_OFFICE"]
        for party in coordinator.ticket(number)["round"]["assignments"]:
            if party["role"] == "support":
                coordinator.do("waive_support", number, text="不需要", department=party["department"]["code"])

    def story(self, code: str) -> dict[str, Any]:
        answer = requests.get(f"{self.system.url}/api/v1/reports/{code}", timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def resident(self, action: str, code: str, **body: Any) -> requests.Response:
        return requests.post(f"{self.system.url}/api/v1/reports/{code}/{action}", json=body, timeout=20)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running() as system:
        yield Town.settle(system)
