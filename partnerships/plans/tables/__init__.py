"""Campaigns, partnerships, their stages and every dated step, and the parcels that are sent."""

from .campaigns import Campaign
from .partnerships import Partnership, Stage, Step
from .shipments import Shipment
from .versions import PlanVersion

__all__ = ["Campaign", "Partnership", "PlanVersion", "Shipment", "Stage", "Step"]
