"""Layer 2: edits, alignment, cleaning, blocks and passages. Knows no speakers and no storage."""
