"""The clockwork: it only ticks. What is due stands in the database, so nothing is lost with it."""
