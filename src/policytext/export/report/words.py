"""Words of the report: what it calls things, numbers with their nouns, names of anchors."""

from __future__ import annotations

import hashlib
import re

from markupsafe import Markup

from policytext.export.wording import shown

BASES = {
    "explicit": "dated in the text",
    "anaphoric": "dated by a date named before it",
    "vague": "dated vaguely in the text",
    "citation_year": "year of the work cited",
    "publication": "date of the paper",
    "inferred": "inferred",
    "catalogue": "date of the paper, from the catalogue",
    "file": "date of the paper, from the file itself",
}
"""How a date is known, by the basis on record; ``inferred:RULE`` is told with its rule."""

PRINTED_BASES = {"catalogue": "catalogue", "file": "the file itself"}

RELATIONS = {
    "own-statement": "own statement",
    "quoted-at-second-hand": "second-hand, in a later paper",
    "resurfacing-candidate": "perhaps said again, in another work",
    "edited-reprint": "edited reprint",
    "reprint": "reprint",
    "internal-repeat": "repeated in the same paper",
}

VOICES = {"own": "the paper’s own words", "quoted": "quoted", "reported": "reported"}

CARRIERS = {
    "ocr": "scan, read by machine",
    "markdown": "converted to Markdown",
    "web": "web page",
    "pdf": "text layer of a PDF",
    "text": "typed text",
}

_OPENING, _CLOSING = "“‘\"'([{", "”’\"'.,;:!?)]}"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")


def plain(value: object) -> object:
    """Returns what may stand in the page: text without characters that steer, hide or break; markup as it is.

    Every expression of the templates passes through it, so that nothing has to be remembered in them.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return shown(value, len(value) + 1)


def cut(text: str, limit: int) -> str:
    """Returns ``text`` on one line of at most ``limit`` characters, an ellipsis for the rest."""
    return shown(text, limit)


def head(text: str, limit: int) -> str:
    """Returns the beginning of ``text``, whole words of at most ``limit`` characters in all."""
    line = shown(text, limit)
    start, blank, _ = line.rpartition(" ")
    return f"{start}…" if blank and line.endswith("…") and not text.endswith("…") else line


def tail(text: str, limit: int) -> str:
    """Returns the end of ``text`` as `head` returns its beginning."""
    return head(text[::-1], limit)[::-1]


def gap_behind(before: str) -> str:
    """Returns the blank between a context and the quotation behind it: none after an opening mark."""
    return "" if not before or before[-1] in _OPENING else " "


def gap_before(after: str) -> str:
    """Returns the blank between a quotation and the context behind it: none before a closing mark."""
    return "" if not after or after[0] in _CLOSING else " "


def many(number: int, one: str, several: str | None = None) -> str:
    """Returns a number with its noun: ``1 paper``, ``1,200 papers``."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def anchor(kind: str, name: str) -> str:
    """Returns the id in the page of the thing of this kind and name: the same in every report."""
    if _PLAIN_NAME.fullmatch(name):
        return f"{kind}-{name}"
    return f"{kind}-x{hashlib.sha256(name.encode('utf-8', 'backslashreplace')).hexdigest()[:16]}"


def basis_words(basis: str | None) -> str:
    """Returns how the date of a saying is known."""
    return _known(basis, BASES, "no date found")


def printed_basis_words(basis: str | None) -> str:
    """Returns how the date of a paper is known."""
    return _known(basis, PRINTED_BASES, "not known")


def _known(basis: str | None, words: dict[str, str], none: str) -> str:
    if basis is None:
        return none
    if basis.startswith("inferred:"):
        return f"inferred by the rule {basis.removeprefix('inferred:')}"
    return words.get(basis, basis)


def percent(share: float | None) -> str:
    """Returns a share in [0, 1] as a percentage; a dash where there is none."""
    if share is None:
        return "–"
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def readable(share: float | None) -> str:
    """Returns a quality in [0, 1] as a percentage that never rounds damage away."""
    return "–" if share is None else f"{int(1000 * share + 1e-9) / 10:.1f} %"


def year_of(day: str | None) -> str:
    """Returns the year of an ISO day."""
    return "?" if day is None else day[:4]


def years(earliest: str | None, latest: str | None) -> str:
    """Returns the year or years of two ISO days."""
    first, last = year_of(earliest), year_of(latest)
    return first if first == last else f"{first}–{last}"
