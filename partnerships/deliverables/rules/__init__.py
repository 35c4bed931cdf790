"""The life of a deliverable, where a post may stand, and what a payment waits for."""
