"""An evaluation to be read on a terminal: aligned tables, nothing wider than it, nothing hidden."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from policytext.evaluation.retrieval.comparing.slices import SMALL, WORDING, query_facets
from policytext.evaluation.retrieval.records import Change, Evaluation
from policytext.evaluation.wording import counted
from policytext.export.benchmarks.tables import (
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
    columns_of,
    cut,
    judging_words,
    moved_words,
    one_line,
    start_of,
    subject,
)

WIDTH = 100
_GAP = "  "
_COMPARISONS = 15
_PAIRS = 3
"""Pairs of runs whose gains and losses are shown."""
_QUERIES = 2
"""Gains, and losses, that are shown of a pair; of several pairs one each."""
_DOCUMENTS = 2
"""Documents that are shown of a query."""
_NARROWEST = 12
"""Columns to which words of a table are cut before a table is parted."""
_NAMES = 56
"""Columns that the names of runs may take above their figures; beyond it their numbers stand there."""
_TEXT = 300


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of an evaluation is told.

    With ``facets`` all slices, else those by labels of queries and by wording. ``examples`` is how many gains
    and losses of every pair of runs; None is few, of the pairs with the baseline or the best run. With
    ``has_files`` a folder keeps everything.
    """

    facets: bool = False
    examples: int | None = None
    has_files: bool = True


def report_lines(evaluation: Evaluation, width: int = WIDTH, detail: Detail | None = None) -> Iterator[str]:
    """Yields the report, at most ``width`` columns wide: runs, remarks, differences, slices, changes.

    Long lists are cut, and say where the rest is; foreign text stands on one line with nothing hidden in it.
    """
    detail = detail or Detail()
    yield from _wrapped(subject(evaluation), width)
    yield from _wrapped(judging_words(evaluation), width)
    yield ""
    yield from table_lines(main_table(evaluation), width)
    yield from [""] if evaluation.notes else []
    for note in evaluation.notes:
        yield from _wrapped(note, width, "- ", "  ")
    shown, other_facets, small = _shown_slices(evaluation, detail)
    for table in _further(shown, detail):
        yield ""
        yield from table_lines(table, width)
    if slices_words(shown):
        yield from _wrapped(slices_words(shown), width)
    for facets, why in ((small, f" (none of {SMALL} queries or more)"), (other_facets, "")):
        if facets:
            where = whereabouts("slices.csv", has_files=detail.has_files)
            yield ""
            yield from _wrapped(
                f"Slices by {', '.join(facets)}{why}: {where}, --facet NAME shows them", width
            )
    yield from _change_lines(evaluation, width, detail)


def _shown_slices(evaluation: Evaluation, detail: Detail) -> tuple[Evaluation, list[str], list[str]]:
    """Returns the evaluation with the slices that are shown, and the facets of the others.

    Those come last that would be shown if any of their slices had queries enough.
    """
    facets = list(dict.fromkeys(one.facet for one in evaluation.slices))
    usual = {WORDING, *query_facets(evaluation.collection).values()}
    large = {one.facet for one in evaluation.slices if one.queries >= SMALL}
    shown = {facet for facet in facets if detail.facets or (facet in usual and facet in large)}
    slices = tuple(one for one in evaluation.slices if one.facet in shown)
    others = [facet for facet in facets if facet not in shown]
    small = [facet for facet in others if facet in usual]
    return replace(evaluation, slices=slices), [name for name in others if name not in small], small


def _further(evaluation: Evaluation, detail: Detail) -> Iterator[Table]:
    lead = evaluation.measures[:1]
    for measure in lead:
        table = comparison_table(evaluation, measure, _COMPARISONS, has_files=detail.has_files)
        if table is not None:
            yield table
    for table in slice_tables(evaluation, has_files=detail.has_files):
        yield _numbered(table, evaluation)


def _numbered(table: Table, evaluation: Evaluation) -> Table:
    """Returns the table with numbers for the names of runs, where the names would take too much room."""
    runs = table.header[3:]
    if sum(columns_of(run) + len(_GAP) for run in runs) <= _NAMES:
        return table
    numbers = {score.run: f"run {number}" for number, score in enumerate(evaluation.scores, 1)}
    header = (*table.header[:3], *(numbers[run] for run in runs))
    return Table(table.title, header, table.rows, table.words, table.keys, table.notes)


def table_lines(table: Table, width: int) -> Iterator[str]:
    """Yields a table, at most ``width`` columns wide.

    One too wide does without spare columns, has its words cut, and then comes in parts, each of which begins
    with the columns that name the row.
    """
    if table.title:
        yield one_line(table.title)
    columns = [_column(table, n) for n in range(len(table.header))]
    widths = [max(map(columns_of, column)) for column in columns]
    parts = _parts(table, widths, width)
    for part in parts:
        yield _GAP.join(_placed(columns[n][0], widths[n], left=n in table.words) for n in part).rstrip()
        yield _GAP.join("-" * widths[n] for n in part)
        for row in range(1, len(table.rows) + 1):
            yield _GAP.join(_placed(columns[n][row], widths[n], left=n in table.words) for n in part).rstrip()
        if part is not parts[-1]:
            yield ""
    for note in table.notes:
        yield from _wrapped(note, width, "", "  ")


def _column(table: Table, n: int) -> list[str]:
    """Returns a column with its head; marks have room of their own, so that figures are aligned."""
    cells = [row[n] for row in table.rows]
    best, mark = any(cell.best for cell in cells), any(cell.mark for cell in cells)
    marked = [
        one_line(cell.text) + ("*" if cell.best else " " if best else "") + (cell.mark or " " if mark else "")
        for cell in cells
    ]
    return [one_line(table.header[n]) + " " * (best + mark), *marked]


def _parts(table: Table, widths: list[int], width: int) -> list[list[int]]:
    """Returns which columns stand side by side; narrows columns of words in ``widths`` where that helps."""
    kept = [n for n in range(len(widths)) if n not in table.spare]
    if _over(range(len(widths)), widths, width) <= 0:
        kept = list(range(len(widths)))
    for n in sorted(table.words & set(kept), key=lambda n: -widths[n]):
        over = max(0, _over(kept, widths, width))
        widths[n] = max(min(widths[n], _NARROWEST), widths[n] - over)
    keys = kept[: table.keys]
    taken = sum(widths[n] + len(_GAP) for n in keys)
    parts: list[list[int]] = []
    room = 0
    for n in kept[table.keys :]:
        if not parts or room < widths[n]:
            parts.append([*keys])
            room = width - taken
        parts[-1].append(n)
        room -= widths[n] + len(_GAP)
    return parts or [keys]


def _over(columns: Collection[int], widths: Sequence[int], width: int) -> int:
    """Returns by how much these columns are too wide."""
    return sum(widths[n] for n in columns) + len(_GAP) * (len(columns) - 1) - width


def _placed(text: str, width: int, *, left: bool) -> str:
    text = cut(text, width)
    blank = " " * (width - columns_of(text))
    return text + blank if left else blank + text


def _change_lines(evaluation: Evaluation, width: int, detail: Detail) -> Iterator[str]:
    few = detail.examples is None
    pairs, more = pairs_told(evaluation, _PAIRS if few else len(evaluation.changes), leading=few)
    usual = _QUERIES if len(pairs) == 1 else 1
    most = usual if detail.examples is None else detail.examples
    is_cut = False
    for pair in pairs:
        found = [one for one in evaluation.changes if (one.measure, one.first, one.second) == pair]
        gains = [one for one in found if one.after > one.before]
        losses = [one for one in found if one.after < one.before]
        for kind, some in (("Gains", gains), ("Losses", losses)):
            if some:
                yield ""
                title = f"{kind} in {pair[0]} from {pair[1]} to {pair[2]}"
                yield from _wrapped(title, width)
                yield from _queries(some[:most], width)
                is_cut = is_cut or len(some) > most
    if more or is_cut:
        rest = [
            f"{counted(more, 'further pair')} of runs" if more else "",
            "further queries" if is_cut else "",
        ]
        where = whereabouts("changes.csv", has_files=detail.has_files)
        yield ""
        told = ", and ".join(part for part in rest if part)
        yield from _wrapped(f"{told}: {where}, --examples N shows them", width)


def _queries(changes: Sequence[Change], width: int) -> Iterator[str]:
    for change in changes:
        told = f"{change_words(change)}  {one_line(change.qid, 40)}: {one_line(change.text, _TEXT)}"
        yield from _wrapped(told, width, "  ", "    ")
        for moved in change.moved[:_DOCUMENTS]:
            named = f"{one_line(moved.document, 60)} ({moved_words(moved)})"
            text = one_line(moved.text, _TEXT)
            yield from _wrapped(f"{named}: {text}" if text else named, width, "      ", "        ", most=1)
        if len(change.moved) > _DOCUMENTS:
            yield f"      and {counted(len(change.moved) - _DOCUMENTS, 'document')} more"


def _wrapped(
    text: str, width: int, first: str = "", rest: str = "", most: int | None = None
) -> Iterator[str]:
    """Yields the lines of a text by columns; long words are parted.

    Of the lines ``most`` are told where that is asked, up to the last whole word and with dots behind it.
    """
    line, empty, number = first, True, 1
    for word in _words(one_line(text), width - max(len(first), len(rest))):
        gap = "" if empty else " "
        if not empty and columns_of(line) + 1 + columns_of(word) > width:
            if number == most:
                whole = line if columns_of(line) < width else line.rpartition(" ")[0]
                yield f"{whole.rstrip()}\u2026"
                return
            yield line.rstrip()
            line, gap, number = rest, "", number + 1
        line, empty = f"{line}{gap}{word}", False
    yield line.rstrip()


def _words(line: str, room: int) -> Iterator[str]:
    """Yields the words of a line, those wider than ``room`` in pieces."""
    for word in line.split(" "):
        rest = word
        while columns_of(rest) > room:
            piece = start_of(rest, room) or rest[0]
            yield piece
            rest = rest[len(piece) :]
        yield rest
