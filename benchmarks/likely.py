"""Likely repeats of one report among 100,000 and 1,000,000 tickets, as a worker asks when it has read a report. Texts are made up of the package's own phrases."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from datetime import datetime
from statistics import median

from sqlalchemy import Connection, Engine, create_engine, text

from benchmarks import city
from benchmarks.load import percentile
from benchmarks.own_servers import street
from gridops.context import Context, wall_clock
from gridops.db import reading, transaction
from gridops.domain.actor import SYSTEM
from gridops.learning.knowledge import PACKAGE, rows
from gridops.learning.likeness import print_of, search_keys
from gridops.models import Ticket
from gridops.services import repeats, tickets
from tests.small_street import RUBBISH, STREET

SIZES, OPEN, ASKED = (100_000, 1_000_000), 20, 200  # of every so many tickets one is open
WORDS = "小区 门口 楼道 垃圾 车辆 占用 通道 没人 处理 晚上 噪音 漏水 电梯 故障 路灯 不亮 积水 违建 油烟 宠物 高空 抛物 施工 扬尘 井盖 破损 绿化 枯死 停车 堵塞".split()
LOAD = """
    CREATE UNLOGGED TABLE made (ticket_id bigint, keys integer[], words text);
"""
ENTER = """
    UPDATE ticket SET description = made.words FROM made WHERE made.ticket_id = ticket.id;
    INSERT INTO ticket_likeness SELECT ticket_id, keys FROM made JOIN ticket ON ticket.id = made.ticket_id WHERE ticket.closed_at IS NULL;
    TRUNCATE made
"""


def run() -> list[tuple[str, str]]:
    with street() as (bench, built):
        context = bench.context()
        with transaction(context.sessions) as session:
            ticket = built.submit(session, wall_clock()).ticket
            tickets.perform(session, ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=wall_clock())
            model = tickets.perform(session, ticket.number, "dispatch", {}, actor=SYSTEM, now=wall_clock()).id
        owner = create_engine(bench.config.owner_database_url)
        found, so_far = [], 0
        for size in SIZES:
            _fill(owner, model, so_far, size)
            found, so_far = found + [_asked(context, size)], size
        owner.dispose()
        context.bind.dispose()
    return found


def _fill(owner: Engine, model: int, so_far: int, size: int) -> None:
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
    drawn = random.Random(1)
    phrases = [row["name_zh"] for row in rows(PACKAGE / "taxonomy.csv")] + WORDS * 3
    for number, area, at in wanted:
        words = "，".join("".join(drawn.choices(phrases, k=3)) for _ in range(3))
        keys = search_keys(print_of(words), repeats.drawer(area, at))
        yield f"{number}\t{{{','.join(map(str, keys))}}}\t{words}\n"


def _asked(context: Context, size: int) -> tuple[str, str]:
    waits = []
    with reading(context.sessions) as session:
        newest = session.query(Ticket).filter(Ticket.status == "dispatched").order_by(Ticket.reported_at.desc()).limit(ASKED).all()
        for ticket in newest:
            start = time.perf_counter()
            repeats.likely(session, ticket, actor=SYSTEM)
            waits.append(time.perf_counter() - start)
    return (
        f"likely repeats of a report among {size:,} tickets, p95 (part of 30 ms a report)",
        f"{percentile(waits, 0.95) * 1000:.0f} ms  (median {median(waits) * 1000:.0f} ms)")
