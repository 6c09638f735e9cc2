"""The words of a text: which are words, what a misread one may be, how well a text reads."""
