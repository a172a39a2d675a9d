"""A city's hotline export driven again as history: ``python -m benchmarks.hotline_replay [--data FOLDER]``.

Each row comes in through the source's profile at its own date and is worked on with a moved clock: dispatched, sent back once for each
transfer of the file (objected to and upheld; after two the dispatch stands), handled, checked, closed, and answered with the file's own
reply. Then bounces, rulings and indicators are counted three ways: from the file, from the rows and from the trail. The file has no
times of day and no date of the reply: the steps of a day stand a fixed while apart, and the result comes on the day of the first
progress, else of the first transfer, else the next day. The file is not part of the project; without it this says so and ends.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import own_servers
from benchmarks.claims import Claims
from gridops.db import reading, transaction
from gridops.domain.actor import SYSTEM, Grant
from gridops.domain.kpi import Count, combined
from gridops.domain.limits import Limit, due
from gridops.errors import NotAllowed
from gridops.models import FilingCondition, Objection, Round, Ticket, UpstreamOrder, UpstreamReply
from gridops.services import calendars, tickets, trail
from gridops.services.indicators import counting, from_trail
from gridops.services.indicators.sources import Asked
from gridops.services.upstream import orders, profiles, replies
from gridops.services.upstream.known import find_order, ticket_of
from tests import small_street

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "messages" / "fuzhou12345_dev.csv"
SOURCE, RIVER = "fuzhou", "E0126"
LEADS = ("SANITATION", "URBAN_OFFICE", "ENFORCEMENT", "PROPERTY", "EMERGENCY_OFFICE", "FIRE", "POLICE")
MOST_BOUNCES = 2
ZONE = ZoneInfo("Asia/Shanghai")
STEP = timedelta(minutes=10)
COMPARED = ("bounce_rate", "accurate_dispatch_rate", "on_time_dispose_rate", "close_rate", "accurate_file_rate")


@dataclass(frozen=True)
class Line:
    """One row of the file. ``days``: after how many the result came."""

    place: int
    cells: dict[str, str]

    @property
    def number(self) -> str:
        return self.cells["row_id"]

    @property
    def transfers(self) -> int:
        return int(self.cells["transfer_count"] or 0)

    @property
    def bounces(self) -> int:
        return min(self.transfers, MOST_BOUNCES)

    @property
    def days(self) -> float:
        return float(self.cells["days_first_progress"] or self.cells["days_first_transfer"] or 1)

    @property
    def begins_at(self) -> datetime:
        return datetime.fromisoformat(self.cells["date"]).replace(hour=9, tzinfo=ZONE).astimezone(UTC)

    @property
    def dispatched_at(self) -> datetime:
        """For the last time: filed two steps after the beginning, and three steps for each bounce."""
        return self.begins_at + (2 + 3 * self.bounces) * STEP

    @property
    def handled_at(self) -> datetime:
        return max(self.dispatched_at + (self.transfers + 2) * STEP, self.begins_at + timedelta(days=self.days))

    def lead(self, bounce: int) -> str:
        return LEADS[(self.place + bounce) % len(LEADS)]


class Driver:
    def __init__(self, street: small_street.SmallStreet):
        self.street, self.forced = street, Counter()
        walker = street.actors["worker_west"]
        self.actors = street.actors | {"walker": replace(walker, grants=(Grant("grid_worker", small_street.STREET),))}

    def drive(self, session: Session, line: Line) -> None:
        number = self._take_in(session, line)
        self._do(session, number, "file", "clerk", line.begins_at + STEP, category=RIVER)
        self._do(session, number, "dispatch", "dispatcher", line.begins_at + 2 * STEP, **self._to(line, 0))
        for bounce in range(line.bounces):
            at = line.begins_at + (2 + 3 * bounce) * STEP
            self._do(session, number, "object", line.lead(bounce), at + STEP, reason_code="not_our_duty", text="转办")
            self._do(session, number, "uphold", "dispatcher", at + 2 * STEP, text="转其他单位")
            self._do(session, number, "dispatch", "dispatcher", at + 3 * STEP, **self._to(line, bounce + 1))
        self._refused_further(session, number, line)
        self._handle(session, number, line)

    def _take_in(self, session: Session, line: Line) -> str:
        """Through the profile, as any file of this city."""
        report = orders.take(session, SOURCE, orders.table_of([line.cells]), actor=SYSTEM, now=line.begins_at, vault=self.street.vault)
        if report.errors:
            raise SystemExit(f"{line.number}: {[str(fault) for fault in report.errors]}")
        return ticket_of(session, find_order(session, SOURCE, line.number)).number

    def _refused_further(self, session: Session, number: str, line: Line) -> None:
        """Every transfer beyond two is one that would not have been possible here."""
        for further in range(line.transfers - line.bounces):
            at = line.dispatched_at + (further + 1) * STEP
            try:
                with session.begin_nested():
                    self._do(session, number, "object", line.lead(line.bounces), at, reason_code="not_our_duty", text="再转办")
            except NotAllowed as refusal:
                self.forced[refusal.code] += 1

    def _handle(self, session: Session, number: str, line: Line) -> None:
        lead, at = line.lead(line.bounces), line.handled_at
        self._do(session, number, "sign", lead, line.dispatched_at + (line.transfers + 1) * STEP)
        self._do(session, number, "submit_result", lead, at, outcome="explained", text=line.cells["reply"][:4000])
        ticket = self._do(session, number, "pass_check", "walker", at + STEP, text="已核查")
        replies.draft_for(session, ticket, now=at + STEP)
        order = find_order(session, SOURCE, line.number)
        clerk = self.street.actors["clerk"]
        replies.write(session, order, line.cells["reply"][:4000], approve=True, actor=clerk, now=at + 2 * STEP)
        replies.mark_sent(session, [order], actor=clerk, now=at + 3 * STEP)

    def _to(self, line: Line, bounce: int) -> dict:
        return {"lead": f"D-{line.lead(bounce)}", "coordinate": "D-GRID_CENTER", "support": []}

    def _do(self, session: Session, number: str, action: str, who: str, at: datetime, **body) -> Ticket:
        return tickets.perform(session, number, action, body, actor=self.actors[who], now=at)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=FILE.parents[1])
    file = parser.parse_args().data / "messages" / FILE.name
    if not file.is_file():
        print(f"{file} is not here: nothing to replay")
        return 0
    lines = [Line(place, cells) for place, cells in enumerate(csv.DictReader(file.open(encoding="utf-8-sig")))]
    claims = Claims()
    with own_servers.street() as (bench, street):
        context = bench.context()
        driver = _driven(context.sessions, street, lines, claims)
        with reading(context.sessions) as session:
            _compare(session, lines, driver, claims)
        context.bind.dispose()
    print(claims.table())
    return 1 if claims.failed else 0


def _driven(sessions, street: small_street.SmallStreet, lines: list[Line], claims: Claims) -> Driver:
    with transaction(sessions) as session:
        profile = profiles.current(session, SOURCE)
        profiles.save(session, SOURCE, profile.name, profile.rules | {"street": small_street.STREET}, actor=SYSTEM, now=profile.valid_from + STEP)
    driver = Driver(street)
    for line in sorted(lines, key=lambda line: line.begins_at):
        with transaction(sessions) as session:
            driver.drive(session, line)
    claims.figure("rows of the file driven again", len(lines))
    return driver


def _compare(session: Session, lines: list[Line], driver: Driver, claims: Claims) -> None:
    count = lambda query: session.scalar(query)  # noqa: E731
    bounces = sum(line.bounces for line in lines)
    claims.figure("transfers in the file", sum(line.transfers for line in lines))
    claims.claim("tickets, one for each order", count(select(func.count()).select_from(Ticket)), len(lines))
    claims.claim("bounces on the tickets, at most two each", count(select(func.sum(Ticket.bounce_count))), bounces)
    claims.claim("objections upheld", count(select(func.count()).where(Objection.ruling == "upheld")), bounces)
    claims.claim("dispatches", count(select(func.count()).select_from(Round)), len(lines) + bounces)
    further = sum(line.transfers - line.bounces for line in lines)
    claims.claim("transfers beyond two, each refused: the dispatch stands", dict(driver.forced), {"no_more_objections": further})
    claims.claim("tickets on which it was refused", sum(line.transfers > MOST_BOUNCES for line in lines), count(
        select(func.count()).where(Ticket.bounce_count == MOST_BOUNCES)) - sum(line.transfers == MOST_BOUNCES for line in lines))
    claims.claim("orders replied to, each with its own reply", count(select(func.count()).where(UpstreamOrder.state == "replied")), len(lines))
    claims.claim("replies sent", count(select(func.count()).where(UpstreamReply.state == "sent")), len(lines))
    _compare_indicators(session, lines, claims)
    claims.claim("faults in the trail", list(trail.verify_all(session)), [])


def _compare_indicators(session: Session, lines: list[Line], claims: Claims) -> None:
    asked = Asked(small_street.STREET, min(line.begins_at for line in lines), max(line.handled_at for line in lines) + timedelta(days=400))
    rows = counting.whole(counting.counted(session, asked, "department")) | counting.whole(counting.counted(session, asked, "community"))
    told: dict[str, Count] = {}
    for counts in from_trail.counted(session, asked.area, asked.start, asked.end).values():
        for indicator, found in counts.items():
            told[indicator] = combined([told.get(indicator, Count(0, 0)), found])
    wanted = _from_the_file(session, lines)
    for indicator in COMPARED:
        claims.claim(f"{indicator}: file = rows", rows.get(indicator), wanted[indicator])
    for indicator in sorted(rows.keys() | told.keys()):
        claims.claim(f"{indicator}: rows = trail", rows.get(indicator), told.get(indicator))


def _from_the_file(session: Session, lines: list[Line]) -> dict[str, Count]:
    """By the file's own numbers and the limit of the category, without a look at any ticket."""
    bounces = sum(line.bounces for line in lines)
    limit = session.scalars(select(FilingCondition).join(Ticket, Ticket.condition_id == FilingCondition.id).limit(1)).one()
    calendar = calendars.calendar_for(session, calendars.current_calendar_id(session, small_street.STREET), street_code=small_street.STREET)
    in_time = sum(line.handled_at <= due(line.dispatched_at, Limit(limit.limit_value, limit.limit_unit), calendar) for line in lines)
    every = len(lines)
    return {
        "bounce_rate": Count(bounces, every + bounces), "accurate_dispatch_rate": Count(sum(line.bounces == 0 for line in lines), every),
        "on_time_dispose_rate": Count(in_time, every), "close_rate": Count(every, every), "accurate_file_rate": Count(every, every)}


if __name__ == "__main__":
    sys.exit(main())
