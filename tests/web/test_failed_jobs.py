"""The page of what could not be done."""

import pytest

from gridops.models import DeadLetter, Outbox
from gridops.services import dead_letters, outbox
from tests.web.test_staff import account, browser  # noqa: F401

@pytest.fixture
def buried(sessions, now):
    with sessions() as session, session.begin():
        fact = outbox.publish(session, "ticket.filed", now=now)
        session.flush()
        letter = dead_letters.bury(session, fact, LookupError("nobody knows this topic"), now=now)
        session.flush()
        return letter.id


def test_a_failed_job_is_seen_and_run_again(browser, buried, sessions):  # noqa: F811
    admin = browser("system_admin", name="Li Na")
    page = admin.get("/jobs")
    assert "nobody knows this topic" in page and "Filed, waits for dispatch" in page
    admin.post(f"/jobs/{buried}/rerun", page="/jobs")
    with sessions() as session:
        letter = session.get(DeadLetter, buried)
        assert letter.rerun_by == "Li Na" and session.get(Outbox, letter.outbox_id).done_at is None
    assert "nobody knows this topic" not in admin.get("/jobs")


def test_running_it_again_twice_is_said_not_done(browser, buried, sessions):  # noqa: F811
    admin = browser("system_admin")
    for _ in range(2):
        admin.post(f"/jobs/{buried}/rerun", page="/inbox")
    assert "was run again already" in admin.get("/jobs")


def test_all_are_run_again_at_once(browser, buried):  # noqa: F811
    admin = browser("system_admin")
    admin.post("/jobs/rerun-all", page="/jobs")
    assert "1 job will be tried again" in admin.get("/jobs")


def test_without_a_beat_the_page_says_so(browser):  # noqa: F811
    assert "No sign of life" in browser("system_admin").get("/jobs")


def test_a_leader_has_no_failed_jobs(browser):  # noqa: F811
    browser("leader").get("/jobs", status=403)


def test_the_system_administrator_opens_no_ticket(browser, submit):  # noqa: F811
    browser("system_admin").get(f"/tickets/{submit().ticket.number}", status=404)


@pytest.fixture
def stuck(sessions, submit, now):
    """stuck() -> id of the letter and number of a ticket there, of which something could not be done."""
    def stuck() -> tuple[int, str]:
        ticket = submit().ticket
        with sessions() as session, session.begin():
            fact = outbox.publish(session, "ticket.filed", now=now, ticket_id=ticket.id)
            session.flush()
            letter = dead_letters.bury(session, fact, LookupError("out of luck"), now=now)
            session.flush()
            return letter.id, ticket.number

    return stuck


@pytest.mark.parametrize("role", ["dispatcher", "clerk"])
def test_the_centre_sees_and_repeats_what_failed_of_its_own_tickets(browser, buried, stuck, sessions, role):  # noqa: F811
    letter, number = stuck()
    centre = browser(role)
    assert "1 job" in centre.get("/inbox") and 'href="/jobs"' in centre.get("/inbox")
    page = centre.get("/jobs")
    assert f'href="/tickets/{number}"' in page and "nobody knows this topic" not in page
    centre.post(f"/jobs/{letter}/rerun", page="/jobs")
    with sessions() as session:
        assert session.get(DeadLetter, letter).rerun_at is not None
    assert "No failed jobs" in centre.get("/jobs")


def test_nobody_repeats_what_concerns_other_streets(browser, buried, stuck, sessions):  # noqa: F811
    own, _ = stuck()
    centre = browser("dispatcher")
    centre.post(f"/jobs/{buried}/rerun", page="/inbox", status=404)
    centre.post("/jobs/rerun-all", page="/jobs")
    elsewhere = browser("dispatcher", area="310999001", name="elsewhere")
    elsewhere.post(f"/jobs/{own}/rerun", page="/inbox", status=404)
    with sessions() as session:
        assert session.get(DeadLetter, buried).rerun_at is None and session.get(DeadLetter, own).rerun_at is not None
