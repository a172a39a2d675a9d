"""Photos: sent first, then named by id in a report or a step."""

from __future__ import annotations

import uuid
from contextlib import closing
from io import BytesIO

from flask import Response, request, send_file
from marshmallow import Schema, fields, validate

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.safety import takes_films
from gridops.errors import Invalid, NotFound
from gridops.models import Photo
from gridops.pictures import MIME
from gridops.services import intake, photos

blueprint = Blueprint("photos", __name__, url_prefix=PREFIX, description="Photos of reports and of work done")
PARTS = ("photo", "file")
MULTIPART = {"multipart/form-data": {"schema": {
    "type": "object", "required": ["photo"], "properties": {"photo": {"type": "string", "format": "binary"}}}}}
JPEG = {"content_type": "image/jpeg", "schema": {"type": "string", "format": "binary"}}  # of a film its own type


class PhotoSchema(Schema):
    id = fields.UUID(required=True)
    mime = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)


class SizeSchema(Schema):
    size = fields.String(load_default="full", validate=validate.OneOf(("full", "thumbnail")))


@blueprint.route("/photos", methods=["POST"])
@takes_films
@writing(limit="photo")
@blueprint.doc(security=[{}, {"bearer": []}], requestBody={"required": True, "content": MULTIPART})
@blueprint.response(201, PhotoSchema)
def add_photo(call: Call) -> Photo:
    """Send a photo or a short film

    JPEG, PNG or WEBP up to 10 MB; from staff also MP4 or WebM up to 30 MB and 30 s. Position and all other metadata are removed.
    """
    return photos.store(call.session, sent_photo(), actor=call.actor, now=call.now)


@blueprint.route("/photos/<uuid:photo_id>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(security=[{"bearer": []}])
@blueprint.arguments(SizeSchema, location="query")
@blueprint.response(200, **JPEG)
def show_photo(call: Call, wanted: dict, photo_id: uuid.UUID) -> Response:
    """A photo of a ticket in scope"""
    thumbnail = wanted["size"] == "thumbnail"
    return picture(photos.photo_for_staff(call.session, photo_id, call.actor, thumbnail=thumbnail), thumbnail)


@blueprint.route("/reports/<code>/photos/<uuid:photo_id>", methods=["GET"])
@reading(limit="tracking")
@blueprint.doc(security=[])
@blueprint.arguments(SizeSchema, location="query")
@blueprint.response(200, **JPEG)
def show_reporters_photo(call: Call, wanted: dict, code: str, photo_id: uuid.UUID) -> Response:
    """A photo for the holder of the tracking code"""
    report = intake.find_report(call.session, call.vault, code)
    if report is None:
        raise NotFound()
    thumbnail = wanted["size"] == "thumbnail"
    return picture(photos.photo_for_reporter(call.session, photo_id, report, thumbnail=thumbnail), thumbnail)


def sent_photo() -> bytes:
    """Raises Invalid ``photo_missing`` unless the request carries exactly one file in the part ``photo``."""
    files = [file for name in PARTS for file in request.files.getlist(name)]
    if len(files) != 1 or len(request.files) != 1:
        raise Invalid("Send one photo as a part of multipart/form-data.", code="photo_missing", fields={"photo": ["photo_missing"]})
    with closing(files[0]) as file:
        return file.read()


def picture(photo: Photo, thumbnail: bool) -> Response:
    """A film answers requests for a part of it, without which some browsers do not play it."""
    mime = MIME if thumbnail else photo.mime
    response = send_file(BytesIO(photo.thumbnail if thumbnail else photo.content), mimetype=mime, etag=photo.sha256.hex(), conditional=True)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
