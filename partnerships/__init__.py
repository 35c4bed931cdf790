"""Sahabat: long-term partnerships between brands and creators, kept on track."""

__version__ = "0.1.0"
