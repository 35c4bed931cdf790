"""Organisations, their brands and products, and the people in them."""
