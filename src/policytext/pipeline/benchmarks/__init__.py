"""Benchmarks: systems by name, the passages they rank, and the runs they give."""
