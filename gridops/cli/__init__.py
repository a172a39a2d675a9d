"""The command line. A command is one line in COMMANDS and one click command or group in a module of this folder.

Modules are imported only when their command is called, so that ``gridops run`` stays light. Errors of the family GridopsError
become one plain message and exit code 1; settings come from ``gridops.cli.environment.load_config()``.
"""

from __future__ import annotations

import importlib
import importlib.util

import click

from gridops.errors import GridopsError

COMMANDS = {  # name -> "module in this folder:attribute"
    "run": "run:command",
    "web": "processes:web",
    "worker": "processes:worker",
    "beat": "processes:beat",
    "migrate": "migrate:command",
    "import": "imports:command",
    "export": "exports:command",
    "template": "templates:command",
    "cells": "cells:command",
    "places": "places:command",
    "people": "people:command",
    "duty": "duty:command",
    "duties": "duties:command",
    "posters": "posters:command",
    "demo": "demo:command",
    "upstream": "upstream:command",
    "accounts": "accounts:command",
    "jobs": "jobs:command",
    "trail": "trail:command",
    "indicators": "indicators:command",
    "learn": "learning:command",
    "backup": "backup:command",
    "restore": "backup:restore",
}


class Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return [name for name, place in COMMANDS.items() if importlib.util.find_spec(_module(place))]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        module = importlib.import_module(_module(COMMANDS[name]))
        return getattr(module, COMMANDS[name].partition(":")[2])

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except GridopsError as error:
            raise click.ClickException(_in_words(error)) from error


@click.group(cls=Commands)
@click.version_option(package_name="gridops")
def main() -> None:
    """Grid management for streets, communities and cells."""


def _module(place: str) -> str:
    return f"gridops.cli.{place.partition(':')[0]}"


def _in_words(error: GridopsError) -> str:
    lines = [f"{error.text()} ({error.code})"]
    for name, messages in (error.fields or {}).items():
        lines += [f"  {name}: {message}" for message in messages]
    return "\n".join(lines)
