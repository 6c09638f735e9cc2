"""Layer 7: the order of the work, from files to an archive that answers."""
