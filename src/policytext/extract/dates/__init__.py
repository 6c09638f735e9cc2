"""Dates: what stands in a text, and which EDTF value it has; ``finding`` puts the rules together."""
