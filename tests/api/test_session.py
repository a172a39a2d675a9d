from datetime import timedelta

from tests.api.conftest import PASSWORD

URL = "/api/v1/session"


def test_log_in_gives_a_token_with_roles_and_scope(client, log_in):
    headers = log_in("dispatcher")
    answer = client.get(URL, headers=headers)
    assert answer.status_code == 200
    assert answer.json["roles"] == ["dispatcher"]
    assert answer.json["scope"] == [{"role": "dispatcher", "area": "310199001", "department_id": None}]


def test_without_log_in_it_is_401(client):
    answer = client.get(URL)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_logged_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_made_up_token_is_401(client):
    assert client.get(URL, headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_after_log_out_the_token_is_dead(client, log_in):
    headers = log_in("clerk")
    assert client.delete(URL, headers=headers).status_code == 204
    assert client.get(URL, headers=headers).status_code == 401


def test_a_failed_log_in_is_recorded_although_the_answer_is_an_error(client, log_in, sessions):
    log_in("clerk")
    for _ in range(5):
        answer = client.post(URL, json={"username": "clerk0", "password": "wrong password"})
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "login_failed")
    assert client.post(URL, json={"username": "clerk0", "password": PASSWORD}).status_code == 401


def test_the_lock_ends_after_fifteen_minutes(client, log_in, clock):
    log_in("clerk")
    for _ in range(5):
        client.post(URL, json={"username": "clerk0", "password": "wrong password"})
    clock.forward(timedelta(minutes=15, seconds=1))
    assert client.post(URL, json={"username": "clerk0", "password": PASSWORD}).status_code == 201


def test_an_idle_session_ends_and_a_used_one_goes_on(client, log_in, clock):
    headers = log_in("clerk")
    for _ in range(3):
        clock.forward(timedelta(minutes=50))
        assert client.get(URL, headers=headers).status_code == 200
    clock.forward(timedelta(minutes=61))
    assert client.get(URL, headers=headers).status_code == 401


def test_missing_and_unknown_fields_are_named(client):
    answer = client.post(URL, json={"username": "x", "pasword": "y"})
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"password", "pasword"}
