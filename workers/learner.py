"""Learning from closed tickets, in a process of its own: it takes minutes of a processor and much memory, and no emergency may wait behind it.

A worker's job only starts that process (``python -m workers learn``), so that each worker goes on with its queue, and the memory is given back at
the end. The process has a limit of its own, and holds an advisory lock by which everybody knows that it lives.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import text

from gridops.context import Context
from gridops.db import reading, transaction
from gridops.errors import Conflict
from gridops.services.learned import runs
from gridops.services.learned.runs import Begun

LIMIT_S = 3600  # fifty thousand tickets are learned in some minutes; who is still at it after an hour is stuck
NICE = 10  # behind everything that somebody waits for
COMMAND = (sys.executable, "-m", "workers", "learn")
log = structlog.get_logger()


_started: subprocess.Popen | None = None


def start() -> None:
    """Not waited for, and at most one of each worker: a machine that is slow to start one is asked again and again. One of another worker finds
    the lock taken and ends at once.
    """
    global _started
    if _started is None or _started.poll() is not None:
        _started = subprocess.Popen(COMMAND, stdin=subprocess.DEVNULL)


def run(context: Context) -> None:
    """The run that is wanted, if there is one and nobody is at it. The limit ends the process as a kill would, also inside the libraries."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LIMIT_S)
    os.nice(NICE)
    with _alone(context) as alone:
        if not alone:
            return
        with transaction(context.sessions) as session:
            begun = runs.begin(session, now=context.now())
        if begun is not None:
            _do(context, begun)


def _do(context: Context, begun: Begun) -> None:
    log.info("learning", run=begun.id, attempt=begun.attempt)
    try:
        _learn(context, begun)
    except Conflict as error:
        outcome = runs.TOO_LITTLE if error.code == "too_little_to_learn" else runs.FAILED
        _end(context, begun, outcome)
    except Exception:
        _end(context, begun, runs.FAILED)
        raise


def _learn(context: Context, begun: Begun) -> None:
    from gridops.services.learned import training  # scikit-learn comes with it: only this process loads it

    def say(stage: str) -> None:
        with transaction(context.sessions) as session:
            runs.tell(session, begun, stage)

    with reading(context.sessions) as session:
        lesson = training.gather(session)
    taught = training.teach(lesson, say)
    say("keeping")
    with transaction(context.sessions) as session:
        made = training.keep(session, taught, now=context.now())
        runs.end_with(session, begun, made, now=context.now())
        log.info("learned", version=made.version, state=made.state, samples=made.samples)


def _end(context: Context, begun: Begun, outcome: str) -> None:
    with transaction(context.sessions) as session:
        runs.end(session, begun, outcome, now=context.now())
    log.warning("nothing_learned", run=begun.id, outcome=outcome)


@contextmanager
def _alone(context: Context) -> Iterator[bool]:
    """The lock lives and dies with its connection, as that of the beat that leads."""
    with context.bind.connect() as connection:
        connection.detach()
        alone = connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": runs.LEARNING})
        connection.commit()
        yield bool(alone)
