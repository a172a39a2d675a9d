"""``gridops run``: everything in one terminal, from an empty folder to a served page; Ctrl-C stops all of it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
import psycopg

from gridops.cli import processes
from gridops.private.account import Account, service_account
from gridops.private.app_copy import CHECKOUT, copy_app
from gridops.private.home import AlreadyRunning, Home
from gridops.private.installation import DATABASE, Installation, Unreachable, process_environment
from gridops.private.program import Program, StartFailed
from gridops.private.supervisor import Stopped, Supervisor


READY_WITHIN = timedelta(seconds=60)


class Refused(click.ClickException):
    def __init__(self, message: str, exit_code: int):
        super().__init__(message)
        self.exit_code = exit_code


@click.command()
@click.option("--port", envvar="GRIDOPS_PORT", type=click.IntRange(1, 65535), default=8000, show_default=True)
def command(port: int) -> None:
    """Start everything, with private servers unless DATABASE_URL and REDIS_URL name others.

    Exit codes: 0 stopped on request, 1 something did not start, 3 the port is taken, 4 already running in this GRIDOPS_HOME.
    """
    home = Home.from_env(os.environ)
    try:
        with home.locked():
            _refuse_taken(port)
            _run(Installation(home, service_account(), os.environ), port)
    except AlreadyRunning as error:
        raise Refused(str(error), 4) from error
    except (StartFailed, Unreachable, PermissionError) as error:
        raise click.ClickException(str(error)) from error


def _run(here: Installation, port: int) -> None:
    here.home.prepare(here.account)
    here.check_reachable()
    parent = os.getppid() if os.environ.get("MAKELEVEL") else None
    try:
        with Supervisor(_say, watched_parent=parent) as supervisor:
            _bring_up(supervisor, here, port)
            supervisor.watch()
            _say("stopping")
    except Stopped:
        pass
    finally:
        here.home.run_env.remove()
    _say("stopped")


def _bring_up(supervisor: Supervisor, here: Installation, port: int) -> None:
    code = copy_app(here.home.app) if here.account.uid != os.geteuid() else CHECKOUT
    _say(f"state is in {here.home.folder}")
    _start_servers(supervisor, here)
    here.home.run_env.write({**here.settings(), "GRIDOPS_PORT": str(port)})
    step = partial(_step, supervisor, here)
    step("migrate")
    if _wants_demo(here):
        _say("loading the demonstration street, once")
        step("demo")
    supervisor.start(*_app_programs(here, code, port))
    if supervisor.watch(until=partial(_is_ready, port), within=READY_WITHIN):
        _announce(here, port)
    elif not supervisor.stopping:
        _say(f"/readyz does not answer 200; the reason should be in {here.home.logs}")


def _start_servers(supervisor: Supervisor, here: Installation) -> None:
    own = [server.program(here.home.logs / f"{name}.log") for name, server in (("postgres", here.cluster), ("redis", here.redis)) if server]
    if here.cluster:
        here.cluster.create()
    for program in own:
        supervisor.start(program)
    if here.cluster:
        here.cluster.provision(DATABASE)


def _step(supervisor: Supervisor, here: Installation, name: str) -> None:
    """As the person who called, not as the service user: the demo leaves its log-ins in a file only for that person."""
    environment = process_environment(here.settings(), CHECKOUT, os.environ)
    myself = Account("", os.geteuid(), os.getegid())
    supervisor.run_once(name, [sys.executable, "-m", "gridops", name], account=myself, env=environment, cwd=CHECKOUT)


def _app_programs(here: Installation, code: Path, port: int) -> list[Program]:
    environment = process_environment(here.app_settings(), code, os.environ)
    commands = {
        "web": (processes.web_command(port), 15),
        # Two, for one long job must not hold up an emergency. Longer than the longest job, so that it can finish.
        "worker": (processes.worker_command(), 25),
        "worker-2": (processes.worker_command(), 25),
        "beat": (processes.beat_command(), 10),
    }
    return [
        Program(name, argv, here.account, code, here.home.logs / f"{name}.log", environment, grace=timedelta(seconds=grace))
        for name, (argv, grace) in commands.items()
    ]


def _wants_demo(here: Installation) -> bool:
    """Into the private database while it has no street; into a database of the person's own only when told so."""
    wish = os.environ.get("GRIDOPS_DEMO", "1" if here.cluster else "0")
    if wish != "1" or not (Path(__file__).parent / "demo.py").exists():
        return False
    url = here.settings().get("DATABASE_OWNER_URL") or here.settings()["DATABASE_URL"]
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        return connection.execute("SELECT NOT EXISTS (SELECT FROM street)").fetchone()[0]


def _refuse_taken(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(f"port {port} is taken ({error.strerror}): set GRIDOPS_PORT to a free one", 3) from error


def _is_ready(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _announce(here: Installation, port: int) -> None:
    _say(f"logs are in {here.home.logs}")
    if here.home.demo_logins.exists():
        _show_logins(here.home.demo_logins)
    _say(f"ready: http://127.0.0.1:{port}  (Ctrl-C stops everything)")


def _show_logins(file: Path) -> None:
    """One of each role; the file holds them all."""
    one_each = {row["role"]: row for row in reversed(json.loads(file.read_text("utf-8")))}
    for role, row in sorted(one_each.items()):
        _say(f"  {role:<15} {row['username']:<24} {row['password']}")
    _say(f"all demo log-ins are in {file}")


def _say(message: str) -> None:
    click.echo(f"gridops: {message}")
