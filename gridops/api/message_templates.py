"""The words of messages, and what a street's residents are told at all."""

from __future__ import annotations

from typing import Any

from gridops.api import message_examples as examples
from gridops.api import message_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.domain.messages import PLACEHOLDERS
from gridops.models import MessagePolicy
from gridops.services import areas
from gridops.services.messages import policies, templates
from gridops.services.messages.preview import preview

blueprint = Blueprint("message_templates", __name__, url_prefix=PREFIX, description="The words of messages")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("/message-templates/<street>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.MessageTemplatesSchema, example=examples.TEMPLATES)
@fails(blueprint, 401, 403, 404)
def list_templates(call: Call, street: str) -> dict[str, Any]:
    """The words of each event in each language, as they hold in a street"""
    return {
        "items": [_shown(one) for one in templates.every(call.session, _street(call, street))], "placeholders": {key: list(names) for key, names in PLACEHOLDERS.items()}}


@blueprint.route("/message-templates/<street>/<audience>/<event>/<locale>", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MessageTemplateGivenSchema, example=examples.TEMPLATE_GIVEN)
@blueprint.response(200, schemas.MessageTemplateSchema, example=examples.TEMPLATE)
@fails(blueprint, 401, 403, 404, 409, 422)
def change_template(call: Call, given: dict[str, Any], street: str, audience: str, event: str, locale: str) -> dict[str, Any]:
    """A street's own words as a new version, or back to the shipped ones"""
    return _shown(templates.save(call.session, _street(call, street), audience, event, locale, **given, actor=call.actor, now=call.now))


@blueprint.route("/message-previews", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MessagePreviewGivenSchema, example=examples.PREVIEW_GIVEN)
@blueprint.response(200, schemas.MessagePreviewSchema, example=examples.PREVIEW)
@fails(blueprint, 401, 422)
def preview_template(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """What a template will say, with example facts; nothing is kept"""
    return preview(call.session, **given)._asdict()


@blueprint.route("/message-policies/<street>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.MessagePolicySchema, example=examples.POLICY)
@fails(blueprint, 401, 403, 404)
def show_policy(call: Call, street: str) -> dict[str, Any]:
    """What a street's residents are told, and when it is quiet"""
    return _policy(policies.of_street(call.session, _street(call, street)))


@blueprint.route("/message-policies/<street>", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MessagePolicyGivenSchema, example=examples.POLICY_GIVEN)
@blueprint.response(200, schemas.MessagePolicySchema, example=examples.POLICY)
@fails(blueprint, 401, 403, 404, 422)
def change_policy(call: Call, given: dict[str, Any], street: str) -> dict[str, Any]:
    """Change it"""
    return _policy(policies.save(call.session, _street(call, street), **given, actor=call.actor, now=call.now))


def _street(call: Call, code: str) -> str:
    """Raises NotFound; Forbidden for a street that is not the caller's to edit."""
    street = areas.location_of(call.session, code).street.code
    policies.check_editor(call.actor, street)
    return street


def _shown(words: templates.Words) -> dict[str, Any]:
    return words._asdict() | {"own": words.template_id is not None}


def _policy(policy: MessagePolicy) -> dict[str, Any]:
    return {
        "street": policy.street_code, "off": policy.off, "quiet_from": policy.quiet_from, "quiet_until": policy.quiet_until, "upstream": policy.upstream}
