"""Measures of how well the package does its work, on material whose right answer is known."""
