"""The life of a check-in, and what a good answer looks like."""
