"""Campaigns, partnerships, their stages and every dated step."""

from .campaigns import Campaign
from .moves import PlanMove
from .partnerships import Partnership, Stage, Step
from .versions import PlanVersion

__all__ = ["Campaign", "Partnership", "PlanMove", "PlanVersion", "Stage", "Step"]
