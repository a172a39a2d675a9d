"""perform() in a transaction of its own against a bare transaction of one UPDATE and two INSERTs through SQLAlchemy Core, in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from sqlalchemy import JSON, BigInteger, Column, DateTime, Engine, Identity, Integer, MetaData, String, Table, create_engine, func, insert, text, update

from benchmarks.own_servers import Bench, street
from gridops.context import Context, wall_clock
from gridops.db import transaction
from gridops.domain.actor import SYSTEM, Actor
from gridops.services import tickets
from tests.small_street import RUBBISH, SmallStreet

COUNT = 400
METADATA = MetaData(schema="bare_act")
THING = Table("thing", METADATA, Column("id", BigInteger, Identity(), primary_key=True), Column("status", String), Column("version", Integer))
HISTORY = Table(
    "history", METADATA, Column("id", BigInteger, Identity(), primary_key=True), Column("thing", BigInteger), Column("action", String),
    Column("facts", JSON), Column("at", DateTime(timezone=True), server_default=func.now()))
OUTBOX = Table(
    "outbox", METADATA, Column("id", BigInteger, Identity(), primary_key=True), Column("topic", String), Column("payload", JSON),
    Column("at", DateTime(timezone=True), server_default=func.now()))


def run() -> list[tuple[str, str]]:
    with street() as (bench, built):
        engine = _bare(bench)
        context = bench.context()
        try:
            return _rows(engine, context, built)
        finally:
            engine.dispose()
            context.bind.dispose()


def _rows(engine: Engine, context: Context, built: SmallStreet) -> list[tuple[str, str]]:
    numbers = [_filed(context, built) for _ in range(COUNT)]
    acts: list[tuple[str, Actor, dict]] = [
        ("comment", built.actors["clerk"], {"text": "x", "public": False}), ("dispatch", SYSTEM, {}), ("sign", built.actors["SANITATION"], {})]
    plain: list[float] = []
    ours: dict[str, list[float]] = {}
    for action, actor, body in acts:
        for place, number in enumerate(numbers):
            plain.append(_timed(lambda place=place: _bare_act(engine, place + 1)))
            ours.setdefault(action, []).append(_timed(lambda number=number: _perform(context, number, action, body, actor)))
    bare = median(plain)
    return [("bare transaction, UPDATE and two INSERTs, p50", f"{bare * 1000:.2f} ms"), *(
        (f"perform({action}) p50 ÷ bare transaction{' (goal ≤ 4)' if action == 'sign' else ''}",
         f"{median(waits) / bare:.2f}  ({median(waits) * 1000:.2f} ms)") for action, waits in ours.items())]


def _bare(bench: Bench) -> Engine:
    owner = create_engine(bench.config.owner_database_url)
    with owner.begin() as connection:
        connection.execute(text("CREATE SCHEMA bare_act"))
        METADATA.create_all(connection)
        connection.execute(insert(THING), [{"status": "a", "version": 1} for _ in range(COUNT)])
        connection.execute(text("GRANT USAGE ON SCHEMA bare_act TO gridops_app"))
        connection.execute(text("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA bare_act TO gridops_app"))
    owner.dispose()
    return create_engine(bench.config.database_url)


def _bare_act(engine: Engine, thing: int) -> None:
    with engine.begin() as connection:
        connection.execute(update(THING).where(THING.c.id == thing).values(status="b", version=THING.c.version + 1))
        connection.execute(insert(HISTORY).values(thing=thing, action="sign", facts={"signed_by": "person"}))
        connection.execute(insert(OUTBOX).values(topic="thing.signed", payload={"thing": thing}))


def _filed(context: Context, built: SmallStreet) -> str:
    with transaction(context.sessions) as session:
        number = built.submit(session, wall_clock()).ticket.number
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=wall_clock())
    return number


def _perform(context: Context, number: str, action: str, body: dict, actor: Actor) -> None:
    with transaction(context.sessions) as session:
        tickets.perform(session, number, action, body, actor=actor, now=wall_clock())


def _timed(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
