"""Measures of speed and memory. `make bench` runs them all; `make bench ARGS="--quick ticks"` a small one."""
