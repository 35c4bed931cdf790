"""Campaigns, templates, partnerships, their stages and every dated step, and the parcels that are sent."""

from .calendars import (
    CalendarHours,
    CalendarRule,
    estimates_of,
    forget_quiet,
    quiet_days_of,
    quiet_hours_of,
    quieting_of,
    reminderless_days_of,
)
from .campaigns import Campaign
from .moves import PlanMove, hold_of
from .partnerships import Partnership, Stage, Step
from .renewals import Renewal
from .runs import PlanningLine, PlanningRun
from .shipments import Shipment
from .templates import Edition, OwnTemplate, TemplateVersion, newest, template_of, templates_of
from .terms import Terms
from .versions import PlanVersion

__all__ = [
    "CalendarHours",
    "CalendarRule",
    "Campaign",
    "Edition",
    "OwnTemplate",
    "Partnership",
    "PlanMove",
    "PlanVersion",
    "PlanningLine",
    "PlanningRun",
    "Renewal",
    "Shipment",
    "Stage",
    "Step",
    "TemplateVersion",
    "Terms",
    "estimates_of",
    "forget_quiet",
    "hold_of",
    "newest",
    "quiet_days_of",
    "quiet_hours_of",
    "quieting_of",
    "reminderless_days_of",
    "template_of",
    "templates_of",
]
