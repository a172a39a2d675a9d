"""Whatever is sent, the answer is one of ours: never 500, always the error shape. Input is made from the OpenAPI document itself."""

from __future__ import annotations

from collections import Counter

import hypothesis
import pytest
import schemathesis

from gridops.domain.actor import SYSTEM, Grant
from gridops.domain.lifecycle import ACTIONS
from gridops.services import accounts
from tests import small_street
from tests.api.conftest import PASSWORD


@pytest.fixture
def staff(sessions, street, submit, client, now) -> dict[str, str]:
    """Somebody with every role of the street, so that requests get past the door."""
    receipt = submit(contact={"name": "王", "phone": "13812341234"})
    roles = ("clerk", "dispatcher", "grid_office", "leader", "grid_worker")
    with sessions() as session, session.begin():
        accounts.create_account(
            session, "all.roles", PASSWORD, name="x", grants=[Grant(role, small_street.STREET) for role in roles], actor=SYSTEM, now=now)
    token = client.post("/api/v1/session", json={"username": "all.roles", "password": PASSWORD}).json["token"]
    return {"Authorization": f"Bearer {token}", "number": receipt.ticket.number, "code": receipt.code}


SETTINGS = hypothesis.settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck))


LOG_OUT = ("delete", "/api/v1/session")  # would shut the door behind the first


def test_never_500_and_always_our_shape(app, staff):
    statuses: Counter[int] = Counter()
    for found in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path) != LOG_OUT:
            SETTINGS(hypothesis.given(operation.as_strategy())(_check(staff, statuses)))()
    assert sum(statuses.values()) > 200
    assert all(statuses[status] for status in (200, 201, 404, 422)), statuses  # it came past the door and the parser
    assert statuses[401] <= SETTINGS.max_examples, statuses  # of log-ins only


def _check(staff, statuses):
    def check(case):
        for name in ("number", "code"):  # a real one half of the time: made-up ones end as 404 at once
            given = (case.path_parameters or {}).get(name)
            if given is not None and len(str(given)) % 2:
                case.path_parameters[name] = staff[name]
        if "action" in (case.path_parameters or {}):
            names = sorted(ACTIONS)
            case.path_parameters["action"] = names[len(repr(case.body)) % len(names)]
        answer = case.call(headers={"Authorization": staff["Authorization"], "Accept-Encoding": "identity"})  # long errors come packed otherwise
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (case.method, case.formatted_path, case.query, case.body)
        if answer.status_code >= 400:
            assert {"code", "message", "request_id"} <= set(answer.json()["error"])

    return check
