"""How each city's platform writes its orders and wants its replies, as versioned rows that an administrator may change."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain import lifecycle, upstream
from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import CategoryVersion, UpstreamProfile
from gridops.services.imports.table import Row, Table

PACKAGE = Path(__file__).resolve().parents[2] / "package" / "upstream"
KEEPERS = ("system_admin", "leader")
SOURCE = r"[A-Za-z0-9_-]{1,40}\Z"
OURS = (
    "number", "received_at", "due_by", "kind", "title", "content", "category", "secret", "reply_wanted", "visibility", "street", "address",
    "place", "lng", "lat", "crs", "name", "phone")
LIST_COLUMNS = ("number", "due_by", "state")
# What a reply may say: nothing personal beyond what the city itself gave.
REPLY_FIELDS = ("number", "ticket", "title", "received_at", "due_by", "lead", "outcome", "result", "text", "handled_at", "closed_at", "street")
TEXT = validate.Length(1, 200)
INSTANTS = ("received_at", "due_by")


def _words(allowed: tuple[str, ...] | None = None) -> fields.Dict:
    """Their word -> one of ours."""
    values = fields.String(validate=validate.OneOf(allowed) if allowed else TEXT)
    return fields.Dict(keys=fields.String(validate=TEXT), values=values, load_default=dict, validate=validate.Length(max=2000))


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError("There is no such time zone.") from error


def _fits(template: str) -> None:
    """Plain names in braces, nothing that a format can reach through them."""
    try:
        named = [(name, spec, how) for _, name, spec, how in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise ValidationError("A brace stands alone.") from error
    if any(name not in REPLY_FIELDS or spec or how for name, spec, how in named):
        raise ValidationError(f"Only these may stand in braces: {', '.join(REPLY_FIELDS)}.")


class ReplyRules(Schema):
    class Meta:
        unknown = RAISE

    title = fields.String(load_default="办理情况回复", validate=TEXT)
    columns = fields.List(
        fields.Tuple((fields.String(validate=TEXT), fields.String(validate=validate.OneOf(REPLY_FIELDS)))),
        required=True, validate=validate.Length(1, 40))
    template = fields.String(required=True, validate=[validate.Length(1, 4000), _fits])


class RulesSchema(Schema):
    """columns: our name -> theirs. Everything else: their word -> ours."""

    class Meta:
        unknown = RAISE

    columns = fields.Dict(keys=fields.String(validate=validate.OneOf(OURS)), values=fields.String(validate=TEXT), required=True)
    date_formats = fields.List(fields.String(validate=TEXT), load_default=list, validate=validate.Length(max=20))
    timezone = fields.String(load_default="Asia/Shanghai", validate=_known_zone)
    categories = _words()
    kinds = _words(lifecycle.KINDS)
    visibilities = _words(lifecycle.VISIBILITIES)
    secret_words = fields.List(fields.String(validate=TEXT), load_default=list, validate=validate.Length(max=50))
    open_words = fields.List(fields.String(validate=TEXT), load_default=list, validate=validate.Length(max=50))
    crs = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("wgs84", "gcj02", "bd09")))
    street = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"[0-9]{9,24}\Z"))
    keep = fields.List(fields.String(validate=TEXT), load_default=list, validate=validate.Length(max=50))
    states = _words(upstream.STATES)
    list_columns = fields.Dict(keys=fields.String(validate=validate.OneOf(LIST_COLUMNS)), values=fields.String(validate=TEXT), load_default=dict)
    reply = fields.Nested(ReplyRules, required=True)


def current(session: Session, source: str) -> UpstreamProfile:
    """Raises NotFound."""
    found = session.scalar(select(UpstreamProfile).where(UpstreamProfile.source == source, UpstreamProfile.valid_to.is_(None)))
    if found is None:
        raise NotFound()
    return found


def every(session: Session) -> list[UpstreamProfile]:
    """The present version of each source."""
    return list(session.scalars(select(UpstreamProfile).where(UpstreamProfile.valid_to.is_(None)).order_by(UpstreamProfile.source)))


def versions(session: Session, source: str) -> list[UpstreamProfile]:
    """Newest first."""
    return list(session.scalars(select(UpstreamProfile).where(UpstreamProfile.source == source).order_by(UpstreamProfile.version.desc())))


def save(session: Session, source: str, name: str, rules: dict[str, Any], *, actor: Actor, now: datetime) -> UpstreamProfile:
    """A new version from now on; the same content again is no new one. Raises Invalid, Forbidden."""
    if actor.kind != "system" and not actor.roles.intersection(KEEPERS):
        raise Forbidden()
    loaded = checked(session, source, name, rules)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"profile/{source}", 0))))
    before = session.scalar(select(UpstreamProfile).where(UpstreamProfile.source == source, UpstreamProfile.valid_to.is_(None)))
    if before is not None and (before.name, before.rules) == (name, loaded):
        return before
    if before is not None:
        before.valid_to = now
        session.flush()
    made = UpstreamProfile(
        source=source, version=before.version + 1 if before else 1, name=name, rules=loaded, valid_from=now, made_by=actor.account_id)
    session.add(made)
    session.flush()
    return made


def checked(session: Session, source: str, name: str, rules: dict[str, Any]) -> dict[str, Any]:
    """The rules with their defaults, as JSON holds them. Raises Invalid; fields are paths like ``reply.template``."""
    wrong = {} if validate.Regexp(SOURCE).regex.match(source) else {"source": ["1 to 40 letters, digits, _ and -."]}
    wrong |= {} if 0 < len(name.strip()) <= 200 else {"name": ["Missing data for required field."]}
    try:
        loaded = json.loads(json.dumps(RulesSchema().load(rules)))
    except ValidationError as error:
        raise Invalid(fields=wrong | _flat(error.normalized_messages())) from error
    wrong |= _incomplete(session, loaded)
    if wrong:
        raise Invalid(fields=wrong)
    return loaded


def _incomplete(session: Session, rules: dict[str, Any]) -> dict[str, list[str]]:
    wrong = {}
    if "number" not in rules["columns"] or not {"title", "content"} & rules["columns"].keys():
        wrong["columns"] = ["The number, and title or content, must be named."]
    known = set(session.scalars(select(CategoryVersion.code).where(CategoryVersion.code.in_(rules["categories"].values()))))
    strangers = sorted(set(rules["categories"].values()) - known)
    if strangers:
        wrong["categories"] = [f"There is no category {', '.join(strangers)}."]
    return wrong


def _flat(messages: dict, prefix: str = "") -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = [str(text) for text in value]
    return flat


def ensure_shipped(session: Session, now: datetime) -> None:
    """What a new installation starts with, where a category of the file is known here."""
    known = set(session.scalars(select(CategoryVersion.code)))
    for path in sorted(PACKAGE.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        rules = RulesSchema().load(content["rules"])
        rules["categories"] = {theirs: code for theirs, code in rules["categories"].items() if code in known}
        session.add(UpstreamProfile(
            source=path.stem, version=1, name=content["name"], rules=json.loads(json.dumps(rules)), valid_from=now))


def mapped(table: Table, rules: dict[str, Any]) -> Table:
    """The city's table in our columns and words; a cell that no rule knows stays as it came, and the import names it."""
    named = {ours: theirs for ours, theirs in rules["columns"].items() if theirs in table.columns}
    return _told(table, named, rules)


def _told(table: Table, named: dict[str, str], rules: dict[str, Any]) -> Table:
    """One column of theirs may be two of ours."""
    kept = [name for name in rules["keep"] if name in table.columns and name not in OURS]
    rows = [
        Row(row.number, {name: row.cells[name] for name in kept} | {
            ours: _word(ours, row.cells[theirs], rules) for ours, theirs in named.items()}, row.geometry)
        for row in table.rows]
    return Table([*named, *kept], rows, table.notes, table.progress)


def _word(ours: str, value: str, rules: dict[str, Any]) -> str:
    if ours in INSTANTS:
        return instant(value, rules["date_formats"])
    if ours == "secret":
        return "1" if value in rules["secret_words"] else "0" if value in rules["open_words"] else value
    return rules.get({"kind": "kinds", "visibility": "visibilities"}.get(ours, ""), {}).get(value, value)


def instant(value: str, formats: list[str]) -> str:
    for form in formats:
        try:
            return datetime.strptime(value, form).isoformat()
        except ValueError:
            continue
    return value
