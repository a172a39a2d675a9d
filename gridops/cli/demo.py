"""``gridops demo``: the demonstration street, once, into an empty installation."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic

import click

from config import Config
from gridops.cli.environment import load_config
from gridops.db import make_engine, make_sessions, reading
from gridops.demo.ground import NAME, STREET
from gridops.demo.load import Loaded, load, present
from gridops.private.home import Home
from gridops.vault import Vault


@click.command()
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Where demo-logins.json goes; default: GRIDOPS_HOME.")
def command(home: Path | None) -> None:
    """Load the demonstration street with a month of history. Does nothing where it is loaded already."""
    env = dict(os.environ) | ({"GRIDOPS_HOME": str(home)} if home else {})
    began = monotonic()
    loaded = _load(load_config(env), Home.from_env(env).demo_logins)
    if loaded is None:
        click.echo(f"{NAME} ({STREET}) is here already: nothing was changed")
        return
    click.echo(f"{NAME} ({STREET}): {loaded.done['submit']} tickets, {len(loaded.logins)} log-ins, {monotonic() - began:.1f} s")


def _load(config: Config, file: Path) -> Loaded | None:
    engine = make_engine(config.database_url, pool_size=1)
    sessions = make_sessions(engine)
    try:
        with reading(sessions) as session:
            streets = present(session)
        if STREET in streets:
            return None
        if streets:
            raise click.ClickException(f"there is a street already ({streets[0]}): the demonstration is for an empty installation")
        vault = Vault(config.vault_keys, config.secret_key)
        return load(sessions, now=datetime.now(UTC), vault=vault, keep=partial(_write, file))
    finally:
        engine.dispose()


def _write(file: Path, logins: list[Mapping[str, str | None]]) -> None:
    """Never readable by others, not for a moment: a NamedTemporaryFile is made with mode 0600."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}.", encoding="utf-8", delete=False) as fresh:
        json.dump(logins, fresh, ensure_ascii=False, indent=1)
        fresh.write("\n")
    os.replace(fresh.name, file)
