"""The demo: an organisation that lives, a clock that can be moved, doors without passwords. Demo mode only."""
