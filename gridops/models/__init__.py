"""Tables only: no rules, no queries."""

from gridops.models.area import AreaRevision, Cell, Community, Grid, Place, Street
from gridops.models.calendar import CalendarDay, CalendarVersion, ClockPolicy
from gridops.models.clock import Clock, Escalation
from gridops.models.department import Department, DepartmentType, DutyRule, Jurisdiction
from gridops.models.guard import IdempotencyKey, RateCounter
from gridops.models.outbox import Alarm, DeadLetter, Heartbeat, InboxMessage, Outbox, TextMessage
from gridops.models.people import Account, LoginSession, Person, Posting, RoleGrant, SecurityEvent
from gridops.models.report import Contact, OneTimeCode, Rating, Report, UpstreamOrder
from gridops.models.taxonomy import Category, CategoryVersion, FilingCondition
from gridops.models.ticket import Assignment, ContactAttempt, Evidence, Objection, Photo, Remark, Round, Ticket
from gridops.models.trail import Trail, TrailSeal

__all__ = [
    "Account", "Alarm", "AreaRevision", "Assignment", "CalendarDay", "CalendarVersion", "Category", "CategoryVersion", "Cell", "Clock",
    "ClockPolicy", "Community", "Contact", "ContactAttempt", "DeadLetter", "Department", "DepartmentType", "DutyRule",
    "Escalation", "Evidence", "FilingCondition", "Grid", "Heartbeat", "IdempotencyKey", "InboxMessage", "Jurisdiction",
    "LoginSession", "Objection", "OneTimeCode", "Outbox", "Person", "Photo", "Place", "Posting", "RateCounter", "Rating",
    "Remark", "Report", "RoleGrant", "Round", "SecurityEvent", "Street", "TextMessage", "Ticket", "Trail", "TrailSeal", "UpstreamOrder",
]
