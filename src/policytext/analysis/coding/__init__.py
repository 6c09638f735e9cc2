"""Which assertions say which claims of a codebook."""
