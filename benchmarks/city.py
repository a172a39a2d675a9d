"""A large street in a small database: so many tickets in 300 cells, of which so many are open; made by SQL, closed months ago or due in years."""

from __future__ import annotations

from sqlalchemy import Connection, text

from gridops.models import Ticket

COMMUNITIES, CELLS = 15, 20
AREAS = """
    INSERT INTO street (code, name) VALUES (CAST(:street AS varchar), '大街道') ON CONFLICT DO NOTHING;
    INSERT INTO community (code, street_code, name)
        SELECT CAST(:street AS text) || lpad(n::text, 3, '0'), CAST(:street AS varchar), '社区' || n FROM generate_series(101, 100 + :communities) n;
    INSERT INTO grid (street_code, version, status, created_at) SELECT CAST(:street AS varchar), 1, 'active', now()
        WHERE NOT EXISTS (SELECT 1 FROM grid WHERE street_code = CAST(:street AS varchar) AND status = 'active');
    INSERT INTO cell (grid_id, community_code, code, lineage, name, households)
        SELECT g.id, c.code, c.code || lpad(n::text, 3, '0'), gen_random_uuid(), '网格' || n, 300
        FROM community c, grid g, generate_series(1, :cells) n
        WHERE c.street_code = CAST(:street AS varchar) AND c.code >= CAST(:street AS text) || '101' AND g.street_code = CAST(:street AS varchar) AND g.status = 'active'
"""
COPIES = """
    WITH spots AS (SELECT id, code, row_number() OVER (ORDER BY code) AS no FROM cell WHERE code LIKE CAST(:street AS text) || '1%')
    INSERT INTO ticket ({columns})
    SELECT {values} FROM generate_series(1, CAST(:count AS int)) n JOIN spots ON spots.no = 1 + n % :spots, ticket t WHERE t.id = :model
"""


def lay_areas(connection: Connection, street: str) -> None:
    for statement in AREAS.split(";"):
        connection.execute(text(statement), {"street": street, "communities": COMMUNITIES, "cells": CELLS})


def copy_tickets(connection: Connection, street: str, model: int, *, prefix: str, count: int, still_open: bool) -> None:
    """``count`` copies of the ticket with the id ``model`` in the cells of the street, reported over the last 500 days."""
    changed = {
        "number": f"'{prefix}' || lpad(n::text, 8, '0')", "street_code": "CAST(:street AS varchar)", "area_code": "spots.code", "cell_id": "spots.id",
        "reported_at": "now() - interval '1 minute' * (n % 720000)", "workers_wanted": "false",
        "point": "ST_SetSRID(ST_MakePoint(121.40 + random() * 0.04, 31.18 + random() * 0.04), 4326)",
    }
    if still_open:
        changed |= {"due_by": "now() + interval '1 hour' * (n % 400 - 100)", "yellow_by": "now() + interval '1 hour' * (n % 400 - 120)"}
    else:
        changed |= {"status": "'archived'", "due_by": "NULL", "yellow_by": "NULL", "closed_at": "now() - interval '1 minute' * (n % 720000)"}
    names = [column.name for column in Ticket.__table__.columns if column.name != "id"]
    statement = COPIES.format(columns=", ".join(names), values=", ".join(changed.get(name, f"t.{name}") for name in names))
    connection.execute(text(statement), {"street": street, "count": count, "model": model, "spots": COMMUNITIES * CELLS})


def settle(connection: Connection) -> None:
    """On a connection that commits by itself."""
    connection.execute(text("VACUUM ANALYZE ticket, clock"))
