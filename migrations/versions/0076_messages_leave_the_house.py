"""Messages by e-mail, text message and webhook: one row for each receiver and way, with what became of it; settings, templates, refusals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0076"
down_revision = "0075"

INSTANT = sa.DateTime(timezone=True)
AREA = sa.String(24, collation="C")


def upgrade() -> None:
    _webhook()
    _template()
    _setting()
    _resident()
    _delivery()


def _webhook() -> None:
    op.create_table(
        "webhook", _id(), sa.Column("name", sa.String(), nullable=False), sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=False), sa.Column("area_code", AREA, nullable=False),
        sa.Column("topics", JSONB(), server_default="[]", nullable=False), sa.Column("made_at", INSTANT, nullable=False),
        _link("made_by", "account"), sa.Column("ended_at", INSTANT))
    op.create_index("uq_webhook_name", "webhook", ["name"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))


def _template() -> None:
    op.create_table(
        "message_template", _id(), sa.Column("street_code", AREA, sa.ForeignKey("street.code"), nullable=False),
        sa.Column("audience", sa.String(), nullable=False), sa.Column("event", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False), sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String()), sa.Column("text", sa.String()), sa.Column("made_at", INSTANT, nullable=False),
        _link("made_by", "account"), sa.UniqueConstraint("street_code", "audience", "event", "locale", "version"),
        sa.CheckConstraint("audience IN ('resident','staff')", name="audience"))


def _setting() -> None:
    op.create_table(
        "message_setting", _id(), sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("account.id"), unique=True),
        sa.Column("department_id", sa.BigInteger(), sa.ForeignKey("department.id"), unique=True),
        sa.Column("email_cipher", sa.LargeBinary()), sa.Column("phone_cipher", sa.LargeBinary()),
        sa.Column("locale", sa.String(), nullable=False), sa.Column("wanted", JSONB(), server_default="{}", nullable=False),
        sa.Column("quiet_from", sa.Time()), sa.Column("quiet_until", sa.Time()), sa.Column("digest_at", sa.Time()),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("num_nonnulls(account_id, department_id) = 1", name="owner"),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"))


def _resident() -> None:
    op.create_table(
        "message_policy", sa.Column("street_code", AREA, sa.ForeignKey("street.code"), primary_key=True),
        sa.Column("off", JSONB(), server_default="[]", nullable=False), sa.Column("quiet_from", sa.Time()), sa.Column("quiet_until", sa.Time()),
        sa.Column("upstream", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False), _link("changed_by", "account"))
    op.create_table(
        "message_refusal", _id(), sa.Column("phone_index", sa.LargeBinary(), unique=True, nullable=False),
        sa.Column("via", sa.String(), nullable=False), sa.Column("at", INSTANT, nullable=False), _link("entered_by", "account"))


def _delivery() -> None:
    op.create_table(
        "message_delivery", _id(), sa.Column("channel", sa.String(), nullable=False), sa.Column("topic", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger()), _link("ticket_id", "ticket"), sa.Column("area_code", AREA),
        _link("account_id", "account"), _link("department_id", "department"), _link("report_id", "report"), _link("webhook_id", "webhook"),
        sa.Column("address_cipher", sa.LargeBinary()), sa.Column("subject", sa.String()), sa.Column("text_cipher", sa.LargeBinary()),
        sa.Column("locale", sa.String()), _link("template_id", "message_template"),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False), sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False), sa.Column("due_at", INSTANT, nullable=False), sa.Column("give_up_by", INSTANT),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False), sa.Column("sent_at", INSTANT),
        sa.Column("error", sa.String()), sa.Column("remote_id", sa.String()), _link("digest_id", "message_delivery"),
        sa.CheckConstraint("channel IN ('text','email','webhook')", name="channel"),
        sa.CheckConstraint("state IN ('waiting','held','bundled','sent','failed')", name="state"))
    table = "message_delivery"
    op.create_index("ix_message_delivery_due", table, ["channel", "due_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_message_delivery_held", table, ["due_at"], postgresql_where=sa.text("state = 'held'"))
    op.create_index("ix_message_delivery_failed", table, ["area_code", "id"], postgresql_where=sa.text("state = 'failed'"))
    op.create_index("ix_message_delivery_area", table, ["area_code", "id"])
    op.create_index("ix_message_delivery_ticket_id", table, ["ticket_id"])
    op.create_index("ix_message_delivery_digest_id", table, ["digest_id"], postgresql_where=sa.text("digest_id IS NOT NULL"))
    op.create_index("ix_message_delivery_created_at", table, ["created_at"])
    op.create_index(
        "uq_message_delivery_receiver", table, ["source_id", "channel", "account_id", "department_id", "report_id", "webhook_id"], unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("source_id IS NOT NULL"))


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)


def _link(name: str, target: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{target}.id"))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
