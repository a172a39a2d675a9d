"""Floods are stopped per address, and say when to come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gridops import create_app
from gridops.api import limits
from gridops.context import Context

URL = "/api/v1/session"
WRONG = {"username": "nobody", "password": "nothing at all"}


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "login", limits.Limit(3, limits.MINUTE, staff_exempt=False))


def statuses(client, times, address="192.0.2.1"):
    return [client.post(URL, json=WRONG, environ_base={"REMOTE_ADDR": address}).status_code for _ in range(times)]


def test_too_many_log_ins_of_one_address(client, few):
    assert statuses(client, 4) == [401, 401, 401, 429]
    answer = client.post(URL, json=WRONG, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.json["error"]["code"] == "too_many"
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert statuses(client, 1, "192.0.2.2") == [401]


def test_the_next_window_is_free_again(client, few, clock):
    assert statuses(client, 4)[-1] == 429
    clock.forward(timedelta(minutes=1))
    assert statuses(client, 1) == [401]


def test_a_household_has_one_ipv6_network(client, few):
    assert [statuses(client, 1, f"2001:db8:1:2::{number}")[0] for number in range(1, 5)] == [401, 401, 401, 429]
    assert statuses(client, 1, "2001:db8:1:3::1") == [401]


def test_ipv4_inside_ipv6_is_not_one_household(client, few):
    assert [statuses(client, 1, f"::ffff:192.0.2.{number}")[0] for number in range(1, 6)] == [401] * 5


def test_staff_are_not_limited_in_reports_but_in_log_ins(client, few, monkeypatch, log_in):
    monkeypatch.setitem(limits.LIMITS, "photo", limits.Limit(1, limits.MINUTE))
    headers = log_in("clerk")
    assert [client.post("/api/v1/photos", headers=headers).status_code for _ in range(3)] == [422] * 3
    assert [client.post("/api/v1/photos").status_code for _ in range(2)] == [422, 429]


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(config, sessions, vault, clock, few):
    def through(hops):
        house = replace(config, trusted_proxies=hops)
        client = create_app(house, context=Context(house, sessions, vault, clock)).test_client()
        return [client.post(URL, json=WRONG, headers={"X-Forwarded-For": f"198.51.100.{hops}{n}"}).status_code for n in range(4)]

    assert through(1) == [401] * 4
    assert through(0)[-1] == 429


def test_behind_a_trusted_proxy_nobody_else_says_which_host_or_path_it_is(config, sessions, vault, clock, street):
    house = replace(config, trusted_proxies=1)
    client = create_app(house, context=Context(house, sessions, vault, clock)).test_client()
    strange = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    answer = client.post("/api/v1/reports", json={"kind": "praise", "description": "谢谢"}, headers=strange)
    assert answer.json["tracking_url"].startswith("http://localhost/t/")


def test_the_limits_can_be_switched_off_for_measuring(config, sessions, vault, clock, few):
    house = replace(config, rate_limits=False)
    client = create_app(house, context=Context(house, sessions, vault, clock)).test_client()
    assert statuses(client, 5) == [401] * 5
