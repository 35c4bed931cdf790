"""Stories: whole partnerships played through the real use cases, tick and delivery, faster than life."""
