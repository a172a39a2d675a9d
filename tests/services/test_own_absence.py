"""Who goes says so: only for oneself, from today on, and the grid office names who stands in."""

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Absence, Outbox
from gridops.services import accounts
from gridops.services.duty import on_duty, own_absence, roster, vacancies
from gridops.services.duty.week import week
from tests import small_street
from tests.services.staffing import Staff, local
from tests.small_street import STREET, WEST


@pytest.fixture(autouse=True)
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def log_in(session, now):
    """A log-in of the person, or of nobody."""
    def log_in(username, person_id=None):
        made = accounts.create_account(
            session, username, "a long enough password", name=username, grants=[Grant("grid_worker", WEST)], actor=SYSTEM, now=now,
            person_id=person_id)
        return Actor("staff", username, account_id=made.id, grants=(Grant("grid_worker", WEST),))

    return log_in


@pytest.fixture
def worker(session, log_in):
    staff = Staff(session)
    post = staff.post("west")
    return log_in("west", post.person_id)


@pytest.fixture
def go(session, now):
    def go(actor, starts_at, ends_at):
        return own_absence.add(session, starts_at=local(starts_at), ends_at=local(ends_at), note="看病", actor=actor, now=now)

    return go


def test_who_goes_is_not_on_duty_and_the_office_sees_it(session, worker, go, now):
    assert [one.person for one in on_duty(session, WEST, now)] == ["west"]
    made = go(worker, "2026-03-04 00:00", "2026-03-05 00:00")
    assert on_duty(session, WEST, now) == [] and made.entered_by == worker.account_id
    assert [(row.id, name) for row, name, _ in week(session, STREET, local("2026-03-02 00:00").date()).absences] == [(made.id, "west")]
    assert "no_stand_in" in {one.kind for one in vacancies(session, STREET, now)}
    assert WEST in [payload["area"] for payload in session.scalars(select(Outbox.payload).where(Outbox.topic == "people.changed"))]


@pytest.mark.parametrize(("starts_at", "ends_at", "code"), [
    ("2026-03-03 23:59", "2026-03-05 00:00", "absence_past"), ("2026-03-04 00:00", "2026-03-04 09:00", "absence_past"),
    ("2026-03-06 00:00", "2026-03-05 00:00", "absence_times"),
])
def test_what_is_past_is_for_the_office(worker, go, starts_at, ends_at, code):
    with pytest.raises(Invalid) as caught:
        go(worker, starts_at, ends_at)
    assert caught.value.code == code


def test_one_is_away_once_at_a_time(worker, go):
    go(worker, "2026-03-05 00:00", "2026-03-07 00:00")
    with pytest.raises(Invalid, match="away at this time"):
        go(worker, "2026-03-06 00:00", "2026-03-08 00:00")


def test_it_is_taken_back_before_it_begins_and_cut_after(session, worker, go, now):
    running, later = go(worker, "2026-03-04 00:00", "2026-03-05 00:00"), go(worker, "2026-03-06 00:00", "2026-03-07 00:00")
    for one in (running, later):
        own_absence.take_back(session, one.id, actor=worker, now=now)
    assert own_absence.mine(session, actor=worker, now=now) == []
    assert session.scalars(select(Absence.ends_at)).all() == [now]


def test_what_the_office_or_a_colleague_entered_stays(session, worker, go, log_in, now):
    other = Staff(session).post("east")
    colleague = log_in("east", other.person_id)
    theirs = go(colleague, "2026-03-05 00:00", "2026-03-06 00:00")
    with pytest.raises(NotFound):
        own_absence.take_back(session, theirs.id, actor=worker, now=now)
    sent = roster.add_absence(
        session, own_absence.serving(session, worker)[0], starts_at=local("2026-03-09 00:00"), ends_at=local("2026-03-10 00:00"),
        actor=SYSTEM, now=now)
    assert own_absence.mine(session, actor=worker, now=now) == [sent]
    with pytest.raises(Forbidden):
        own_absence.take_back(session, sent.id, actor=worker, now=now)


def test_a_log_in_of_nobody_has_no_absence(log_in, go):
    with pytest.raises(Forbidden) as caught:
        go(log_in("clerk"), "2026-03-05 00:00", "2026-03-06 00:00")
    assert caught.value.code == "no_post"
