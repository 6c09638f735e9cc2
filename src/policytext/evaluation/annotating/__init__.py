"""Annotations held against what a careful reader marked, or against those of another version."""
