"""One process each, for machines where something else than ``gridops run`` keeps them alive; ``run`` uses the same commands."""

from __future__ import annotations

import os
import sys

import click

from gridops.cli.environment import load_settings


def web_command(port: int, host: str = "127.0.0.1") -> tuple[str, ...]:
    """gunicorn with threads: a phone on a slow line that sends a photo holds a thread, not the whole process."""
    options = ["--bind", f"{host}:{port}", "--workers", "2", "--worker-class", "gthread", "--threads", "8"]
    # The control socket would want a writable home; heartbeat files belong in memory.
    options += ["--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "10", "--log-level", "warning"]
    # What comes over loopback is still a stranger's: no header of a request may say which path was asked for.
    options += ["--forwarder-headers", ""]
    return (sys.executable, "-m", "gunicorn", *options, "wsgi:app")


def worker_command() -> tuple[str, ...]:
    return (sys.executable, "-m", "workers", "worker")


def beat_command() -> tuple[str, ...]:
    return (sys.executable, "-m", "workers", "beat")


@click.command()
@click.option("--port", envvar="GRIDOPS_PORT", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Put a proxy with TLS in front before you open it to others.")
def web(port: int, host: str) -> None:
    """Serve the API and the pages."""
    _become(web_command(port, host))


@click.command()
def worker() -> None:
    """Run the jobs of all queues."""
    _become(worker_command())


@click.command()
def beat() -> None:
    """Relay the outbox and sweep the clocks; one at a time, a second one waits."""
    _become(beat_command())


def _become(command: tuple[str, ...]) -> None:
    os.execve(command[0], command, {**os.environ, **load_settings()})
