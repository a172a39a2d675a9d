"""Residents over HTTP: send, follow, rate, reopen, add."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gridops.domain.codes import parse_code
from gridops.models import Outbox, Photo, Rating, Report, Street, Ticket, Trail
from gridops.services import tickets, trail
from tests.small_street import GAS, IN_WEST, RUBBISH, STREET, WEST

URL = "/api/v1/reports"
RUBBISH_REPORT = {"kind": "complaint", "description": "垃圾堆在路口", "location": IN_WEST, "category": RUBBISH}
CONTACT = {"name": "王小明", "phone": "13812341234"}


@pytest.fixture
def send(client, street):
    def send(headers=None, **changes):
        answer = client.post(URL, json=RUBBISH_REPORT | changes, headers=headers)
        assert answer.status_code == 201, answer.json
        return answer.json

    return send


@pytest.fixture
def do(session, street, now):
    """do("sign", number, "SANITATION", at=hours): one action by one of the street's people."""

    def act(action, number, who="clerk", *, at=0, **body):
        return tickets.perform(session, number, action, body, actor=street.actors[who], now=now + timedelta(hours=at))

    return act


@pytest.fixture
def photo(session, now):
    def make() -> str:
        row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"x", thumbnail=b"x", uploaded_at=now)
        session.add(row)
        session.flush()
        return str(row.id)

    return make


@pytest.fixture
def closed(send, do, photo, clock, session, street, now):
    """A report whose ticket has gone the whole way: its receipt."""
    receipt = send(contact=CONTACT)
    number = receipt["number"]
    do("file", number, category=RUBBISH)
    do("dispatch", number, "dispatcher")
    do("comment", number, text="居民脾气不好", public=False)
    do("sign", number, "SANITATION")
    street.without_support(session, number, now)
    do("submit_result", number, "SANITATION", at=1, outcome="solved", text="已清运", photos=[photo()])
    do("pass_check", number, "worker_west", at=2, text="现场已干净")
    clock.forward(timedelta(hours=3))
    return receipt


class TestSending:
    def test_a_report_gets_a_code_a_number_and_a_promise(self, send, now):
        receipt = send()
        assert parse_code(receipt["code"]) == receipt["code"]
        assert receipt["tracking_url"].endswith(f"/t/{receipt['code']}")
        assert receipt["status"] == "reported"
        assert receipt["cell"] == {"code": WEST, "name": "西网格"}
        assert receipt["category"]["code"] == RUBBISH
        assert receipt["promised_by"] > now.isoformat()

    def test_names_follow_the_callers_language(self, client, street):
        answer = client.post(URL, json=RUBBISH_REPORT, headers={"Accept-Language": "en"})
        assert answer.json["category"]["name"].isascii()

    @pytest.mark.parametrize("place", [{}, {"location": None}, {"address": "路口"}])
    def test_without_a_point_it_is_taken_as_unlocated(self, client, street, place, session):
        body = {"kind": "help", "description": "x"} | {k: v for k, v in place.items() if v}
        answer = client.post(URL, json=body)
        assert (answer.status_code, answer.json["cell"], answer.json["category"]) == (201, None, None)
        assert session.scalar(select(Ticket.area_code).where(Ticket.number == answer.json["number"])) == STREET

    def test_the_same_key_gives_the_same_answer_and_one_ticket(self, client, street, session):
        headers = {"Idempotency-Key": "a-phone-that-was-offline"}
        first, second = (client.post(URL, json=RUBBISH_REPORT, headers=headers) for _ in range(2))
        assert first.json == second.json
        assert session.scalar(select(func.count()).select_from(Report)) == 1
        other = client.post(URL, json=RUBBISH_REPORT | {"description": "y"}, headers=headers)
        assert (other.status_code, other.json["error"]["code"]) == (422, "idempotency_mismatch")

    def test_staff_who_enter_a_report_never_see_its_code(self, client, log_in, street, session):
        headers = log_in("clerk", area=STREET)
        answer = client.post(URL, json=RUBBISH_REPORT | {"contact": CONTACT, "channel": "hotline"}, headers=headers)
        assert (answer.status_code, answer.json["code"], answer.json["tracking_url"]) == (201, None, None)
        report = session.scalars(select(Report)).one()
        assert (report.channel, report.entered_by is not None) == ("hotline", True)

    def test_staff_give_the_number_of_the_citys_order(self, client, log_in, street, now):
        due = (now + timedelta(hours=5)).isoformat()
        upstream = {"external_number": "12345-1", "external_due_by": due}
        headers = log_in("clerk", area=STREET)
        receipt = client.post(URL, json=RUBBISH_REPORT | {"upstream": upstream}, headers=headers)
        assert receipt.json["promised_by"] <= due
        assert client.get("/api/v1/tickets?external_number=12345-1", headers=headers).json["items"][0]["number"] == receipt.json["number"]
        again = client.post(URL, json=RUBBISH_REPORT | {"upstream": upstream}, headers=headers)
        assert (again.status_code, again.json["error"]["code"]) == (409, "order_known")
        assert again.json["error"]["details"] == {"number": receipt.json["number"]}

    @pytest.mark.parametrize("role", ["grid_worker", "volunteer", "audit_admin"])
    def test_only_the_desk_enters_orders_of_the_city(self, client, log_in, street, session, role):
        answer = client.post(URL, json=RUBBISH_REPORT | {"upstream": {"external_number": "12345-2"}}, headers=log_in(role))
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden")
        assert session.scalars(select(Report)).all() == []

    def test_what_has_no_place_stays_in_the_clerks_street(self, client, log_in, street, session):
        session.add(Street(code="310198001", name="别的街道", takes_unlocated=True))
        session.commit()
        own = client.post(URL, json={"kind": "help", "description": "x"}, headers=log_in("clerk", area=STREET))
        other = client.post(URL, json={"kind": "help", "description": "x"})
        streets = dict(session.execute(select(Ticket.number, Ticket.street_code)).all())
        assert (streets[own.json["number"]], streets[other.json["number"]]) == (STREET, "310198001")


BAD = [
    ({"colour": "red"}, "invalid", "colour"),
    ({"location": {"lng": 121.4, "lat": 31.2}}, "invalid", "location.crs"),
    ({"location": {"lng": 121.4, "lat": 31.2, "crs": "mars"}}, "invalid", "location.crs"),
    ({"location": {"lng": "121.4", "lat": 31.2, "crs": "wgs84"}}, "invalid", "location.lng"),
    ({"location": {"lng": True, "lat": 31.2, "crs": "wgs84"}}, "invalid", "location.lng"),
    ({"location": {"lng": 122.9, "lat": 30.9, "crs": "wgs84"}}, "outside", "location"),
    ({"location": {"lng": 200, "lat": 30.9, "crs": "wgs84"}}, "invalid", "location.lng"),
    ({"address": "路口"}, "invalid", "address"),
    ({"description": "字" * 4001}, "invalid", "description"),
    ({"description": "  "}, "invalid", "description"),
    ({"description": "a\0b"}, "invalid", "description"),
    ({"description": 5}, "invalid", "description"),
    ({"description": None}, "invalid", "description"),
    ({"kind": "rant"}, "invalid", "kind"),
    ({"category": "E9999"}, "category_unknown", "category"),
    ({"photos": ["x"]}, "invalid", "photos.0"),
    ({"photos": ["7f0c2a52-0f0a-4d6e-a5a5-1c9d0a4f5f11"]}, "photo_unknown", "photos"),
    ({"photos": ["7f0c2a52-0f0a-4d6e-a5a5-1c9d0a4f5f11"] * 10}, "invalid", "photos"),
    ({"contact": {"phone": "hello"}}, "phone_invalid", "phone"),
    ({"contact": {"wechat": "x"}}, "invalid", "contact.wechat"),
    ({"contact": "13812341234"}, "invalid", "contact"),
    ({"visibility": "secret"}, "invalid", "visibility"),
    ({"occurred_at": "yesterday"}, "invalid", "occurred_at"),
    ({"occurred_at": "2026-03-01T10:00:00"}, "invalid", "occurred_at"),
    ({"occurred_at": "2126-03-01T10:00:00Z"}, "invalid", "occurred_at"),
    ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "invalid", "occurred_at"),
    ({"answers": {"a": {"b": 1}}}, "invalid", "answers.a"),
    ({"answers": {str(n): "x" for n in range(31)}}, "invalid", "answers"),
    ({"channel": "hotline"}, "invalid", "channel"),
    ({"upstream": {"external_number": "1"}}, "invalid", "upstream"),
    ({"street": STREET}, "invalid", "street"),
]


class TestBadInput:
    @pytest.mark.parametrize(("changes", "code", "field"), BAD, ids=[f"{next(iter(c))}-{n}" for n, (c, *_) in enumerate(BAD)])
    def test_each_fault_is_named_and_nothing_is_written(self, client, street, session, changes, code, field):
        answer = client.post(URL, json=RUBBISH_REPORT | changes)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, code), answer.json
        assert field in answer.json["error"]["fields"], answer.json
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0

    def test_a_point_in_the_sea_is_told_how_far_it_is(self, client, street):
        answer = client.post(URL, json=RUBBISH_REPORT | {"location": {"lng": 121.40, "lat": 31.19, "crs": "wgs84"}})
        assert answer.json["error"]["details"]["nearest"]["code"] == WEST
        assert answer.json["error"]["details"]["distance_m"] == pytest.approx(1109, abs=5)

    def test_emoji_and_four_thousand_characters_are_text(self, send):
        assert send(description="😀" * 4000)["number"]

    def test_a_list_is_no_report(self, client, street):
        answer = client.post(URL, json=[RUBBISH_REPORT])
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")


class TestTheStory:
    def test_it_tells_each_step_and_no_more(self, client, closed):
        story = client.get(f"{URL}/{closed['code']}").json
        assert (story["status"], story["outcome"], story["lead"]) == ("closed", "solved", {"name": "SANITATION 单位"})
        assert [step["text"] for step in story["steps"]] == [
            "已收到您的反映", "已受理", "已派给SANITATION 单位办理", "承办单位已签收，开始办理", "承办单位已办理：已清运", "结果核查通过，已办结"]
        assert (story["can_rate"], story["can_reopen"], story["can_withdraw"]) == (True, True, False)
        assert [photo["stage"] for photo in story["photos"]] == ["after"]

    def test_it_holds_no_name_phone_or_internal_note(self, client, closed):
        story = json.dumps(client.get(f"{URL}/{closed['code']}").json, ensure_ascii=False)
        assert not any(secret in story for secret in ("王小明", "13812341234", "脾气", "clerk", "worker_west"))

    def test_it_is_told_in_english_too(self, client, closed):
        story = client.get(f"{URL}/{closed['code']}", headers={"Accept-Language": "en"}).json
        assert story["status_text"].startswith("Closed")
        assert story["steps"][0]["text"] == "We have received your report"

    def test_the_code_may_be_typed_in_groups(self, client, send):
        code = send()["code"]
        assert client.get(f"{URL}/{'-'.join(code[i:i + 4] for i in range(0, 24, 4))}").status_code == 200

    @pytest.mark.parametrize("code", ["x", "000000000000000000000000", "12345", "1" * 300, "%F0%9F%98%80"])
    def test_a_wrong_code_looks_like_a_missing_one(self, client, street, code):
        assert client.get(f"{URL}/{code}").json["error"]["code"] == "not_found"
        for action in ("rating", "reopen", "supplements", "withdraw"):
            body = {"rating": {"solved": True, "satisfaction": 5}, "withdraw": {"reason": "x"}}.get(action, {"text": "x"})
            assert client.post(f"{URL}/{code}/{action}", json=body).status_code == 404

    def test_photos_are_shown_to_the_holder_of_the_code(self, client, closed):
        story = client.get(f"{URL}/{closed['code']}").json
        answer = client.get(story["photos"][0]["url"])
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")

    def test_a_merged_report_reads_the_masters_steps(self, client, closed, send, session):
        other = send()
        ticket, master = (session.scalars(select(Ticket).where(Ticket.number == r["number"])).one() for r in (other, closed))
        ticket.status, ticket.merged_into = "merged", master.id
        session.flush()
        story = client.get(f"{URL}/{other['code']}").json
        assert story["status"] == "closed"
        assert "merge" not in json.dumps(story)


class TestRating:
    def test_solved_is_kept_and_shown(self, client, closed, session):
        answer = client.post(f"{URL}/{closed['code']}/rating", json={"solved": True, "satisfaction": 5, "called": False, "text": "谢谢"})
        assert (answer.status_code, answer.json["rated"], answer.json["can_rate"]) == (200, True, False)
        assert session.scalars(select(Rating)).one().satisfaction == 5
        assert answer.json["steps"][-1]["text"] == "您评价：已解决"

    def test_it_counts_once(self, client, closed):
        body = {"solved": True, "satisfaction": 5}
        client.post(f"{URL}/{closed['code']}/rating", json=body)
        again = client.post(f"{URL}/{closed['code']}/rating", json=body)
        assert (again.status_code, again.json["error"]["code"]) == (409, "already_rated")

    def test_not_solved_reopens(self, client, closed):
        answer = client.post(f"{URL}/{closed['code']}/rating", json={"solved": False, "satisfaction": 1})
        assert (answer.json["status"], answer.json["outcome"]) == ("in_progress", None)
        assert "重新办理" in answer.json["promise_note"]

    def test_an_open_ticket_cannot_be_rated(self, client, send):
        answer = client.post(f"{URL}/{send()['code']}/rating", json={"solved": True, "satisfaction": 5})
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "not_allowed")
        assert answer.json["error"]["details"]["status"] == "reported"

    @pytest.mark.parametrize("body", [
        {}, {"solved": True}, {"solved": "yes", "satisfaction": 5}, {"solved": True, "satisfaction": 6},
        {"solved": True, "satisfaction": 5, "on_behalf_of": "D-GAS_CO"},
    ])
    def test_bad_ratings_are_refused(self, client, closed, body):
        assert client.post(f"{URL}/{closed['code']}/rating", json=body).status_code == 422


class TestAfterwards:
    def test_a_reporter_reopens_once(self, client, closed):
        answer = client.post(f"{URL}/{closed['code']}/reopen", json={"text": "又堆起来了"})
        assert (answer.status_code, answer.json["status"], answer.json["can_reopen"]) == (200, "in_progress", False)

    def test_a_supplement_is_for_its_staff_and_its_reporter(self, client, send, session, photo, street):
        receipt = send()
        answer = client.post(f"{URL}/{receipt['code']}/supplements", json={"text": "在3号楼后门", "photos": [photo()]})
        assert answer.status_code == 201
        assert answer.json["steps"][-1]["text"] == "您补充了说明：在3号楼后门"
        assert [photo["mine"] for photo in answer.json["photos"]] == [True]
        ticket = session.scalars(select(Ticket)).one()
        assert trail.verify(session, ticket) == []
        row = session.scalars(select(Trail).order_by(Trail.id.desc())).first()
        assert (row.action, row.actor_kind, row.facts["photos"]) == ("supplement", "reporter", 1)
        assert session.scalar(select(Outbox.topic).order_by(Outbox.id.desc())) == "report.supplemented"

    def test_another_residents_supplement_is_not_told(self, client, send, session):
        first, second = send(), send()
        numbers = {r.ticket_id: r for r in session.scalars(select(Report).order_by(Report.id))}
        one, two = numbers.values()
        two.ticket_id = one.ticket_id
        session.flush()
        client.post(f"{URL}/{second['code']}/supplements", json={"text": "我住在502"})
        assert "502" not in json.dumps(client.get(f"{URL}/{first['code']}").json)
        assert "502" in json.dumps(client.get(f"{URL}/{second['code']}").json)

    def test_nothing_is_added_to_what_is_over(self, client, send, do):
        receipt = send()
        do("reject", receipt["number"], reason_code="no_fact", text="未发现")
        answer = client.post(f"{URL}/{receipt['code']}/supplements", json={"text": "x"})
        assert (answer.status_code, answer.json["error"]["details"]["status"]) == (409, "rejected")

    def test_who_takes_it_back_ends_it(self, client, send):
        code = send()["code"]
        assert client.get(f"{URL}/{code}").json["can_withdraw"]
        answer = client.post(f"{URL}/{code}/withdraw", json={"reason": "已解决"})
        assert (answer.status_code, answer.json["status"], answer.json["can_withdraw"]) == (200, "voided", False)
        assert client.post(f"{URL}/{code}/withdraw", json={"reason": "已解决"}).status_code in (403, 409)


class TestBeforeReporting:
    def test_categories_come_by_class(self, client, street):
        items = client.get("/api/v1/categories").json["items"]
        found = {category["code"]: category for group in items for category in group["categories"]}
        assert found[GAS]["emergency"] is True
        assert found[RUBBISH]["questions"] == []

    def test_a_point_is_located(self, client, street):
        answer = client.get("/api/v1/locate", query_string=IN_WEST)
        assert (answer.json["cell"]["code"], answer.json["street"]["code"]) == (WEST, STREET)

    def test_a_point_outside_is_404_with_the_nearest(self, client, street):
        answer = client.get("/api/v1/locate", query_string={"lng": 121.4, "lat": 31.19, "crs": "wgs84"})
        assert (answer.status_code, answer.json["error"]["details"]["nearest"]["code"]) == (404, WEST)

    def test_the_coordinate_system_is_never_guessed(self, client, street):
        assert client.get("/api/v1/locate", query_string={"lng": 121.4, "lat": 31.19}).status_code == 422

    def test_who_is_responsible_tonight(self, client, street):
        answer = client.get("/api/v1/responsible", query_string=IN_WEST | {"category": RUBBISH})
        assert (answer.status_code, answer.json["lead"]["code"], answer.json["rule"]["category"]) == (200, "D-SANITATION", RUBBISH)
        assert answer.json["reachable"]["phone"] == "021-61111111"
