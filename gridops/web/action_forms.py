"""Each allowed action as a small form, made from the same schema that the API and the service use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from marshmallow import fields, validate
from werkzeug.datastructures import MultiDict

from gridops.services.bodies import SCHEMAS, DayOrInstant
from gridops.web import action_words

HIDDEN = ("expected_version", "on_behalf_of", "call_record")
PICKED = {"category": "categories", "cell": "cells", "lead": "departments", "coordinate": "departments", "suggest": "departments"}
ONE_LINE = ("refer_to", "worker", "into")
CHOSEN = ("department", "addressee", "supervision")  # of what the ticket has just now: values["choices"]
NEEDLESS = ("department", "supervision")  # where there is only one to choose
# What is chosen comes before what is written, photos after it.
ORDER = ("pick", "condition", "choices", "select", "date", "text", "supports", "textarea", "photos", "checkbox")
NOTED = ("file", "dispatch", "sign", "send_verify")  # elsewhere the text says it all
# What a clerk most likely means; the person still sees and sends it.
PRESET = {("answer", "outcome"): "explained"}


@dataclass
class Control:
    """``kind``: textarea, text, date, select, choices, checkbox, pick, condition, photos, supports."""

    name: str
    label: str
    kind: str
    required: bool = False
    hint: str = ""
    value: Any = ""
    options: list[tuple[Any, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    list_name: str = ""


@dataclass
class ActionForm:
    action: str
    label: str
    explained: str
    controls: list[Control]
    on_behalf_of: str | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    sent: bool = False

    @property
    def key(self) -> str:
        return f"{self.action}-{self.on_behalf_of}" if self.on_behalf_of else self.action

    @property
    def likely(self) -> bool:
        return self.action in action_words.PRIMARY

    @property
    def danger(self) -> bool:
        return self.action in action_words.DANGEROUS


@dataclass(frozen=True)
class Sent:
    """A form that came back, with what was typed and what was wrong."""

    action: str
    typed: MultiDict
    photos: dict[str, list[str]]
    errors: dict[str, list[str]]

    @property
    def on_behalf_of(self) -> str | None:
        return self.typed.get("on_behalf_of") or None

    def is_of(self, form: ActionForm) -> bool:
        return (self.action, self.on_behalf_of) == (form.action, form.on_behalf_of)


def build(
    actions: Iterable[str], *, values: dict[str, Any], reports: int = 1, on_behalf_of: str | None = None, sent: Sent | None = None,
) -> list[ActionForm]:
    """``values``: what stands in a field before anybody typed (the present category)."""
    return [_form(action, values, reports, on_behalf_of, sent) for action in action_words.in_order(list(actions))]


def _form(action: str, values: dict[str, Any], reports: int, on_behalf_of: str | None, sent: Sent | None) -> ActionForm:
    form = ActionForm(action, action_words.action(action), action_words.explained(action), [], on_behalf_of)
    form.sent = sent is not None and sent.is_of(form)
    form.errors = sent.errors if form.sent else {}
    form.controls = [_control(action, name, given) for name, given in SCHEMAS[action].fields.items() if _shown(action, name, reports, values)]
    if on_behalf_of:
        form.controls.append(_call_record())
    for control in form.controls:
        _fill(form, control, values, sent if form.sent else None, reports)
    form.controls = [control for control in form.controls if control.name not in NEEDLESS or len(control.options) > 1]
    form.controls.sort(key=lambda control: (control.name == "note", ORDER.index(control.kind), control.name != "before"))
    return form


def _shown(action: str, name: str, reports: int, values: dict[str, Any]) -> bool:
    if name in HIDDEN or (name == "report" and reports < 2) or (name == "call" and not values.get("by_phone")):
        return False
    return name != "note" or action in NOTED


def _control(action: str, name: str, given: fields.Field) -> Control:
    made = Control(name, action_words.field(action, name), _kind(name, given), required=given.required, hint=str(action_words.HINTS.get(name, "")))
    made.options = _options(name, given)
    made.value = PRESET.get((action, name), "")
    made.list_name = PICKED.get(name, "")
    if action in ("file", "recategorise", "self_handle") and name == "category":
        made.required = True
    return made


def _kind(name: str, given: fields.Field) -> str:
    if name in PICKED:
        return "pick"
    if isinstance(given, DayOrInstant):
        return "date"
    if isinstance(given, fields.Boolean):
        return "choices" if name in ("solved", "called") else "checkbox"
    if isinstance(given, fields.List):
        return "supports" if isinstance(given.inner, fields.Nested) else "photos"
    if isinstance(given, fields.Integer):
        return "condition" if name == "condition_no" else "select"
    if name in CHOSEN:
        return "select"
    if _one_of(given):
        return "choices" if len(_one_of(given)) <= 3 else "select"
    return "text" if name in ONE_LINE else "textarea"


def _one_of(given: fields.Field) -> tuple:
    return next((tuple(rule.choices) for rule in given.validators if isinstance(rule, validate.OneOf)), ())


def _options(name: str, given: fields.Field) -> list[tuple[Any, str]]:
    if name in ("solved", "called"):
        return [("yes", _("Yes")), ("no", _("No"))]
    if name == "satisfaction":
        return [("", _("not said")), *((value, str(text)) for value, text in action_words.SATISFACTION.items())]
    return [(value, action_words.choice(value)) for value in _one_of(given)]


def _call_record() -> Control:
    hint = str(action_words.HINTS["call_record"])
    return Control("call_record", action_words.field("", "call_record"), "text", required=True, hint=hint)


def _asks_photo(form: ActionForm, values: dict[str, Any]) -> bool:
    return form.action in ("submit_result", "request_transfer") and bool(values.get("needs_photo"))


def _fill(form: ActionForm, control: Control, values: dict[str, Any], sent: Sent | None, reports: int) -> None:
    if control.name == "before" or (control.name == "photos" and (form.action == "self_handle" or _asks_photo(form, values))):
        control.required = True
    if control.name == "report":
        control.options = [("", _("the first not yet rated")), *((no, str(no)) for no in range(1, reports + 1))]
    if control.name in CHOSEN:
        control.options = values.get("choices", {}).get((form.action, control.name), [])
        control.required = control.required or len(control.options) > 1
    if sent is None:
        control.value = values.get(control.name, control.value)
        return
    control.errors = [text for name, texts in sent.errors.items() if name.split(".")[0] == control.name for text in texts]
    control.value = _typed(control, sent)


def _typed(control: Control, sent: Sent) -> Any:
    if control.kind == "photos":
        return sent.photos.get(control.name, [])
    if control.kind == "supports":
        return supports(sent.typed)
    return sent.typed.get(control.name, "")


def supports(typed: MultiDict) -> list[tuple[str, str]]:
    pairs = zip(typed.getlist("support_department"), typed.getlist("support_duty"), strict=False)
    return [(department.strip(), duty.strip()) for department, duty in pairs if department.strip() or duty.strip()]
