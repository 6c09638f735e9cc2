"""Runs, read and written as TREC does."""
