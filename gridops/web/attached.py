"""Photos of a form: ids of those sent ahead by the page's script, and files that come with the form where no script runs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from flask import request
from werkzeug.datastructures import MultiDict

from gridops import db
from gridops.api import errors, limits
from gridops.api.requests import Call, context
from gridops.errors import GridopsError
from gridops.services import photos
from gridops.web.posting import resident_call

PART = "files"


@dataclass
class PhotosSent:
    """``photos``: ids as text, at most ``most``. ``files``: some come with the form itself and are not stored yet."""

    most: int
    photos: list[str] = field(default_factory=list)
    files: bool = False

    @classmethod
    def of(cls, form: MultiDict, *, most: int) -> PhotosSent:
        files = any(file.filename for file in request.files.getlist(PART))
        return cls(most, [text for text in form.getlist("photos") if _is_id(text)][:most], files)

    @property
    def some(self) -> bool:
        return bool(self.photos) or self.files

    @property
    def ids(self) -> list[uuid.UUID]:
        return [uuid.UUID(text) for text in self.photos]

    @property
    def room(self) -> int:
        return self.most - len(self.photos)


def store_photos(call: Call, *, most: int) -> list[uuid.UUID]:
    """Ids of the files sent with this form, at most ``most``. Raises TooMany and what pictures.clean raises."""
    blobs = [blob for file in request.files.getlist(PART)[:most] if (blob := file.read())]
    return [_stored(call, blob) for blob in blobs]


def keep_photos(sent: PhotosSent, wrong: dict[str, list[str]]) -> None:
    """A form that comes back keeps its good files, so that nobody must choose them again; the bad ones go to ``wrong``."""
    for file in request.files.getlist(PART)[: sent.room]:
        file.seek(0)
        blob = file.read()
        if not blob:
            continue
        try:
            sent.photos.append(_kept(blob))
        except GridopsError as error:
            wrong.setdefault(PART, []).append(f"{file.filename}: {errors.payload(error)['message']}")


def _kept(blob: bytes) -> str:
    with db.transaction(context().sessions) as session:
        return str(_stored(resident_call(session), blob))


def _stored(call: Call, blob: bytes) -> uuid.UUID:
    """A form is no way around the limit on photos: decoding one costs more than all the rest of a request."""
    limits.check(call.context, "photo")
    return photos.store(call.session, blob, actor=call.actor, now=call.now).id


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
