"""Layer 6: what spans documents: reprints and timelines."""
