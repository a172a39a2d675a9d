"""Where a command finds its settings: the environment, or what the running installation has written down."""

from __future__ import annotations

import os
from collections.abc import Mapping

import click

from config import Config, ConfigError
from gridops.private.home import Home


def load_config(env: Mapping[str, str] = os.environ) -> Config:
    """For every command: Config of DATABASE_URL and the rest, or of the system that ``make run`` started with the same GRIDOPS_HOME.

    Raises click.ClickException in plain words when neither is there.
    """
    try:
        return Config.from_env(_with_running_system(env))
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _with_running_system(env: Mapping[str, str]) -> Mapping[str, str]:
    if env.get("DATABASE_URL"):
        return env
    home = Home.from_env(env)
    if not home.is_running():
        raise click.ClickException(f"gridops is not running in {home.folder}: start it with `make run`, or set DATABASE_URL")
    try:
        return home.run_env.read() | env
    except PermissionError as error:
        raise click.ClickException(f"{home.run_env.path} belongs to the user who runs gridops: use the same user") from error
