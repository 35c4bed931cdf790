"""Decide what an answer of the mail server means, and when to try again: plain values, standard library only."""
