"""Shorthands for the columns that many tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, ForeignKey, Identity, text
from sqlalchemy.orm import mapped_column

from gridops.db import Instant

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
At = Annotated[datetime, mapped_column(Instant())]
MaybeAt = Annotated[datetime | None, mapped_column(Instant())]


def link(target: str, *, index: bool = False, nullable: bool = False, primary_key: bool = False):
    """A foreign key column to ``table.column`` of a table with a numeric id."""
    return mapped_column(BigInteger, ForeignKey(target), index=index, nullable=nullable, primary_key=primary_key)


def flag(default: bool = False):
    return mapped_column(server_default=text("true" if default else "false"), default=default)


def count():
    return mapped_column(server_default=text("0"), default=0)
