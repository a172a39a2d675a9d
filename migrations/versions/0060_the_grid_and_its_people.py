"""Drafts of a grid with their edits; names of places to search by; posters; duties, shifts, absences, check-ins; who verifies and checks a ticket.

Only what can be seen in an active grid renews the revision of areas from now on: editing a draft must not send every process
back to reading all areas.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0060"
down_revision = "0050"

OPEN = sa.text("status NOT IN ('closed','archived','rejected','referred','merged','voided')")
ADDED = {
    "street": [sa.Column("colour", sa.String())],
    "grid": [
        sa.Column("title", sa.String()),
        sa.Column("based_on", sa.BigInteger()),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reasons", JSONB(), server_default="[]", nullable=False),
        sa.Column("created_by", sa.BigInteger()),
        sa.Column("planned_for", sa.DateTime(timezone=True)),
        sa.Column("activated_by", sa.BigInteger()),
    ],
    "cell": [sa.Column("descends_from", JSONB(), server_default="[]", nullable=False)],
    "person": [sa.Column("left_on", sa.Date())],
    "posting": [
        sa.Column("part_time", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("title", sa.String()),
        sa.Column("confirmed_on", sa.Date()),
        sa.Column("last_turn_at", sa.DateTime(timezone=True)),
    ],
    "ticket": [sa.Column("verifier_id", sa.BigInteger()), sa.Column("checker_id", sa.BigInteger())],
}
LINKS = (
    ("grid", "based_on", "grid"), ("grid", "created_by", "account"), ("grid", "activated_by", "account"),
    ("ticket", "verifier_id", "person"), ("ticket", "checker_id", "person"),
)
NEW_TABLES = (
    "grid_edit", "place_term", "poster", "post_duty", "shift_pattern", "shift", "absence", "check_in", "duty_claim", "hand_over",
)
TOUCHED_CELLS = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    for table, column, target in LINKS:
        op.create_foreign_key(f"fk_{table}_{column}", table, target, [column], ["id"])
    for column in ("verifier", "checker"):
        op.create_index(f"ix_ticket_open_{column}", "ticket", [f"{column}_id"], postgresql_where=OPEN)
    op.execute("UPDATE posting SET role = 'building_steward' WHERE role = 'steward'")
    _grid_tables()
    _people_tables()
    _renew_for_active_cells_only()


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _area(name: str) -> sa.Column:
    return sa.Column(name, sa.String(24, collation="C"), nullable=False)


def _whose(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _table(name: str, *parts: sa.schema.SchemaItem, links: dict[str, str] | None = None, indexes: tuple[str, ...] = ()) -> None:
    keys = [sa.ForeignKeyConstraint([column], [target], name=f"fk_{name}_{column}") for column, target in (links or {}).items()]
    op.create_table(name, _id(), *parts, *keys, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))
    for column in indexes:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _grid_tables() -> None:
    _table(
        "grid_edit", sa.Column("grid_id", sa.BigInteger(), nullable=False), sa.Column("seq", sa.Integer(), nullable=False), _at("at"),
        sa.Column("account_id", sa.BigInteger()), sa.Column("operation", sa.String(), nullable=False),
        sa.Column("facts", JSONB(), server_default="{}", nullable=False), sa.Column("before", JSONB(), server_default="[]", nullable=False),
        sa.Column("added", JSONB(), server_default="[]", nullable=False), sa.UniqueConstraint("grid_id", "seq", name="uq_grid_edit_grid_id_seq"),
        links={"grid_id": "grid.id", "account_id": "account.id"})
    _table(
        "place_term", sa.Column("place_id", sa.BigInteger(), nullable=False), sa.Column("kind", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False), sa.Column("grams", ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_place_term_place_id", ondelete="CASCADE"), indexes=("place_id",))
    op.create_index("ix_place_term_grams", "place_term", ["grams"], postgresql_using="gin")
    _table(
        "poster", sa.Column("token", sa.String(), nullable=False), sa.Column("place_id", sa.BigInteger()), sa.Column("cell_lineage", sa.UUID()),
        _area("community_code"), sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False)), _at("created_at"),
        _at("printed_at", nullable=True), sa.Column("scans", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("(place_id IS NULL) <> (cell_lineage IS NULL)", name="ck_poster_place_or_cell"),
        sa.UniqueConstraint("cell_lineage", name="uq_poster_cell_lineage"), sa.UniqueConstraint("place_id", name="uq_poster_place_id"),
        sa.UniqueConstraint("token", name="uq_poster_token"),
        links={"community_code": "community.code", "place_id": "place.id"}, indexes=("community_code",))


def _people_tables() -> None:
    _table(
        "post_duty", _area("area_prefix"), sa.Column("role", sa.String(), nullable=False), sa.Column("class_code", sa.String(), nullable=False),
        sa.Column("text", sa.String()),
        sa.UniqueConstraint("area_prefix", "role", "class_code", name="uq_post_duty_area_prefix_role_class_code"), indexes=("area_prefix",))
    _table(
        "shift_pattern", _whose("posting_id"), sa.Column("days", sa.String(), nullable=False),
        sa.Column("weekdays", JSONB(), server_default="[]", nullable=False), sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False), sa.Column("starts_on", sa.Date(), nullable=False), sa.Column("ends_on", sa.Date()),
        links={"posting_id": "posting.id"}, indexes=("posting_id",))
    _table(
        "shift", _whose("posting_id"), _at("starts_at"), _at("ends_at"), sa.Column("kind", sa.String(), nullable=False), sa.Column("note", sa.String()),
        links={"posting_id": "posting.id"}, indexes=("posting_id", "ends_at"))
    _table(
        "absence", _whose("person_id"), _at("starts_at"), _at("ends_at"), sa.Column("stand_in_id", sa.BigInteger()), sa.Column("note", sa.String()),
        sa.Column("entered_by", sa.BigInteger()),
        links={"person_id": "person.id", "stand_in_id": "person.id", "entered_by": "account.id"}, indexes=("person_id", "stand_in_id"))
    _table(
        "check_in", _whose("person_id"), _area("community_code"), sa.Column("checked_in_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger()), sa.Column("thanked_on", sa.Date()),
        sa.UniqueConstraint("person_id", "community_code", name="uq_check_in_person_id_community_code"),
        links={"person_id": "person.id", "community_code": "community.code", "confirmed_by": "account.id"}, indexes=("community_code",))
    _table(
        "duty_claim", _whose("person_id"), _area("area_code"), sa.Column("class_code", sa.String()), sa.Column("text", sa.String(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False), sa.Column("released_on", sa.Date()), sa.Column("done_on", sa.Date()),
        links={"person_id": "person.id"}, indexes=("person_id", "area_code"))
    _table(
        "hand_over", _area("area_code"), _at("at"), sa.Column("given_by", sa.BigInteger(), nullable=False), sa.Column("taken_by", sa.BigInteger()),
        _at("taken_at", nullable=True), sa.Column("note", sa.String(), nullable=False),
        sa.Column("sheet", JSONB(), server_default="{}", nullable=False),
        links={"given_by": "account.id", "taken_by": "account.id"}, indexes=("area_code",))


def _renew_for_active_cells_only() -> None:
    """A statement that touches draft cells only leaves the revision alone; a grid counts when its status changes."""
    for table in ("cell", "grid"):
        op.execute(f"DROP TRIGGER {table}_renew_area_revision ON {table}")
    op.execute(
        "CREATE TRIGGER grid_renew_area_revision AFTER UPDATE OF status OR DELETE OR TRUNCATE ON grid "
        "FOR EACH STATEMENT EXECUTE FUNCTION renew_area_revision()"
    )
    op.execute(
        "CREATE TRIGGER cell_truncate_renew_area_revision AFTER TRUNCATE ON cell FOR EACH STATEMENT EXECUTE FUNCTION renew_area_revision()"
    )
    for event, sides in TOUCHED_CELLS.items():
        touched = " UNION ALL ".join(f"SELECT grid_id FROM {side}_cells" for side in sides)
        op.execute(
            f"""
            CREATE FUNCTION renew_area_revision_on_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT FROM ({touched}) touched JOIN grid ON grid.id = touched.grid_id WHERE grid.status = 'active') THEN
                    UPDATE area_revision SET revision = gen_random_uuid() WHERE id = 1;
                END IF;
                RETURN NULL;
            END $$
            """
        )
        tables = " ".join(f"{side.upper()} TABLE AS {side}_cells" for side in sides)
        op.execute(
            f"CREATE TRIGGER cell_{event}_renew_area_revision AFTER {event.upper()} ON cell REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION renew_area_revision_on_{event}()"
        )


def downgrade() -> None:
    for event in ("truncate", *TOUCHED_CELLS):
        op.execute(f"DROP TRIGGER cell_{event}_renew_area_revision ON cell")
    op.execute("DROP TRIGGER grid_renew_area_revision ON grid")
    for event in TOUCHED_CELLS:
        op.execute(f"DROP FUNCTION renew_area_revision_on_{event}")
    for table in ("cell", "grid"):
        op.execute(
            f"CREATE TRIGGER {table}_renew_area_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION renew_area_revision()"
        )
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
    op.execute("UPDATE posting SET role = 'steward' WHERE role IN ('building_steward', 'room_steward')")
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
