"""How well a damaged text was read and repaired, where its true text is known."""
