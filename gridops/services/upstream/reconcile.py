"""Each day the city's list of orders is held against ours, and every difference is named until somebody settles it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.upstream import HERE
from gridops.errors import Conflict, NotFound
from gridops.models import UpstreamDifference, UpstreamList, UpstreamOrder
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Row, Table
from gridops.services.upstream import profiles

EVERY = timedelta(hours=20)  # a chore that comes hourly does it once a day
LISTS_KEPT = timedelta(days=30)
OVER = ("replied", "closed", "returned")  # the city may leave them out


class Difference(NamedTuple):
    number: str
    kind: str
    facts: dict[str, Any]


def take_list(session: Session, source: str, table: Table, *, now: datetime) -> ImportReport:
    """The city's list as a table in its own columns, kept and held against ours at once. Raises NotFound (no profile)."""
    rules = profiles.current(session, source).rules
    columns, report = rules["list_columns"] or {"number": "number", "due_by": "due_by", "state": "state"}, ImportReport(notes=list(table.notes))
    if not report.needs(table, columns["number"]):
        return report
    rows = [_row(row, columns, rules, report) for row in table.rows]
    if not report.errors:
        session.add(UpstreamList(source=source, rows=rows, came_at=now))
        session.flush()
        report.created = len(rows)
        compare(session, source, now=now)
    return report


def _row(row: Row, columns: dict[str, str], rules: dict[str, Any], report: ImportReport) -> dict[str, str | None]:
    """A state that no rule knows is kept as it is and differs from ours: it is named, not guessed."""
    said = {ours: row.cells.get(theirs, "") for ours, theirs in columns.items()}
    due = profiles.instant(said.get("due_by", ""), rules["date_formats"])
    cells = Cells(Row(row.number, {columns.get("due_by", "due_by"): due, columns["number"]: said["number"]}), report)
    cells.text(columns["number"], required=True, longest=64)
    due_by = cells.instant(columns.get("due_by", "due_by"), rules["timezone"])
    state = said.get("state") or None
    return {"number": said["number"], "due_by": due_by.isoformat() if due_by else None, "state": rules["states"].get(state, state)}


def compare(session: Session, source: str, *, now: datetime) -> list[UpstreamDifference]:
    """The newest list of the city against ours; the open differences. Raises NotFound where no list has come yet."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"list/{source}", 0))))
    newest = session.scalar(select(UpstreamList).where(UpstreamList.source == source).order_by(UpstreamList.id.desc()).limit(1))
    if newest is None:
        raise NotFound()
    newest.compared_at = now
    found = {(one.number, one.kind): one for one in differences(session, source, newest.rows, now)}
    _settle_what_agrees(session, source, set(found), now)
    known = {(row.external_number, row.kind): row for row in still_open(session, source)}
    for key, one in found.items():
        if key in known:
            known[key].facts = one.facts
        elif not _settled_as_it_is(session, source, one):
            session.add(UpstreamDifference(source=source, external_number=one.number, kind=one.kind, facts=one.facts, found_at=now))
    session.flush()
    return still_open(session, source)


def differences(session: Session, source: str, theirs: list[dict[str, Any]], now: datetime) -> Iterator[Difference]:
    ours = {order.external_number: order for order in session.scalars(select(UpstreamOrder).where(UpstreamOrder.source == source))}
    listed = {row["number"]: row for row in theirs}
    for number in listed.keys() - ours.keys():
        yield Difference(number, "missing_here", {"theirs": listed[number]["state"]})
    for number, order in ours.items():
        yield from _of_order(order, listed.get(number), now)


def _of_order(order: UpstreamOrder, row: dict[str, Any] | None, now: datetime) -> Iterator[Difference]:
    number, due = order.external_number, order.external_due_by
    if row is None:
        if order.state not in OVER:
            yield Difference(number, "missing_there", {"ours": order.state})
        return
    if row["due_by"] and (due is None or datetime.fromisoformat(row["due_by"]) != due):
        yield Difference(number, "other_due", {"ours": due.isoformat() if due else None, "theirs": row["due_by"]})
    if row["state"] and row["state"] != order.state:
        yield Difference(number, "other_state", {"ours": order.state, "theirs": row["state"]})
    if order.reply_wanted and order.state in HERE and due is not None and due < now:
        yield Difference(number, "unreplied", {"ours": due.isoformat()})


def daily(session: Session, now: datetime) -> int:
    """The lists that nobody has held against ours today; how many."""
    newest = select(UpstreamList.source, func.max(UpstreamList.compared_at).label("last")).group_by(UpstreamList.source)
    due = [source for source, last in session.execute(newest) if last is None or now - last >= EVERY]
    for source in due:
        compare(session, source, now=now)
    _forget_old_lists(session, now)
    return len(due)


def _forget_old_lists(session: Session, now: datetime) -> None:
    """But for the newest of each source."""
    newest = select(func.max(UpstreamList.id)).group_by(UpstreamList.source)
    old = delete(UpstreamList).where(UpstreamList.came_at < now - LISTS_KEPT, UpstreamList.id.not_in(newest))
    session.execute(old, execution_options={"synchronize_session": False})


def settle(session: Session, source: str, number: int, note: str, *, actor: Actor, now: datetime) -> UpstreamDifference:
    """Somebody says why it is right so; it is named again only when it becomes another difference. Raises NotFound, Conflict."""
    mine = select(UpstreamDifference).where(UpstreamDifference.id == number, UpstreamDifference.source == source)
    row = session.scalar(mine.with_for_update())
    if row is None:
        raise NotFound()
    if row.settled_at is not None:
        raise Conflict("This difference is settled already.", code="difference_settled")
    row.settled_at, row.settled_by, row.note = now, actor.account_id, note
    session.flush()
    return row


def still_open(session: Session, source: str) -> list[UpstreamDifference]:
    mine = select(UpstreamDifference).where(UpstreamDifference.source == source, UpstreamDifference.settled_at.is_(None))
    return list(session.scalars(mine.order_by(UpstreamDifference.kind, UpstreamDifference.external_number)))


def _settle_what_agrees(session: Session, source: str, found: set[tuple[str, str]], now: datetime) -> None:
    for row in still_open(session, source):
        if (row.external_number, row.kind) not in found:
            row.settled_at = now
    session.flush()


def _settled_as_it_is(session: Session, source: str, one: Difference) -> bool:
    mine = (UpstreamDifference.source == source, UpstreamDifference.external_number == one.number, UpstreamDifference.kind == one.kind)
    last = session.scalar(select(UpstreamDifference).where(*mine).order_by(UpstreamDifference.id.desc()).limit(1))
    return last is not None and last.settled_by is not None and last.facts == one.facts
