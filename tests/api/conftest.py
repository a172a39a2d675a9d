"""The real application over the test's rolled-back database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gridops import create_app
from gridops.context import Context
from gridops.domain.actor import SYSTEM, Grant
from gridops.services import accounts
from gridops.vault import Vault

PASSWORD = "a long enough password"


@dataclass
class MovedClock:
    """The application's clock, in the test's hands."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock(now) -> MovedClock:
    return MovedClock(now)


@pytest.fixture
def vault(config) -> Vault:
    return Vault(config.vault_keys, config.secret_key)


@pytest.fixture
def app(config, sessions, vault, clock) -> Flask:
    return create_app(config, context=Context(config, sessions, vault, clock))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def log_in(sessions, client: FlaskClient, now) -> Callable[..., dict[str, str]]:
    """log_in("clerk", area="310104001") -> headers of a new account with that role."""
    made: list[str] = []

    def log_in(role: str, area: str = "310104001", department_id: int | None = None) -> dict[str, str]:
        made.append(f"{role}{len(made)}")
        with sessions() as session, session.begin():
            accounts.create_account(
                session, made[-1], PASSWORD, name=role, grants=[Grant(role, area, department_id)], actor=SYSTEM, now=now)
        answer = client.post("/api/v1/session", json={"username": made[-1], "password": PASSWORD})
        assert answer.status_code == 201, answer.json
        return {"Authorization": f"Bearer {answer.json['token']}"}

    return log_in
