"""Campaigns, partnerships, their stages and every dated step."""

from .campaigns import Campaign
from .partnerships import Partnership, Stage, Step
from .versions import PlanVersion

__all__ = ["Campaign", "Partnership", "PlanVersion", "Stage", "Step"]
