"""What the papers speak of, how steadily found, and how much in which decade."""
