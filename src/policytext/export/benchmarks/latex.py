"""The table of an evaluation for a paper in LaTeX, with the rules of the package booktabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policytext.evaluation.retrieval.records import Evaluation
from policytext.export.benchmarks.tables import DOWN, UP, Cell, Table, main_table
from policytext.export.benchmarks.words import judging_words, one_line, subject

_ESCAPED: Mapping[int, str] = {
    ord("\\"): r"\textbackslash{}",
    ord("{"): r"\{",
    ord("}"): r"\}",
    ord("$"): r"\$",
    ord("&"): r"\&",
    ord("#"): r"\#",
    ord("%"): r"\%",
    ord("_"): r"\_",
    ord("^"): r"\textasciicircum{}",
    ord("~"): r"\textasciitilde{}",
    ord("<"): r"\textless{}",
    ord(">"): r"\textgreater{}",
    ord("|"): r"\textbar{}",
    ord("`"): r"{\textasciigrave}",
    ord('"'): r"{\textquotedbl}",
}
_MARKS = {UP: r"$^{\uparrow}$", DOWN: r"$^{\downarrow}$", "": ""}


def latex_lines(evaluation: Evaluation) -> Iterator[str]:
    r"""Yields the main table as a float; ``\usepackage{booktabs}`` and ``[T1]{fontenc}`` are all it needs.

    The best of a column is bold, and an arrow marks what differs by more than chance, as the caption says.
    The notes stand above it as comments; the label is ``tab:`` and the collection's name.
    """
    table = main_table(evaluation)
    yield "% needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}"
    yield from (f"% {one_line(note)}" for note in evaluation.notes)
    yield r"\begin{table}"
    yield r"  \centering"
    yield rf"  \caption{{{_caption(evaluation, table)}}}"
    yield rf"  \label{{tab:{_label(evaluation.collection.name)}}}"
    yield rf"  \begin{{tabular}}{{{''.join('l' if n in table.words else 'r' for n in _shown(table))}}}"
    yield r"    \toprule"
    yield f"    {' & '.join(latex(table.header[n]) for n in _shown(table))} \\\\"
    yield r"    \midrule"
    for row in table.rows:
        yield f"    {' & '.join(_cell(row[n]) for n in _shown(table))} \\\\"
    yield r"    \bottomrule"
    yield r"  \end{tabular}"
    yield r"\end{table}"


def _shown(table: Table) -> range:
    """Returns the columns; the numbers of the runs serve no other table here."""
    return range(table.keys - 1, len(table.header))


def _caption(evaluation: Evaluation, table: Table) -> str:
    marks = [note for note in table.notes if not note.startswith("* ")]
    told = [f"{subject(evaluation)}.", judging_words(evaluation)]
    if len(marks) < len(table.notes):
        told.append("Bold: the best of its column.")
    arrows = {UP: _MARKS[UP], DOWN: _MARKS[DOWN]}
    words = [latex(one) for one in told] + [f"{latex(mark)}." for mark in marks]
    caption = " ".join(words)
    for arrow, command in arrows.items():
        caption = caption.replace(arrow, command)
    return caption


def _label(name: str) -> str:
    """Returns a name of letters and digits alone, with strokes between: all that a label bears everywhere."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "runs"


def _cell(cell: Cell) -> str:
    text = latex(cell.text)
    return (rf"\textbf{{{text}}}" if cell.best else text) + _MARKS.get(cell.mark, cell.mark)


def latex(text: str) -> str:
    """Returns foreign text on one line, with LaTeX's own characters escaped.

    What is outside ASCII stands as it is: LaTeX reads UTF-8.
    """
    text = one_line(text).translate(_ESCAPED)
    return text.replace("--", "-{}-").replace("''", "'{}'")  # two would become a dash, or one mark
