"""The same text printed again, and works: one utterance however often printed."""
