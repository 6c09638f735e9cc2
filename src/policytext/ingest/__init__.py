"""Layer 3: readers and the catalogue. Turns files into text and metadata, one document at a time."""
