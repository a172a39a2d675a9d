"""What residents may send by mistake or on purpose: a clear answer with a stable code, and not one row written."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image
from sqlalchemy import select

from gridops.models import Report
from tests.api.conftest import picture, send_photo
from tests.small_street import IN_WEST, RUBBISH

URL = "/api/v1/reports"
GOOD = {"kind": "complaint", "description": "垃圾堆在路口", "location": IN_WEST, "category": RUBBISH}
WITHOUT_CRS = {name: IN_WEST[name] for name in ("lng", "lat")}

BAD = {
    "unknown field": ({"colour": "red"}, "invalid", "colour"),
    "unknown field inside": ({"location": IN_WEST | {"floor": 3}}, "invalid", "location.floor"),
    "missing crs": ({"location": WITHOUT_CRS}, "invalid", "location.crs"),
    "point in the sea": ({"location": {"lng": 123.5, "lat": 30.5, "crs": "wgs84"}}, "outside", "location"),
    "latitude first": ({"location": {"lng": 31.205, "lat": 121.405, "crs": "wgs84"}}, "invalid", "location.lat"),
    "4001 characters": ({"description": "字" * 4001}, "invalid", "description"),
    "4001 emoji": ({"description": "😀" * 4001}, "invalid", "description"),
    "NUL": ({"description": "门\0口"}, "invalid", "description"),
    "half an emoji": ({"description": "\ud83d"}, "invalid", "description"),
    "text for a number": ({"location": IN_WEST | {"lng": "121.405"}}, "invalid", "location.lng"),
    "number for a text": ({"description": 5}, "invalid", "description"),
    "list for an object": ({"location": [121.4, 31.2]}, "invalid", "location"),
    "object for a text": ({"kind": {"$ne": ""}}, "invalid", "kind"),
    "no kind": ({"kind": None}, "invalid", "kind"),
    "an unknown category": ({"category": "E9999"}, "category_unknown", "category"),
    "an unknown place": ({"location": None, "place_code": "P404"}, "place_unknown", "place_code"),
    "a photo nobody sent": ({"photos": ["7f0c2a52-0f0a-4d6e-a5a5-1c9d0a4f5f11"]}, "photo_unknown", "photos"),
    "a phone that is none": ({"contact": {"name": "王", "phone": "一三八"}}, "phone_invalid", "phone"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_report_with_one_thing_wrong(refused, unchanged, case):
    changes, code, field = BAD[case]
    body = {name: value for name, value in (GOOD | changes).items() if value is not None}
    headers = {"Idempotency-Key": f"bad-input-{case.replace(' ', '-')}"}  # a refusal is not kept under its key either
    answer = unchanged.client.post(URL, data=json.dumps(body), content_type="application/json", headers=headers)
    assert field in refused(answer, 422, code)["fields"]


RAW = {
    "deep JSON": (json.dumps(GOOD)[:-1] + ', "answers": ' + '{"a":' * 5000 + "1" + "}" * 5000 + "}", 400, "malformed"),
    "deep list": ("[" * 100_000 + "]" * 100_000, 400, "malformed"),
    "half a JSON": (json.dumps(GOOD)[:-5], 400, "malformed"),
    "not UTF-8": (json.dumps(GOOD, ensure_ascii=False).encode("gb18030"), 400, "malformed"),
    "a list": (json.dumps([GOOD]), 422, "invalid"),
    "NaN": (json.dumps(GOOD | {"location": IN_WEST | {"lng": float("nan")}}), 400, "malformed"),
    "too large": (json.dumps(GOOD | {"answers": {"a": "x" * 300_000}}), 413, "too_large"),
}


@pytest.mark.parametrize("case", RAW)
def test_a_body_that_is_no_report(refused, unchanged, case):
    body, status, code = RAW[case]
    refused(unchanged.client.post(URL, data=body, content_type="application/json"), status, code)


def test_a_form_is_no_json(refused, unchanged):
    refused(unchanged.client.post(URL, data={"kind": "help"}), 415, "unsupported_media")


def _bomb() -> bytes:
    written = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(written, "PNG")
    assert len(written.getvalue()) < 200_000  # small on the wire, 900 million pixels in memory
    return written.getvalue()


PHOTOS = {
    "30 MB": (lambda: b"\xff\xd8\xff" + bytes(30_000_000), 413, "too_large"),
    "decompression bomb": (_bomb, 422, "photo_too_many_pixels"),
    "text named .jpg": (lambda: "这是文字".encode() * 100, 415, "not_a_photo"),
    "script named .jpg": (lambda: b"<svg onload=alert(1)>", 415, "not_a_photo"),
    "half a photo": (lambda: picture()[:60], 422, "photo_broken"),
}


@pytest.mark.parametrize("case", PHOTOS)
def test_what_is_no_photo(refused, unchanged, case):
    content, status, code = PHOTOS[case]
    refused(send_photo(unchanged.client, content()), status, code)


def test_emoji_are_text_and_come_back_as_they_were(world):
    words = "👩‍👩‍👧 楼上扔烟头 🔥" * 100
    answer = world.client.post(URL, json=GOOD | {"description": words})
    assert answer.status_code == 201
    with world.context.sessions() as session:
        assert session.scalar(select(Report.description).order_by(Report.id.desc()).limit(1)) == words


def test_a_replayed_key_with_another_body(world, request):
    headers = {"Idempotency-Key": "phone-that-was-offline-01"}
    assert world.client.post(URL, json=GOOD, headers=headers).status_code == 201
    refused = request.getfixturevalue("refused")  # from here on nothing may change
    refused(world.client.post(URL, json=GOOD | {"description": "另一件事"}, headers=headers), 422, "idempotency_mismatch")
    again = world.client.post(URL, json=GOOD, headers=headers)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
