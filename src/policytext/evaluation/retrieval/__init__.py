"""Rankings measured against the grades that judges gave: collections, runs, measures, comparisons."""
