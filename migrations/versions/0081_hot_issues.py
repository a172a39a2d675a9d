"""What keeps coming up and was told of, what was made a public issue, and reports by the day on which they were made."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0081"
down_revision = "0080"

INSTANT = sa.DateTime(timezone=True)
AREA = sa.String(length=24, collation="C")


def upgrade() -> None:
    _hot_issue()
    _public_issue()
    op.create_index("ix_report_reported_at", "report", ["reported_at"])


def _hot_issue() -> None:
    op.create_table(
        "hot_issue",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("street_code", AREA, sa.ForeignKey("street.code", name="fk_hot_issue_street_code"), nullable=False),
        sa.Column("area_code", AREA, nullable=False),
        sa.Column("category_code", sa.String),
        sa.Column("tickets", JSONB, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint("kind IN ('hot','surge','repeat')", name="ck_hot_issue_kind"))
    op.create_index("ix_hot_issue_lasting", "hot_issue", ["street_code"], postgresql_where=sa.text("ended_at IS NULL"))


def _public_issue() -> None:
    op.create_table(
        "public_issue",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("street_code", AREA, sa.ForeignKey("street.code", name="fk_public_issue_street_code"), nullable=False),
        sa.Column("area_code", AREA, nullable=False),
        sa.Column("category_code", sa.String),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("tickets", JSONB, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False)),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.BigInteger, sa.ForeignKey("account.id", name="fk_public_issue_made_by")))
    op.create_index("ix_public_issue_area", "public_issue", ["area_code", "made_at"])


def downgrade() -> None:
    op.drop_index("ix_report_reported_at", "report")
    op.drop_table("public_issue")
    op.drop_table("hot_issue")
