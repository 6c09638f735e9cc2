"""A witness in words: how its dates are known, how it stands to its paper, its quotation in its context.

One table for pictures, files and pages, so that a thing is called the same in all of them.
"""

from __future__ import annotations

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
    "resurfacing-candidate": "perhaps a return, in another work",
    "edited-reprint": "edited reprint",
    "reprint": "reprint",
    "internal-repeat": "repeated in the same paper",
}

OWN_IN_VOICE = {"quoted": "quoted in this paper", "reported": "reported in this paper"}
"""What an own statement is called where it is somebody else's, by its voice."""

_OPENING, _CLOSING = "“‘\"'([{", "”’\"'.,;:!?)]}"


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


def relation_words(relation: str, voice: str) -> str:
    """Returns how a witness stands to its paper; what a paper quotes or reports is not its own statement."""
    told = OWN_IN_VOICE.get(voice) if relation == "own-statement" else None
    return told or RELATIONS.get(relation, relation)
