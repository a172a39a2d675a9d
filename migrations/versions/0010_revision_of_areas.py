"""A revision of all areas, new with every change of street, community, grid or cell, whoever makes it.

Processes keep an index of the areas in memory; reading one row tells them whether it is still true. The revision is random, not
counted: a transaction that is rolled back can never leave its number to another content.
"""

from alembic import op

revision = "0010"
down_revision = "0002"

TABLES = ("street", "community", "grid", "cell")


def upgrade() -> None:
    op.execute("CREATE TABLE area_revision (id smallint NOT NULL CONSTRAINT pk_area_revision PRIMARY KEY, revision uuid NOT NULL)")
    op.execute("INSERT INTO area_revision VALUES (1, gen_random_uuid())")
    op.execute(
        """
        CREATE FUNCTION renew_area_revision() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE area_revision SET revision = gen_random_uuid() WHERE id = 1;
            RETURN NULL;
        END $$
        """
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_renew_area_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION renew_area_revision()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_renew_area_revision ON {table}")
    op.execute("DROP FUNCTION renew_area_revision")
    op.execute("DROP TABLE area_revision")
