"""When something stands still, how late mail is, and how a figure is written down for a machine."""
