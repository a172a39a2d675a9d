"""What intake is measured against: Flask, one SQLAlchemy Core INSERT and an outbox row in one transaction, and nothing else."""

from __future__ import annotations

import os

from flask import Flask, jsonify, request
from sqlalchemy import JSON, BigInteger, Column, DateTime, Identity, MetaData, String, Table, create_engine, func, insert

METADATA = MetaData(schema="bare")
REPORT = Table(
    "report", METADATA, Column("id", BigInteger, Identity(), primary_key=True), Column("kind", String), Column("description", String),
    Column("body", JSON), Column("reported_at", DateTime(timezone=True), server_default=func.now()))
OUTBOX = Table(
    "outbox", METADATA, Column("id", BigInteger, Identity(), primary_key=True), Column("topic", String), Column("payload", JSON),
    Column("created_at", DateTime(timezone=True), server_default=func.now()))


def create_app() -> Flask:
    app = Flask("bare")
    engine = create_engine(os.environ["DATABASE_URL"], pool_size=8)

    @app.get("/healthz")
    def alive():
        return jsonify(status="alive")

    @app.post("/reports")
    def add():
        given = request.get_json()
        with engine.begin() as connection:
            row = insert(REPORT).values(kind=given["kind"], description=given["description"], body=given).returning(REPORT.c.id)
            number = connection.scalar(row)
            connection.execute(insert(OUTBOX).values(topic="report.submitted", payload={"report": number}))
        return jsonify(number=number), 201

    return app
