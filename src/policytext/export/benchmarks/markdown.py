"""An evaluation as a page in GitHub's markdown: tables for an appendix, foreign text made harmless."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policytext.evaluation.retrieval.records import Evaluation
from policytext.evaluation.wording import counted
from policytext.export.benchmarks.tables import (
    Cell,
    Table,
    comparison_table,
    main_table,
    pairs_told,
    slice_tables,
    slices_words,
    whereabouts,
)
from policytext.export.benchmarks.words import (
    change_words,
    command_line,
    judging_words,
    moved_words,
    one_line,
    subject,
)

_COMPARISONS = 50
_PAIRS = 10
_DOCUMENTS = 3
_TEXT = 300
_OTHERS = 6
"""Runs up to which the differences of every measure are shown; of more, those of the leading one."""

# Emphasis, code, formulas, strokes, cells and tags always; the rest only where it would begin something:
# a link or what it refers to, an entity, a mention, an issue, emphasis at the edge of a word.
_ACTIVE = re.compile(
    r"[\\`*|$~<>]|\](?=[(\[:])|&(?=[#\w])|(?<!\w)@|@(?=[\w-]+\.)|#(?=\w)|(?<![^\W_])_|_(?![^\W_])"
)
# A list, a heading, a line under one, a box to tick: what begins a line, not a cell.
_BEGINS = re.compile(r"^(?:[-+](?=\s|[-+]*$)|\d{1,9}[.)](?=\s|$)|#(?=[#\s]|$)|=(?==*$)|\[(?=[ xX]\]))")
_SCHEME = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp|www)([:.])")


def markdown(
    evaluation: Evaluation, request: Mapping[str, Any] | None = None, *, has_files: bool = True
) -> str:
    """Returns the report as a page: runs, notes, differences, slices, gains and losses, and the command.

    Args:
        evaluation: what was measured.
        request: how it was asked for; told at the end where it is given.
        has_files: whether a folder keeps what is too much for a page.
    """
    return "\n".join(_page(evaluation, request, has_files=has_files)) + "\n"


def _page(evaluation: Evaluation, request: Mapping[str, Any] | None, *, has_files: bool) -> Iterator[str]:
    yield f"# {escaped(evaluation.collection.name)}"
    yield ""
    yield escaped(subject(evaluation)) + "."
    yield ""
    yield escaped(judging_words(evaluation))
    yield ""
    yield from table_lines(main_table(evaluation))
    if evaluation.notes:
        yield from _head("Notes")
        yield from (f"- {escaped(note)}" for note in evaluation.notes)
    yield from _differences(evaluation, has_files=has_files)
    slices = list(slice_tables(evaluation, has_files=has_files))
    if slices:
        yield from _head("Slices")
        for number, table in enumerate(slices):
            yield from [""] if number else []
            yield from table_lines(table)
        if slices_words(evaluation):
            yield from ["", escaped(slices_words(evaluation))]
    if evaluation.changes:
        yield from _head("Gains and losses")
        yield from _changes(evaluation, has_files=has_files)
    if request is not None:
        yield from _head("Command")
        yield from ["```", one_line(command_line(request)), "```"]


def _head(title: str) -> list[str]:
    return ["", f"## {title}", ""]


def _differences(evaluation: Evaluation, *, has_files: bool) -> Iterator[str]:
    measures = evaluation.measures if len(evaluation.scores) <= _OTHERS else evaluation.measures[:1]
    tables = [
        comparison_table(evaluation, measure, _COMPARISONS, has_files=has_files) for measure in measures
    ]
    found = [table for table in tables if table is not None]
    if found:
        yield from _head("Differences")
    for number, table in enumerate(found):
        yield from [""] if number else []
        yield from table_lines(table)


def _changes(evaluation: Evaluation, *, has_files: bool) -> Iterator[str]:
    pairs, more = pairs_told(evaluation, _PAIRS)
    for number, pair in enumerate(pairs):
        yield from [""] if number else []
        measure, first, second = (escaped(word) for word in pair)
        yield f"{measure}, from {first} to {second}:"
        yield ""
        for change in (one for one in evaluation.changes if (one.measure, one.first, one.second) == pair):
            yield f"- {change_words(change)}: **{escaped(change.qid)}** {escaped(change.text, _TEXT)}"
            for moved in change.moved[:_DOCUMENTS]:
                text = f": {escaped(moved.text, _TEXT)}" if moved.text else ""
                yield f"  - {escaped(moved.document)} ({moved_words(moved)}){text}"
    if more:
        yield ""
        yield f"And {counted(more, 'pair')} of runs more: {whereabouts('changes.csv', has_files=has_files)}."


def table_lines(table: Table) -> Iterator[str]:
    """Yields a table, its title before and its notes behind it; the best of a column is bold."""
    if table.title:
        yield from [f"**{escaped(table.title)}**", ""]
    yield _row([_inert(name) for name in table.header])
    yield _row([":--" if n in table.words else "--:" for n in range(len(table.header))])
    for row in table.rows:
        yield _row([_cell(cell) for cell in row])
    for number, note in enumerate(table.notes):
        yield from [""] if number == 0 else []
        ends = "  " if number < len(table.notes) - 1 else ""  # two blanks end a line
        yield ("bold: the best of its column" if note.startswith("* ") else escaped(note)) + ends


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    text = _inert(cell.text)
    return (f"**{text}**" if cell.best else text) + cell.mark


def escaped(text: str, limit: int = 10_000) -> str:
    """Returns foreign text on one line, nothing in it active: no markup, no tag, no link, no mention."""
    return _BEGINS.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", _inert(text, limit))


def _inert(text: str, limit: int = 10_000) -> str:
    line = _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", one_line(text, limit))
    return _SCHEME.sub(lambda found: f"{found[1]}&#{ord(found[2])};", line)
