"""A file of places as somebody sends it: a list of addresses, or the columns that ``gridops export places`` gives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.permissions import GRID_KEEPERS
from gridops.errors import Forbidden
from gridops.services import scope
from gridops.services.imports.addresses import import_addresses
from gridops.services.imports.places import import_places
from gridops.services.imports.readers import read
from gridops.services.imports.table import ImportReport


def import_place_file(
    session: Session, content: bytes, filename: str, *, actor: Actor, now: datetime, crs: str | None = None, skip_outside: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """``dry_run``: the report of what would be written. Raises UnreadableFile, Forbidden; bad rows are in the report."""
    if not actor.areas(*GRID_KEEPERS):
        raise Forbidden()
    table = read(content, filename)
    savepoint = session.begin_nested()

    def may_keep(community: str) -> bool:
        return scope.may_keep_grid(actor, community)

    if {"code", "kind"} <= set(table.columns):
        report = import_places(session, table, now=now, crs=crs, may_keep=may_keep)
    else:
        report = import_addresses(session, table, now=now, crs=crs, skip_outside=skip_outside, may_keep=may_keep)
    if dry_run:
        savepoint.rollback()
    else:
        savepoint.commit()
    return report
