"""The Python door: an archive opened, searched and shown, for loops, data frames and notebooks."""
