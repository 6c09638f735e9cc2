"""Tables of contents: titles with the numbers of their pages, with or without dots between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from policytext.text.blocks.roles import Role, Roles, View

_HEADING = re.compile(
    r"(?:table of |list of )?(?:contents|tables|figures|boxes|appendices)(?: page)?", re.IGNORECASE
)
LEADERS = re.compile(
    r"(?:(?<!\.)\.{4,200}|(?<!\. )(?:\. ){4,200}|(?<!\u2026)\u2026{2,90})[ ]{0,9}(?:\d{1,4}|[ivxl]{1,6})?$",
    re.MULTILINE,
)
"""The dots that lead to the page number."""
_ENTRY = re.compile(r"(?=\S)[^\n]{2,120}?[ \t.\u2026]{1,40}(?P<page>\d{1,4}|[ivxl]{1,6})")
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d$")
_MONTH = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)\W*\d+$",
    re.IGNORECASE,
)
_LEAST, _LEAST_HEADED = 4, 2
"""Lines of a list of contents, under no heading and under one that says so."""
_LONGEST_LINE = 130
_MOST_CHUNKS = 300
_GAP = 2
"""Lines without a number in a row that a list may hold: parts of titles."""


def contents(view: View, roles: Roles) -> dict[int, Role]:
    """Chunks with leaders; and runs of lines that end in a number that never falls, under a heading or not.

    A number may stand in a line of its own behind its title. Lists of figures and tables are lists like it.
    """
    found: dict[int, Role] = {}
    for index, text in enumerate(view.texts):
        if (
            index not in roles
            and len(text) <= 20_000
            and ("..." in text or ". ." in text or "\u2026" in text)
        ):
            leaders = len(LEADERS.findall(text))
            if leaders and 2 * leaders >= len(view.chunks[index].lines):
                found[index] = Role("boilerplate", 0, "contents.leaders", 0.85)
    for index in range(len(view.chunks)):
        if (
            index not in found
            and len(view.texts[index]) <= 30
            and _HEADING.fullmatch(view.texts[index].strip(" :*"))
        ):
            found.update(_below_heading(view, roles, found, index))
    return found | _unheaded(view, roles, found)


def _page(text: str) -> int:
    """Returns the number an entry ends with; 0 where it is no entry."""
    if len(text) > _LONGEST_LINE or not text[:1].isalnum() or not text[-1:].isalnum():
        return 0
    entry = _ENTRY.fullmatch(text)
    if (
        not entry
        or _YEAR.search(text)
        or _MONTH.search(text)
        or not any(map(str.isalpha, text[: entry.start("page")]))
    ):
        return 0
    page = entry["page"]
    return int(page) if page.isdigit() else 1


def _lines(view: View, index: int) -> list[str]:
    """Returns the lines of a chunk; of a row of a grid what its cells hold."""
    lines = [view.text[line.start : line.end] for line in view.chunks[index].lines]
    return [" ".join(line.replace("|", " ").split()) if line[0] == "|" else line for line in lines]


def _below_heading(view: View, roles: Roles, found: Roles, heading: int) -> dict[int, Role]:
    """Returns the heading and the entries below it, as long as numbers rise and lines are short."""
    taken: list[int] = []
    entries, before, waiting = 0, 0, 0
    for index in range(heading + 1, min(len(view.chunks), heading + _MOST_CHUNKS)):
        lines = _lines(view, index)
        number = index in roles and roles[index].kind == "page_number"
        if index in roles and not number and roles[index].rule != "heading.markup":
            break
        pages = [int(lines[0])] if number and lines[0].isdigit() else [_page(line) for line in lines]
        numbered = [p for p in pages if p]
        if (
            any(len(line) > _LONGEST_LINE or line.endswith((".", ";")) for line in lines)
            and index not in found
        ):
            break
        if numbered and (numbered[0] < before or numbered != sorted(numbered)):
            break
        waiting = 0 if numbered or index in found else waiting + 1
        if waiting > _GAP:
            break
        entries += len(numbered) + (index in found)
        before = numbered[-1] if numbered else before
        taken.append(index)
    taken = taken[: len(taken) - waiting] if waiting else taken
    if entries < _LEAST_HEADED:
        return {}
    role = Role("boilerplate", 0, "contents.headed", 0.8)
    return dict.fromkeys([heading, *taken], role)


def _unheaded(view: View, roles: Roles, found: Roles) -> dict[int, Role]:
    """Returns runs of chunks all of whose lines are entries with numbers that never fall."""
    more: dict[int, Role] = {}
    run: list[tuple[int, int]] = []
    for index in range(len(view.chunks) + 1):
        pages: Sequence[int] = ()
        if index < len(view.chunks) and index not in roles and index not in found:
            pages = _entries(view, index)
        if pages and not (run and pages[0] < run[-1][1]):
            run += [(index, page) for page in pages]
            continue
        if len(run) >= _LEAST and run[-1][1] > run[0][1] + len(run) // 2:
            more.update({i: Role("boilerplate", 0, "contents.rising", 0.65) for i, _ in run})
        run = [(index, page) for page in pages]
    return more


def _entries(view: View, index: int) -> list[int]:
    """Returns the page numbers of a chunk that holds nothing but entries; none where a line is none."""
    if not view.text[view.chunks[index].end - 1].isalnum() or view.chunks[index].shape == "row":
        return []
    pages = [_page(line) for line in _lines(view, index)]
    falls = any(a > b for a, b in pairwise(pages))
    return [] if falls or not all(pages) else pages
