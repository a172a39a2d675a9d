"""Files that somebody has had looked through and has not yet told us to import."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import Base
from gridops.models.columns import At, Id, link


class KeptFile(Base):
    """One for each account and kind of import; deleted when it is used, replaced, or after its hour."""

    __tablename__ = "kept_file"
    __table_args__ = (UniqueConstraint("account_id", "kind"), Index("ix_kept_file_expires_by", "expires_by"))

    id: Mapped[Id]
    account_id: Mapped[int] = link("account.id")
    kind: Mapped[str]  # areas, places, people, shifts
    name: Mapped[str]
    content_cipher: Mapped[bytes] = mapped_column(LargeBinary)  # a list of staff holds phones
    asked: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")  # what was chosen beside the file
    finding: Mapped[bytes] = mapped_column(LargeBinary)  # SHA-256 of what the check said
    kept_at: Mapped[At]
    expires_by: Mapped[At]
