"""Who acts: a member of staff with grants, a reporter with a code, or the system (workers, the sweep)."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Grant:
    """A role in an area (code prefix) or, for the role ``department``, of one department."""

    role: str
    area: str
    department_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """``report_id`` is set for a reporter only. ``on_behalf_of`` names the organisation without log-in that a clerk acts for (代办).

    Who holds a one-ticket link (kind ``link``) acts for ``on_behalf_of``, too, and only on the ticket of ``assignment_id``.
    """

    kind: str  # staff, reporter, link, system
    name: str
    account_id: int | None = None
    grants: tuple[Grant, ...] = ()
    report_id: int | None = None
    on_behalf_of: int | None = None
    call_record: str | None = None
    assignment_id: int | None = None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def department_ids(self) -> frozenset[int]:
        return frozenset(g.department_id for g in self.grants if g.role == "department" and g.department_id is not None)

    def areas(self, *roles: str) -> tuple[str, ...]:
        """Area prefixes of the grants with one of the roles (of all grants but a department's when none is named)."""
        return tuple(g.area for g in self.grants if (g.role in roles if roles else g.role != "department"))

    def roles_at(self, area_code: str) -> frozenset[str]:
        """Roles held over an area: a grant covers every code that starts with its own. A department's grant is not of an area."""
        return frozenset(g.role for g in self.grants if g.role != "department" and area_code.startswith(g.area))

    def acting_for(self, department_id: int, call_record: str) -> Actor:
        return replace(self, on_behalf_of=department_id, call_record=call_record)


SYSTEM = Actor(kind="system", name="system")


def reporter(report_id: int) -> Actor:
    return Actor(kind="reporter", name="reporter", report_id=report_id)
