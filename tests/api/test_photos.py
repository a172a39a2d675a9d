from __future__ import annotations

import io
import uuid

import pytest
from PIL import Image

from gridops import films
from gridops.models import Evidence
from tests import small_street
from tests.api.conftest import picture, send_photo
from tests.filming import film

URL = "/api/v1/photos"


@pytest.fixture
def sent(client):
    answer = send_photo(client, picture())
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_photo_is_cleaned_and_gets_an_id_that_cannot_be_guessed(sent):
    assert sent["mime"] == "image/jpeg"
    assert (sent["width"], sent["height"]) == (40, 30)
    assert uuid.UUID(sent["id"]).version == 4


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"this is text", (415, "not_a_photo")), (b"\xff\xd8\xffbroken", (422, "photo_broken")), (b"", (415, "not_a_photo"))],
)
def test_what_is_no_photo(client, content, expected):
    answer = send_photo(client, content)
    assert (answer.status_code, answer.json["error"]["code"]) == expected


def test_a_decompression_bomb_is_refused_by_its_header(client):
    written = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    answer = send_photo(client, written.getvalue())
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "photo_too_many_pixels")


def test_a_request_without_a_photo(client):
    answer = client.post(URL, data={"caption": "x"}, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "photo_missing")


def test_staff_in_scope_see_it_others_get_404(client, submit, log_in, sent):
    submit(photos=[uuid.UUID(sent["id"])])
    url = f"{URL}/{sent['id']}"
    assert client.get(url).status_code == 401
    inside = client.get(url, headers=log_in("grid_worker", area=small_street.WEST))
    assert (inside.status_code, inside.mimetype) == (200, "image/jpeg")
    assert "private" in inside.headers["Cache-Control"]
    assert client.get(url, headers=log_in("grid_worker", area=small_street.EAST)).status_code == 404
    assert client.get(url, headers=log_in("clerk", area="310199002")).status_code == 404
    assert client.get(url, headers=log_in("system_admin", area="310199")).status_code == 404


def test_the_thumbnail_is_smaller(client, submit, log_in):
    large = io.BytesIO()
    Image.effect_noise((900, 900), 80).convert("RGB").save(large, "PNG")
    sent = send_photo(client, large.getvalue()).json
    submit(photos=[uuid.UUID(sent["id"])])
    headers = log_in("clerk")
    full, thumbnail = (client.get(f"{URL}/{sent['id']}?size={size}", headers=headers) for size in ("full", "thumbnail"))
    assert Image.open(io.BytesIO(thumbnail.data)).size == (320, 320)
    assert len(thumbnail.data) < len(full.data)


def test_the_holder_of_the_code_sees_the_own_photos_and_what_is_public(client, submit, sessions, sent, now):
    receipt = submit(photos=[uuid.UUID(sent["id"])])
    other = submit()
    assert client.get(f"/api/v1/reports/{receipt.code}/photos/{sent['id']}").status_code == 200
    assert client.get(f"/api/v1/reports/{other.code}/photos/{sent['id']}").status_code == 404
    assert client.get(f"/api/v1/reports/123/photos/{sent['id']}").status_code == 404
    after = [send_photo(client, picture()).json["id"] for _ in range(2)]
    with sessions() as session, session.begin():
        for photo, public in zip(after, (True, False), strict=True):
            session.add(Evidence(ticket_id=receipt.ticket.id, photo_id=uuid.UUID(photo), stage="after", public=public, at=now))
    seen = [client.get(f"/api/v1/reports/{receipt.code}/photos/{photo}").status_code for photo in after]
    assert seen == [200, 404]


def test_an_unclaimed_photo_is_its_uploaders_alone(client, log_in):
    mine, other = log_in("clerk"), log_in("clerk")
    sent = send_photo(client, picture(), headers=mine).json
    assert client.get(f"{URL}/{sent['id']}", headers=mine).status_code == 200
    assert client.get(f"{URL}/{sent['id']}", headers=other).status_code == 404


def test_nobody_shows_the_photo_of_a_member_of_staff_as_his_own(client, log_in, street):
    mine, other = log_in("clerk"), log_in("clerk")
    body = {"kind": "praise", "description": "谢谢", "photos": [send_photo(client, picture(), headers=mine).json["id"]]}
    answers = [client.post("/api/v1/reports", json=body, headers=headers) for headers in ({}, other, mine)]
    assert [answer.status_code for answer in answers] == [422, 422, 201]
    assert answers[0].json["error"]["code"] == "photo_unknown"


def test_an_unclaimed_photo_of_a_stranger_is_nobodys(client, log_in, sent):
    assert client.get(f"{URL}/{sent['id']}", headers=log_in("clerk")).status_code == 404


def test_staff_may_send_a_film_and_play_parts_of_it(client, log_in, street):
    """Some browsers ask for a film piece by piece, and play none that cannot be had so."""
    worker = log_in("grid_worker", area=small_street.WEST)
    answer = send_photo(client, film(), headers=worker)
    assert (answer.status_code, answer.json["mime"], answer.json["width"]) == (201, "video/mp4", 320)
    url = f"{URL}/{answer.json['id']}"
    part = client.get(url, headers=worker | {"Range": "bytes=0-99"})
    assert (part.status_code, part.mimetype, len(part.data)) == (206, "video/mp4", 100)
    assert client.get(f"{url}?size=thumbnail", headers=worker).mimetype == "image/jpeg"
    assert (client.get(url, headers=worker).status_code, client.get(url).status_code) == (200, 401)


def test_a_residents_photo_gets_through_while_films_fill_their_seats(client, log_in, street, monkeypatch):
    worker = log_in("grid_worker", area=small_street.WEST)
    monkeypatch.setattr(films, "PATIENCE_S", 0.01)
    with films._seat():
        assert send_photo(client, picture()).status_code == 201
        refused = send_photo(client, film(), headers=worker)
        assert (refused.status_code, refused.json["error"]["code"]) == (503, "unavailable")
    assert send_photo(client, film(), headers=worker).status_code == 201


def test_residents_send_photos_only(client):
    answer = send_photo(client, film())
    assert (answer.status_code, answer.json["error"]["code"]) == (415, "not_a_photo")


def test_who_does_not_say_who_he_is_sends_no_more_than_a_photo(client, log_in, street):
    """The limit is known before anything of the body is read; with a log-in a film of 30 MB has room."""
    large = bytes(20 * 1024 * 1024)
    assert send_photo(client, large).json["error"]["code"] == "too_large"
    assert send_photo(client, large, headers=log_in("grid_worker", area=small_street.WEST)).json["error"]["code"] == "photo_too_large"
