"""Decide what a template and a plan may look like: plain values, standard library only."""
