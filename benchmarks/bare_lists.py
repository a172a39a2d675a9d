"""What lists and maps are measured against: Flask, one joined query of the same rows, JSON, and nothing else."""

from __future__ import annotations

import os

from flask import Flask, jsonify, request
from sqlalchemy import create_engine, text

LIST = text("""
    SELECT t.number, t.status, t.kind, t.reported_at, t.promised_by, t.yellow_by, t.due_by, c.code AS category, c.name AS category_name, cell.code AS cell,
           cell.name AS cell_name, d.code AS lead, d.name AS lead_name, k.kind AS clock, k.due_by AS clock_due
    FROM ticket t LEFT JOIN category_version c ON c.id = t.category_version_id LEFT JOIN cell ON cell.id = t.cell_id
    LEFT JOIN department d ON d.id = t.lead_id
    LEFT JOIN LATERAL (SELECT kind, due_by FROM clock WHERE ticket_id = t.id AND status = 'running' ORDER BY due_by LIMIT 1) k ON true
    WHERE t.area_code LIKE :area ORDER BY t.reported_at DESC, t.id DESC LIMIT 50
""")
MAP = text("""
    SELECT t.number, ST_X(t.point) AS lng, ST_Y(t.point) AS lat, t.status, t.due_by, t.yellow_by FROM ticket t
    WHERE t.area_code LIKE :area AND t.status NOT IN ('closed','archived','rejected','referred','merged','voided')
""")


def create_app() -> Flask:
    app = Flask("bare")
    engine = create_engine(os.environ["DATABASE_URL"], pool_size=8)

    @app.get("/healthz")
    def alive():
        return jsonify(status="alive")

    def answer(query):
        with engine.connect() as connection:
            rows = connection.execute(query, {"area": request.args["area"] + "%"}).mappings()
            return jsonify(items=[dict(row) for row in rows])

    app.add_url_rule("/list", "list", lambda: answer(LIST))
    app.add_url_rule("/map", "map", lambda: answer(MAP))
    return app
