"""Requests for more time, leaders' orders, and links for organisations without log-in."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("clock", sa.Column("red_waits", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("ticket", sa.Column("suspended_until", INSTANT))
    op.add_column("ticket", sa.Column("next_step", sa.String()))
    _time_request()
    _supervision()
    _assignment_link()


def _table(name: str, *columns: sa.Column, checks: dict[str, str] | None = None) -> None:
    key = sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)
    rules = [sa.CheckConstraint(rule, name=check) for check, rule in (checks or {}).items()]
    op.create_table(name, key, *columns, *rules)


def _link(name: str, target: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _time_request() -> None:
    _table(
        "time_request", _link("ticket_id", "ticket", nullable=False), _link("assignment_id", "assignment", nullable=False),
        sa.Column("kind", sa.String(), nullable=False), sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False), sa.Column("until", INSTANT), sa.Column("next_step", sa.String()),
        sa.Column("requested_at", INSTANT, nullable=False), _link("requested_by", "account"), sa.Column("decision", sa.String()),
        sa.Column("decision_text", sa.String()), sa.Column("decided_at", INSTANT), _link("decided_by", "account"),
        sa.Column("resumed_at", INSTANT),
        checks={
            "ck_time_request_kind": "kind IN ('extension','suspension')",
            "ck_time_request_decision": "decision IN ('approved','refused','lapsed')",
            "ck_time_request_decided": "(decision IS NULL) = (decided_at IS NULL)"})
    op.create_index("ix_time_request_ticket_id", "time_request", ["ticket_id"])
    op.create_index("ix_time_request_assignment_id", "time_request", ["assignment_id"])
    undecided = sa.text("decision IS NULL")
    op.create_index("uq_time_request_undecided", "time_request", ["ticket_id"], unique=True, postgresql_where=undecided)


def _supervision() -> None:
    _table(
        "supervision", _link("ticket_id", "ticket", nullable=False), sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("role", sa.String()), _link("department_id", "department"), sa.Column("status", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False), sa.Column("due_by", INSTANT, nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False), _link("ordered_by", "account"), _link("clock_id", "clock", nullable=False),
        sa.Column("answer", sa.String()), sa.Column("answered_at", INSTANT), _link("answered_by", "account"),
        sa.Column("returned", sa.Integer(), server_default=sa.text("0"), nullable=False), sa.Column("accepted_at", INSTANT),
        checks={
            "ck_supervision_level": "level BETWEEN 1 AND 3", "ck_supervision_status": "status IN ('ordered','answered','accepted')",
            "ck_supervision_addressee": "(role IS NULL) <> (department_id IS NULL)"})
    op.create_index("ix_supervision_ticket_id", "supervision", ["ticket_id"])
    op.create_index("ix_supervision_unaccepted", "supervision", ["due_by"], postgresql_where=sa.text("status <> 'accepted'"))


def _assignment_link() -> None:
    _table(
        "assignment_link", _link("assignment_id", "assignment", nullable=False),
        sa.Column("token_index", sa.LargeBinary(), nullable=False, unique=True), sa.Column("made_at", INSTANT, nullable=False),
        _link("made_by", "account"), sa.Column("expires_by", INSTANT, nullable=False), sa.Column("revoked_at", INSTANT),
        sa.Column("used_at", INSTANT))
    op.create_index("ix_assignment_link_assignment_id", "assignment_link", ["assignment_id"])


def downgrade() -> None:
    for table in ("assignment_link", "supervision", "time_request"):
        op.drop_table(table)
    op.drop_column("ticket", "next_step")
    op.drop_column("ticket", "suspended_until")
    op.drop_column("clock", "red_waits")
