"""Engine, session, the one transaction, and the column types every table uses.

Only ``transaction()`` commits. Inside it a service may ``flush``; if anything raises, nothing of it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import DateTime, Engine, MetaData, String, TypeDecorator, create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator):
    """An absolute point in time: aware on the way in, UTC on the way out. A naive datetime is a bug and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value

    def process_result_value(self, value: datetime | None, dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None


def AreaCode() -> String:
    """Street 9, community 12, cell 15 digits, nesting by prefix; wider than the standard, compared byte by byte."""
    return String(24, collation="C")


def make_engine(url: str, *, pool_size: int = 5, **options) -> Engine:
    """Error messages carry no parameters: they may be a resident's words, phone or code."""
    return create_engine(
        url, pool_size=pool_size, max_overflow=5, pool_pre_ping=True, pool_recycle=1800, hide_parameters=True,
        connect_args={"options": "-c timezone=UTC", "connect_timeout": 5}, **options,
    )


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False, autoflush=False)


@contextmanager
def transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One session, one transaction: commits at the end, rolls back on any error."""
    with sessions() as session, session.begin():
        yield session


@contextmanager
def reading(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session that is always rolled back: for GET requests and reports."""
    with sessions() as session:
        try:
            yield session
        finally:
            session.rollback()
