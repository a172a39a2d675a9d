"""Staff pages as a browser without script uses them: log-in, inbox, list, ticket page and its forms."""

import re
from datetime import timedelta

import pytest

from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Ticket
from gridops.services import accounts, inbox, outbox, tickets
from tests import small_street
from tests.api.conftest import PASSWORD
from tests.small_street import GAS, RUBBISH, STREET, WEST
from tests.web.test_resident import photo

EN = {"Accept-Language": "en"}


class Browser:
    """Keeps the cookie and the page's CSRF value, and sends forms."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, path, status=200):
        answer = self.client.get(path, headers=EN)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path, form=None, *, page="/inbox", status=303, files=None):
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page))[1]
        answer = self.client.post(path, data={"csrf_token": csrf} | (form or {}) | (files or {}), headers=EN)
        assert answer.status_code == status, answer.text
        return answer

    def act(self, number, action, form=None, **options):
        page = f"/tickets/{number}"
        version = re.search(r'name="expected_version" value="(\d+)"', self.get(page))[1]
        return self.post(f"{page}/actions/{action}", {"expected_version": version} | (form or {}), page=page, **options)

    def offered(self, number):
        return re.findall(rf'action="/tickets/{number}/actions/(\w+)"', self.get(f"/tickets/{number}"))


@pytest.fixture
def account(street, sessions, now):
    made = []

    def account(role, area=STREET, department=None, name=None):
        username = f"{role}-{len(made)}"
        made.append(username)
        department_id = street.departments[department].id if department else None
        with sessions() as session, session.begin():
            accounts.create_account(
                session, username, PASSWORD, name=name or role, grants=[Grant(role, area, department_id)], actor=SYSTEM, now=now)
        return username

    return account


@pytest.fixture
def browser(app, account):
    def browser(role, area=STREET, department=None, name=None):
        opened = Browser(app)
        form = {"username": account(role, area, department, name), "password": PASSWORD}
        answer = opened.client.post("/login", data=form, headers=EN)
        assert answer.status_code == 303, answer.text
        return opened

    return browser


@pytest.fixture
def do(sessions, now):
    """do(number, "file", actor, category=…) -> through the service, as far as the test sees committed."""

    def do(number, action, actor, **body):
        with sessions() as session, session.begin():
            return tickets.perform(session, number, action, body, actor=actor, now=now)

    return do


@pytest.fixture
def dispatched(submit, do):
    def dispatched(category=RUBBISH, **changes):
        number = submit(category=category, **changes).ticket.number
        do(number, "file", SYSTEM, category=category)
        do(number, "dispatch", SYSTEM, support=[])
        return number

    return dispatched


def section(page, title_id):
    return page.split(f'aria-labelledby="{title_id}"')[1].split("</section>")[0]


def ticket(sessions, number) -> Ticket:
    with sessions() as session:
        return session.query(Ticket).filter_by(number=number).one()


# Log-in

def test_who_is_not_logged_in_comes_back_to_the_page_he_wanted(app, account):
    browser = Browser(app)
    asked = browser.client.get("/tickets?status=all", headers=EN)
    assert asked.status_code == 303 and asked.headers["Location"] == "/login?next=/tickets?status%3Dall"
    page = browser.get(asked.headers["Location"])
    wanted = re.search(r'name="next" value="([^"]+)"', page)[1]
    answer = browser.client.post("/login", data={"username": account("clerk"), "password": PASSWORD, "next": wanted}, headers=EN)
    assert answer.headers["Location"] == "/tickets?status=all"


def test_a_log_in_does_not_send_anybody_to_another_site(app, account):
    form = {"username": account("clerk"), "password": PASSWORD, "next": "//evil.example/x"}
    answer = app.test_client().post("/login", data=form, headers=EN)
    assert answer.headers["Location"] == "/inbox"


def test_five_wrong_passwords_lock_the_account_and_the_page_says_so(app, account, clock):
    username, client = account("clerk"), app.test_client()
    for _ in range(5):
        answer = client.post("/login", data={"username": username, "password": "wrong wrong wrong"}, headers=EN)
        assert answer.status_code == 401 and "locked for 15 minutes" in answer.text and username in answer.text
    assert client.post("/login", data={"username": username, "password": PASSWORD}, headers=EN).status_code == 401
    clock.forward(timedelta(minutes=16))
    assert client.post("/login", data={"username": username, "password": PASSWORD}, headers=EN).status_code == 303


def test_a_log_in_from_another_site_is_refused(app, account):
    form = {"username": account("clerk"), "password": PASSWORD}
    assert app.test_client().post("/login", data=form, headers={"Origin": "https://evil.example"}).status_code == 403


def test_logging_out_ends_the_session(browser):
    clerk = browser("clerk")
    clerk.post("/logout")
    clerk.get("/inbox", status=303)


def test_a_form_without_its_csrf_value_changes_nothing(browser, submit, sessions):
    number = submit().ticket.number
    clerk = browser("clerk")
    answer = clerk.client.post(f"/tickets/{number}/actions/comment", data={"text": "kept words"}, headers=EN)
    assert answer.status_code == 403 and "kept words" in answer.text
    assert ticket(sessions, number).version == 1


def test_a_nul_character_is_refused_before_anything_happens(browser, submit, sessions):
    number = submit().ticket.number
    answer = browser("clerk").act(number, "comment", {"text": "a", "on_behalf_of": "\0"}, status=400)
    assert "could not be read" in answer.text
    assert ticket(sessions, number).version == 1


# Inbox

def test_the_inbox_shows_a_department_what_it_has_to_sign(browser, dispatched):
    number = dispatched()
    assert number in section(browser("department", department="SANITATION").get("/inbox"), "queue-to_sign")


def test_the_coordinator_does_not_have_it_to_sign(browser, dispatched):
    number = dispatched()
    assert number not in browser("department", department="URBAN_OFFICE").get("/inbox")


def test_the_clerks_queue_says_in_words_why_a_person_must_look(browser, submit, sessions):
    number = submit(category=None).ticket.number
    with sessions() as session, session.begin():
        session.query(Ticket).filter_by(number=number).update({"waiting_reason": "no_category"})
    queue = section(browser("clerk").get("/inbox"), "queue-undecided")
    assert number in queue and "No category was chosen" in queue


def test_the_queues_link_lists_the_same_tickets(browser, dispatched):
    number = dispatched()
    assert number in browser("department", department="SANITATION").get("/tickets?queue=to_sign")
    assert number not in browser("department", department="URBAN_OFFICE").get("/tickets?queue=to_sign")


def test_messages_are_marked_as_read(browser, submit, sessions, now):
    taken = submit()
    with sessions() as session, session.begin():
        row = outbox.publish(session, "report.submitted", now=now, ticket_id=taken.ticket.id)
        session.flush()
        inbox.tell(session, row, now)
    clerk = browser("clerk")
    assert "1 unread" in clerk.get("/inbox")
    clerk.post("/inbox/read")
    assert "1 unread" not in clerk.get("/inbox")


# The list

def test_the_list_keeps_its_filters_in_the_address(browser, submit, dispatched):
    fresh, sent = submit().ticket.number, dispatched()
    clerk = browser("clerk")
    page = clerk.get("/tickets?status=dispatched&sort=due_by")
    assert sent in page and fresh not in page
    assert '<option value="dispatched" selected>' in page and '<option value="due_by" selected>' in page


def test_the_list_pages_on_with_the_same_filters(browser, submit, monkeypatch):
    from gridops.web import ticket_list

    monkeypatch.setattr(ticket_list, "LIMIT", 2)
    numbers = {submit().ticket.number for _ in range(3)}
    clerk = browser("clerk")
    first = clerk.get("/tickets?status=reported")
    following = re.search(r'href="(/tickets\?[^"]*cursor=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "status=reported" in following
    found = [set(re.findall(r"\d{6}-\d{5}", page)) for page in (first, clerk.get(following))]
    assert len(found[0]) == 2 and found[0] | found[1] == numbers and not found[0] & found[1]


def test_a_category_that_fits_nothing_is_named_beside_its_field(browser):
    assert "Nothing on the list fits" in browser("clerk").get("/tickets?category=zzzzzz")


def test_a_bad_date_is_named_beside_its_field(browser):
    assert "Not a valid date." in browser("clerk").get("/tickets?reported_from=2026-02-31")


def test_a_worker_sees_only_his_cell(browser, submit):
    west = submit().ticket.number
    east = submit(location=small_street.IN_EAST).ticket.number
    page = browser("grid_worker", area=WEST).get("/tickets?status=all")
    assert west in page and east not in page


# The ticket page

def test_exactly_the_allowed_actions_are_offered(browser, submit, dispatched):
    reported, sent = submit().ticket.number, dispatched()
    clerk, lead = browser("clerk"), browser("department", department="SANITATION")
    assert set(clerk.offered(reported)) == {"answer", "send_verify", "file", "reject", "refer", "request_void", "comment"}
    assert lead.offered(sent) == ["sign", "object", "comment"]


def test_a_ticket_out_of_scope_looks_like_none(browser, submit):
    number = submit(location=small_street.IN_EAST).ticket.number
    browser("grid_worker", area=WEST).get(f"/tickets/{number}", status=404)


def test_a_clerk_files_by_the_name_of_the_category(browser, submit, sessions):
    number = submit(category=None).ticket.number
    browser("clerk").act(number, "file", {"category": f"whatever ({RUBBISH})", "cell": small_street.EAST})
    filed = ticket(sessions, number)
    assert (filed.status, filed.area_code) == ("filed", small_street.EAST)


def test_the_way_of_a_ticket_through_the_pages(browser, dispatched, sessions):
    number = dispatched()
    lead, worker, clerk = browser("department", department="SANITATION"), browser("grid_worker", area=WEST), browser("clerk")
    lead.act(number, "sign")
    lead.act(number, "contact", {"outcome": "reached", "text": "谢谢来电"})
    lead.act(number, "submit_result", {"outcome": "solved", "text": "已清运"}, files={"files": (photo(), "a.jpg")})
    worker.act(number, "pass_check", {"text": "现场干净"})
    clerk.act(number, "record_callback", {"solved": "yes", "satisfaction": "5", "called": "yes"})
    assert ticket(sessions, number).status == "closed"
    page = clerk.get(f"/tickets/{number}")
    for words in ("已清运", "现场干净", "satisfaction 5 of 5", "Check passed: close", "/api/v1/photos/"):
        assert words in page


def test_not_solved_on_the_phone_reopens(browser, dispatched, sessions, do, street):
    number = dispatched()
    do(number, "sign", street.actors["SANITATION"])
    lead = browser("department", department="SANITATION")
    lead.act(number, "submit_result", {"outcome": "solved", "text": "ok"}, files={"files": (photo(), "a.jpg")})
    do(number, "pass_check", street.actors["worker_west"], text="ok")
    browser("clerk").act(number, "record_callback", {"solved": "no", "text": "还在"})
    assert ticket(sessions, number).status == "in_progress"


def test_a_rated_closing_asks_for_no_second_callback(browser, dispatched, do, street):
    number = dispatched()
    do(number, "sign", street.actors["SANITATION"])
    browser("department", department="SANITATION").act(
        number, "submit_result", {"outcome": "solved", "text": "ok"}, files={"files": (photo(), "a.jpg")})
    do(number, "pass_check", street.actors["worker_west"], text="ok")
    clerk = browser("clerk")
    assert "record_callback" in clerk.offered(number)
    clerk.act(number, "record_callback", {"solved": "yes"})
    assert "record_callback" not in clerk.offered(number)


def test_the_list_says_which_clock_is_due_and_whose(browser, dispatched, submit):
    number = dispatched()
    waiting = submit(category=None).ticket.number
    page = browser("clerk").get("/tickets")
    turns = {row[0]: row[1] for row in re.findall(r'/tickets/([\d-]+)".*?<small class="soft turn">([^<]*)</small>', page, re.S)}
    assert turns == {waiting: "Accept", number: "Sign · SANITATION 单位"}


def test_who_does_not_rule_reads_who_does(browser, dispatched, do, street):
    number = dispatched()
    do(number, "object", street.actors["SANITATION"], reason_code="not_our_duty", text="不归我们")
    assert "rules on the objection" in browser("clerk").get(f"/tickets/{number}")


def test_what_was_typed_and_its_photo_stay_when_a_field_is_wrong(browser, dispatched, do, street, sessions):
    number = dispatched()
    do(number, "sign", street.actors["SANITATION"])
    lead = browser("department", department="SANITATION")
    answer = lead.act(number, "submit_result", {"text": "我写了很多字"}, files={"files": (photo(), "a.jpg")}, status=422)
    assert "我写了很多字" in answer.text
    kept = re.search(r'name="photos" value="([0-9a-f-]{36})"', answer.text)[1]
    lead.act(number, "submit_result", {"text": "我写了很多字", "outcome": "partly", "photos": kept})
    assert kept in lead.get(f"/tickets/{number}")
    assert ticket(sessions, number).outcome == "partly"


def test_a_file_that_is_no_photo_is_named(browser, dispatched, do, street):
    from io import BytesIO

    number = dispatched()
    do(number, "sign", street.actors["SANITATION"])
    files = {"files": (BytesIO(b"not a picture"), "note.jpg")}
    answer = browser("department", department="SANITATION").act(
        number, "submit_result", {"text": "做完了", "outcome": "solved"}, files=files, status=422)
    assert "note.jpg" in answer.text and "做完了" in answer.text


def test_who_comes_second_is_told_the_new_state_and_keeps_the_words(browser, submit, do, street):
    number = submit().ticket.number
    clerk = browser("clerk")
    page = clerk.get(f"/tickets/{number}")
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    do(number, "file", street.actors["clerk2"], category=RUBBISH)
    form = {"csrf_token": csrf, "expected_version": "1", "text": "我的答复", "outcome": "explained"}
    answer = clerk.client.post(f"/tickets/{number}/actions/answer", data=form, headers=EN)
    assert answer.status_code == 409
    assert "“Filed”" in answer.text and "我的答复" in answer.text and "clerk2" in answer.text


def test_the_dispatcher_names_other_organisations(browser, submit, do, street, sessions):
    number = submit().ticket.number
    do(number, "file", street.actors["clerk"], category=RUBBISH)
    dispatcher = browser("dispatcher")
    page = dispatcher.get(f"/tickets/{number}")
    assert "The duty rules say" in page
    dispatcher.act(number, "dispatch", {
        "lead": "D-ENFORCEMENT", "support_department": "D-PROPERTY", "support_duty": "put up a fence"})
    page = dispatcher.get(f"/tickets/{number}")
    assert ticket(sessions, number).lead_id == street.departments["ENFORCEMENT"].id and "put up a fence" in page


def test_a_clerk_acts_for_an_organisation_without_log_in(browser, dispatched, sessions):
    number = dispatched(category=GAS)
    clerk = browser("clerk")
    page = clerk.get(f"/tickets/{number}")
    assert "On behalf of GAS_CO" in page and "021-61111111" in page
    form = {"on_behalf_of": "D-GAS_CO"}
    refused = clerk.act(number, "sign", form, status=422)
    assert "Say whom you phoned and when." in refused.text
    clerk.act(number, "sign", form | {"call_record": "值班员小陈 02:14"})
    assert ticket(sessions, number).status == "in_progress"
    page = clerk.get(f"/tickets/{number}")
    assert "on behalf of GAS_CO" in page and "值班员小陈 02:14" in page


def test_opening_a_contact_needs_a_reason_and_leaves_a_trace(browser, submit):
    number = submit(contact={"name": "张建国", "phone": "13812341234"}).ticket.number
    clerk = browser("clerk")
    page = clerk.get(f"/tickets/{number}")
    assert "138****1234" in page and "张建国" not in page
    path, options = f"/tickets/{number}/reports/1/contact", {"page": f"/tickets/{number}"}
    assert clerk.post(path, {"reason": " "}, status=422, **options).status_code == 422
    opened = clerk.post(path, {"reason": "回访"}, status=200, **options).text
    assert "张建国" in opened and "13812341234" in opened
    page = clerk.get(f"/tickets/{number}")
    assert "张建国" not in page and "Contact opened" in page


def test_a_department_learns_nothing_of_a_protected_reporter(browser, dispatched):
    number = dispatched(visibility="protected", contact={"name": "张建国", "phone": "13812341234"})
    page = browser("department", department="SANITATION").get(f"/tickets/{number}")
    assert "138****1234" not in page and "The contact is not shown to you." in page


def test_the_map_has_the_cell_and_the_point(browser, submit):
    number = submit().ticket.number
    shapes = browser("grid_worker", area=WEST).client.get(f"/tickets/{number}/map.json").json
    assert [feature["properties"]["level"] for feature in shapes["features"]] == ["cell", "ticket"]


def test_the_conditions_of_a_category_are_offered(browser):
    page = browser("clerk").get(f"/filing-conditions?category=x+({RUBBISH})")
    assert '<option value="1"' in page


def test_the_page_is_chinese_for_chinese_readers(browser, dispatched):
    number = dispatched()
    clerk = browser("clerk")
    page = clerk.client.get(f"/tickets/{number}", headers={"Accept-Language": "zh-CN"}).text
    assert 'lang="zh-CN"' in page and "承办单位" in page and "What you can do" not in page


def test_a_worker_handles_a_small_thing_on_the_spot(browser, submit, sessions):
    number = submit(category=None).ticket.number
    worker = browser("grid_worker", area=WEST)
    form = {"category": RUBBISH, "text": "扶正了指示牌"}
    page = worker.get(f"/tickets/{number}")
    assert page.index('name="files_before"') < page.index('name="files"')
    refused = worker.act(number, "self_handle", form, files={"files": (photo(), "after.jpg")}, status=422)
    after = re.search(r'name="photos" value="([0-9a-f-]{36})"', refused.text)[1]
    worker.act(number, "self_handle", form | {"photos": after}, files={"files_before": (photo("blue"), "before.jpg")})
    assert ticket(sessions, number).status == "handled"
    assert "pass_check" not in worker.offered(number)
    assert "pass_check" in browser("clerk").offered(number)
