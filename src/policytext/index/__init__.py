"""Layer 5: lexical and dense indexes over passages, derived from the store, whole or absent."""
