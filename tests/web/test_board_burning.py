"""The leader's page says where it burns and who must move, and can hang on a wall."""

from datetime import timedelta

from tests.small_street import RUBBISH, STREET
from tests.web.test_staff import account, browser, do  # noqa: F401


def test_who_is_late_stands_on_the_board_with_a_link_to_his_tickets(browser, street, submit, do, clock):  # noqa: F811
    number = submit().ticket.number
    do(number, "file", street.actors["clerk"], category=RUBBISH)
    do(number, "dispatch", street.actors["dispatcher"])
    leader = browser("leader")
    assert "Nothing is late" in leader.get("/board")
    clock.forward(timedelta(days=5))
    page = browser("leader").get("/board")
    assert "department=D-SANITATION" in page and "1 ticket late" in page
    assert number in browser("leader").get(f"/tickets?status=open&overdue=1&area={STREET}&department=D-SANITATION")


def test_a_wall_screen_refreshes_itself(browser, street):  # noqa: F811
    leader = browser("leader")
    assert 'http-equiv="refresh"' in leader.get("/board?wall=1") and 'http-equiv="refresh"' not in leader.get("/board")
