"""Hold the rubric and the conditions of a decision: plain values, standard library only."""
