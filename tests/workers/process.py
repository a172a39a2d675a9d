"""The project's worker or beat as a process, with topics of the tests; ``python process.py worker|beat [name=value …]``."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from config import Config
from geo.coords import Wgs84
from gridops import logs
from gridops.errors import Invalid
from gridops.services import areas, reactions
from gridops.services.reactions import REACTIONS
from workers import beat, process, queue, relay
from workers.stopping import Stop


def _effect(session, row, now, context) -> None:
    session.execute(text("INSERT INTO effect (outbox_id) VALUES (:id)"), {"id": row.id})


def _slow(session, row, now, context) -> None:
    """Has had its effect, but has not committed it, while the marker file of the payload stands."""
    _effect(session, row, now, context)
    Path(row.payload["marker"]).write_text(str(os.getpid()))
    time.sleep(row.payload["seconds"])


def _poison(session, row, now, context) -> None:
    _effect(session, row, now, context)
    raise ValueError("the owner of 13812345678 does not answer")


def _refused(session, row, now, context) -> None:
    raise Invalid("%(phone)s is no category", phone="13812345678")


def _broken_statement(session, row, now, context) -> None:
    session.execute(text("INSERT INTO effect (outbox_id) VALUES (CAST(:phone AS bigint))"), {"phone": "call 13812345678"})


def _located(session, row, now, context) -> None:
    """Its effect says who was asked, when, and in which cell the place of the payload is."""
    asked = datetime.now(UTC)
    location = areas.locate(session, Wgs84(row.payload["lng"], row.payload["lat"]))
    words = f"{os.getpid()} {asked.timestamp()} {location.area_code}"
    session.execute(text("INSERT INTO effect (outbox_id, words) VALUES (:id, :words)"), {"id": row.id, "words": words})


def _hanging(session, row, now, context) -> None:
    time.sleep(3600)


REACTIONS.update({
    "test.happened": _effect, "test.slow": _slow, "test.poison": _poison, "test.refused": _refused,
    "test.broken_statement": _broken_statement, "test.hanging": _hanging, "test.located": _located,
})
reactions.TOGETHER |= {topic for topic in REACTIONS if topic.startswith("test.")}


class DiesBeforeSending(queue.Queues):
    """kill -9 at the worst moment: what is to be sent has been marked as sent and committed."""

    def enqueue(self, *_arguments) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def main(role: str, settings: dict[str, float]) -> None:
    logs.configure()
    config = Config.from_env(os.environ)
    if role == "worker":
        process.enter(config)
        queue.JOB_TIMEOUT_S = settings.get("job_timeout", queue.JOB_TIMEOUT_S)
        return queue.work(config.redis_url, Stop.on_signals())
    if role == "dying_beat":
        beat.Queues = DiesBeforeSending
    queue.JOB_TIMEOUT_S = int(settings.pop("job_timeout", queue.JOB_TIMEOUT_S))
    relay.BATCH["default"] = int(settings.pop("batch", relay.BATCH["default"]))
    lease = timedelta(seconds=settings.pop("lease", 30))
    beat.run(config, Stop.on_signals(), timings=beat.Timings(lease=lease, **settings))


if __name__ == "__main__":
    main(sys.argv[1], {name: float(value) for name, _, value in (word.partition("=") for word in sys.argv[2:])})
