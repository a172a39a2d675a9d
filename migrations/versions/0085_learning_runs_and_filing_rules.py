"""Learning as a run that workers do, what its measure was taken of, when it begins by itself, and from which share the words may file a category by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"

INSTANT = sa.DateTime(timezone=True)
AREA = sa.String(length=24, collation="C")


def upgrade() -> None:
    # Versions of before have none: they are held against others by what they were trained to in the end.
    op.add_column("learned_model", sa.Column("trial", sa.LargeBinary))
    _run()
    _schedule()
    _rule()


def _run() -> None:
    op.create_table(
        "learning_run", _id(), sa.Column("cause", sa.String, nullable=False), sa.Column("state", sa.String, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False), _by("learning_run", "asked_by"), sa.Column("begun_at", INSTANT),
        sa.Column("ended_at", INSTANT), sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("stage", sa.String), sa.Column("outcome", sa.String), sa.Column("version", sa.Integer),
        sa.CheckConstraint("cause IN ('schedule','person','command')", name="ck_learning_run_cause"),
        sa.CheckConstraint("state IN ('waiting','running','ended')", name="ck_learning_run_state"),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL AND outcome IS NOT NULL)", name="ck_learning_run_ended"))
    # One at a time, whoever asks: another one has the same value here.
    op.create_index("uq_learning_run_open", "learning_run", [sa.text("(true)")], unique=True, postgresql_where=sa.text("state <> 'ended'"))


def _schedule() -> None:
    op.create_table(
        "learning_schedule", sa.Column("id", sa.Integer, primary_key=True), sa.Column("weekday", sa.Integer),
        sa.Column("at", sa.Time, nullable=False), sa.Column("timezone", sa.String, nullable=False), sa.Column("next_at", INSTANT),
        sa.Column("changed_at", INSTANT), _by("learning_schedule", "changed_by"),
        sa.CheckConstraint("id = 1", name="ck_learning_schedule_one"),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="ck_learning_schedule_weekday"))
    op.execute("INSERT INTO learning_schedule (id, weekday, at, timezone) VALUES (1, 7, '03:00', 'Asia/Shanghai')")


def _rule() -> None:
    op.create_table(
        "filing_rule", _id(), sa.Column("street_code", AREA, sa.ForeignKey("street.code", name="fk_filing_rule_street_code"), nullable=False),
        sa.Column("category_code", sa.String, nullable=False), sa.Column("threshold", sa.Numeric(4, 3)),
        sa.Column("set_at", INSTANT, nullable=False), _by("filing_rule", "set_by"), sa.Column("ended_at", INSTANT), _by("filing_rule", "ended_by"),
        sa.CheckConstraint("threshold BETWEEN 0.5 AND 1", name="ck_filing_rule_threshold"))
    op.create_index(
        "uq_filing_rule_present", "filing_rule", ["street_code", "category_code"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _by(table: str, column: str) -> sa.Column:
    return sa.Column(column, sa.BigInteger, sa.ForeignKey("account.id", name=f"fk_{table}_{column}_account"))


def downgrade() -> None:
    for table in ("filing_rule", "learning_schedule", "learning_run"):
        op.drop_table(table)
    op.drop_column("learned_model", "trial")
