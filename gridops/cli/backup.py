"""``gridops backup FILE`` and ``gridops restore FILE``."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from gridops.cli.environment import load_config
from gridops.domain.counted import counted
from gridops.private.cluster import VERSIONS
from gridops.services import backup
from gridops.services.backup.database import Programs
from gridops.vault import Vault


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Write everything into one FILE. It holds residents' words in clear and their contacts encrypted: keep it safe."""
    config = load_config()
    vault = Vault(config.vault_keys, config.secret_key)
    made = backup.back_up(config.owner_database_url, file, vault=vault, now=datetime.now(UTC), programs=_programs())
    click.echo(f"{file}: {counted(made.rows, 'row')} of {len(made.tables)} tables, {file.stat().st_size / 1e6:.1f} MB")
    click.echo("The secrets are NOT in it. A restore needs GRIDOPS_SECRET_KEY, and to read names and phones")
    click.echo(f"GRIDOPS_VAULT_KEYS with: {', '.join(made.key_ids) or 'no key yet'}. Keep secrets.env somewhere else as well.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Remove everything in the database first. There is no way back.")
def restore(file: Path, replace: bool) -> None:
    """Bring a backup FILE into an empty database: all of it, compared row by row, or nothing."""
    config = load_config()
    manifest = backup.restore(
        config.owner_database_url, file, vault=Vault(config.vault_keys, config.secret_key), key_ids=set(config.vault_keys),
        programs=_programs(), replace=replace)
    click.echo(f"restored {counted(manifest.rows, 'row')} of {len(manifest.tables)} tables as of {manifest.created_at}")
    click.echo("Restart gridops now: running processes still remember what was there before.")


def _programs() -> Programs:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return Programs(_find, kept | {"LANG": "C.UTF-8", "PGCONNECT_TIMEOUT": "10"})


def _find(name: str, major: int) -> str:
    """Of the server's own version, so that what is written can be read there; else whatever the PATH has."""
    exact = VERSIONS / str(major) / "bin" / name
    found = str(exact) if exact.exists() else shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} is not installed: apt install postgresql-client-{major}")
    return found
