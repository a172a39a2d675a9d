"""The words of DESIGN.md in both languages, where a page shows a code. What residents read of a status stands in services.story."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATUSES = {
    "reported": _l("Reported"), "verifying": _l("Being verified"), "filed": _l("Filed"), "dispatched": _l("Dispatched"),
    "objected": _l("Objected"), "in_progress": _l("In progress"), "suspended": _l("Suspended"), "handled": _l("Handled, to be checked"),
    "closed": _l("Closed"), "archived": _l("Archived"), "rejected": _l("Rejected"), "referred": _l("Referred"), "merged": _l("Merged"),
    "voided": _l("Voided"),
}
KINDS = {
    "help": _l("Help"), "consult": _l("Question"), "complaint": _l("Complaint"), "suggestion": _l("Suggestion"),
    "tipoff": _l("Tip-off"), "praise": _l("Praise"),
}
OUTCOMES = {
    "solved": _l("Solved"), "partly": _l("Partly solved"), "explained": _l("Explained"), "not_found": _l("Not found on site"),
    "no_authority": _l("No authority"), "no_culprit": _l("Nobody to hold responsible"),
}
ROLES = {
    "lead": _l("Lead"), "coordinate": _l("Coordinator"), "support": _l("Support"), "clerk": _l("Clerk"), "dispatcher": _l("Dispatcher"),
    "grid_office": _l("Grid office"), "grid_worker": _l("Grid worker"), "grid_leader": _l("Grid leader"), "cadre": _l("Cadre"), "volunteer": _l("Volunteer"),
    "party_member": _l("In-service party member"), "department": _l("Department"), "leader": _l("Leader"),
    "system_admin": _l("System administrator"), "security_admin": _l("Security administrator"), "audit_admin": _l("Audit administrator"),
    "integration": _l("Program of the city"), "reporter": _l("Resident"), "system": _l("System"), "checker": _l("Checker"), "staff": _l("Staff"),
}


def status(name: str) -> str:
    return str(STATUSES.get(name, name))


def kind(name: str) -> str:
    return str(KINDS.get(name, name))


def outcome(name: str) -> str:
    return str(OUTCOMES.get(name, name))


def role(name: str) -> str:
    return str(ROLES.get(name, name))
