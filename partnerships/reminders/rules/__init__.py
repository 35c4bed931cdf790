"""Decide when somebody is reminded: plain values, standard library only."""
