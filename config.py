"""Every setting of gridops in one frozen value.

Only the edges (wsgi, workers, the command line) call ``Config.from_env(os.environ)``; everything below receives a Config.
A missing or malformed variable raises ConfigError naming it, before anything starts.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit


class ConfigError(Exception):
    """A setting is missing or malformed; ``variable`` is its name in the environment."""

    def __init__(self, variable: str, why: str):
        super().__init__(f"{variable}: {why}")
        self.variable = variable
        self.why = why


@dataclass(frozen=True)
class Config:
    database_url: str  # DATABASE_URL, what web and workers use; may not change the trail
    owner_database_url: str  # DATABASE_OWNER_URL, migrations, backup, restore; default DATABASE_URL
    redis_url: str  # REDIS_URL
    secret_key: bytes  # GRIDOPS_SECRET_KEY, signs cookies, one-time codes, blind indexes of codes
    vault_keys: dict[str, bytes]  # GRIDOPS_VAULT_KEYS "id:base64,id:base64", 32 bytes each; the first encrypts, all decrypt
    public_url: str | None = None  # GRIDOPS_PUBLIC_URL, what a QR code or a message shows; default: the request's host
    upstream_drop: str | None = None  # GRIDOPS_UPSTREAM_DROP, an absolute path: where files of the city's platforms are dropped
    sms: str | None = None  # GRIDOPS_SMS "file:/path", "https://gateway" or "scheme:…" of an installed driver; none: the desk reads codes out
    sms_token: str | None = None  # GRIDOPS_SMS_TOKEN, what the gateway asks for as a bearer token
    mail: str | None = None  # GRIDOPS_MAIL "smtp://user:password@host:587?starttls=1", "smtps://…", "file:/folder" to try; none: no e-mail
    mail_from: str = "gridops@localhost"  # GRIDOPS_MAIL_FROM
    trusted_proxies: int = 0  # GRIDOPS_TRUSTED_PROXIES, how many proxies may set X-Forwarded-*
    cookie_secure: bool = False  # GRIDOPS_COOKIE_SECURE=1 behind TLS
    default_locale: str = "zh"  # GRIDOPS_LOCALE
    rate_limits: bool = True  # GRIDOPS_RATE_LIMITS=0 only for measuring
    session_idle: timedelta = timedelta(minutes=60)  # GRIDOPS_SESSION_IDLE_MINUTES

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        database_url = _database_url(env, "DATABASE_URL")
        return cls(
            database_url=database_url,
            owner_database_url=_database_url(env, "DATABASE_OWNER_URL", default=database_url),
            redis_url=_redis_url(env),
            secret_key=_secret(env),
            vault_keys=_vault_keys(env),
            public_url=env.get("GRIDOPS_PUBLIC_URL") or None,
            upstream_drop=_folder(env, "GRIDOPS_UPSTREAM_DROP"),
            sms=_sms(env),
            sms_token=env.get("GRIDOPS_SMS_TOKEN") or None,
            mail=_mail(env),
            mail_from=_mail_from(env),
            trusted_proxies=_whole_number(env, "GRIDOPS_TRUSTED_PROXIES", 0),
            cookie_secure=_flag(env, "GRIDOPS_COOKIE_SECURE", False),
            default_locale=_one_of(env, "GRIDOPS_LOCALE", ("zh", "en")),
            rate_limits=_flag(env, "GRIDOPS_RATE_LIMITS", True),
            session_idle=timedelta(minutes=_whole_number(env, "GRIDOPS_SESSION_IDLE_MINUTES", 60)),
        )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise ConfigError(name, "is not set")
    return value


def _database_url(env: Mapping[str, str], name: str, default: str | None = None) -> str:
    value = env.get(name, "").strip() or default or _required(env, name)
    scheme, _, rest = value.partition("://")
    if not rest or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ConfigError(name, "must look like postgresql://user@host/database")
    # The driver is always named: SQLAlchemy 2.1 changed its default.
    return f"postgresql+psycopg://{rest}"


def _redis_url(env: Mapping[str, str]) -> str:
    value = _required(env, "REDIS_URL")
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError("REDIS_URL", "must start with redis://, rediss:// or unix://")
    return value


def _secret(env: Mapping[str, str]) -> bytes:
    value = _required(env, "GRIDOPS_SECRET_KEY").encode()
    if len(value) < 32:
        raise ConfigError("GRIDOPS_SECRET_KEY", "needs at least 32 characters")
    return value


def _vault_keys(env: Mapping[str, str]) -> dict[str, bytes]:
    keys = {}
    for part in _required(env, "GRIDOPS_VAULT_KEYS").split(","):
        key_id, _, encoded = part.strip().partition(":")
        keys[key_id] = _vault_key(key_id, encoded)
    return keys


def _vault_key(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ConfigError("GRIDOPS_VAULT_KEYS", f"key {key_id!r} is not base64") from error
    if not key_id or len(key_id) > 16 or len(key) != 32:
        raise ConfigError("GRIDOPS_VAULT_KEYS", "each part is id:base64 of 32 bytes, the id at most 16 characters")
    return key


def _sms(env: Mapping[str, str]) -> str | None:
    value = env.get("GRIDOPS_SMS", "").strip()
    scheme, _, rest = value.partition(":")
    if value and not (scheme.isidentifier() and rest and (scheme != "file" or Path(rest).is_absolute())):
        raise ConfigError("GRIDOPS_SMS", "must be file:/absolute/path, https://gateway, the scheme of an installed driver with its address, or empty")
    return value or None


def _mail(env: Mapping[str, str]) -> str | None:
    value = env.get("GRIDOPS_MAIL", "").strip()
    scheme, _, rest = value.partition(":")
    right = Path(rest).is_absolute() if scheme == "file" else scheme in ("smtp", "smtps") and bool(_host(value))
    if value and not right:
        raise ConfigError("GRIDOPS_MAIL", "must be smtp://[user:password@]host[:port], smtps://…, file:/absolute/folder or empty")
    return value or None


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def _mail_from(env: Mapping[str, str]) -> str:
    value = env.get("GRIDOPS_MAIL_FROM", "").strip() or Config.mail_from
    if "@" not in value or any(char in value for char in "\r\n"):
        raise ConfigError("GRIDOPS_MAIL_FROM", "must be an e-mail address")
    return value


def _folder(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name, "").strip()
    if value and not Path(value).is_absolute():
        raise ConfigError(name, "must be an absolute path or empty")
    return value or None


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit():
        raise ConfigError(name, "must be a whole number")
    return int(value)


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    value = env.get(name, "").strip() or ("1" if default else "0")
    if value not in ("0", "1"):
        raise ConfigError(name, "must be 0 or 1")
    return value == "1"


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = env.get(name, "").strip() or choices[0]
    if value not in choices:
        raise ConfigError(name, f"must be one of {', '.join(choices)}")
    return value
