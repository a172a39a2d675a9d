"""The duty catalogue in versions; the rules in force become version 1 of their realms when gridops first looks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0069"

INSTANT = sa.DateTime(timezone=True)
CODE = sa.String(24, collation="C")


def upgrade() -> None:
    _catalogue()
    _rule()
    _trial()
    op.add_column("duty_rule", sa.Column("catalogue_version", sa.Integer()))


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)


def _link(name: str, target: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _catalogue() -> None:
    op.create_table(
        "duty_catalogue", _id(), sa.Column("street_code", CODE, sa.ForeignKey("street.code")), sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False), sa.Column("title", sa.String()),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False), sa.Column("created_at", INSTANT, nullable=False),
        _link("created_by", "account"), sa.Column("planned_for", INSTANT), sa.Column("activated_at", INSTANT), _link("activated_by", "account"),
        sa.Column("retired_at", INSTANT),
        sa.UniqueConstraint("street_code", "version", name="uq_duty_catalogue_street_code_version", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("status IN ('draft','planned','active','retired','discarded')", name="ck_duty_catalogue_status"))
    op.create_index(
        "uq_duty_catalogue_active", "duty_catalogue", ["street_code"], unique=True, postgresql_where=sa.text("status = 'active'"),
        postgresql_nulls_not_distinct=True)


def _rule() -> None:
    key = ["catalogue_id", "category_code", "area_prefix", "community_kind"]
    op.create_table(
        "catalogue_rule", _id(), _link("catalogue_id", "duty_catalogue", nullable=False),
        sa.Column("category_code", sa.String(), sa.ForeignKey("category.code"), nullable=False), sa.Column("area_prefix", CODE),
        sa.Column("community_kind", sa.String()), sa.Column("lead_type", sa.String(), sa.ForeignKey("department_type.code"), nullable=False),
        sa.Column("coordinate_type", sa.String(), sa.ForeignKey("department_type.code"), nullable=False),
        sa.Column("supports", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.UniqueConstraint(*key, name="uq_catalogue_rule_key", postgresql_nulls_not_distinct=True))


def _trial() -> None:
    op.create_table(
        "catalogue_trial", _id(), _link("catalogue_id", "duty_catalogue", nullable=False), sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False), sa.Column("last_day", sa.Date(), nullable=False), _link("reached", "ticket"),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("findings", postgresql.JSONB(), server_default="{}", nullable=False), sa.Column("asked_at", INSTANT, nullable=False),
        _link("asked_by", "account"), sa.Column("finished_at", INSTANT))
    op.create_index("ix_catalogue_trial_catalogue_id", "catalogue_trial", ["catalogue_id"])
