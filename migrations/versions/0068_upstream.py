"""Profiles of the city's platforms, the acts between them and us, replies, files, lists and their differences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0068"
down_revision = "0067"

INSTANT = sa.DateTime(timezone=True)
STATES = "'received','accepted','returning','returned','replied','rehandling','closed'"
ACTS = "'accept','return','extension','reply','rehandle','callback','urge','close','update'"
DIFFERENCES = "'missing_here','missing_there','other_due','other_state','unreplied'"


def upgrade() -> None:
    op.add_column("upstream_order", sa.Column("state", sa.String(), server_default="received", nullable=False))
    op.add_column("upstream_order", sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("upstream_order", _json("said"))
    op.create_check_constraint("ck_upstream_order_state", "upstream_order", f"state IN ({STATES})")
    _profile()
    _act()
    _reply()
    _file()
    _list()
    _difference()


def _table(name: str, *columns: sa.Column, checks: dict[str, str] | None = None, unique: tuple[str, ...] = ()) -> None:
    key = sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)
    rules = [sa.CheckConstraint(rule, name=f"ck_{name}_{check}") for check, rule in (checks or {}).items()]
    once = [sa.UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}")] if unique else []
    op.create_table(name, key, *columns, *rules, *once)


def _link(name: str, target: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def _at(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, INSTANT, nullable=nullable)


def _json(name: str, default: str | None = "{}") -> sa.Column:
    return sa.Column(name, JSONB(), server_default=default, nullable=False)


def _profile() -> None:
    _table(
        "upstream_profile", _text("source"), sa.Column("version", sa.Integer(), nullable=False), _text("name"), _json("rules", None),
        _at("valid_from", nullable=False), _at("valid_to"), _link("made_by", "account"), unique=("source", "version"))
    op.create_index(
        "uq_upstream_profile_current", "upstream_profile", ["source"], unique=True, postgresql_where=sa.text("valid_to IS NULL"))


def _act() -> None:
    _table(
        "upstream_act", _link("order_id", "upstream_order", nullable=False), _text("direction"), _text("kind"), _text("state"),
        _text("text", nullable=True), _json("facts"), _text("external_ref", nullable=True), _at("at", nullable=False),
        _link("account_id", "account"), _at("decided_at"), _link("decided_by", "account"), _text("decision_text", nullable=True),
        checks={
            "direction": "direction IN ('in','out')", "kind": f"kind IN ({ACTS})",
            "state": "state IN ('asked','granted','refused','done')"})
    op.create_index("ix_upstream_act_order_id", "upstream_act", ["order_id"])
    op.create_index(
        "uq_upstream_act_external_ref", "upstream_act", ["order_id", "kind", "external_ref"], unique=True,
        postgresql_where=sa.text("external_ref IS NOT NULL"))
    op.create_index(
        "uq_upstream_act_asked", "upstream_act", ["order_id", "kind", "direction"], unique=True,
        postgresql_where=sa.text("state = 'asked'"))


def _reply() -> None:
    _table(
        "upstream_reply", _link("order_id", "upstream_order", nullable=False), sa.Column("turn", sa.Integer(), nullable=False),
        _text("state"), _text("text"), _at("drafted_at", nullable=False), _at("approved_at"), _link("approved_by", "account"),
        _at("sent_at"), _link("sent_by", "account"), checks={"state": "state IN ('draft','approved','sent')"}, unique=("order_id", "turn"))
    op.create_index("ix_upstream_reply_unsent", "upstream_reply", ["state"], postgresql_where=sa.text("state <> 'sent'"))


def _file() -> None:
    _table(
        "upstream_file", _text("source"), _text("kind"), _text("name"), sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False), _json("report", None), _at("came_at", nullable=False),
        checks={"kind": "kind IN ('orders','list')"}, unique=("source", "kind", "sha256"))


def _list() -> None:
    _table("upstream_list", _text("source"), _json("rows", None), _at("came_at", nullable=False), _at("compared_at"))
    op.create_index("ix_upstream_list_source_id", "upstream_list", ["source", "id"])


def _difference() -> None:
    _table(
        "upstream_difference", _text("source"), _text("external_number"), _text("kind"), _json("facts"), _at("found_at", nullable=False),
        _at("settled_at"), _link("settled_by", "account"), _text("note", nullable=True), checks={"kind": f"kind IN ({DIFFERENCES})"})
    op.create_index(
        "uq_upstream_difference_open", "upstream_difference", ["source", "external_number", "kind"], unique=True,
        postgresql_where=sa.text("settled_at IS NULL"))


def downgrade() -> None:
    for table in ("difference", "list", "file", "reply", "act", "profile"):
        op.drop_table(f"upstream_{table}")
    op.drop_constraint("ck_upstream_order_state", "upstream_order")
    for column in ("said", "turn", "state"):
        op.drop_column("upstream_order", column)
