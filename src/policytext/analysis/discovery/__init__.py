"""Families proposed from the corpus, without a codebook."""
