"""Indirect speech: what the text reports without quotation marks; ``finding`` is the door."""
