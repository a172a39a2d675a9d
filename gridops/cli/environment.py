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
        return Config.from_env(load_settings(env))
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def load_settings(env: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """The same as environment variables, for a process that is to be started."""
    if env.get("DATABASE_URL"):
        return env
    home = Home.from_env(env)
    try:
        return _of_running_system(home) | env
    except PermissionError as error:
        raise click.ClickException(f"{home.folder} belongs to another user: use the one who runs gridops") from error


def _of_running_system(home: Home) -> dict[str, str]:
    if not home.is_running():
        raise click.ClickException(f"gridops is not running in {home.folder}: start it with `make run`, or set DATABASE_URL")
    return home.run_env.read()
