"""For machines that watch: alive, ready, counters."""

from __future__ import annotations

from dataclasses import asdict
from ipaddress import ip_address

from flask import Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from gridops import db
from gridops.api.openapi import Blueprint
from gridops.api.requests import context
from gridops.errors import NotFound
from gridops.services import figures, readiness

blueprint = Blueprint("health", __name__, description="For monitoring")


@blueprint.route("/healthz", methods=["GET"])
@blueprint.doc(security=[])
@blueprint.response(200)
def alive():
    """The process answers"""
    return jsonify({"status": "ok"})


@blueprint.route("/readyz", methods=["GET"])
@blueprint.doc(security=[])
@blueprint.response(200)
def ready():
    """Database and migrations; the queue apart, for without it reports are still taken"""
    house = context()
    facts = readiness.readiness(house.bind, now=house.now())
    shown = {"status": "ready" if facts.ready else "not_ready"} | asdict(facts)
    return jsonify(shown), 200 if facts.ready else 503


@blueprint.route("/metrics", methods=["GET"])
@blueprint.doc(security=[])
@blueprint.response(200, content_type="text/plain")
def metrics():
    """Prometheus text; only asked from the machine itself"""
    if not _is_local(request.remote_addr):
        raise NotFound()
    registry = _process_counters()
    text = generate_latest(registry) + generate_latest(_Registered(_gauges()))
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class _Registered(CollectorRegistry):
    """A registry of one answer."""

    def __init__(self, gauges: list[GaugeMetricFamily]):
        super().__init__()
        self._gauges = gauges

    def collect(self):
        yield from self._gauges


def _process_counters() -> CollectorRegistry:
    """Of all web processes where PROMETHEUS_MULTIPROC_DIR names a folder for them, else of this one."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)
    except ValueError:
        return REGISTRY
    return registry


def _gauges() -> list[GaugeMetricFamily]:
    tickets = GaugeMetricFamily("gridops_tickets", "Tickets by status", labels=["status"])
    outbox = GaugeMetricFamily("gridops_outbox_undone", "Outbox rows not done", labels=["queue"])
    with db.reading(context().sessions) as session:
        for status, count in figures.tickets_by_status(session).items():
            tickets.add_metric([status], count)
        for queue, count in figures.undone_by_queue(session).items():
            outbox.add_metric([queue], count)
    return [tickets, outbox]


def _is_local(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return not address  # a Unix socket has no address
