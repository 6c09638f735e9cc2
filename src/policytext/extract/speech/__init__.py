"""Statements: quotations and turns, who speaks them and when they were said; ``finding`` is the door."""
