"""Likely repeats of one report among 100,000 and 1,000,000 tickets, as a worker asks when it has read a report. Texts are made up of the package's own phrases."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from statistics import median

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from benchmarks import city
from benchmarks.load import percentile
from benchmarks.own_servers import street
from gridops.context import Context, wall_clock
from gridops.db import reading, transaction
from gridops.domain.actor import SYSTEM
from gridops.learning.knowledge import PACKAGE, rows
from gridops.learning.likeness import print_of, search_keys
from gridops.models import Ticket
from gridops.services import joining, relapse, repeats, similar, tickets
from gridops.services.shapes import point_of
from tests.small_street import RUBBISH, STREET, SmallStreet

SIZES, OPEN, ASKED = (100_000, 1_000_000), 20, 200  # of every so many tickets one is open
WORDS = "小区 门口 楼道 垃圾 车辆 占用 通道 没人 处理 晚上 噪音 漏水 电梯 故障 路灯 不亮 积水 违建 油烟 宠物 高空 抛物 施工 扬尘 井盖 破损 绿化 枯死 停车 堵塞".split()
LOAD = """
    CREATE UNLOGGED TABLE made (ticket_id bigint, keys integer[], words text);
"""
ENTER = """
    ALTER TABLE ticket DISABLE TRIGGER ticket_forget_words;
    UPDATE ticket SET description = made.words FROM made WHERE made.ticket_id = ticket.id;
    INSERT INTO ticket_likeness SELECT ticket_id, keys FROM made JOIN ticket ON ticket.id = made.ticket_id WHERE ticket.closed_at IS NULL ON CONFLICT DO NOTHING;
    ALTER TABLE ticket ENABLE TRIGGER ticket_forget_words;
    TRUNCATE made
"""


def run() -> list[tuple[str, str]]:
    with street() as (bench, built):
        context = bench.context()
        model = dispatched(context.sessions, built)
        owner = create_engine(bench.config.owner_database_url)
        found, so_far = [], 0
        for size in SIZES:
            fill(owner, model, so_far, size)
            found, so_far = found + _asked(context, size), size
        owner.dispose()
        context.bind.dispose()
    return found


def dispatched(sessions: sessionmaker[Session], built: SmallStreet) -> int:
    """The id of a ticket that the others are copied from."""
    with transaction(sessions) as session:
        ticket = built.submit(session, wall_clock()).ticket
        tickets.perform(session, ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=wall_clock())
        return tickets.perform(session, ticket.number, "dispatch", {}, actor=SYSTEM, now=wall_clock()).id


def fill(owner: Engine, model: int, so_far: int, size: int) -> None:
    still_open = (size - so_far) // OPEN
    with owner.begin() as connection:
        if not so_far:
            city.lay_areas(connection, STREET)
            connection.execute(text(LOAD))
        city.copy_tickets(connection, STREET, model, prefix=f"C{so_far}-", count=size - so_far - still_open, still_open=False)
        city.copy_tickets(connection, STREET, model, prefix=f"O{so_far}-", count=still_open, still_open=True)
        _enter_words(connection)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE ticket, ticket_likeness"))


def _enter_words(connection: Connection) -> None:
    wanted = connection.execute(text(
        "SELECT id, area_code, reported_at FROM ticket WHERE description = (SELECT description FROM ticket ORDER BY id LIMIT 1)")).all()
    copied = io.StringIO("".join(_lines(wanted)))
    with connection.connection.cursor() as cursor, cursor.copy("COPY made FROM STDIN") as copy:
        copy.write(copied.getvalue())
    for statement in ENTER.split(";"):
        connection.execute(text(statement))


def _lines(wanted: list[tuple[int, str, datetime]]) -> Iterator[str]:
    told = told_words(random.Random(1))
    for number, area, at in wanted:
        words = next(told)
        keys = search_keys(print_of(words), repeats.drawer(area, at))
        yield f"{number}\t{{{','.join(map(str, keys))}}}\t{words}\n"


def told_words(drawn: random.Random) -> Iterator[str]:
    phrases = [row["name_zh"] for row in rows(PACKAGE / "taxonomy.csv")] + WORDS * 3
    while True:
        yield "，".join("".join(drawn.choices(phrases, k=3)) for _ in range(3))


def _asked(context: Context, size: int) -> list[tuple[str, str]]:
    """Of the newest: what the clerk is shown, what the system may join, what somebody about to report is shown, what had been closed there before."""
    with reading(context.sessions) as session:
        newest = session.query(Ticket).filter(Ticket.status == "dispatched").order_by(Ticket.reported_at.desc()).limit(ASKED).all()
        ways = {
            f"likely repeats of a report among {size:,} tickets": lambda one: repeats.likely(session, one, actor=SYSTEM),
            "  those at its own spot, for the system": lambda one: repeats.told_here(session, one, metres=joining.SPOT_M, apart=joining.WITHIN),
            "  those that somebody about to report it is shown": lambda one: similar.similar(
                session, point_of(one.point), area=STREET, now=one.reported_at, category=RUBBISH, text=one.description),
            "  the closed one of which it is a relapse": lambda one: relapse.look_back(session, one, RUBBISH),
        }
        found = [(f"{what}, p50 / p95", _took(ask, newest)) for what, ask in ways.items()]
        session.rollback()
    return found


def _took(ask: Callable[[Ticket], object], newest: list[Ticket]) -> str:
    waits = []
    for ticket in newest:
        start = time.perf_counter()
        ask(ticket)
        waits.append(time.perf_counter() - start)
    return f"{median(waits) * 1000:.1f} ms / {percentile(waits, 0.95) * 1000:.1f} ms"
