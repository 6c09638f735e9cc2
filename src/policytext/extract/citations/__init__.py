"""Citations of legislation and state papers: found by form, then resolved; ``finding`` is the door."""
