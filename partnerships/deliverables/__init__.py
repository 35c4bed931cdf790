"""Deliverables: from the first draft over its revisions to the live post and what it earns."""
