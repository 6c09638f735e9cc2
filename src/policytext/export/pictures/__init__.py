"""Pictures, drawn with Altair and turned into files by vl-convert."""
