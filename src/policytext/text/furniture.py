"""What is on the page but not in the text: page numbers, headers, captions, notes, imprints, pull quotes.

Every finder looks at a whole document, since furniture gives itself away by coming back: numbers count up,
headers repeat, a pull quote repeats words of the body. All are linear in the length of the document.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from policytext.text.paragraphs import item_head, lone_number
from policytext.text.roles import Role, Roles, View

# --- page numbers -----------------------------------------------------------------------------------------

_IN_SEQUENCE = 3
"""So many lone numbers that count up are page numbers."""
_MOST_RUNS = 3


def page_numbers(view: View, roles: Roles) -> dict[int, Role]:
    """Lone numbers that count up through the document; others where a page begins beside them.

    Numbers directly beside each other are figures of a table that lost its rows.
    """
    numbers = {i: _value(view.texts[i]) for i in _alone(view) if i not in roles}
    numbers = {i: n for i, n in numbers.items() if n and i - 1 not in numbers and i + 1 not in numbers}
    counted = _in_runs(list(numbers.items()))
    found = {}
    for index in numbers:
        if index in counted:
            found[index] = Role("page_number", 0, "page-number.sequence", 0.95)
        elif view.chunks[index].page or (index + 1 < len(view.chunks) and view.chunks[index + 1].page):
            found[index] = Role("page_number", 0, "page-number.edge", 0.8)
    return found


def _alone(view: View) -> Iterable[int]:
    return (i for i, c in enumerate(view.chunks) if len(c.lines) == 1 and lone_number(view.texts[i]))


_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


def _value(line: str) -> int:
    """Returns the number on the line, roman ones below 100 included; 0 for none."""
    number = (lone_number(line) or "").casefold()
    if number.isdigit():
        return int(number)
    values = [_ROMAN.get(c, 0) for c in number]
    pairs = zip(values, [*values[1:], 0], strict=False)
    return sum(-v if v < after else v for v, after in pairs)


def _in_runs(numbers: list[tuple[int, int]]) -> set[int]:
    """Returns the places of numbers in rising runs: the pages, a table of contents, a second part."""
    found: set[int] = set()
    for _ in range(_MOST_RUNS):
        run = _rising([(place, number) for place, number in numbers if place not in found])
        if len(run) < _IN_SEQUENCE:
            break
        found |= run
    return found


def _rising(numbers: Sequence[tuple[int, int]]) -> set[int]:
    """Returns the places of a longest strictly rising run among (place, number), by patience sorting."""
    tops: list[int] = []
    places: list[int] = []
    before: dict[int, int | None] = {}
    for place, number in numbers:
        at = bisect_left(tops, number)
        before[place] = places[at - 1] if at else None
        tops[at : at + 1] = [number]
        places[at : at + 1] = [place]
    run: set[int] = set()
    here = places[-1] if places else None
    while here is not None:
        run.add(here)
        here = before[here]
    return run


# --- running headers --------------------------------------------------------------------------------------

_DIGITS = re.compile(r"\d+")
_REPEATED = 3


def running_headers(view: View, roles: Roles) -> dict[int, Role]:
    """Short lines that come back three times or more, mostly at the edge of a page or inside a sentence."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, chunk in enumerate(view.chunks):
        short = index not in roles and len(chunk.lines) == 1 and 4 <= chunk.end - chunk.start <= 100
        if short and view.text[chunk.end - 1] != "." and not view.text[chunk.start].islower():
            places[_DIGITS.sub("#", " ".join(view.words[index]))].append(index)
    found = {}
    for key, indexes in places.items():
        at_edge = sum(_at_edge(view, roles, i) for i in indexes)
        if len(indexes) >= _REPEATED and 3 * at_edge >= 2 * len(indexes) and any(c.isalpha() for c in key):
            found.update(dict.fromkeys(indexes, Role("running_header", 0, "header.repeated", 0.85)))
    return found


def _at_edge(view: View, roles: Roles, index: int) -> bool:
    """Whether a page begins or ends at the chunk, or it stands between two halves of a sentence."""
    chunks = view.chunks
    near = [i for i in (index - 1, index + 1) if i in roles and roles[i].kind == "page_number"]
    if near or chunks[index].page or (index + 1 < len(chunks) and chunks[index + 1].page):
        return True
    if not 0 < index < len(chunks) - 1:
        return False
    return not view.texts[index - 1].endswith((".", ":", "?", "!", '"', "\u201d")) and (
        view.text[chunks[index + 1].start].islower()
    )


# --- captions ---------------------------------------------------------------------------------------------

_CAPTION = re.compile(
    r"(?:figure|fig\.?|chart|diagram|exhibit|map|plate)[ ]{0,2}\d{1,3}[a-z]?(?:[ ]?[.:\u2013\u2014-]|$)",
    re.IGNORECASE,
)


def captions(view: View, roles: Roles) -> dict[int, Role]:  # noqa: ARG001 (every finder is called alike)
    """``Figure 3. Spending by year``."""
    found = {}
    for index, text in enumerate(view.texts):
        if len(text) <= 300 and _CAPTION.match(text):
            found[index] = Role("figure", 0, "figure.caption", 0.9)
    return found


# --- notes ------------------------------------------------------------------------------------------------

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
    stop = max(0, last - _MOST_NOTES)
    while at > stop and (at not in roles or roles[at].kind in {"page_number", "running_header"}):
        if at not in roles:
            confidence = _note_likeness(view.texts[at], below=bool(found))
            if not confidence:
                break
            found[at] = Role("footnote", 0, "note.foot", confidence)
        if view.chunks[at].page:
            break
        at -= 1
    return found


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


# --- pull quotes ------------------------------------------------------------------------------------------

_SHINGLE = 5
_LEAST_WORDS, _MOST_WORDS = 7, 110
_REPEATS, _REPEATS_MARKED = 0.8, 0.5
"""Share of a pull quote's shingles that stand in the body: editors trim and mend what they pull, and where
it is in bold or italics less will do."""
_KEPT_PLACES = 6
_NEAR = 12_000
"""Characters, about three pages, within which a pull quote without marks stands from what it repeats; farther
away a summary repeats its chapter."""
_CREDIT = re.compile(r"[\u2013\u2014-][ ]?\S|\S[ \t]{2,40}\S")


def pull_quotes(view: View, roles: Roles) -> dict[int, Role]:
    """Chunks set apart whose words stand again in a longer chunk of the body, case and marks aside.

    Compared by shingles of five words over the whole document, so that a body paragraph which is itself
    broken by a page still counts. A line of credit under a pull quote belongs to it.
    """
    stream, starts = _stream(view, roles)
    places = _places(stream)
    found: dict[int, Role] = {}
    for index, count in enumerate(len(w) for w in view.words):
        if index in starts and _LEAST_WORDS <= count <= _MOST_WORDS and _set_apart(view, index):
            role = _repeated(view, index, stream, starts, places)
            if role:
                found[index] = role
    return found | _credits(view, roles, found)


def _stream(view: View, roles: Roles) -> tuple[list[tuple[str, int]], dict[int, int]]:
    """Returns the words of the body with their chunks, and where each chunk begins among them."""
    stream: list[tuple[str, int]] = []
    starts: dict[int, int] = {}
    for index, words in enumerate(view.words):
        if index not in roles:
            starts[index] = len(stream)
            stream += [(word, index) for word in words]
    return stream, starts


def _places(stream: Sequence[tuple[str, int]]) -> dict[tuple[str, ...], list[int]]:
    """Returns where each shingle begins; of very common ones the first few."""
    places: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(stream) - _SHINGLE + 1):
        known = places.setdefault(tuple(w for w, _ in stream[at : at + _SHINGLE]), [])
        if len(known) < _KEPT_PLACES:
            known.append(at)
    return places


def _set_apart(view: View, index: int) -> bool:
    chunk = view.chunks[index]
    return chunk.shape == "text" and view.blanks_above(index) > 0 and view.blanks_below(index) > 0


def _repeated(
    view: View,
    index: int,
    stream: Sequence[tuple[str, int]],
    starts: dict[int, int],
    places: dict[tuple[str, ...], list[int]],
) -> Role | None:
    """Returns the role of chunk ``index`` if one longer chunk holds most of its shingles."""
    words, first = view.words[index], starts[index]
    held: Counter[int] = Counter()
    for at in range(first, first + len(words) - _SHINGLE + 1):
        shingle = tuple(w for w, _ in stream[at : at + _SHINGLE])
        held.update({stream[p][1] for p in places[shingle] if stream[p][1] != index})
    if not held:
        return None
    best = max(held, key=lambda i: (held[i], -i))
    longer = len(view.words[best]) > len(words) + 3
    total = len(words) - _SHINGLE + 1
    share = (held[best] + max(held.get(best - 1, 0), held.get(best + 1, 0))) / total
    near = abs(view.chunks[best].start - view.chunks[index].start) <= _NEAR
    text = view.texts[index]
    if _begins_small(text):
        return None  # half a paragraph that is quoted elsewhere
    if view.chunks[index].marks & {"bold", "italic"}:
        enough, confidence = share >= _REPEATS_MARKED, 0.95 if near else 0.85
    else:
        stopped = text.rstrip(_CLOSERS)[-1:] in {".", "?", "!", "\u2026"}
        enough, confidence = longer and near and stopped and share >= _REPEATS, 0.9
    return Role("pull_quote", 0, "pull-quote.repeated", confidence) if enough else None


def _begins_small(text: str) -> bool:
    return text.lstrip(_OPENERS)[:1].islower()


_OPENERS, _CLOSERS = "\"'\u201c\u2018(", "\"'\u201d\u2019)"


def _credits(view: View, roles: Roles, quotes: Iterable[int]) -> dict[int, Role]:
    """Returns the lines that say whose words a pull quote is."""
    found = {}
    for quote in quotes:
        at = quote + 1
        if at < len(view.chunks) and at not in roles and len(view.words[at]) <= 12:
            text = view.texts[at]
            if _CREDIT.match(text) or (_CREDIT.search(text) and text[-1] not in ".:?!"):
                found[at] = Role("pull_quote", 0, "pull-quote.credit", 0.7)
    return found
