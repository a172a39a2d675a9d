"""Putting photos in their place on a ticket, and asking for them where the category does."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from gridops.errors import Invalid
from gridops.models import Evidence, Photo
from gridops.services.photos import usable
from gridops.services.work import Work


def attach(work: Work, photos: list[UUID], stage: str, *, public: bool, field: str = "photos", report_id: int | None = None) -> None:
    """Claims uploaded photos for this step; Invalid where one is unknown or already used."""
    for photo_id in dict.fromkeys(photos):
        if not _free(work, photo_id):
            raise Invalid("A photo is unknown or already used.", code="photo_unknown", fields={field: [str(photo_id)]})
        work.session.add(Evidence(
            ticket_id=work.ticket.id, report_id=report_id, photo_id=photo_id, stage=stage, public=public,
            trail_seq=work.ticket.trail_seq + 1, at=work.now))
    if photos:
        work.facts["photos"] = len(set(photos))
        work.session.flush()


def _free(work: Work, photo_id: UUID) -> bool:
    return work.session.scalar(select(Photo.id).where(Photo.id == photo_id, usable(work.actor))) is not None


def need(work: Work, photos: list[UUID], field: str = "photos") -> None:
    """Only categories that are checked by photo ask for one."""
    if work.category is not None and work.category.check_mode == "photo" and not photos:
        raise Invalid("This category needs a photo.", code="photo_needed", fields={field: ["This category needs a photo."]})
