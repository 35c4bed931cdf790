"""The demo: an organisation that lives, a clock that can be moved, and doors without passwords. Off outside demo mode."""
