"""Two people act at once, through real processes: one wins, the other is told what has become of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import requests

pytestmark = pytest.mark.faults
ROUNDS = 8


def at_once(*calls: Callable[[], requests.Response]) -> list[requests.Response]:
    """Each in a thread of its own, let go together."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def work(place: int) -> None:
        gate.wait()
        answers[place] = calls[place]()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def winner_and_loser(answers: list[requests.Response]) -> tuple[requests.Response, dict]:
    winner, loser = sorted(answers, key=lambda answer: answer.status_code)
    assert (winner.status_code, loser.status_code) == (200, 409), [answer.text for answer in answers]
    return winner, loser.json()["error"]


@pytest.fixture
def dispatched(town):
    def make() -> str:
        number = town.report()["number"]
        town["dispatcher"].wait_for(number, "dispatched", within=60)
        return number

    return make


def test_one_signs_while_the_colleague_objects(town, dispatched):
    one, other = town["SANITATION"], town["SANITATION2"]
    winners = set()
    for number in [dispatched() for _ in range(ROUNDS)]:
        winner, error = winner_and_loser(at_once(
            lambda: one.attempt("sign", number),
            lambda: other.attempt("object", number, reason_code="not_our_duty", text="不是我们")))
        now = town["clerk"].ticket(number)
        assert error["code"] == "not_allowed"
        assert (error["details"]["status"], error["details"]["version"]) == (now["status"], now["version"])
        assert error["details"]["allowed_actions"] == one.ticket(number)["allowed_actions"]
        assert now["status"] == winner.json()["status"]
        assert [step["action"] for step in town["clerk"].history(number)][3:] in (["sign"], ["object"])
        winners.add(now["status"])
    assert winners <= {"in_progress", "objected"}


def test_two_who_saw_the_same_version(town, dispatched):
    for number in [dispatched() for _ in range(ROUNDS)]:
        version = town["clerk"].ticket(number)["version"]
        _, error = winner_and_loser(at_once(*[
            lambda who=who: town[who].attempt("comment", number, text=f"来自{who}", expected_version=version)
            for who in ("clerk", "dispatcher")]))
        assert (error["code"], error["details"]["version"]) == ("conflict", version + 1)
        assert [step["action"] for step in town["clerk"].history(number)].count("comment") == 1


def test_a_recall_and_a_result_never_both_count(town, dispatched):
    for number in [dispatched() for _ in range(ROUNDS)]:
        town["SANITATION"].do("sign", number)
        town.without_support(number)
        photo = town["SANITATION"].photo()
        answers = at_once(
            lambda: town["SANITATION"].attempt("submit_result", number, outcome="solved", text="已清运", photos=[photo]),
            lambda: town["dispatcher"].attempt("recall", number, text="派错了"))
        # After a recall the organisation is no longer the lead, which is a matter of role before it is one of status.
        assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 404], [200, 409]), [a.text for a in answers]
        done = [step["action"] for step in town["clerk"].history(number) if step["action"] != "waive_support"][4:]
        assert done in (["submit_result"], ["recall"])


def test_a_rating_sent_twice_at_once_counts_once(town, dispatched):
    receipt = town.report()
    number, code = receipt["number"], receipt["code"]
    town["dispatcher"].wait_for(number, "dispatched", within=60)
    town["SANITATION"].do("sign", number)
    town.without_support(number)
    town["SANITATION"].do("submit_result", number, outcome="solved", text="已清运", photos=[town["SANITATION"].photo()])
    town["worker_west"].do("pass_check", number, text="干净")
    _, error = winner_and_loser(at_once(*[lambda: town.resident("rating", code, solved=False, satisfaction=1)] * 2))
    assert error["code"] in ("already_rated", "not_allowed")  # "not solved" has reopened it by then
    ticket = town["clerk"].ticket(number)
    assert (ticket["status"], ticket["counts"]["reopen"]) == ("in_progress", 1)
