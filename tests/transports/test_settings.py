"""The settings that name the ways out of the house: a bad one is a named error before anything starts."""

from __future__ import annotations

import base64

import pytest

from config import Config, ConfigError

NEEDED = {
    "DATABASE_URL": "postgresql://u@h/d", "REDIS_URL": "redis://h", "GRIDOPS_SECRET_KEY": "s" * 32,
    "GRIDOPS_VAULT_KEYS": f"k:{base64.b64encode(b'k' * 32).decode()}"}


@pytest.mark.parametrize(("name", "value"), [
    ("GRIDOPS_SMS", "file:relative"), ("GRIDOPS_SMS", "nothing"), ("GRIDOPS_SMS", "https:"), ("GRIDOPS_MAIL", "file:relative"),
    ("GRIDOPS_MAIL", "http://mail.example"), ("GRIDOPS_MAIL", "smtp://"), ("GRIDOPS_MAIL", "smtp://mail.example:99999"),
    ("GRIDOPS_MAIL_FROM", "nobody"), ("GRIDOPS_MAIL_FROM", "a@b.example\nBcc: c@d.example")])
def test_what_names_no_way_is_refused(name, value):
    with pytest.raises(ConfigError, match=name):
        Config.from_env(NEEDED | {name: value})


@pytest.mark.parametrize(("name", "value", "field"), [
    ("GRIDOPS_SMS", "file:/var/sms", "sms"), ("GRIDOPS_SMS", "https://gateway.example/send", "sms"), ("GRIDOPS_SMS", "aliyun:cn-hangzhou", "sms"),
    ("GRIDOPS_MAIL", "smtp://u:p%40ss@mail.example:587?starttls=1", "mail"), ("GRIDOPS_MAIL", "smtps://mail.example", "mail"),
    ("GRIDOPS_MAIL", "file:/var/mail", "mail"), ("GRIDOPS_MAIL_FROM", "网格 <grid@street.example>", "mail_from")])
def test_what_names_one_is_kept(name, value, field):
    assert getattr(Config.from_env(NEEDED | {name: value}), field) == value


def test_without_them_nothing_leaves():
    config = Config.from_env(NEEDED)
    assert (config.sms, config.mail, config.mail_from) == (None, None, "gridops@localhost")
