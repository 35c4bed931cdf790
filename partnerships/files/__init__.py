"""Photos and videos that strangers send: received, checked, cleaned and kept."""
