"""Tables: by rows, by columns of blanks, with their captions; and grids of names that lost their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policytext.text.blocks.roles import Role, Roles, View

_CAPTION = re.compile(
    r"table[ ]{0,2}(?:\d{1,3}(?:\.\d{1,2})?|[IVX]{1,5}|[A-Z])[a-z]?(?:[ ]?[.:\u2013\u2014-]|\s+[A-Z]|$)",
    re.IGNORECASE,
)
_CAPTION_HEAD = re.compile(r"table[ ]{0,2}(?:\d{1,3}(?:\.\d{1,2})?|[IVX]{1,5}|[A-Z])[.:]?", re.IGNORECASE)
_LONGEST_CAPTION = 250
_LEAST_CARDS = 4
_MOST_LINES, _LONGEST_LINE = 8, 48
_NAME = re.compile(
    r"(?:(?:mr|mrs|ms|miss|dr|sir|dame|lord|lady|baroness|prof|professor|cllr|the|rt|hon|rev)\.?[ ])*"
    r"[A-Z][\w'\u2019.-]{0,20}(?:[ ][A-Z][\w'\u2019.-]{0,20}){1,4}(?:,? (?:[A-Z]{2,4}))?",
    re.IGNORECASE,
)


def tables(view: View, roles: Roles) -> dict[int, Role]:
    """Two rows or more, by tabs, ``|`` or columns of blanks, with the caption above; and grids of names."""
    found = {
        i: Role("table", 0, "table.rows", 0.8)
        for i, c in enumerate(view.chunks)
        if c.shape == "row" and (len(c.lines) > 1 or _continues(view, i))
    }
    found.update(_grids(view, roles, found))
    captions = {
        above: Role("table", 0, "table.caption", 0.8)
        for i, r in found.items()
        if r.rule == "table.rows"
        for above in _caption(view, i)
        if above not in found
    }
    return found | captions


def _caption(view: View, rows: int) -> Iterable[int]:
    """Returns the chunks above ``rows`` that are its caption: one, or ``TABLE I`` and the title below it."""
    if rows and _is_caption(view, rows - 1):
        return (rows - 1,)
    titled = rows > 1 and _CAPTION_HEAD.fullmatch(view.texts[rows - 2]) is not None
    return (rows - 2, rows - 1) if titled and len(view.texts[rows - 1]) <= _LONGEST_CAPTION else ()


def _continues(view: View, index: int) -> bool:
    """Whether a lone row stands beside other rows."""
    chunks = view.chunks
    return any(
        0 <= i < len(chunks) and chunks[i].shape == "row" and len(chunks[i].lines) > 1
        for i in (index - 1, index + 1)
    )


def _is_caption(view: View, index: int) -> bool:
    text = view.texts[index]
    return len(text) <= _LONGEST_CAPTION and _CAPTION.match(text) is not None


def _grids(view: View, roles: Roles, found: Roles) -> dict[int, Role]:
    """Returns the cards of a grid: a name, in capitals or bold, and posts below it, many times in a row.

    Such pages set people or bodies side by side; a converter leaves their cells one below the other, often
    with the number of a page between them.
    """
    more: dict[int, Role] = {}
    run: list[int] = []
    for index in range(len(view.chunks) + 1):
        if index < len(view.chunks):
            number = index in roles and roles[index].kind == "page_number"
            if number:
                continue
            if index not in found and index not in roles and _is_card(view, index):
                run.append(index)
                continue
        if len(run) >= _LEAST_CARDS:
            more.update(dict.fromkeys(run, Role("table", 0, "table.grid", 0.7)))
        run = []
    return more


def _is_card(view: View, index: int) -> bool:
    """Whether a chunk is a name and posts: short lines, none of them a sentence or part of one."""
    chunk = view.chunks[index]
    if not 2 <= len(chunk.lines) <= _MOST_LINES or chunk.shape != "text":
        return False
    lines = view.texts[index].split("\n")
    lines = [line.strip() for line in lines]
    if any(
        len(line) > _LONGEST_LINE or line.endswith((".", ";", ":", "?")) or line[0].islower()
        for line in lines
    ):
        return False
    distinct = lines[0].isupper() or any(line.isupper() for line in lines[1:]) or bool(chunk.marks)
    return distinct and _NAME.fullmatch(lines[0]) is not None and not any(c.isdigit() for c in lines[0])
