"""Reminders: which dated thing needs a word to whom, and when; and what else happens on its day by itself."""
