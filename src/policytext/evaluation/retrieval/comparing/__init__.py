"""What one run gains on another, and whether that is more than chance."""
