"""Partnerships planned as staged timelines: every dated thing is a step."""
