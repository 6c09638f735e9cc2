"""Layer 4: the archive on disk, one SQLite file. Knows nothing of how anything is found."""
