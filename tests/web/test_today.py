"""The worker's page as a browser without script uses it, and what a phone asks for to keep it."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from gridops.models import Account, Evidence, Photo, Report, Ticket
from gridops.services import tickets
from tests import waiting_tickets
from tests.api.counting import statements
from tests.filming import film
from tests.services.staffing import Staff
from tests.small_street import COMMUNITY, EAST, IN_EAST, RUBBISH, WEST
from tests.web.test_resident import photo
from tests.web.test_staff import EN, account, browser  # noqa: F401



@pytest.fixture
def verifying(sessions, now, street):
    return _made(sessions, now, street, waiting_tickets.verifying)


@pytest.fixture
def handled(sessions, now, street):
    return _made(sessions, now, street, waiting_tickets.handled)


def _made(sessions, now, street, make):
    def made(**changes):
        with sessions() as session, session.begin():
            return make(session, street, now, **changes)

    return made


def status(sessions, number):
    with sessions() as session:
        return session.scalar(select(Ticket.status).where(Ticket.number == number))


def version(page, number):
    return re.search(rf'data-number="{number}".*?name="expected_version" value="(\d+)"', page, re.S)[1]


def test_a_worker_lands_on_the_own_cells_with_what_waits(browser, verifying, handled):  # noqa: F811
    worker = browser("grid_worker", WEST)
    to_verify, to_check, elsewhere = verifying(), handled(), verifying(location=IN_EAST)
    page = worker.get("/today")
    assert page.index("To verify") < page.index(to_verify) < page.index(to_check)
    assert elsewhere not in page
    assert "已清运" in page and "垃圾堆在路口" in page


@pytest.mark.parametrize(("role", "start"), [("grid_worker", "/today"), ("cadre", "/inbox"), ("clerk", "/inbox")])
def test_who_walks_the_grid_starts_there(app, account, role, start):  # noqa: F811
    form = {"username": account(role), "password": "a long enough password"}
    assert app.test_client().post("/login", data=form, headers=EN).location == start


@pytest.mark.parametrize(("role", "sees"), [("cadre", True), ("volunteer", True), ("clerk", False), ("leader", False)])
def test_the_page_is_for_those_who_walk(browser, role, sees):  # noqa: F811
    person = browser(role)
    page = person.get("/today", 200 if sees else 403)
    assert ('href="/today"' in person.get("/inbox")) == sees
    assert sees == ("Patrol report" in page)


def test_without_script_the_forms_are_sent_like_others(browser, verifying, sessions):  # noqa: F811
    worker, number = browser("grid_worker", WEST), verifying()
    form = {"expected_version": version(worker.get("/today"), number), "finding": "true", "text": ""}
    answer = worker.post(f"/today/{number}/report_verification", form, page="/today", files={"files": (photo(), "a.jpg")})
    assert answer.location == "/today"
    assert status(sessions, number) == "reported"
    assert "Looked on site: it is so" in worker.get(f"/tickets/{number}")


def test_films_are_taken_wherever_a_photo_is(browser, submit, sessions):  # noqa: F811
    """Without script as well: a patrol, and mending with a film from before and one from after."""
    worker = browser("grid_worker", WEST)
    worker.post("/today/patrol", {"category": RUBBISH, "cell": WEST}, page="/today", files={"files": (io.BytesIO(film()), "a.mp4")})
    receipt = submit()
    number = receipt.ticket.number
    page = worker.get("/today")
    mend = re.search(rf'data-act="self_handle" data-number="{number}".+?</form>', page, re.DOTALL)[0]
    assert mend.count('accept="video/*"') == 2 and " required" not in re.sub(r"<select.+?>", "", mend)
    assert re.search(r'data-patrol .+?</form>', page, re.DOTALL)[0].count('accept="video/*"') == 2
    films = {"files": (io.BytesIO(film()), "b.mp4"), "files_before": (io.BytesIO(film(kind="webm")), "c.webm")}
    form = {"expected_version": version(page, number), "category": RUBBISH, "text": ""}
    worker.post(f"/today/{number}/self_handle", form, page="/today", files=films)
    assert status(sessions, number) == "handled"
    with sessions() as session:
        kept = session.execute(select(Evidence.stage, Photo.mime).join(Photo, Evidence.photo_id == Photo.id).order_by(Evidence.id)).all()
    assert sorted(map(tuple, kept)) == [("after", "video/mp4"), ("before", "video/webm"), ("report", "video/mp4")]
    assert worker.get(f"/tickets/{number}").count('class="film"') >= 2
    story = worker.client.get(f"/t/{receipt.code}", headers=EN).text
    assert "Film of the result" in story
    shown = [worker.client.get(path, headers={"Range": "bytes=0-99"}) for path in re.findall(r'<a href="([^"]+)" class="film">', story)]
    assert sorted((part.status_code, part.mimetype) for part in shown) == [(206, "video/mp4"), (206, "video/webm")]


def test_a_ticket_that_changed_meanwhile_is_explained(browser, handled, sessions, street, now):  # noqa: F811
    worker, number = browser("grid_worker", WEST), handled()
    stale = version(worker.get("/today"), number)
    with sessions() as session, session.begin():
        tickets.perform(session, number, "comment", {"text": "再看看"}, actor=street.actors["clerk"], now=now)
    answer = worker.post(f"/today/{number}/pass_check", {"expected_version": stale}, page="/today", status=409)
    assert number in answer.text and status(sessions, number) == "handled"
    told = worker.client.get(f"/today/{number}/since?seq=0", headers=EN).json
    assert told["status"] == "Handled, to be checked" and told["steps"][-1] | {"at": ""} == {"who": "clerk", "what": "Comment", "at": "", "note": "再看看"}
    assert set(told["may"]) == {"pass_check", "fail_check"}
    assert worker.client.get("/today/X/since", headers=EN).status_code == 404


def test_a_patrol_is_reported_with_the_cell_alone(browser, sessions):  # noqa: F811
    worker = browser("grid_worker", COMMUNITY)
    answer = worker.post("/today/patrol", {"category": RUBBISH, "cell": EAST}, page="/today", files={"files": (photo(), "a.jpg")})
    assert answer.location == "/today"
    with sessions() as session:
        ticket, report = session.execute(select(Ticket, Report).join(Report)).one()
        assert (ticket.area_code, report.channel, report.visibility) == (EAST, "patrol", "anonymous")
        assert ticket.description.startswith("Found on patrol")


@pytest.mark.parametrize(("form", "wrong"), [
    ({"category": "", "text": "", "cell": WEST}, "Please say in a few words"), ({"category": RUBBISH, "cell": EAST}, "Please choose the cell")])
def test_a_patrol_report_that_lacks_something_comes_back(browser, form, wrong):  # noqa: F811
    answer = browser("grid_worker", WEST).post("/today/patrol", form, page="/today", status=422)
    assert wrong in answer.text


def test_staff_may_name_a_cell_of_their_own_and_residents_none(client, log_in, submit):
    sent = {"kind": "complaint", "description": "垃圾", "channel": "patrol", "cell": EAST}
    headers = log_in("grid_worker", COMMUNITY)
    assert client.post("/api/v1/reports", json=sent, headers=headers).json["cell"]["code"] == EAST
    assert client.post("/api/v1/reports", json=sent, headers=log_in("grid_worker", WEST)).status_code == 422
    assert client.post("/api/v1/reports", json={"kind": "complaint", "description": "垃圾", "cell": EAST}).status_code == 422


def test_whoever_was_sent_next_door_sees_it_first(browser, verifying, sessions):  # noqa: F811
    worker = browser("grid_worker", WEST)
    here, there = verifying(), verifying(location=IN_EAST)
    with sessions() as session, session.begin():
        walker = session.scalar(select(Account).where(Account.username == "grid_worker-0"))
        person = Staff(session).person("Zhang", account=walker.id)
        session.scalar(select(Ticket).where(Ticket.number == there)).verifier_id = person.id
        session.scalar(select(Ticket).where(Ticket.number == here)).verifier_id = None
    page = worker.get("/today")
    assert page.index(there) < page.index(here)


def test_statements_do_not_grow_with_what_is_open(browser, verifying, handled, submit, engine):  # noqa: F811
    worker = browser("grid_worker", WEST)
    for _ in range(3):
        verifying(), handled()
    worker.get("/today")
    with statements(engine) as few:
        worker.get("/today")
    for _ in range(30):
        submit()
    with statements(engine) as many:
        worker.get("/today")
    assert len(many) <= len(few) + 12 and len(many) < 40, (len(few), len(many))


def test_a_phone_can_install_it(client):
    manifest = client.get("/manifest.webmanifest", headers=EN)
    assert manifest.mimetype == "application/manifest+json" and manifest.json["start_url"] == "/today"
    for icon in manifest.json["icons"]:
        image = Image.open(io.BytesIO(client.get(icon["src"]).data))
        assert f"{image.width}x{image.height}" == icon["sizes"]


def test_the_worker_keeps_only_what_never_changes_and_holds_nobodys_data(client):
    source = client.get("/sw.js")
    assert source.mimetype == "text/javascript" and source.headers["Cache-Control"] == "no-cache"
    for address in re.findall(r'"(/[^"]+)"', source.text):
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert "Set-Cookie" not in answer.headers
    assert client.get("/s/0/js/today/page.js").status_code == 404


def test_large_text_is_kept(browser):  # noqa: F811
    worker = browser("grid_worker", WEST)
    assert 'class="large-text"' not in worker.get("/today")
    assert worker.client.get("/text-size/large?next=//evil.example").location == "/"
    assert "large-text" in worker.get("/today")


def test_who_is_logged_out_learns_nothing(client, street):
    for path in ("/today", "/today/me", "/today/X/since"):
        assert client.get(path).status_code == 303


def test_the_page_says_who_is_logged_in(browser, now):  # noqa: F811
    told = browser("grid_worker", WEST, name="张敏").client.get("/today/me").json
    assert told["name"] == "张敏" and told["csrf"] and told["now"].startswith(str(now.date()))
