"""A concordance on the screen and in files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from policytext.cli.reading import shown
from policytext.export.wording import display_year
from policytext.search.concordance import Occurrence

_FEWEST = 8  # columns for what stands before the node, however long the node is
_NARROWEST = 20  # columns for context and node, however long the passage's name is


def kwic_lines(occurrences: Sequence[Occurrence], width: int, *, colour: bool) -> Iterator[str]:
    """Yields a line of ``width`` columns each: the year, left context, node, right context, the passage.

    All nodes begin in one column. Between asterisks the node, on a terminal (``colour``) in bold. A passage's
    name is whole, so that it can be pasted: the longer it is the shorter is the right context, and where that
    is not enough the line is longer than ``width``.
    """
    if not occurrences:
        return
    years = [display_year(found.date) for found in occurrences]
    year = max(map(len, years))
    places = [shown(found.passage) for found in occurrences]
    room = max(_NARROWEST, width - year - max(map(len, places)) - 4)  # two blanks on either side
    node = min(max(len(o.node) for o in occurrences), room // 3)
    left = max(_FEWEST, (room - node) // 2)
    for when, place, found in zip(years, places, occurrences, strict=True):
        right = max(room, width - year - len(place) - 4) - left
        middle = _middle(found, left, right, colour=colour)
        yield f"{when:<{year}}  {middle}  {_style(place, colour=colour)}"


def _middle(found: Occurrence, left: int, right: int, *, colour: bool) -> str:
    """Returns left context, node and right context, so many columns wide; the node begins at ``left``."""
    ends = 0 if colour else 1  # an asterisk's column, before the node and behind it
    node = shown(found.node)
    if len(node) > right - 2 * ends:
        node = node[: right - 2 * ends - 1] + "…"
    before = _last(shown(found.left), left - ends)
    after = _first(shown(found.right), right - len(node) - ends)
    marked = click.style(node, bold=True, fg="yellow") if colour else f"*{node}*"
    return f"{before:>{left - ends}}{marked}{after:<{right - len(node) - ends}}"


def _style(text: str, *, colour: bool) -> str:
    return click.style(text, dim=True) if colour else text


def _last(text: str, columns: int) -> str:
    """Returns the end of ``text``, beginning with a whole word where there is room for one."""
    if len(text) <= columns:
        return text
    cut = text[len(text) - columns :]
    whole = cut if text[len(text) - columns - 1] == " " else cut[cut.find(" ") + 1 :]
    return whole if whole.strip() else cut


def _first(text: str, columns: int) -> str:
    """Returns the beginning of ``text``, ending with a whole word where there is room for one."""
    if len(text) <= columns:
        return text
    cut = text[:columns]
    whole = cut if text[columns] == " " else cut[: cut.rfind(" ") + 1]
    return whole if whole.strip() else cut
