"""Words of the exports: dates as people write them, and foreign text made safe to look at."""

from __future__ import annotations

import re
import unicodedata

from policytext.text.edtf import bounds

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_POINT = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]|2[1-4])(?:-(\d\d))?)?")
_ROUND = re.compile(r"\d{3}X|\d\dXX")
_QUALIFIER = re.compile(r"[~?%]")


def display_date(edtf: str | None) -> str:
    """Returns an EDTF value in words, to its own precision: ``c. 2000s``, ``13 Nov 1958``, ``autumn 2018``.

    ``~`` reads "c.", ``?`` a question mark, open sides "from" and "until", no date "not dated". What the
    words do not cover is shown as the EDTF stands.
    """
    if edtf is None:
        return "not dated"
    start, slash, end = edtf.partition("/")
    if not slash:
        return _qualified(edtf, _point(start))
    if end in ("..", ""):
        return f"from {_qualified(start, _point(start))}"
    if start in ("..", ""):
        return f"until {_qualified(end, _point(end))}"
    return f"{_qualified(start, _point(start))}\u2013{_qualified(end, _point(end))}"


def display_year(edtf: str | None) -> str:
    """Returns the year or years of an EDTF value, for a narrow column: ``1956``, ``c. 1960s``."""
    if edtf is None:
        return "n.d."
    if _ROUND.fullmatch(_QUALIFIER.sub("", edtf)):
        return _qualified(edtf, _point(edtf))
    first, last = (None if day is None else day[:4] for day in bounds(edtf))
    if first == last:
        return _qualified(edtf, first or "n.d.")
    if first == "0000" and last == "9999":
        return "n.d."
    words = f"until {last}" if first is None else f"from {first}" if last is None else f"{first}\u2013{last}"
    return _qualified(edtf, words)


def _point(value: str) -> str:
    bare = _QUALIFIER.sub("", value)
    if _ROUND.fullmatch(bare):  # "1900s" would be read as ten years
        return f"{bare[:2]}00\u2013{bare[:2]}99" if bare.endswith("XX") else f"{bare[:3]}0s"
    point = _POINT.fullmatch(bare)
    if point is None:
        return bare
    year, month, day = point.groups()
    if month in _SEASONS:
        return f"{_SEASONS[month]} {year}"
    words = year if month is None else f"{_MONTHS[int(month) - 1]} {year}"
    return words if day is None else f"{int(day)} {words}"


def _qualified(edtf: str, words: str) -> str:
    about = "c. " if re.search("[~%]", edtf) else ""
    doubt = "?" if re.search("[?%]", edtf) else ""
    return f"{about}{words}{doubt}"


XML_FORBIDS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold at all, not even escaped."""


def xml_text(text: str) -> str:
    """Returns ``text`` with U+FFFD for every character that XML cannot hold; as many characters."""
    return XML_FORBIDS.sub("\ufffd", text)


def shown(text: str, limit: int) -> str:
    """Returns ``text`` fit to be looked at: on one line, at most ``limit`` characters, nothing hidden in it.

    Control characters become blanks; characters that only steer (zero-width, bidirectional overrides,
    soft hyphens) are dropped, since they can make a picture say what the source does not. The tables keep
    every raw character.
    """
    out = []
    for char in text[: 4 * limit]:  # room enough even where three in four are dropped
        category = unicodedata.category(char)
        if category in ("Cc", "Zl", "Zp", "Zs"):
            out.append(" ")
        elif XML_FORBIDS.match(char):  # half a surrogate pair, and U+FFFE and U+FFFF, which are no characters
            out.append("\ufffd")
        elif category != "Cf":
            out.append(char)
    line = " ".join("".join(out).split())
    if len(line) <= limit and len(text) <= 4 * limit:
        return line
    return line[: limit - 1].rstrip() + "\u2026"
