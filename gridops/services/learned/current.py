"""The model in use: asked for twice a second at most, read once for each process and version."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.learning.model import Model
from gridops.models import LearnedModel
from gridops.services import remembered

NONE = 0  # version of "none yet", so that it is remembered too


def model(session: Session) -> Model | None:
    """None where gridops knows only what it knows from the first day."""
    version = remembered.current(session, ("learned_model",), lambda: active_version(session))
    return remembered.version(session, ("learned_model", version), lambda: _read(session, version)) if version else None


def active_version(session: Session) -> int:
    return session.scalar(select(LearnedModel.version).where(LearnedModel.state == "active")) or NONE


def _read(session: Session, version: int) -> Model:
    return Model.from_bytes(session.scalars(select(LearnedModel.weights).where(LearnedModel.version == version)).one())


remembered.watch(LearnedModel)
