"""How a claim comes again, and whether that is more than chance."""
