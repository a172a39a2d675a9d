"""The real application over the test's rolled-back database."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from urllib3 import encode_multipart_formdata

from gridops import create_app
from gridops.context import Context
from gridops.domain.actor import SYSTEM, Grant
from gridops.services import accounts, intake
from gridops.vault import Vault
from tests import small_street

def send_photo(client: FlaskClient, blob: bytes, *, part: str = "photo", **kwargs):
    """As a phone sends it: one part of multipart/form-data, each time with a boundary of its own."""
    body, kind = encode_multipart_formdata({part: ("a.jpg", blob)})
    return client.post("/api/v1/photos", data=body, content_type=kind, **kwargs)


def picture(colour="red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "PNG")
    return written.getvalue()


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
def street(sessions, config, now) -> small_street.SmallStreet:
    with sessions() as session, session.begin():
        return small_street.build(session, config, now)


@pytest.fixture
def submit(street, sessions, now) -> Callable[..., intake.Receipt]:
    """submit(visibility="protected") -> a report through the service, committed as far as the test sees."""

    def submit(**changes) -> intake.Receipt:
        with sessions() as session, session.begin():
            return street.submit(session, now, **changes)

    return submit


@pytest.fixture
def log_in(sessions, client: FlaskClient, now) -> Callable[..., dict[str, str]]:
    """log_in("clerk", area=small_street.WEST) -> headers of a new account with that role."""
    made: list[str] = []

    def log_in(role: str, area: str = small_street.STREET, department_id: int | None = None) -> dict[str, str]:
        made.append(f"{role}{len(made)}")
        with sessions() as session, session.begin():
            accounts.create_account(
                session, made[-1], PASSWORD, name=role, grants=[Grant(role, area, department_id)], actor=SYSTEM, now=now)
        answer = client.post("/api/v1/session", json={"username": made[-1], "password": PASSWORD})
        assert answer.status_code == 201, answer.json
        return {"Authorization": f"Bearer {answer.json['token']}"}

    return log_in
