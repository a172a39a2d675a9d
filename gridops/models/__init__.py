"""Tables only: no rules, no queries."""

from gridops.models.area import AreaRevision, Cell, Community, Grid, GridEdit, Place, PlaceTerm, Poster, Street
from gridops.models.calendar import CalendarDay, CalendarVersion, ClockPolicy, ClockRecount
from gridops.models.catalogue import CatalogueRule, CatalogueTrial, DutyCatalogue
from gridops.models.clock import Clock, Escalation, OverdueAppeal
from gridops.models.department import Department, DepartmentType, DutyRule, Jurisdiction, ResultText
from gridops.models.emergency import EmergencyReview, Page
from gridops.models.guard import IdempotencyKey, RateCounter
from gridops.models.hot import HotIssue, PublicIssue
from gridops.models.indicators import Closing, IndicatorSnapshot, ScoreWeight
from gridops.models.kept import KeptFile
from gridops.models.learned import FilingRule, LearnedModel, LearningRun, LearningSchedule
from gridops.models.likeness import TicketLikeness
from gridops.models.matter import Observation, PlaceWatch, TicketMerge, Verification, VoidRequest
from gridops.models.meeting import Measure, Meeting, MeetingParty
from gridops.models.message import MessageDelivery, MessagePolicy, MessageRefusal, MessageSetting, MessageTemplate, Webhook
from gridops.models.outbox import Alarm, DeadLetter, Heartbeat, InboxMessage, Outbox
from gridops.models.people import (
    Absence, Account, CheckIn, DutyClaim, HandOver, LoginSession, Person, PostDuty, Posting, RoleGrant, SecurityEvent, Shift, ShiftPattern,
)
from gridops.models.report import Contact, OneTimeCode, Rating, Report, UpstreamOrder
from gridops.models.requests import AssignmentLink, Supervision, TimeRequest
from gridops.models.taxonomy import Category, CategoryVersion, CategoryWord, FieldTerm, FilingCondition
from gridops.models.ticket import Assignment, ContactAttempt, Evidence, Objection, Photo, Remark, Round, Ticket
from gridops.models.trail import Trail, TrailSeal
from gridops.models.upstream import UpstreamAct, UpstreamDifference, UpstreamFile, UpstreamList, UpstreamProfile, UpstreamReply

__all__ = [
    "Absence", "Account", "Alarm", "AreaRevision", "Assignment", "AssignmentLink", "CalendarDay", "CalendarVersion", "CatalogueRule",
    "CatalogueTrial", "Category", "CategoryVersion", "CategoryWord", "Cell", "CheckIn", "Clock", "ClockPolicy", "ClockRecount", "Closing", "Community",
    "Contact", "ContactAttempt", "DeadLetter", "Department", "DepartmentType", "DutyCatalogue", "DutyClaim", "DutyRule", "EmergencyReview",
    "Escalation", "Evidence", "FieldTerm", "FilingCondition", "FilingRule", "Grid", "GridEdit", "HandOver", "Heartbeat", "HotIssue", "IdempotencyKey", "InboxMessage",
    "IndicatorSnapshot", "Jurisdiction", "KeptFile", "LearnedModel", "LearningRun", "LearningSchedule", "LoginSession", "Measure", "Meeting",
    "MeetingParty", "MessageDelivery",
    "MessagePolicy", "MessageRefusal", "MessageSetting", "MessageTemplate", "Objection", "Observation", "OneTimeCode", "Outbox",
    "OverdueAppeal", "Page", "Person", "Photo", "Place", "PlaceTerm", "PlaceWatch", "PostDuty", "Poster", "Posting", "PublicIssue", "RateCounter",
    "Rating", "Remark", "Report", "ResultText", "RoleGrant", "Round", "ScoreWeight", "SecurityEvent", "Shift", "ShiftPattern", "Street", "Supervision",
    "Ticket", "TicketLikeness", "TicketMerge", "TimeRequest", "Trail", "TrailSeal", "UpstreamAct", "UpstreamDifference", "UpstreamFile", "UpstreamList",
    "UpstreamOrder", "UpstreamProfile", "UpstreamReply", "Verification", "VoidRequest", "Webhook",
]
