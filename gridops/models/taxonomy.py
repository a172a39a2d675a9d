"""Categories: identity is the code, attributes live in version rows. The time limit belongs to the filing condition."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridops.db import Base
from gridops.models.columns import At, Id, MaybeAt, flag, link


class Category(Base):
    __tablename__ = "category"

    code: Mapped[str] = mapped_column(primary_key=True)


class CategoryVersion(Base):
    """The row with ``valid_to`` null is current. ``extra`` keeps the import's other columns, so that an export gives them back."""

    __tablename__ = "category_version"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        Index("uq_category_version_current", "code", unique=True, postgresql_where=text("valid_to IS NULL")),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    version: Mapped[int]
    valid_from: Mapped[At]
    valid_to: Mapped[MaybeAt]
    kind: Mapped[str]  # event, component
    class_code: Mapped[str]
    class_name: Mapped[str]
    class_name_en: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    scope: Mapped[str]  # street, compound, both
    urgency: Mapped[str]
    track: Mapped[str]  # government, property, self_governance, mediation, service
    check_mode: Mapped[str]  # site, photo, call, repeat, none
    emergency: Mapped[bool] = flag()
    never_public: Mapped[bool] = flag()
    accuses_person: Mapped[bool] = flag()
    protect_reporter: Mapped[bool] = flag()
    self_handle_allowed: Mapped[bool] = flag()
    hot_issue_watch: Mapped[bool] = flag()
    legal_basis: Mapped[str | None]
    questions: Mapped[list[dict]] = mapped_column(JSONB, default=list, server_default="[]")
    extra: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    made_by: Mapped[int | None] = link("account.id", nullable=True)  # None: it came with gridops or from a file
    ended_by: Mapped[int | None] = link("account.id", nullable=True)  # who switched the category off; None: a newer version followed

    conditions: Mapped[list[FilingCondition]] = relationship(order_by="FilingCondition.condition_no", lazy="raise")


class CategoryWord(Base):
    """What an installation says about one phrase of a category: the newest row of (code, words) holds. ``weight`` as in learning.phrases; 0: it tells
    nothing any more, None: as gridops comes.
    """

    __tablename__ = "category_word"
    __table_args__ = (
        CheckConstraint("length(words) BETWEEN 1 AND 400 AND words !~ '[\\s&\"''%{}]' AND weight BETWEEN -5 AND 5", name="plain"),
        Index("ix_category_word_code_words_id", "code", "words", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    words: Mapped[str]
    weight: Mapped[int | None] = mapped_column(SmallInteger)
    made_at: Mapped[At]
    made_by: Mapped[int | None] = link("account.id", nullable=True)


class FieldTerm(Base):
    """A field term that this installation shows with a word of its own. ``term`` is a key of domain.terms."""

    __tablename__ = "field_term"
    __table_args__ = (CheckConstraint("length(word) BETWEEN 1 AND 12 AND word !~ '[<>&\"''%{}\\s]'", name="plain_word"),)

    term: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(unique=True)
    changed_at: Mapped[At]
    changed_by: Mapped[int | None] = link("account.id", nullable=True)


class FilingCondition(Base):
    __tablename__ = "filing_condition"
    __table_args__ = (UniqueConstraint("category_version_id", "condition_no"),)

    id: Mapped[Id]
    category_version_id: Mapped[int] = link("category_version.id")
    condition_no: Mapped[int]
    filing: Mapped[str]
    filing_zh: Mapped[str | None]
    closing: Mapped[str | None]
    closing_zh: Mapped[str | None]
    limit_value: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    limit_unit: Mapped[str]
    extra: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")

    def filed_when(self, locale: str) -> str:
        """In the reader's language, else in the other one."""
        return self.filing if locale.startswith("en") else self.filing_zh or self.filing

    def closed_when(self, locale: str) -> str | None:
        """As ``filed_when``; None where nothing is asked for."""
        first, other = (self.closing, self.closing_zh) if locale.startswith("en") else (self.closing_zh, self.closing)
        return first or other
