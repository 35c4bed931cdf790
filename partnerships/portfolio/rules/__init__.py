"""How states become marks, and who is waited for."""
