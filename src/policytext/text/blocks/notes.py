"""Notes: by their mark, at the foot of a page by their look, and behind a heading that announces them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policytext.text.blocks.paragraphs import item_head
from policytext.text.blocks.roles import Role, Roles, View

_CITES = re.compile(
    r"\b(?:ibid|lbid|op\. ?cit|loc\. ?cit|https?://|www\.|pp?\. ?\d|eds?\.?\)|vol\. ?\d"
    r"|cmn?d?\.? ?\d|hmso|hansard|stationery office|university press|journal|accessed"
    r"|confidential information|personal communication)"
    r"|\([A-Z][^()]{2,60}, [^()]{0,20}(?:19|20)\d\d\)|\((?:19|20)\d\d\)|^\W{0,3}(?:\d{1,3}\W{1,2})?see\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\b(?:19|20)\d\d[a-z]?\b|\bforthcoming\b|https?://|www\.")
_NUMBERED_NOTE = re.compile(
    r"(?:\[?\d{1,3}\]?[.)]?|[*\u2020\u2021\u00a7]{1,3}|[a-z]\))[ \t]{0,4}(?=[^\W\d_]|[\"'\u201c\u2018])"
)
_NOTE_NUMBER = re.compile(r"\[?(\d{1,3})\]?[ \t]{1,4}(?=[^\W\d_]|[\"'\u201c\u2018])")
_GARBLED_NOTE = re.compile(r"[^\w\s(\[\-\u2022\u2013]{1,2}[ ]?(?=\w)")
_STARRED = re.compile(r"[*\u2020\u2021]{1,3}[ ]?[^\W\d_]")
_NOTES_HEADING = re.compile(
    r"(?:end|foot)?notes|references(?: and notes)?|notes and references|sources|bibliography", re.IGNORECASE
)
_LONGEST_NOTE = 700
_MOST_NOTES = 40
"""Chunks at the foot of a page that are looked at."""
_WIDE = 3
"""Blank lines that may be the edge of a page."""


def notes(view: View, roles: Roles) -> dict[int, Role]:
    """Notes by their mark, at the foot of a page by their look, and behind a heading that announces them."""
    found = dict(_starred(view))
    for index in range(len(view.chunks)):
        if _ends_page(view, roles, index):
            found.update(_at_foot(view, roles, index))
    found.update(_behind_heading(view, roles))
    return {i: r for i, r in found.items() if i not in roles}


def _kind(roles: Roles, index: int) -> str:
    return roles[index].kind if index in roles else ""


def _starred(view: View) -> Iterable[tuple[int, Role]]:
    for index, chunk in enumerate(view.chunks):
        if "note" in chunk.marks:
            yield index, Role("footnote", 0, "note.superscript", 0.95)
        elif len(view.texts[index]) <= 400 and _STARRED.match(view.texts[index]):
            yield index, Role("footnote", 0, "note.star", 0.75)


def _ends_page(view: View, roles: Roles, index: int) -> bool:
    """Whether a page ends behind the chunk; a converter may leave no more of it than a wide gap."""
    after = index + 1
    if after == len(view.chunks):
        return after > 1
    return (
        view.chunks[after].page or _kind(roles, after) == "page_number" or view.blanks_above(after) >= _WIDE
    )


def _at_foot(view: View, roles: Roles, last: int) -> dict[int, Role]:
    """Returns the notes that end a page, going up from chunk ``last`` as long as chunks look like notes."""
    found: dict[int, Role] = {}
    at = last
    follows = 0
    stop = max(0, last - _MOST_NOTES)
    while at > stop and (at not in roles or roles[at].kind in {"page_number", "running_header"}):
        if at not in roles:
            confidence = _note_likeness(view.texts[at], below=bool(found))
            number = _number(view.texts[at])
            if not confidence and number and number + 1 == follows and len(view.texts[at]) <= _LONGEST_NOTE:
                confidence = 0.75  # its number comes before that of the note below
            follows = number or follows
            if not confidence:
                break
            found[at] = Role("footnote", 0, "note.foot", confidence)
        if view.chunks[at].page:
            break
        at -= 1
    return found


def _number(text: str) -> int:
    found = _NOTE_NUMBER.match(text)
    return int(found[1]) if found else 0


def _note_likeness(text: str, *, below: bool) -> float:
    """Returns how much a chunk at the foot of a page looks like a note, with another ``below`` it or not."""
    if len(text) > _LONGEST_NOTE:
        return 0.0
    cites = _CITES.search(text) is not None
    numbered = _NUMBERED_NOTE.match(text)
    if numbered and (cites or (len(text) <= 80 and text.endswith(".") and not item_head(text))):
        return 0.85
    if cites and _GARBLED_NOTE.match(text):
        return 0.7
    # The tail of a note that a blank line broke: "pp. 9-21, http://..."
    return 0.6 if below and cites and text[0].islower() else 0.0


def _behind_heading(view: View, roles: Roles) -> dict[int, Role]:
    """Returns the entries of lists of notes and references, up to a heading or text that is no entry."""
    found: dict[int, Role] = {}
    listing = False
    for index, text in enumerate(view.texts):
        if len(text) <= 40 and _NOTES_HEADING.fullmatch(text.strip(" :*")):
            listing = True
        elif _kind(roles, index) == "heading":
            listing = False
        elif listing and _NUMBERED_NOTE.match(text):
            found[index] = Role("footnote", 0, "note.listed", 0.9)
        elif listing and len(text) <= _LONGEST_NOTE and _LISTED.search(text):
            found[index] = Role("footnote", 0, "note.reference", 0.75)
        elif index not in roles and index not in found:
            listing = False
    return found
