"""The installation's own keys, made once. Losing them makes every stored phone number unreadable: they belong into the backup's safe."""

from __future__ import annotations

import base64
import secrets

from gridops.private.envfile import EnvFile


def ensure_secrets(file: EnvFile) -> dict[str, str]:
    """GRIDOPS_SECRET_KEY and GRIDOPS_VAULT_KEYS; what exists is never replaced."""
    known = file.read()
    wanted = {"GRIDOPS_SECRET_KEY": _secret_key, "GRIDOPS_VAULT_KEYS": _vault_keys}
    missing = {name: make() for name, make in wanted.items() if name not in known}
    if missing:
        file.write(known | missing)
    return known | missing


def _secret_key() -> str:
    return secrets.token_urlsafe(48)


def _vault_keys() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
