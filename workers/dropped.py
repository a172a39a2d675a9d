"""Files of the city that lie in the drop folder, each in a transaction of its own; the file is put away after the commit."""

from __future__ import annotations

import time
from pathlib import Path

import structlog

from gridops.context import Context
from gridops.db import transaction
from gridops.errors import GridopsError
from gridops.services.upstream import drop, files
from gridops.services.upstream.drop import Dropped

PATIENCE_S = 8.0  # one more file may be begun at the end of it
log = structlog.get_logger()


def take_dropped(context: Context) -> None:
    """What does not fit into the time is taken when the beat asks again. A worker that dies in between leaves the file where it is."""
    folder, give_up = context.config.upstream_drop, time.monotonic() + PATIENCE_S
    for dropped in drop.waiting(Path(folder), context.now()) if folder else ():
        if time.monotonic() > give_up:
            return
        try:
            _take(context, dropped)
        except OSError as error:  # a file that may not be read or moved holds up no other
            log.error("upstream_file_stuck", file=str(dropped.path), error=str(error))


def _take(context: Context, dropped: Dropped) -> None:
    try:
        content = dropped.path.read_bytes()
    except FileNotFoundError:  # another worker was faster
        return
    now = context.now()
    try:
        with transaction(context.sessions) as session:
            taken = files.take_file(session, dropped.source, dropped.kind, dropped.path.name, content, now=now, vault=context.vault)
        accepted, report = taken.accepted, taken.report
    except GridopsError as error:
        accepted, report = False, files.fault_of(error)
    drop.put_away(dropped, accepted, report, now)
    log.info("upstream_file", source=dropped.source, kind=dropped.kind, accepted=accepted, errors=report["error_count"])
