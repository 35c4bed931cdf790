"""Campaigns, partnerships, their stages and every dated step."""

from .campaigns import Campaign
from .partnerships import Partnership, Stage, Step
from .runs import PlanningLine, PlanningRun
from .versions import PlanVersion

__all__ = ["Campaign", "Partnership", "PlanVersion", "PlanningLine", "PlanningRun", "Stage", "Step"]
