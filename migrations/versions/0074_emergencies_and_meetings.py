"""Pages and reviews of emergencies, whistles and on-site meetings, and what they decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0074"
down_revision = "0073"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _page()
    _emergency_review()
    _meeting()
    _meeting_party()
    _measure()


def _page() -> None:
    op.create_table(
        "page",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("department_id", sa.BigInteger()),
        sa.Column("role", sa.String()),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("token_index", sa.LargeBinary()),
        sa.Column("paged_at", INSTANT, nullable=False),
        sa.Column("called_at", INSTANT),
        sa.Column("call_outcome", sa.String()),
        sa.Column("acknowledged_at", INSTANT),
        sa.Column("acknowledged_via", sa.String()),
        sa.Column("acknowledged_by", sa.BigInteger()),
        sa.CheckConstraint("channel IN ('text_message','inbox','phone')", name="ck_page_channel"),
        sa.CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_via IS NULL)", name="ck_page_acknowledged"),
        sa.CheckConstraint("num_nonnulls(person_id, department_id, role) = 1", name="ck_page_called"),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["account.id"], name="fk_page_acknowledged_by"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_page_department_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_page_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_page_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_page"),
        sa.UniqueConstraint("ticket_id", "person_id", "department_id", "role", name="uq_page_ticket_id_person_id_department_id_role",
            postgresql_nulls_not_distinct=True),
        sa.UniqueConstraint("token_index", name="uq_page_token_index")
    )


def _emergency_review() -> None:
    op.create_table(
        "emergency_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_by", INSTANT, nullable=False),
        sa.Column("owner_id", sa.BigInteger()),
        sa.Column("findings", sa.String()),
        sa.Column("timeline", postgresql.JSONB()),
        sa.Column("finished_at", INSTANT),
        sa.Column("finished_by", sa.BigInteger()),
        sa.ForeignKeyConstraint(["finished_by"], ["account.id"], name="fk_emergency_review_finished_by"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name="fk_emergency_review_owner_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_emergency_review_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_review"),
        sa.UniqueConstraint("ticket_id", name="uq_emergency_review_ticket_id")
    )
    op.create_index("ix_emergency_review_open", "emergency_review", ["due_by"], postgresql_where=sa.text("finished_at IS NULL"))


def _meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column('area_code', sa.String(length=24, collation="C"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger()),
        sa.Column("place_id", sa.BigInteger()),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("meets_at", INSTANT, nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.Column("called_by", sa.BigInteger()),
        sa.Column("result", sa.String()),
        sa.Column("held_at", INSTANT),
        sa.Column("held_by", sa.BigInteger()),
        sa.CheckConstraint("kind IN ('whistle','on_site')", name="ck_meeting_kind"),
        sa.CheckConstraint("(held_at IS NULL) = (result IS NULL)", name="ck_meeting_held"),
        sa.ForeignKeyConstraint(["called_by"], ["account.id"], name="fk_meeting_called_by"),
        sa.ForeignKeyConstraint(["held_by"], ["account.id"], name="fk_meeting_held_by"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_meeting_place_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_meeting_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting")
    )
    op.create_index("ix_meeting_area", "meeting", ["area_code", "meets_at"])
    op.create_index("ix_meeting_place_id", "meeting", ["place_id"])
    op.create_index("ix_meeting_ticket_id", "meeting", ["ticket_id"])


def _meeting_party() -> None:
    op.create_table(
        "meeting_party",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("answered_at", INSTANT),
        sa.Column("arrived_at", INSTANT),
        sa.Column("arrived", sa.String()),
        sa.CheckConstraint("answer <> 'refused' OR reason IS NOT NULL", name="ck_meeting_party_reason"),
        sa.CheckConstraint("answer IN ('coming','refused')", name="ck_meeting_party_answer"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_meeting_party_department_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_party_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_party"),
        sa.UniqueConstraint("meeting_id", "department_id", name="uq_meeting_party_meeting_id_department_id")
    )
    op.create_index("ix_meeting_party_department_id", "meeting_party", ["department_id"])


def _measure() -> None:
    op.create_table(
        "measure",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger()),
        sa.Column("review_id", sa.BigInteger()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("department_id", sa.BigInteger()),
        sa.Column("owner", sa.String()),
        sa.Column("ticket_id", sa.BigInteger()),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("due_by", INSTANT, nullable=False),
        sa.Column("original_due_by", INSTANT, nullable=False),
        sa.Column("moved_in", sa.BigInteger()),
        sa.Column("done_at", INSTANT),
        sa.Column("done_by", sa.BigInteger()),
        sa.Column("done_text", sa.String()),
        sa.CheckConstraint("kind IN ('measure','ticket','assignment')", name="ck_measure_kind"),
        sa.CheckConstraint("num_nonnulls(department_id, owner) = 1", name="ck_measure_owner"),
        sa.CheckConstraint("num_nonnulls(meeting_id, review_id) = 1", name="ck_measure_decided"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_measure_department_id"),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name="fk_measure_done_by"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_measure_meeting_id"),
        sa.ForeignKeyConstraint(["moved_in"], ["meeting.id"], name="fk_measure_moved_in"),
        sa.ForeignKeyConstraint(["review_id"], ["emergency_review.id"], name="fk_measure_review_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_measure_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_measure")
    )
    op.create_index("ix_measure_department_id", "measure", ["department_id"])
    op.create_index("ix_measure_meeting_id", "measure", ["meeting_id"])
    op.create_index("ix_measure_review_id", "measure", ["review_id"])
    op.create_index("ix_measure_undone", "measure", ["due_by"], postgresql_where=sa.text("done_at IS NULL"))
