"""Photos and short films: cleaned on the way in, shown only to who may see what they belong to."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, undefer

from gridops import pictures
from gridops.films import clean as clean_film
from gridops.films import container_of
from gridops.domain.actor import Actor
from gridops.errors import NotFound
from gridops.models import Evidence, Photo, Report, Ticket
from gridops.services import merging
from gridops.services.scope import reachable_tickets


def store(session: Session, blob: bytes, *, actor: Actor, now: datetime) -> Photo:
    """Not yet claimed by a report or step; unclaimed photos are swept after a day. A member of staff may send a film as well.

    Raises what ``pictures.clean`` and ``films.clean`` raise.
    """
    is_film = actor.kind == "staff" and container_of(blob) is not None
    picture = clean_film(blob) if is_film else pictures.clean(blob)
    photo = Photo(
        mime=picture.mime, width=picture.width, height=picture.height, sha256=bytes.fromhex(picture.sha256), content=picture.blob,
        thumbnail=picture.thumbnail, uploaded_at=now, uploaded_by=actor.account_id,
    )
    session.add(photo)
    session.flush()
    return photo


def films() -> ColumnElement[bool]:
    """Of a Photo: is it a short film?"""
    return Photo.mime.startswith("video/").label("film")


def usable(actor: Actor) -> ColumnElement[bool]:
    """A condition on Photo: what nobody has claimed yet and the actor may claim. A member of staff's photo is his alone."""
    claimed = select(Evidence.id).where(Evidence.photo_id == Photo.id).exists()
    return ~claimed & or_(Photo.uploaded_by.is_(None), Photo.uploaded_by == actor.account_id)


def photo_for_staff(session: Session, photo_id: uuid.UUID, actor: Actor, *, thumbnail: bool) -> Photo:
    """Of a ticket in scope, or uploaded by the caller and not yet claimed. Raises NotFound."""
    shown = select(Evidence.id).join(Ticket, Ticket.id.in_(_told_by(session, photo_id)))
    shown = shown.where(Evidence.photo_id == Photo.id, reachable_tickets(actor)).exists()
    claimed = select(Evidence.id).where(Evidence.photo_id == Photo.id).exists()
    own = (Photo.uploaded_by == actor.account_id) & ~claimed
    return _one(session, photo_id, or_(shown, own), thumbnail)


def photo_for_reporter(session: Session, photo_id: uuid.UUID, report: Report, *, thumbnail: bool) -> Photo:
    """Sent with this report, or shown to residents with its ticket. Raises NotFound."""
    told_by = merging.root_of(session, session.get_one(Ticket, report.ticket_id)).id
    mine = or_(Evidence.report_id == report.id, Evidence.public & (Evidence.ticket_id == told_by))
    shown = select(Evidence.id).where(Evidence.photo_id == Photo.id, mine).exists()
    return _one(session, photo_id, shown, thumbnail)


def _told_by(session: Session, photo_id: uuid.UUID) -> set[int]:
    """The ticket it was sent to, and the one that this was merged into."""
    own = session.scalar(select(Ticket).join(Evidence, Evidence.ticket_id == Ticket.id).where(Evidence.photo_id == photo_id))
    return {own.id, merging.root_of(session, own).id} if own is not None else set()


def _one(session: Session, photo_id: uuid.UUID, condition: ColumnElement[bool], thumbnail: bool) -> Photo:
    wanted = Photo.thumbnail if thumbnail else Photo.content
    photo = session.scalar(select(Photo).where(Photo.id == photo_id, condition).options(undefer(wanted)))
    if photo is None:
        raise NotFound()
    return photo
