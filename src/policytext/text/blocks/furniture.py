"""What is on every page but not in the text: page numbers and running headers.

Both give themselves away by coming back over a whole document: numbers count up, headers repeat. All finders
are linear in the length of the document.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from policytext.text.blocks.paragraphs import lone_number
from policytext.text.blocks.roles import Role, Roles, View, folded_words

# --- page numbers -----------------------------------------------------------------------------------------

_IN_SEQUENCE = 3
"""So many lone numbers that count up are page numbers."""
_MOST_RUNS = 3
_LEAST_PAGE = 400
"""Characters that stand between the heads of two pages."""
_YEARS = range(1500, 2100)
"""A number like these at the foot of a title page is the year."""


def page_numbers(view: View, roles: Roles) -> dict[int, Role]:
    """Lone numbers that count up through the document, and others that show what they are.

    They are set as page numbers (``- 2 -``), or a page begins beside them, or they are the two of a short
    paper and break a sentence or stand by the same line.

    Numbers directly beside each other are figures of a table that lost its rows.
    """
    numbers = {i: _value(view.texts[i]) for i in _alone(view) if i not in roles}
    paged = {i for i in numbers if view.chunks[i].page}
    numbers = {
        i: n
        for i, n in numbers.items()
        if n and (i in paged or i - 1 not in numbers) and (i + 1 in paged or i + 1 not in numbers)
    }
    if not any(n in _YEARS and (_borders_page(view, i) or _splits(view, {}, i)) for i, n in numbers.items()):
        numbers = {i: n for i, n in numbers.items() if n not in _YEARS}  # a chronology has years for headings
    counted = _in_runs(list(numbers.items()))
    paired = _in_pairs(view, numbers)
    found = {}
    for index in numbers:
        if index in counted:
            found[index] = Role("page_number", 0, "page-number.sequence", 0.95)
        elif _FRAMED.fullmatch(view.texts[index]):
            found[index] = Role("page_number", 0, "page-number.framed", 0.85)
        elif index in paired:
            found[index] = Role("page_number", 0, "page-number.pair", 0.7)
        elif numbers[index] not in _YEARS and _borders_page(view, index):
            found[index] = Role("page_number", 0, "page-number.edge", 0.8)
    return found


_FRAMED = re.compile(
    r"[-\u2013\u2014][ ]?\d{1,3}[ ]?[-\u2013\u2014]|page[ ]{1,2}\d{1,3}(?:[ ]?(?:of|/)[ ]?\d{1,3})?",
    re.IGNORECASE,
)


def _in_pairs(view: View, numbers: Mapping[int, int]) -> set[int]:
    """Returns lone numbers that follow each other, a page apart, by the same line or inside a sentence."""
    found: set[int] = set()
    for one, other in pairwise(sorted(numbers)):
        counts = numbers[other] == numbers[one] + 1 and numbers[one] not in _YEARS
        if not counts or view.chunks[other].start - view.chunks[one].end < _LEAST_PAGE:
            continue
        above, below = (
            {" ".join(view.words[i + step]) for i in (one, other) if 0 <= i + step < len(view.chunks)}
            for step in (-1, 1)
        )
        beside = any(len(lines) == 1 and 4 <= len(min(lines)) <= 100 for lines in (above, below))
        if beside or _splits(view, {}, one) or _splits(view, {}, other):
            found |= {one, other}
    return found


def _borders_page(view: View, index: int) -> bool:
    """Whether a page begins at a chunk or behind it."""
    return view.chunks[index].page or (index + 1 < len(view.chunks) and view.chunks[index + 1].page)


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
_NUMBER_AT_EDGE = re.compile(r"^\W{0,3}(\d{1,4})\b(?!\.\d)|\b(\d{1,4})\W{0,3}$")
_COUNTED = frozenset(
    folded_words(
        """chapter section part appendix annex annexe table figure fig box chart question recommendation
        principle step stage phase day week case theme objective goal priority standard outcome schedule item
        paragraph minute resolution volume lesson example number no q option scenario class group form article
        clause regulation"""
    )
)
"""Words that count things of the text: ``Chapter 2`` is a heading, however often its like comes back."""
_SECTIONS = frozenset(
    folded_words(
        """introduction summary conclusion conclusions background recommendations references notes findings
        discussion aims methods results overview purpose scope next steps acknowledgements bibliography
        contents"""
    )
)
"""Words that head sections of many chapters."""
_ALIKE = 85
"""Similarity, of 100, of a header that was misread to one that was not: about one character in seven."""
_MOST_LEADERS = 30
_FEW_PAGES = 6
_LONGEST_TAIL = 110
_TITLE_CHUNKS = 4


def running_headers(view: View, roles: Roles) -> dict[int, Role]:
    """Short lines that come back at the edges of pages or inside sentences, whole, numbered or misread.

    Three times or more is enough; twice where pages are few or other headers stand in the same place; once
    where it reads nearly like another, or is words of the title, at the edge of a page, where it repeats a
    heading inside a sentence, or where its number counts on between those of other headers.
    """
    keys = {i: key for i in _candidates(view, roles) if (key := _key(view, i))}
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, key in keys.items():
        groups[key].append(index)
    found: dict[int, Role] = {}
    titles: dict[str, int] = {}
    for key, indexes in groups.items():
        if _is_numbered_title(view, indexes):
            titles[_bare(key)] = indexes[0]
            keys.pop(indexes.pop(0))
        for rule, confidence, chosen in _repeated(view, roles, key, indexes):
            found.update(dict.fromkeys(chosen, Role("running_header", 0, rule, confidence)))
    found.update(_between_numbers(view, roles, keys, found))
    found.update(_echoes(view, roles, keys, found, titles))
    edges = [i for i in keys if i not in found and _at_page(view, roles, i) and not _runs_on(view, i)]
    found.update(_twice(view, roles, keys, found, edges))
    found.update(_alike(view, keys, found, edges))
    return found


def _candidates(view: View, roles: Roles) -> Iterable[int]:
    for index, chunk in enumerate(view.chunks):
        if index not in roles and len(chunk.lines) == 1 and 4 <= chunk.end - chunk.start <= 100:
            first, last = view.text[chunk.start], view.text[chunk.end - 1]
            if last not in ".,;:" and not first.islower() and chunk.shape != "item":
                yield index


def _key(view: View, index: int) -> str:
    """Returns the words of a line without the page number at either end; "" for none."""
    words = view.words[index]
    while words and words[0].isdigit():
        words = words[1:]
    while words and words[-1].isdigit():
        words = words[:-1]
    key = _DIGITS.sub("#", " ".join(words))
    return key if any(c.isalpha() for c in key) else ""


def _repeated(
    view: View, roles: Roles, key: str, indexes: list[int]
) -> Iterable[tuple[str, float, list[int]]]:
    """Yields the rule, its confidence and the places where a line that comes back is a header."""
    if len(indexes) < _REPEATED:
        return
    if 3 * sum(_at_edge(view, roles, i) for i in indexes) >= 2 * len(indexes):
        # A title that the headers repeat is no header itself.
        counted = _rising([(i, n) for i in indexes if (n := _number_beside(view.texts[i]))])
        counted = counted if len(counted) >= _REPEATED else set()
        yield (
            "header.repeated",
            0.85,
            [i for i in indexes if i >= _TITLE_CHUNKS or i in counted or _at_page(view, roles, i)],
        )
    elif not _is_counted(key):
        numbers = [(i, n) for i in indexes if (n := _number_beside(view.texts[i]))]
        run = _rising(numbers)
        if len(run) >= _REPEATED and 3 * len(run) >= 2 * len(indexes) and _apart(view, sorted(run)):
            yield "header.numbered", 0.8, sorted(run)


def _is_counted(key: str) -> bool:
    """Whether a line counts parts of the text: ``Chapter 2``."""
    return not _COUNTED.isdisjoint((key.split(maxsplit=1)[0], key.rsplit(maxsplit=1)[-1]))


def _is_numbered_title(view: View, indexes: Sequence[int]) -> bool:
    """Whether the first of some lines alike is the heading that the others, without a number, repeat."""
    numbers = [_number_beside(view.texts[i]) for i in indexes]
    return len(numbers) > 1 and numbers[0] > 0 and not any(numbers[1:])


def _bare(key: str) -> str:
    """Returns a key without what counts it: ``chapter # the wards`` and ``the wards`` are one title."""
    words = key.split()
    while len(words) > 1 and (words[0] in _COUNTED or words[0] == "#"):
        words = words[1:]
    return " ".join(words)


def _splits(view: View, roles: Roles, index: int) -> bool:
    """Whether a chunk stands between two halves of a sentence, page numbers and headers aside."""
    above, below = index - 1, index + 1
    while above >= 0 and _is_margin(roles, above):
        above -= 1
    while below < len(view.chunks) and _is_margin(roles, below):
        below += 1
    if above < 0 or below == len(view.chunks) or len(view.words[above]) < _LEAST_HALF:
        return False
    first = view.text[view.chunks[below].start]
    return first.islower() and view.texts[above][-1] not in _STOPPED and view.chunks[below].shape == "text"


def _is_margin(roles: Roles, index: int) -> bool:
    return index in roles and roles[index].kind in {"page_number", "running_header"}


_LEAST_HALF = 8
_STOPPED = '.:;?!"\u201d'


def _between_numbers(view: View, roles: Roles, keys: Mapping[int, str], found: Roles) -> dict[int, Role]:
    """Returns lines inside sentences whose number counts on between those of the headers before and behind.

    Right pages bear another title than left ones, and a short paper has few of either.
    """
    known = sorted((i, n) for i in found if (n := _number_beside(view.texts[i])))
    known = [known[0], *(b for a, b in pairwise(known) if b[1] > a[1])] if known else []
    chosen = []
    for index, key in keys.items():
        number = 0 if index in found or _is_counted(key) else _number_beside(view.texts[index])
        if not number or not _splits(view, roles, index):
            continue
        at = bisect_left(known, (index, 0))
        low = known[at - 1][1] if at else 0
        high = known[at][1] if at < len(known) else 0
        if (low and low < number <= low + 2 and (not high or number < high)) or (number < high <= number + 2):
            chosen.append(index)
    return dict.fromkeys(chosen, Role("running_header", 0, "header.counted", 0.75))


def _echoes(
    view: View, roles: Roles, keys: Mapping[int, str], found: Roles, titles: Mapping[str, int]
) -> dict[int, Role]:
    """Returns lines at the edge of a page, inside a sentence, that repeat an earlier line: the heading."""
    first = dict(titles)
    echoes: dict[int, Role] = {}
    for index, key in keys.items():
        bare = _bare(key)
        known = first.setdefault(bare, index) < index
        if known and index not in found and _at_page(view, roles, index) and _splits(view, roles, index):
            echoes[index] = Role("running_header", 0, "header.echo", 0.8)
    again = {_bare(keys[i]) for i in echoes}
    more = {
        i: Role("running_header", 0, "header.echo", 0.7)
        for i, key in keys.items()
        if i not in found and i not in echoes and _bare(key) in again and first[_bare(key)] < i
        if _at_page(view, roles, i)
    }
    return echoes | more


def _number_beside(text: str) -> int:
    found = _NUMBER_AT_EDGE.search(text)
    return int(found[1] or found[2]) if found else 0


def _apart(view: View, indexes: Sequence[int]) -> bool:
    """Whether some text stands between most of these chunks, as between the heads of pages."""
    chunks = view.chunks
    filled = sum(chunks[b].start - chunks[a].end >= _LEAST_PAGE for a, b in pairwise(indexes))
    return 2 * filled >= len(indexes) - 1


def _at_page(view: View, roles: Roles, index: int) -> bool:
    """Whether a page begins or ends at the chunk, or its number stands beside it."""
    chunks = view.chunks
    if chunks[index].page or (index + 1 < len(chunks) and chunks[index + 1].page):
        return True
    return any(i in roles and roles[i].kind == "page_number" for i in (index - 1, index + 1))


def _runs_on(view: View, index: int) -> bool:
    """Whether a line is the first of a heading that goes on, short and small, below it."""
    if index + 1 == len(view.chunks):
        return False
    below = view.texts[index + 1]
    return len(below) <= _LONGEST_TAIL and below[0].islower() and below[-1] not in ".,;:"


def _at_edge(view: View, roles: Roles, index: int) -> bool:
    """Whether a chunk stands at the edge of a page or between two halves of a sentence."""
    if _at_page(view, roles, index):
        return True
    if not 0 < index < len(view.chunks) - 1:
        return False
    above, below = view.texts[index - 1], view.chunks[index + 1]
    return not above.endswith((".", ":", "?", "!", '"', "\u201d")) and view.text[below.start].islower()


def _twice(
    view: View, roles: Roles, keys: Mapping[int, str], found: Roles, edges: Sequence[int]
) -> dict[int, Role]:
    """Returns headers that come back once, in a paper of few pages or between other headers."""
    times = Counter(keys[i] for i in edges)
    pages = sum(r.kind == "page_number" for r in roles.values()) or sum(c.page for c in view.chunks)
    covered = len(found) >= _REPEATED and 2 * len(found) >= pages - len(edges)
    chosen = [
        i
        for i in edges
        if times[keys[i]] >= 2
        and (covered or pages <= _FEW_PAGES or times[keys[i]] >= _REPEATED)
        and not set(keys[i].split()) <= _SECTIONS
        and (keys[i].split()[0] not in _COUNTED or not any(map(str.isdigit, view.texts[i])))
    ]
    return dict.fromkeys(chosen, Role("running_header", 0, "header.twice", 0.7))


def _alike(view: View, keys: Mapping[int, str], found: Roles, edges: Sequence[int]) -> dict[int, Role]:
    """Returns lines at the edge of a page that read nearly like a header, or are words of the title."""
    from rapidfuzz.fuzz import ratio

    leaders = [key for key, _ in Counter(keys[i] for i in found).most_common(_MOST_LEADERS)]
    title = {w for words in view.words[:_TITLE_CHUNKS] if len(words) <= 25 for w in words}
    role = Role("running_header", 0, "header.alike", 0.7)
    more = {}
    for index in edges:
        words = keys[index].split()
        titled = len(words) >= 2 and index >= _TITLE_CHUNKS and title.issuperset(words)
        paged = titled and not (set(words) <= _SECTIONS)
        if index not in found and (
            paged or any(ratio(keys[index], leader, score_cutoff=_ALIKE) for leader in leaders)
        ):
            more[index] = role
    return more
