"""People, their posts in areas and places, their log-ins and rights."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, link


class Person(Base):
    """``code`` is the street's own staff number; phone numbers are encrypted like a resident's."""

    __tablename__ = "person"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    home_organisation: Mapped[str | None]  # of an in-service party member
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)


class Posting(Base):
    """person x (area or place) x role x dates, with duties."""

    __tablename__ = "posting"

    id: Mapped[Id]
    person_id: Mapped[int] = link("person.id", index=True)
    role: Mapped[str]  # grid_leader, grid_worker, cadre, volunteer, party_member, steward, police_liaison, property_contact
    area_code: Mapped[str | None] = mapped_column(AreaCode(), index=True)
    place_id: Mapped[int | None] = link("place.id", nullable=True, index=True)
    duties: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Account(Base):
    __tablename__ = "account"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    name: Mapped[str]  # as the trail shows it
    person_id: Mapped[int | None] = link("person.id", nullable=True, index=True)
    totp_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_used_step: Mapped[int | None] = mapped_column(BigInteger)  # RFC 6238: a code counts once
    failed_logins: Mapped[int] = count()
    locked_until: Mapped[MaybeAt]
    disabled_at: Mapped[MaybeAt]
    created_at: Mapped[At]


class RoleGrant(Base):
    """A role in an area (prefix) or for a department."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role", "area_code", "department_id", postgresql_nulls_not_distinct=True),)

    id: Mapped[Id]
    account_id: Mapped[int] = link("account.id", index=True)
    role: Mapped[str]
    area_code: Mapped[str] = mapped_column(AreaCode())
    department_id: Mapped[int | None] = link("department.id", nullable=True, index=True)


class LoginSession(Base):
    """A bearer token or cookie; only its hash is stored."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_expires_by", "expires_by"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = link("account.id", index=True)
    csrf: Mapped[str]
    created_at: Mapped[At]
    last_seen_at: Mapped[At]
    expires_by: Mapped[At]


class SecurityEvent(Base):
    """Log-ins, lockouts, contacts opened, rights changed: what an auditor reads. Append-only."""

    __tablename__ = "security_event"

    id: Mapped[Id]
    at: Mapped[At]
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True, index=True)
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
