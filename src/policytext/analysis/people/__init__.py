"""Speakers brought together: which names are one person or body."""
