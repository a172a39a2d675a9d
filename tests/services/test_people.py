"""Posts begin, move and end; who leaves loses log-in and rights; duties by role; the double check-in."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import Account, Outbox, Posting, RoleGrant, SecurityEvent, Shift, Street
from gridops.services import accounts
from gridops.services.duty import on_duty
from gridops.services.people import check_ins, duties, leaving, phones, posts, rights, roster
from gridops.services.people.posts import Post
from tests import small_street
from tests.services.staffing import LONG_AGO, Staff, local
from tests.small_street import COMMUNITY, EAST, STREET, WEST

TODAY = date(2026, 3, 4)
KEEPER = Actor("staff", "office", grants=(Grant("grid_office", STREET),))
CADRE = Actor("staff", "cadre", grants=(Grant("cadre", COMMUNITY),))


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def staff(street, session):
    return Staff(session)


@pytest.fixture
def worker(staff, session, now):
    """A grid worker of the west with a log-in for it."""
    person = staff.person("W1")
    post = staff.post(person)
    made = accounts.create_account(
        session, "w1", "a long enough password", name="W1", grants=[Grant("grid_worker", WEST)], actor=SYSTEM, now=now, person_id=person.id)
    return person, post, made


def grants(session, account):
    return set(session.execute(select(RoleGrant.role, RoleGrant.area_code).where(RoleGrant.account_id == account.id)).all())


def topics(session):
    return [(row.payload["area"], row.available_at) for row in session.scalars(select(Outbox).where(Outbox.topic == "people.changed").order_by(Outbox.id))]


def add(session, street, now, **post):
    wanted = Post(**({"role": "grid_worker", "starts_on": TODAY, "area": WEST} | post))
    return posts.add_person(session, "王一", wanted, phone="138 1234 5678", actor=KEEPER, now=now, vault=street.vault)


def test_a_new_person_has_a_post_and_a_sealed_phone(session, street, now):
    person = add(session, street, now)
    assert phones.masked(street.vault, person) == "138****5678"
    assert b"13812345678" not in person.phone_cipher
    assert [one.person.name for one in roster.members(session, WEST, now)] == ["王一"]
    noon = now.replace(hour=4)
    assert topics(session) == [(STREET, now), (STREET, noon)]


def test_a_phone_is_opened_with_a_reason_that_stays(session, street, now):
    person = add(session, street, now)
    with pytest.raises(Invalid):
        phones.reveal(session, street.vault, person.code, reason=" ", actor=KEEPER, now=now)
    assert phones.reveal(session, street.vault, person.code, reason="急事", actor=KEEPER, now=now) == "13812345678"
    session.flush()
    event = session.scalar(select(SecurityEvent).where(SecurityEvent.kind == "staff_phone_opened"))
    assert event.facts == {"person": person.id, "reason": "急事"}


@pytest.mark.parametrize(("post", "code"), [
    ({"role": "king"}, "role_unknown"), ({"area": None}, "post_area"), ({"ends_on": TODAY - timedelta(days=1)}, "ends_before_start"),
    ({"area": None, "place": "nowhere"}, "unknown_place"),
])
def test_a_wrong_post_is_refused(session, street, now, post, code):
    with pytest.raises(Invalid) as refused:
        add(session, street, now, **post)
    assert refused.value.code == code


def test_nobody_holds_one_post_twice_at_a_time(session, street, staff, now):
    person = staff.person("W1")
    staff.post(person)
    with pytest.raises(Invalid, match="already"):
        posts.add_post(session, person, Post("grid_worker", TODAY, WEST), actor=KEEPER, now=now)
    posts.add_post(session, person, Post("volunteer", TODAY, WEST), actor=KEEPER, now=now)
    assert len(roster.posts_of(session, [person])[person.id]) == 2


def test_only_who_keeps_the_grid_changes_its_people(session, street, worker, now):
    cadre, elsewhere = Actor("staff", "c", grants=(Grant("cadre", COMMUNITY),)), Actor("staff", "x", grants=(Grant("grid_office", "310199002"),))
    with pytest.raises(Forbidden):
        posts.end_post(session, worker[1].id, last_day=TODAY, actor=cadre, now=now)
    with pytest.raises(NotFound):
        posts.end_post(session, worker[1].id, last_day=TODAY, actor=elsewhere, now=now)
    with pytest.raises(NotFound):
        leaving.leave(session, "W1", last_day=TODAY, actor=elsewhere, now=now)


def test_a_move_takes_rights_hours_and_shifts_along(session, street, staff, worker, now):
    person, old, account = worker
    staff.pattern(old, "workdays", "08:00", "17:00")
    shift = staff.shift(old, "2026-03-06 18:00", "2026-03-06 22:00")
    new = posts.move_post(session, old.id, on=TODAY, area=EAST, actor=KEEPER, now=now)
    assert (old.ends_on, new.starts_on, new.role) == (date(2026, 3, 3), TODAY, "grid_worker")
    assert grants(session, account) == {("grid_worker", EAST)}
    assert session.get(Shift, shift.id, populate_existing=True).posting_id == new.id
    session.flush()
    kinds = set(session.scalars(select(SecurityEvent.kind)))
    assert {"role_withdrawn", "role_granted"} <= kinds


def test_a_move_to_a_larger_area_gives_no_right_over_it(session, street, worker, now):
    _, old, account = worker
    posts.move_post(session, old.id, on=TODAY, area=COMMUNITY, actor=KEEPER, now=now)
    assert grants(session, account) == set()


def test_a_move_next_week_moves_the_rights_next_week(session, street, worker, now):
    _, old, account = worker
    posts.move_post(session, old.id, on=TODAY + timedelta(days=7), area=EAST, actor=KEEPER, now=now)
    assert grants(session, account) == {("grid_worker", WEST)}
    assert rights.close_log_ins(session, now + timedelta(days=7)) == 1
    assert grants(session, account) == {("grid_worker", EAST)}
    assert rights.close_log_ins(session, now + timedelta(days=8)) == 0
    assert max(at for _, at in topics(session)) > now + timedelta(days=6)


def test_a_post_that_moves_on_its_first_day_was_never_there(session, street, now):
    person = add(session, street, now)
    old = session.scalar(select(Posting))
    posts.move_post(session, old.id, on=TODAY, area=EAST, actor=KEEPER, now=now)
    assert [(post.area_code, post.starts_on) for post, _ in roster.posts_of(session, [person])[person.id]] == [(EAST, TODAY)]
    with pytest.raises(Invalid):
        posts.move_post(session, session.scalar(select(Posting.id)), on=TODAY - timedelta(days=1), area=WEST, actor=KEEPER, now=now)


def test_rights_given_for_other_reasons_stay(session, street, worker, now):
    _, post, account = worker
    accounts.grant_role(session, account, Grant("clerk", STREET), actor=SYSTEM, now=now)
    posts.end_post(session, post.id, last_day=TODAY - timedelta(days=1), actor=KEEPER, now=now)
    assert grants(session, account) == {("clerk", STREET)}


def test_who_leaves_loses_posts_log_in_and_claims(session, street, staff, worker, now):
    person, post, account = worker
    staff.post(person, "volunteer", COMMUNITY)
    check_ins.claim(session, "W1", area=WEST, text="看护楼道", on=TODAY, actor=CADRE, now=now)
    other = staff.person("W2")
    staff.away(other.id, "2026-03-05 08:00", "2026-03-06 08:00", stand_in=person)
    left = leaving.leave(session, "W1", last_day=TODAY - timedelta(days=1), actor=KEEPER, now=now)
    assert (left.posts, left.claims, len(left.stand_ins), left.log_ins) == ([WEST, COMMUNITY], 1, 1, 1)
    assert session.get(Account, account.id).disabled_at == now
    assert roster.members(session, STREET, now) == []


def test_who_has_left_is_not_on_duty_any_more_in_the_middle_of_a_shift(session, street, staff, worker, now):
    post = worker[1]
    staff.shift(post, "2026-03-03 22:00", "2026-03-04 12:00")
    staff.shift(post, "2026-03-05 22:00", "2026-03-06 06:00")
    staff.pattern(post, "every_day", "22:00", "11:00")
    assert {one.person for one in on_duty(session, WEST, now)} == {"W1"}
    leaving.leave(session, "W1", last_day=TODAY - timedelta(days=1), actor=KEEPER, now=now)
    assert on_duty(session, WEST, now) == []
    assert session.scalars(select(Shift.ends_at)).all() == [now]


def test_a_post_that_ended_yesterday_is_not_held_up_by_its_night_shift(session, street, staff, worker, now):
    staff.shift(worker[1], "2026-03-03 22:00", "2026-03-04 12:00")
    staff.pattern(worker[1], "every_day", "22:00", "11:00")
    posts.end_post(session, worker[1].id, last_day=TODAY - timedelta(days=1), actor=KEEPER, now=now)
    assert on_duty(session, WEST, now) == []


def test_leaving_later_closes_the_log_in_later(session, street, worker, now):
    account = worker[2]
    leaving.leave(session, "W1", last_day=TODAY, actor=KEEPER, now=now)
    assert session.get(Account, account.id).disabled_at is None
    rights.close_log_ins(session, now + timedelta(days=1))
    assert session.get(Account, account.id).disabled_at is not None


def in_los_angeles(session):
    session.get_one(Street, STREET).timezone = "America/Los_Angeles"
    session.flush()


def test_a_log_in_closes_when_the_day_is_over_in_the_street_of_the_posts(session, street, worker, now):
    """10:00 of the 4th in Shanghai is 18:00 of the 3rd there, and that day ends there six hours later."""
    in_los_angeles(session)
    account = worker[2]
    leaving.leave(session, "W1", last_day=TODAY - timedelta(days=1), actor=KEEPER, now=now)
    assert session.get(Account, account.id).disabled_at is None
    rights.close_log_ins(session, local("2026-03-04 15:59"))
    assert session.get(Account, account.id).disabled_at is None
    rights.close_log_ins(session, local("2026-03-04 16:00"))
    assert session.get(Account, account.id).disabled_at is not None


def test_shifts_planned_after_the_last_day_go_with_the_post(session, street, staff, worker, now):
    post = worker[1]
    tonight = staff.shift(post, "2026-03-04 22:00", "2026-03-05 06:00")
    staff.shift(post, "2026-03-05 08:00", "2026-03-05 17:00")
    posts.end_post(session, post.id, last_day=TODAY, actor=KEEPER, now=now)
    assert session.scalars(select(Shift.id)).all() == [tonight.id]


def test_the_last_day_of_planned_shifts_is_the_streets_own(session, street, staff, worker, now):
    in_los_angeles(session)
    post = worker[1]
    kept = staff.shift(post, "2026-03-05 15:00", "2026-03-05 22:00")  # begins there at 23:00 of the 4th
    staff.shift(post, "2026-03-05 16:00", "2026-03-05 22:00")
    leaving.leave(session, "W1", last_day=TODAY, actor=KEEPER, now=now)
    assert session.scalars(select(Shift.id)).all() == [kept.id]


def test_the_roster_says_what_is_missing(session, street, staff, now):
    staff.post("L", "grid_leader", COMMUNITY)
    staff.post("W", "grid_worker", WEST)
    staff.post("gone", "cadre", WEST, ends_on=TODAY - timedelta(days=1))
    missing = {row.area.code: row.missing for row in roster.roster(session, STREET, actor=KEEPER, now=now)}
    assert missing == {STREET: [], COMMUNITY: [], WEST: ["cadre", "police_liaison"], EAST: ["grid_worker", "cadre", "police_liaison"]}
    cell = roster.roster(session, EAST, actor=KEEPER, now=now)
    assert cell[0].missing == ["grid_worker", "cadre", "police_liaison"]
    with pytest.raises(NotFound):
        roster.roster(session, STREET, actor=CADRE, now=now)


def test_posts_are_confirmed_once_a_day(session, street, worker, now):
    assert roster.members(session, WEST, now)[0].stale
    assert posts.confirm_posts(session, [worker[1].id], actor=KEEPER, now=now) == 1
    assert posts.confirm_posts(session, [worker[1].id], actor=KEEPER, now=now) == 0
    assert not roster.members(session, WEST, now)[0].stale


def test_the_deepest_area_that_speaks_of_a_role_is_right(session, street, now):
    classes = [one.code for one in duties.classes(session)]
    first, second = classes[:2]
    duties.put_duties(session, STREET, "cadre", [(first, "巡查"), (second, None)], actor=KEEPER, now=now)
    duties.put_duties(session, WEST, "cadre", [(second, "上报")], actor=KEEPER, now=now)
    assert {key: said.text for key, said in duties.duties_at(session, WEST).items()} == {("cadre", second): "上报"}
    assert set(duties.duties_at(session, EAST)) == {("cadre", first), ("cadre", second)}
    duties.put_duties(session, WEST, "cadre", [], actor=KEEPER, now=now)
    assert duties.duties_at(session, WEST)[("cadre", first)].area == STREET
    with pytest.raises(Invalid, match="class"):
        duties.put_duties(session, WEST, "cadre", [("E99", None)], actor=KEEPER, now=now)


def enter(session, street, now, **changes):
    known = {"name": "赵党员", "home_organisation": "第一中学", "phone": "13900001111", "on": TODAY, "actor": CADRE, "now": now}
    return check_ins.check_in(session, COMMUNITY, vault=street.vault, **(known | changes))


def test_a_party_member_checks_in_claims_and_is_thanked(session, street, now):
    found = enter(session, street, now)
    person = roster.members(session, COMMUNITY, now)[0].person
    assert (person.home_organisation, found.thanked_on) == ("第一中学", None)
    with pytest.raises(Conflict):
        enter(session, street, now)
    claim = check_ins.claim(session, person.code, area=WEST, class_code=duties.classes(session)[0].code, text="巡查", on=TODAY, actor=CADRE, now=now)
    check_ins.end_claim(session, claim.id, done=True, actor=CADRE, now=now)
    assert claim.done_on == TODAY
    with pytest.raises(Conflict):
        check_ins.end_claim(session, claim.id, done=False, actor=CADRE, now=now)
    assert check_ins.thank(session, found.id, actor=CADRE, now=now).thanked_on == TODAY


def test_a_worker_claims_nothing_and_another_cadre_enters_nothing(session, street, worker, now):
    with pytest.raises(Invalid):
        check_ins.claim(session, "W1", area=WEST, text="x", on=TODAY, actor=KEEPER, now=now)
    with pytest.raises(NotFound):
        enter(session, street, now, actor=Actor("staff", "c", grants=(Grant("cadre", "310199001002"),)))


def test_people_are_found_by_name_role_and_area(session, street, staff, now):
    person = staff.person("W1")
    staff.post(person)
    find = lambda **asked: [one.code for one in roster.find_people(session, actor=KEEPER, **asked)]  # noqa: E731
    assert find(area=WEST, role="grid_worker") == find(q="W") == ["W1"]
    assert find(area=EAST) == find(role="cadre") == []
    assert LONG_AGO == session.scalar(select(Posting.starts_on))
