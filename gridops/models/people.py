"""People, their posts in areas and places, their log-ins and rights."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridops.db import AreaCode, Base
from gridops.models.columns import At, Id, MaybeAt, count, flag, link


class Person(Base):
    """``code`` is the street's own staff number; phone numbers are encrypted like a resident's."""

    __tablename__ = "person"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    home_organisation: Mapped[str | None]  # of an in-service party member
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    left_on: Mapped[date | None]  # first day on which the person no longer works here


class Posting(Base):
    """person x (area or place) x role x dates, with duties.

    ``duties``: codes of category classes ("E01") and words of the street's own. ``confirmed_on``: when somebody last said that it is still so.
    """

    __tablename__ = "posting"

    id: Mapped[Id]
    person_id: Mapped[int] = link("person.id", index=True)
    role: Mapped[str]  # gridops.domain.posts.ROLES
    part_time: Mapped[bool] = flag()
    title: Mapped[str | None]  # as the street calls this post
    area_code: Mapped[str | None] = mapped_column(AreaCode(), index=True)
    place_id: Mapped[int | None] = link("place.id", nullable=True, index=True)
    duties: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day
    confirmed_on: Mapped[date | None]
    last_turn_at: Mapped[MaybeAt]  # when this post was last given a ticket to verify or check


class PostDuty(Base):
    """设岗定责: which role looks after which class of categories, in an area and all below; the longest prefix wins per role."""

    __tablename__ = "post_duty"
    __table_args__ = (UniqueConstraint("area_prefix", "role", "class_code"),)

    id: Mapped[Id]
    area_prefix: Mapped[str] = mapped_column(AreaCode(), index=True)
    role: Mapped[str]
    class_code: Mapped[str]  # kind letter and class number of the taxonomy: E01, C03
    text: Mapped[str | None]  # what the role does about it


class ShiftPattern(Base):
    """When a post is regularly on duty, in the street's own time. ``closes`` not after ``opens`` means the next morning."""

    __tablename__ = "shift_pattern"

    id: Mapped[Id]
    posting_id: Mapped[int] = link("posting.id", index=True)
    days: Mapped[str]  # workdays, rest_days, every_day: as the street's calendar has them
    weekdays: Mapped[list[int]] = mapped_column(JSONB, default=list, server_default="[]")  # ISO numbers; empty: all
    opens: Mapped[time]
    closes: Mapped[time]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Shift(Base):
    """One stretch of duty that was planned by hand: nights, holidays, stand-ins for events."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_ends_at", "ends_at"),)

    id: Mapped[Id]
    posting_id: Mapped[int] = link("posting.id", index=True)
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    kind: Mapped[str]  # day, night, holiday
    note: Mapped[str | None]


class Absence(Base):
    """A person is away from one instant to another; the stand-in takes all posts of the person, or nobody does and it shows as a gap."""

    __tablename__ = "absence"

    id: Mapped[Id]
    person_id: Mapped[int] = link("person.id", index=True)
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    stand_in_id: Mapped[int | None] = link("person.id", nullable=True, index=True)
    note: Mapped[str | None]
    entered_by: Mapped[int | None] = link("account.id", nullable=True)


class CheckIn(Base):
    """双报到: an in-service party member has reported to the community where he lives."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("person_id", "community_code"),)

    id: Mapped[Id]
    person_id: Mapped[int] = link("person.id")
    community_code: Mapped[str] = mapped_column(AreaCode(), ForeignKey("community.code"), index=True)
    checked_in_on: Mapped[date]
    confirmed_by: Mapped[int | None] = link("account.id", nullable=True)
    confirmed_at: Mapped[MaybeAt]  # None: it came from a file, and nobody has said that it is so
    thanked_on: Mapped[date | None]  # a letter of thanks went to the home organisation


class DutyClaim(Base):
    """认领: a party member or volunteer takes a duty on: a class of categories, or something in words, in an area."""

    __tablename__ = "duty_claim"

    id: Mapped[Id]
    person_id: Mapped[int] = link("person.id", index=True)
    area_code: Mapped[str] = mapped_column(AreaCode(), index=True)
    class_code: Mapped[str | None]
    text: Mapped[str]
    claimed_on: Mapped[date]
    released_on: Mapped[date | None]
    done_on: Mapped[date | None]


class HandOver(Base):
    """What one shift leaves to the next, kept as it was signed."""

    __tablename__ = "hand_over"

    id: Mapped[Id]
    area_code: Mapped[str] = mapped_column(AreaCode(), index=True)
    at: Mapped[At]
    given_by: Mapped[int] = link("account.id")
    taken_by: Mapped[int | None] = link("account.id", nullable=True)
    taken_at: Mapped[MaybeAt]
    note: Mapped[str]
    sheet: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")


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
    password_given: Mapped[bool] = flag()  # somebody else knows it: its owner chooses another before anything else


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
    __table_args__ = (Index("ix_security_event_kind_id", "kind", "id"),)

    id: Mapped[Id]
    at: Mapped[At]
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    ticket_id: Mapped[int | None] = link("ticket.id", nullable=True, index=True)
    facts: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
