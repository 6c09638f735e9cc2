"""Tables for notebooks: HTML with every piece escaped, no script, no style sheet, nothing from outside.

Colours are those of the reader's theme: only marks bring both their background and their ink, so that they
read the same on white and on black.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from policytext.export.wording import display_date
from policytext.ranking import Also
from policytext.search.results import Result, joined
from policytext.spans import Span

_CELL = "text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid rgba(128,128,128,.4)"
_TABLE = "border-collapse:collapse;background:transparent;color:inherit"
_CAPTION = "text-align:left;caption-side:top;padding:.3em .6em;font-weight:bold;color:inherit"
_MARK = "background:#ffe08a;color:#1b1b1b;padding:0 .1em"
_SMALL = "opacity:.75;font-size:smaller"
_NO_FORMULAS = "tex2jax_ignore mathjax_ignore"  # notebooks typeset what stands between two dollar signs

HIT_HEADER = ("rank", "who", "said", "printed", "passage", "place")


def hits_html(results: Sequence[Result], caption: str, notes: Iterable[str] = ()) -> str:
    """Returns hits as a table: rank, who, said, printed, passage with the words marked, place.

    ``notes`` stand above it, a line each.
    """
    return _table(caption, notes, HIT_HEADER, (_hit_cells(r) for r in results))


def rows_html(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], caption: str) -> str:
    """Returns rows as a table under the names of ``columns``; ``;`` parts several values in a cell."""
    cells = ([_value(row.get(name)) for name in columns] for row in rows)
    return _table(caption, (), [name.replace("_", " ") for name in columns], cells, to_right="left")


def passage_html(text: str, marks: Sequence[Span]) -> str:
    """Returns ``text`` escaped, with the words at ``marks`` (spans of it, rising) in ``<mark>``."""
    out, at = [], 0
    for span in joined(text, marks):
        out += [_safe(text[at : span.start]), _marked(text[span.start : span.end])]
        at = span.end
    return "".join([*out, _safe(text[at:])])


def hit_line(result: Result, width: int) -> str:
    """Returns about ``width`` characters of a hit's passage, the words found between asterisks.

    They are of the statement that answers, where there is one, and from where most of the words are.
    """
    text, spans = result.passage.text, joined(result.passage.text, result.marks)
    start = _window(result, spans, width)
    if len(text) - start < width:  # near the end there is room for more before
        start = text.find(" ", len(text) - width, start) + 1 if len(text) > width else 0
    end = len(text) if len(text) - start <= width else max(text.rfind(" ", start, start + width), start + 1)
    out, at = ["… " if start else ""], start
    for span in (s for s in spans if start <= s.start and s.end <= end):
        out += [text[at : span.start], f"*{text[span.start : span.end]}*"]
        at = span.end
    return plain("".join([*out, text[at:end], " …" if end < len(text) else ""]))


def _window(result: Result, spans: Sequence[Span], width: int) -> int:
    """Returns where the line of a hit begins: a third of ``width`` is for what stands before the words."""
    text, said = result.passage.text, result.statement
    told = range(len(text))
    if said is not None:
        told = told[max(0, said.start - result.passage.start) : max(0, said.end - result.passage.start)]

    def words(first: Span) -> int:
        near = (s for s in spans if first.start <= s.start and s.end <= first.start + 2 * width // 3)
        return len({w.casefold() for s in near for w in text[s.start : s.end].split()})

    inside = [s for s in spans if s.start in told]
    if not inside:
        return told.start
    best = max(inside, key=lambda s: (words(s), -s.start)).start
    before = max(told.start, best - width // 3)
    return before if before == told.start else text.find(" ", before, best) + 1 or best


def said_words(result: Result) -> tuple[str, str]:
    """Returns who says a hit and when, in words; the document's own voice speaks when it is printed."""
    statement = result.statement
    who = result.speaker or ("an unnamed speaker" if statement else "no author known")
    if statement is None:
        return who, "quoting others" if result.only_quotes else "in own words"
    role = f", {statement.role}" if statement.role and statement.speaker else ""
    when = f"{display_date(result.date)} ({result.date_basis})" if result.date else "at an unknown date"
    return who + role, when


def also_words(place: Also) -> str:
    """Returns in words where else a hit is printed."""
    return f"also in: {place.source}, line {place.line} ({place.relation.replace('_', ' ')})"


def plain(text: str) -> str:
    """Returns ``text`` on one line, without characters that are not seen and steer what is.

    Control characters become blanks; zero-width and bidirectional ones are dropped.
    """
    return " ".join("".join(_visible(text)).split())


def _visible(text: str) -> Iterator[str]:
    if text.isascii() and text.isprintable():
        yield text
        return
    for char in text:
        category = unicodedata.category(char)
        if category in ("Cc", "Zl", "Zp"):
            yield " "
        elif category == "Cs":
            yield "\ufffd"
        elif category != "Cf":
            yield char


def _safe(text: str) -> str:
    return escape("".join(_visible(text)))


def _marked(text: str) -> str:
    return f'<mark style="{_MARK}">{_safe(text)}</mark>'


def _hit_cells(result: Result) -> list[str]:
    who, when = said_words(result)
    return [
        str(result.hit.rank),
        _safe(who),
        _safe(when),
        _safe(display_date(result.passage.publication_date)),
        passage_html(result.passage.text, result.marks),
        _place(result),
    ]


def _place(result: Result) -> str:
    """Returns where the hit stands in the file, and the name that ``show`` takes."""
    passage, target = result.passage, result.statement or result.passage
    place = f"{passage.relative}, line {target.line}, characters {target.raw_start}\u2013{target.raw_end}"
    lines = [passage.id, *(also_words(place) for place in result.hit.also)]
    return _safe(place) + "".join(f'<br><span style="{_SMALL}">{_safe(line)}</span>' for line in lines)


def _value(cell: Any) -> str:
    if cell is None:
        return ""
    return _safe("; ".join(map(str, cell)) if isinstance(cell, tuple | list) else str(cell))


def _table(
    caption: str,
    notes: Iterable[str],
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    to_right: str | None = None,
) -> str:
    """Returns a table of cells that are escaped already; the column ``to_right`` leans on the next one."""
    styles = [_CELL.replace(":left", ":right") if name == to_right else _CELL for name in header]
    lines = [f'<p class="{_NO_FORMULAS}" style="{_SMALL}">{_safe(note)}</p>' for note in notes]
    lines.append(f'<table class="{_NO_FORMULAS}" style="{_TABLE}">')
    lines.append(f'<caption style="{_CAPTION}">{_safe(caption)}</caption>')
    heads = "".join(f'<th scope="col" style="{_CELL}">{_safe(name)}</th>' for name in header)
    lines.append(f"<thead><tr>{heads}</tr></thead><tbody>")
    for row in rows:
        cells = (f'<td style="{s}">{cell}</td>' for s, cell in zip(styles, row, strict=True))
        lines += ["<tr>", *cells, "</tr>"]
    return "\n".join([*lines, "</tbody></table>"])
