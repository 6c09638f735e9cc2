"""How wide letters are, so that labels can be kept from colliding before anything is drawn.

Widths are those of Arial and Liberation Sans (the same by design) in thousandths of the size of the letters;
what is not in the table counts as a full square, so that a label is rather left away than printed over
another.
"""

from __future__ import annotations

from policytext.export.wording import shown

_WIDTHS = {
    222: "ijl'\u2018\u2019",
    278: " !,./:;[]\\ftI|",
    333: "()-`r\u201c\u201d",
    355: '"',
    500: "cksvxyzJ",
    556: "0123456789abdeghnopquL#$?_\u2013\u00a3",
    584: "+<=>~\u00d7",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    944: "W",
}
_OF_LETTER = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def text_width(text: str, size: float) -> float:
    """Returns the width of a line in px, in letters of ``size`` px; rather too wide than too narrow."""
    return sum(_OF_LETTER.get(letter, 1000) for letter in text) * size / 1000


def fitted(text: str, size: float, width: float) -> str:
    """Returns ``text`` fit to be looked at, cut to ``width`` px with an ellipsis where it is longer."""
    line = shown(text, 400)
    if text_width(line, size) <= width:
        return line
    room, kept = width - text_width("\u2026", size), ""
    for letter in line:
        room -= text_width(letter, size)
        if room < 0:
            break
        kept += letter
    return kept.rstrip() + "\u2026"


def wrapped(text: str, size: float, width: float, most: int) -> tuple[str, ...]:
    """Returns ``text`` in at most ``most`` lines of ``width`` px, broken between words."""
    lines: list[str] = []
    words = shown(text, 400).split(" ")
    while words and len(lines) < most - 1:
        taken = 1
        while taken < len(words) and text_width(" ".join(words[: taken + 1]), size) <= width:
            taken += 1
        lines.append(fitted(" ".join(words[:taken]), size, width))
        words = words[taken:]
    return (*lines, fitted(" ".join(words), size, width)) if words else tuple(lines)
