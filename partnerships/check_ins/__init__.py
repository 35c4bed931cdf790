"""Check-ins: short dated questions to the creator, and the answers that prove the use is real."""
