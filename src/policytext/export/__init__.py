"""Layer 7: the formats other tools read, and pictures."""
