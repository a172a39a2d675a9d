"""Orders in the city's own columns and words, by file and by program."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from tests import small_street

from gridops.db import transaction
from gridops.domain.actor import SYSTEM
from gridops.errors import Invalid
from gridops.models import Alarm, Report, Ticket, UpstreamAct, UpstreamFile, UpstreamOrder, UpstreamProfile
from gridops.services.upstream import files, orders, profiles

HEADER = "工单编号,受理时间,办理时限,诉求类型,诉求标题,诉求内容,诉求分类,是否保密,是否回复,事发地址,所属街道,来电人,联系电话"
FIRST = f"D-1,2026-03-03 16:20:00,2026年03月05日 17:00,投诉举报,楼道堆物,三楼堆满纸箱,市容环卫/暴露垃圾,保密,是,一号路1号,{small_street.STREET},张三,13812341234"
SECOND = f"D-2,2026/03/03 08:00,,业务咨询,怎么办居住证,,没有这一类,公开,否,,{small_street.STREET},,"


def sheet(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\n".join((HEADER, *rows)).encode(encoding)


def take(session, content: bytes, now, vault, name: str = "a.csv"):
    return files.take_file(session, "12345", "orders", name, content, now=now, vault=vault)


@pytest.fixture
def vault(street):
    return street.vault


def test_the_profile_reads_the_citys_columns_dates_categories_and_words(session, street, now, vault):
    assert take(session, sheet(FIRST, SECOND), now, vault).report["created"] == 2
    first, second = session.scalars(select(UpstreamOrder).order_by(UpstreamOrder.external_number))
    assert first.external_due_by == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    assert (first.secret, first.reply_wanted, first.category_text) == (True, True, "市容环卫/暴露垃圾")
    assert (second.secret, second.reply_wanted, second.external_due_by) == (False, False, None)
    reports = session.scalars(select(Report).order_by(Report.id)).all()
    assert [(report.kind, report.visibility) for report in reports] == [("complaint", "protected"), ("consult", "named")]
    assert reports[0].occurred_at == datetime(2026, 3, 3, 8, 20, tzinfo=UTC)
    assert [ticket.category_version_id is None for ticket in session.scalars(select(Ticket).order_by(Ticket.id))] == [False, True]


def test_gbk_is_read_and_the_same_content_under_another_name_is_taken_once(session, street, now, vault):
    content = sheet(FIRST, encoding="gbk")
    first = take(session, content, now, vault)
    again = take(session, content, now, vault, "b.csv")
    assert (first.accepted, first.again, again.again, again.report) == (True, False, True, first.report)
    assert "GB18030" in first.report["notes"][0]
    assert session.scalar(select(func.count()).select_from(Ticket)) == 1


@pytest.mark.parametrize(("content", "code"), [
    (b"\xff\xff\xfe\x80 nothing", "unreadable_file"),
    (b"", "missing_header"),
    ("编号,内容\n1,2".encode(), "missing_column"),
    (sheet(FIRST.replace("2026-03-03 16:20:00", "下周三")), "not_a_date"),
    (sheet(FIRST.replace(",保密,", ",看情况,")), "not_a_flag"),
    (sheet(FIRST, FIRST.replace("三楼", "五楼")), "duplicate_row"),
    (sheet(*[FIRST.replace("D-1,", f"D-{number},") for number in range(1001)]), "too_many_rows"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_bad_file_is_refused_as_a_whole_with_its_reason_and_rings(session, street, now, vault, content, code):
    taken = take(session, content, now, vault)
    assert not taken.accepted
    assert code in [error["code"] for error in taken.report["errors"]]
    assert session.scalars(select(Ticket)).all() == []
    assert session.scalars(select(Alarm.kind)).all() == ["upstream_file_refused"]


def test_faults_name_the_citys_own_columns(session, street, now, vault):
    report = take(session, sheet(FIRST.replace("2026-03-03 16:20:00", "下周三")), now, vault).report
    assert [(error["row"], error["column"]) for error in report["errors"]] == [(2, "受理时间")]


def test_a_refused_file_may_come_again_and_settles_the_alarm(session, street, now, vault):
    content = sheet(FIRST.replace("市容环卫", "新类别"), SECOND.replace("公开", "内部公开"))
    assert not take(session, content, now, vault).accepted
    rules = profiles.current(session, "12345").rules
    profiles.save(session, "12345", "新", rules | {"open_words": ["内部公开"]}, actor=SYSTEM, now=now)
    assert take(session, content, now, vault).accepted
    assert session.scalars(select(Alarm).where(Alarm.settled_at.is_(None))).all() == []
    assert session.scalar(select(func.count()).select_from(UpstreamFile)) == 1


def test_a_program_and_a_file_give_the_same_order(session, street, now, vault):
    named = dict(zip(HEADER.split(","), FIRST.split(","), strict=True))
    report = orders.take(session, "12345", orders.table_of([named]), actor=SYSTEM, now=now, vault=vault)
    assert report.created == 1
    assert take(session, sheet(FIRST), now, vault).report["unchanged"] == 1
    assert session.scalars(select(UpstreamAct)).all() == []


def test_unknown_columns_are_not_kept(session, street, now, vault):
    content = (HEADER + ",内部备注\n" + FIRST + ",机密").encode()
    files.take_file(session, "12345", "orders", "c.csv", content, now=now, vault=vault)
    assert session.scalars(select(UpstreamOrder.row)).one() == {}


class TestProfiles:
    def test_two_are_shipped(self, session, street):
        assert [profile.source for profile in profiles.every(session)] == ["12345", "fuzhou"]

    def test_a_change_is_a_new_version_and_the_same_again_is_none(self, session, street, now):
        rules = profiles.current(session, "12345").rules
        second = profiles.save(session, "12345", "本市", rules, actor=SYSTEM, now=now)
        assert profiles.save(session, "12345", "本市", rules, actor=SYSTEM, now=now).id == second.id
        assert [row.version for row in profiles.versions(session, "12345")] == [2, 1]

    @pytest.mark.parametrize(("change", "field"), [
        ({"columns": {"content": "诉求内容"}}, "columns"),
        ({"columns": {"number": "号", "nobody": "x"}}, "columns.nobody.key"),
        ({"categories": {"垃圾": "E9999"}}, "categories"),
        ({"timezone": "Asia/Atlantis"}, "timezone"),
        ({"kinds": {"投诉": "anger"}}, "kinds.投诉.value"),
        ({"reply": {"columns": [["编号", "number"]], "template": "{number.__class__}"}}, "reply.template"),
        ({"reply": {"columns": [["编号", "number"]], "template": "{"}}, "reply.template"),
        ({"reply": {"columns": [["电话", "phone"]], "template": "好"}}, "reply.columns.0.1"),
        ({"surprise": 1}, "surprise"),
    ])
    def test_what_cannot_work_is_refused_by_name(self, session, street, now, change, field):
        rules = profiles.current(session, "12345").rules
        with pytest.raises(Invalid) as refused:
            profiles.save(session, "12345", "坏", rules | change, actor=SYSTEM, now=now)
        assert field in refused.value.fields

    def test_history_keeps_the_version_that_was(self, session, street, now):
        profiles.save(session, "12345", "新", profiles.current(session, "12345").rules | {"timezone": "Asia/Urumqi"}, actor=SYSTEM, now=now)
        old = session.scalar(select(UpstreamProfile).where(UpstreamProfile.source == "12345", UpstreamProfile.version == 1))
        assert (old.rules["timezone"], old.valid_to) == ("Asia/Shanghai", now)


def test_a_file_and_programs_at_once_make_each_order_once(fresh, now):
    """Twelve at once: the same file from four workers, and eight programs with its orders the other way round."""
    with transaction(fresh.sessions) as session:
        vault = small_street.build(session, fresh.config, now).vault
    rows = [FIRST.replace("D-1,", f"D-{number},") for number in range(1, 21)]
    named = [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in reversed(rows)]
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with transaction(fresh.sessions) as session:
                if number % 3 == 0:
                    take(session, sheet(*rows), now, vault)
                else:
                    orders.take(session, "12345", orders.table_of(named), actor=SYSTEM, now=now, vault=vault)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
    with transaction(fresh.sessions) as session:
        assert session.scalar(select(func.count()).select_from(UpstreamOrder)) == 20
        assert session.scalar(select(func.count()).select_from(Ticket)) == 20
        assert session.scalar(select(func.count()).select_from(UpstreamAct)) == 0
