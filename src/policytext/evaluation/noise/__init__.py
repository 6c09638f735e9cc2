"""Noise as it is read: what is misread as what, learned from papers, and drawn again over other texts."""
