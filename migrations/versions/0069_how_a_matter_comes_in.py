"""What was found on site, merged tickets, voiding by two people, watched places, looks and calls of a check, and relapses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0069"
down_revision = "0068"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _verification()
    _ticket_merge()
    _void_request()
    _place_watch()
    _observation()
    op.add_column("ticket", _link("relapse_of", "ticket"))
    op.add_column("ticket", _link("watch_id", "place_watch"))
    op.create_index("ix_ticket_relapse_of", "ticket", ["relapse_of"], postgresql_where=sa.text("relapse_of IS NOT NULL"))
    op.create_index("ix_ticket_watch_id", "ticket", ["watch_id"], postgresql_where=sa.text("watch_id IS NOT NULL"))
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index("ix_ticket_closed_place", "ticket", ["place_id", "closed_at"], postgresql_where=closed)
    op.create_index("ix_ticket_closed_area", "ticket", ["area_code", "closed_at"], postgresql_where=closed)


def _table(name: str, *columns: sa.Column, checks: dict[str, str] | None = None) -> None:
    key = sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)
    rules = [sa.CheckConstraint(rule, name=f"ck_{name}_{check}") for check, rule in (checks or {}).items()]
    op.create_table(name, key, *columns, *rules)


def _link(name: str, target: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _at(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, INSTANT, nullable=nullable)


def _text(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def _verification() -> None:
    _table(
        "verification", _link("ticket_id", "ticket", nullable=False), _link("person_id", "person"), _at("sent_at", nullable=False),
        _link("sent_by", "account"), _text("finding"), _at("found_at"), _link("found_by", "account"), _at("cancelled_at"),
        checks={"finding": "finding IN ('true','false','gone')", "found": "(finding IS NULL) = (found_at IS NULL)"})
    op.create_index("ix_verification_ticket_id", "verification", ["ticket_id"])
    under_way = sa.text("found_at IS NULL AND cancelled_at IS NULL")
    op.create_index("uq_verification_under_way", "verification", ["ticket_id"], unique=True, postgresql_where=under_way)


def _ticket_merge() -> None:
    _table(
        "ticket_merge", _link("ticket_id", "ticket", nullable=False), _link("into_id", "ticket", nullable=False),
        _text("status_before", nullable=False), sa.Column("clocks", JSONB(), nullable=False),
        _at("merged_at", nullable=False), _link("merged_by", "account"), _at("undone_at"), _link("undone_by", "account"),
        checks={"other": "ticket_id <> into_id"})
    op.create_index("ix_ticket_merge_ticket_id", "ticket_merge", ["ticket_id"])
    op.create_index("ix_ticket_merge_into_id", "ticket_merge", ["into_id"])
    standing = sa.text("undone_at IS NULL")
    op.create_index("uq_ticket_merge_standing", "ticket_merge", ["ticket_id"], unique=True, postgresql_where=standing)


def _void_request() -> None:
    _table(
        "void_request", _link("ticket_id", "ticket", nullable=False), _text("reason", nullable=False), _at("asked_at", nullable=False),
        _link("asked_by", "account"), _text("decision"), _at("decided_at"), _link("decided_by", "account"),
        checks={"decision": "decision IN ('approved','refused')", "decided": "(decision IS NULL) = (decided_at IS NULL)"})
    op.create_index("ix_void_request_ticket_id", "void_request", ["ticket_id"])
    undecided = sa.text("decision IS NULL")
    op.create_index("uq_void_request_undecided", "void_request", ["ticket_id"], unique=True, postgresql_where=undecided)


def _place_watch() -> None:
    _table(
        "place_watch", _link("ticket_id", "ticket", nullable=False), _text("outcome", nullable=False),
        sa.Column("area_code", sa.String(24, collation="C"), nullable=False), _link("place_id", "place"), _text("category_code"),
        _at("began_at", nullable=False), _at("ends_by", nullable=False))
    op.create_index("ix_place_watch_ticket_id", "place_watch", ["ticket_id"])
    op.create_index("ix_place_watch_place_id", "place_watch", ["place_id"])
    op.create_index("ix_place_watch_area", "place_watch", ["area_code", "ends_by"])


def _observation() -> None:
    _table(
        "observation", _link("ticket_id", "ticket", nullable=False), _at("observed_at", nullable=False), _link("account_id", "account"),
        _text("call"), checks={"call": "call IN ('reached','no_answer','wrong_number')"})
    op.create_index("ix_observation_ticket_id", "observation", ["ticket_id"])


def downgrade() -> None:
    for name in ("ix_ticket_closed_area", "ix_ticket_closed_place", "ix_ticket_watch_id", "ix_ticket_relapse_of"):
        op.drop_index(name, "ticket")
    op.drop_column("ticket", "watch_id")
    op.drop_column("ticket", "relapse_of")
    for table in ("observation", "place_watch", "void_request", "ticket_merge", "verification"):
        op.drop_table(table)
