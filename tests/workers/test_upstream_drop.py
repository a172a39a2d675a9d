"""Files of the city that are dropped: taken once, put away with a report, whoever comes at the same time or dies in between."""

from __future__ import annotations

import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests import small_street
from tests.workers.conftest import Background, wait_until

from gridops.context import Context, wall_clock
from gridops.db import reading, transaction
from gridops.models import Ticket, UpstreamFile, UpstreamOrder
from gridops.services.upstream import files
from gridops.vault import Vault
from workers.dropped import take_dropped

HEADER = "工单编号,诉求内容,所属街道"
LONG_AGO = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "drop" / "12345" / "orders").mkdir(parents=True)
    return tmp_path / "drop"


@pytest.fixture
def context(make_fresh, folder, now) -> Context:
    fresh = make_fresh(upstream_drop=str(folder))
    with transaction(fresh.sessions) as session:
        small_street.build(session, fresh.config, now)
    return Context(fresh.config, fresh.sessions, Vault(fresh.config.vault_keys, fresh.config.secret_key), lambda: now)


@pytest.fixture
def drop(folder, now):
    """drop("a.csv", ["A-1"]) lies there since a minute."""

    def drop(name: str, numbers: list[str], *, source: str = "12345", kind: str = "orders", age=LONG_AGO, content: bytes | None = None) -> Path:
        path = folder / source / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [HEADER, *(f"{number},楼道堆物,{small_street.STREET}" for number in numbers)]
        path.write_bytes("\n".join(lines).encode("gbk") if content is None else content)
        touched = (now - age).timestamp()
        os.utime(path, (touched, touched))
        return path

    return drop


def count(context: Context, model) -> int:
    with reading(context.sessions) as session:
        return session.scalar(select(func.count()).select_from(model))


def put_away(folder: Path, where: str) -> list[str]:
    return sorted(path.name.partition("-")[2] for path in (folder / "12345" / where).glob("*") if not path.name.endswith(".json"))


def test_a_good_file_goes_to_done_and_a_bad_one_to_refused_each_with_its_report(context, folder, drop):
    drop("good.csv", ["A-1", "A-2"])
    drop("bad.csv", ["A 3"])
    drop("broken.xlsx", [], content=b"PK no workbook")
    take_dropped(context)
    assert (put_away(folder, "done"), put_away(folder, "refused")) == (["good.csv"], ["bad.csv", "broken.xlsx"])
    assert count(context, Ticket) == 2
    report = json.loads(next((folder / "12345" / "refused").glob("*bad.csv.report.json")).read_text("utf-8"))
    assert [(error["row"], error["column"], error["code"]) for error in report["errors"]] == [(2, "工单编号", "bad_code")]


def test_what_is_still_being_written_is_left_alone(context, folder, drop):
    drop("fresh.csv", ["A-1"], age=timedelta(seconds=2))
    drop("half.csv.part", ["A-2"])
    drop(".hidden.csv", ["A-3"])
    take_dropped(context)
    assert count(context, Ticket) == 0
    assert len(list((folder / "12345" / "orders").iterdir())) == 3


def test_a_link_to_another_file_is_not_read(context, folder, drop, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(f"{HEADER}\nA-9,机密,{small_street.STREET}")
    (folder / "12345" / "orders" / "link.csv").symlink_to(secret)
    take_dropped(context)
    assert (count(context, Ticket), secret.exists()) == (0, True)


def test_a_source_without_a_profile_is_refused(context, folder, drop):
    drop("a.csv", ["A-1"], source="nowhere")
    take_dropped(context)
    assert len(list((folder / "nowhere" / "refused").glob("*.csv"))) == 1


def test_a_worker_that_died_after_its_commit_has_taken_the_file_all_the_same(context, folder, drop, now):
    path = drop("a.csv", ["A-1"])
    with transaction(context.sessions) as session:
        files.take_file(session, "12345", "orders", "a.csv", path.read_bytes(), now=now, vault=context.vault)
    take_dropped(context)
    assert (count(context, Ticket), put_away(folder, "done")) == (1, ["a.csv"])


def test_a_file_that_cannot_be_put_away_holds_up_no_other(context, folder, drop):
    """It is taken in all the same, and once only."""
    drop("stuck.csv", ["S-1"], source="fuzhou", content="row_id,title\nS-1,河道".encode())
    (folder / "fuzhou" / "done").write_text("no folder")
    drop("a.csv", ["A-1"])
    for _ in range(2):
        take_dropped(context)
    assert put_away(folder, "done") == ["a.csv"]
    assert (count(context, UpstreamOrder), (folder / "fuzhou" / "orders" / "stuck.csv").exists()) == (2, True)


def test_many_workers_on_the_same_files_take_each_once(context, folder, drop):
    for number in range(6):
        drop(f"{number}.csv", [f"A-{number}-{row}" for row in range(10)])
    failed: list[BaseException] = []

    def work() -> None:
        try:
            take_dropped(context)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
    assert (count(context, UpstreamOrder), count(context, UpstreamFile)) == (60, 6)
    assert len(put_away(folder, "done")) == 6
    assert list((folder / "12345" / "orders").iterdir()) == []


def test_the_beat_sees_that_a_file_lies_there(make_fresh, folder, tmp_path, redis_url):
    fresh = make_fresh(upstream_drop=str(folder))
    with transaction(fresh.sessions) as session:
        small_street.build(session, fresh.config, wall_clock())
    path = folder / "12345" / "orders" / "a.csv"
    path.write_text(f"{HEADER}\nA-1,楼道堆物,{small_street.STREET}")
    past = (wall_clock() - LONG_AGO).timestamp()
    os.utime(path, (past, past))
    fresh.environment["GRIDOPS_UPSTREAM_DROP"] = str(folder)
    background = Background(fresh, tmp_path, redis_url)
    try:
        background.start("beat")
        background.start("worker")
        wait_until(lambda: put_away(folder, "done") == ["a.csv"])
    finally:
        background.stop()
