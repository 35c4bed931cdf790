"""Campaigns, templates, partnerships, their stages and every dated step, and the parcels that are sent."""

from .campaigns import Campaign
from .moves import PlanMove
from .partnerships import Partnership, Stage, Step
from .runs import PlanningLine, PlanningRun
from .shipments import Shipment
from .templates import Edition, OwnTemplate, TemplateVersion, newest, templates_of
from .terms import Terms
from .versions import PlanVersion

__all__ = [
    "Campaign",
    "Edition",
    "OwnTemplate",
    "Partnership",
    "PlanMove",
    "PlanVersion",
    "PlanningLine",
    "PlanningRun",
    "Shipment",
    "Stage",
    "Step",
    "TemplateVersion",
    "Terms",
    "newest",
    "templates_of",
]
