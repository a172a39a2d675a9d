"""Pages: the same session behind a cookie, which travels by itself and therefore needs a CSRF value to change anything."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridops.api.credentials import COOKIE
from gridops.models import LoginSession

URL = "/api/v1/session"


@pytest.fixture
def csrf(client, log_in, sessions):
    token = log_in("clerk")["Authorization"].removeprefix("Bearer ")
    client.set_cookie(COOKIE, token)
    with sessions() as session:
        return session.scalars(select(LoginSession)).one().csrf


def test_the_cookie_reads(client, csrf):
    assert client.get(URL).json["roles"] == ["clerk"]


def test_without_csrf_value_nothing_changes(client, csrf):
    for headers in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": "é"}):
        answer = client.delete(URL, headers=headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "csrf")
    assert client.get(URL).status_code == 200


def test_with_the_csrf_value_it_does(client, csrf):
    assert client.delete(URL, headers={"X-CSRF-Token": csrf}).status_code == 204
    assert client.get(URL).status_code == 401


def test_a_cookie_that_is_over_is_like_none_for_the_public(client):
    client.set_cookie(COOKIE, "long-gone")
    assert client.post("/api/v1/lost-codes", json={"phone": "13812341234"}).status_code == 202
