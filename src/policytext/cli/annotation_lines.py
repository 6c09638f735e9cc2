"""What `policytext eval annotations` shows a reader: figures first, then what stands behind them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from policytext.cli.diffs import cut, on_one_line
from policytext.cli.reading import shown, table
from policytext.evaluation.annotating.figures import Agreement, Case, CaseKind, Found, Scored
from policytext.evaluation.annotating.gains import Difference, LayerGains, Tally
from policytext.evaluation.annotating.intervals import LEAST_ROWS, interval
from policytext.evaluation.annotating.judging import kind_of, told
from policytext.evaluation.annotating.rows import Row
from policytext.evaluation.annotating.scoring import LayerScore
from policytext.evaluation.annotating.tables import Judged, papers_of

NARROWEST = 80
_VALUE = 60
_LEAST_TEXT = 30
_NAME = 12
"""Columns that are left to a text, and to what names a row of a table, whatever else stands in the line."""
_MARK = "*"
_OF_FOUND = " of found"
_FEW_PAPERS = 10
_NAMED = frozenset({"claims", "edits", "blocks"})
"""Layers in which a case is told with its kind: a family, a kind of damage, a role."""
_CASES: tuple[CaseKind, ...] = ("missed", "extra", "wrong", "outside")
_COUNTS = ("right", "exported", "P", "found", "gold", "R", "F1")
_TALLIED = ("same", "changed", "gained", "lost")


def gain_lines(
    old: Path, new: Path, found: Sequence[LayerGains], limit: int, width: int = NARROWEST
) -> Iterator[str]:
    """Yields what two exports have and have not in common; ``limit`` is the most that is shown of a list.

    Lines are cut or wrapped to ``width`` columns, but for the names of the two.
    """
    yield from (f"old  {shown(str(old))}", f"new  {shown(str(new))}", "")
    totals = [(f.layer, f.old, f.new, *_tallied(f.tally)) for f in found]
    yield from _table(totals, ("layer", "old", "new", *_TALLIED), width)
    for one in found:
        if one.differences:
            yield from _gains(one, limit, width)


def _gains(one: LayerGains, limit: int, width: int) -> Iterator[str]:
    for name, tallies in (("family", one.by_family()), ("rule", one.by_rule()), ("source", one.by_source())):
        differing = [(cut(key, _VALUE), *_tallied(t)) for key, t in tallies.items() if t.different]
        if len(tallies) > 1:
            yield from _head(f"{one.layer} by {name}", len(differing), limit)
            yield from _table(differing[:limit], (name, *_TALLIED), width) if limit else ()
    if one.by_field():
        listed = ", ".join(f"{shown(name)} {times:,}" for name, times in one.by_field().items())
        yield from ("", *_wrapped(f"{one.layer}: what changed: {listed}", width))
    for kind in ("gained", "lost", "changed"):
        differences = list(one.of_kind(kind))
        if differences:
            yield from _head(f"{one.layer} {kind}", len(differences), limit)
            for difference in differences[:limit]:
                yield from _difference(one.layer, difference, width)


def _tallied(tally: Tally) -> tuple[int, ...]:
    return tally.same, tally.changed, tally.gained, tally.lost


def _table(
    rows: Sequence[Sequence[Any]], header: Sequence[str], width: int, *, whole: bool = True
) -> Iterator[str]:
    """Yields a table with its figures to the right; without columns that hold none, if not ``whole``.

    The first column is cut to what the others leave of ``width``.
    """
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    columns = [n for n in range(len(header)) if whole or n == 0 or any(row[n] != "-" for row in cells)]
    listed = [list(header), *cells]
    for n in (n for n in columns if n and all(_is_figure(row[n]) for row in cells)):
        if any(row[n].endswith(_MARK) for row in cells):
            for row in listed:
                row[n] += "" if row[n].endswith(_MARK) else " "
        widest = max(len(row[n]) for row in listed)
        for row in listed:
            row[n] = row[n].rjust(widest)
    left = width - sum(2 + max(len(row[n]) for row in listed) for n in columns if n)
    for row in listed:
        row[0] = cut(row[0], max(left, _NAME))
    yield from table(([row[n] for n in columns] for row in listed[1:]), [listed[0][n] for n in columns])


def _is_figure(cell: str) -> bool:
    return cell in ("", "-") or cell.removesuffix(_MARK).replace(".", "", 1).isdigit()


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Returns lines of ``text``, the first behind ``indent`` and the others further in."""
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False
    )


def _head(title: str, count: int, limit: int) -> Iterator[str]:
    """Yields the head of a list, and how much of it is shown."""
    yield from ("", f"{title}: {count:,}" + (f" (the first {limit:,})" if 0 < limit < count else ""))


def _place(row: Row, names: Iterable[str], width: int, before: str = "  ") -> Iterator[str]:
    """Yields where a row stands, what it reads and how it is named; the text below where it has no room."""
    place, tag = f"{before}{cut(shown(row.source), _VALUE // 2)}:{row.start}-{row.end}", _tag(names)
    tag = cut(tag, max(width - len(place), _LEAST_TEXT))
    text, room = on_one_line(row.text, " "), width - len(place) - len(tag) - 2
    if len(text) <= room or room >= 2 * _LEAST_TEXT:
        yield f"{place}  {cut(text, room)}{tag}" if text.strip() else f"{place}{tag}"
    else:
        yield f"{place}{tag}"
        yield f"      {cut(text, width - 6)}"


def _difference(layer: str, difference: Difference, width: int) -> Iterator[str]:
    named = [kind_of(layer, difference.row)] if layer in _NAMED else []
    yield from _place(difference.row, [*named, difference.row.rule], width)
    if difference.kind == "changed":
        before, after = difference.values(difference.old), difference.values(difference.new)
        for name in difference.fields:
            told = f"{shown(name)}: {_value(before[name])} -> {_value(after[name])}"
            yield from _wrapped(told, width, "      ")


def _tag(names: Iterable[str]) -> str:
    said = [cut(shown(name), _VALUE) for name in names if name != "-"]
    return f"  [{', '.join(said)}]" if said else ""


def _value(value: Any) -> str:
    if value in (None, [], ""):
        return "-"
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cut(on_one_line(plain, " "), _VALUE)


def score_lines(
    gold: Path, export: Path, found: Sequence[Judged], limit: int, width: int = NARROWEST
) -> Iterator[str]:
    """Yields how an export does against gold; ``limit`` is the most that is shown of a list.

    Lines are cut or wrapped to ``width`` columns, but for the names of the two.
    """
    yield from (f"gold    {shown(str(gold))}", f"export  {shown(str(export))}", "")
    totals = [row for one in found for row in _totals(one)]
    yield from _table(totals, ("", *_COUNTS, "95 %"), width)
    yield ""
    for line in (*_unsure(found), "", *_key(found)):
        yield from _wrapped(line, width) or [""]
    yield from _means(found, width)
    for one in found:
        yield from ("", *_wrapped(f"{one.layer}: {_aside(one)}.", width))
        yield from _matched(one, limit, width) if isinstance(one, LayerScore) else _grouped(one, width)
        yield from _papers(one, limit, width)
        for kind in _CASES:
            cases = [case for case in one.cases() if case.kind == kind]
            if cases:
                yield from _head(f"{one.layer} {kind}", len(cases), limit)
                for case in cases[:limit]:
                    yield from _case(one.layer, case, width)


def _totals(one: Judged) -> Iterator[tuple[Any, ...]]:
    """Yields the name of a layer and below it its measures; a mark at what unread rows may make too low."""
    yield (one.layer, *[""] * (len(_COUNTS) + 1))
    for name, score in one.measures.items():
        figures = _figures(score, marked=bool(_beyond(one)))
        yield (f"  {name.removesuffix(_OF_FOUND)}", *figures, _range(interval(papers_of(one, name))))


def _means(found: Sequence[Judged], width: int) -> Iterator[str]:
    """Yields the figures that are means, which have no counts of their own."""
    rows = [
        (f"{one.layer}, {name}", *map(_ratio, (ratios.precision, ratios.recall, ratios.f1)))
        for one in found
        if isinstance(one, Scored)
        for name, ratios in one.ratios.items()
    ]
    if rows:
        yield from ("", *_table(rows, ("mean", "P", "R", "F1"), width))


def _beyond(one: Judged) -> Mapping[str, int]:
    return one.beyond if isinstance(one, LayerScore) else {}


def _unsure(found: Sequence[Judged]) -> Iterator[str]:
    """Yields a line for each layer whose gold seems to end before a paper does, and what that does to P."""
    for one in found:
        if beyond := _beyond(one):
            first, count = next(iter(one.measures.values())), sum(beyond.values())
            names = ", ".join(cut(shown(source), _VALUE // 2) for source in islice(beyond, 3))
            names += f" and {len(beyond) - 3:,} more" if len(beyond) > 3 else ""
            without = Agreement(first.right, (first.exported or 0) - count, first.gold)
            yield (
                f"{_MARK} {one.layer}: {count:,} exported rows stand behind the last gold row of {names}, and"
                f" may never have been read by the annotator. Without them P of {next(iter(one.measures))} is"
                f" {_ratio(without.precision)}, F1 {_ratio(without.f1)}."
            )
    if any(_beyond(one) for one in found):
        yield f"{_MARK} Where reading stopped there, say so in scope.jsonl beside the gold."


def _key(found: Sequence[Judged]) -> Iterator[str]:
    """Yields what the columns of the first table mean, where their heads do not say it."""
    papers = max((len(one.by_source()) for one in found if one.measures), default=0)
    yield "P is right of exported, R is found of gold."
    if papers > 1:
        rough = "; of so few papers it is rough" if papers < _FEW_PAPERS else ""
        yield (
            f"95 %: interval of F1 (of R where there is no F1), {papers:,} papers drawn again{rough};"
            f' "-" is not testable: fewer than {LEAST_ROWS} rows of gold, or all papers alike.'
        )
    elif papers:
        yield "95 %: not testable with one paper."
    layers = {one.layer for one in found}
    if "edits" in layers:
        yield "edits repaired is asked of the damage in the gold."
    if "claims" in layers:
        yield "claims stance, speaker, date and attributed are asked of the gold rows that were found."


def _range(bounds: tuple[float, float] | None) -> str:
    return "-" if bounds is None else f"{bounds[0]:.3f}-{bounds[1]:.3f}"


def _matched(one: LayerScore, limit: int, width: int) -> Iterator[str]:
    """Yields the tables of a layer whose rows belong together one to one."""
    yield ""
    kinds = ("kind", "gold", "found", "right", "found of gold", "right of gold")
    yield from _table(_shares(one.kinds), kinds, width)
    rules = _shares(one.by_rule())
    yield from _head(f"{one.layer} by rule", len(rules), limit)
    heads = ("rule", "exported", "in gold", "right", "P", "P right")
    yield from _table(rules[:limit], heads, width) if limit else ()


def _grouped(one: Scored, width: int) -> Iterator[str]:
    for by, groups in one.groups.items():
        yield ""
        rows = [(name, *_figures(score)) for name, score in groups.items()]
        yield from _table(rows, (by, *_COUNTS), width, whole=False)


def _papers(one: Judged, limit: int, width: int) -> Iterator[str]:
    """Yields a line a paper: the first measure, and of matched rows the finds that are wholly right."""
    papers = one.by_source()
    if len(papers) < 2 or not limit or not one.measures:
        return
    yield from _head(f"{one.layer} by source", len(papers), limit)
    listed = list(islice(papers.items(), limit))
    first, whole = next(iter(one.measures)), list(one.measures)[-1]
    if isinstance(one, LayerScore):
        rows = [
            (shown(name), *_figures(m[first], marked=name in one.beyond)[1:], _ratio(m[whole].f1))
            for name, m in listed
        ]
        yield from _table(rows, ("source", *_COUNTS[1:], f"F1 {whole}"), width)
    else:
        figures = [(shown(name), *_figures(m[first])) for name, m in listed]
        yield from _table(figures, ("source", *_COUNTS), width, whole=False)


def _aside(one: Judged) -> str:
    """Returns in words what stands behind the figures."""
    if isinstance(one, Scored):
        figures = [f"{name} {_number(value)}" for name, value in one.figures.items()]
        return "; ".join([*figures, *one.notes]) or "every row counts"
    gold = one.gold
    neither = len(gold.free) + len(gold.covering)
    return (
        f"{neither:,} gold rows are not counted either way;"
        f" {len(one.taken):,} of {len(gold.lookalikes):,} look-alikes are exported;"
        f" {one.unread:,} exported rows lie outside what was read"
    )


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"


def _figures(one: Agreement, *, marked: bool = False) -> tuple[Any, ...]:
    precision, recall, f1 = map(_ratio, _prf(one))
    precision += _MARK if marked and one.precision is not None else ""
    right = "-" if one.exported is None else one.right
    return right, one.exported, precision, one.held, one.gold, recall, f1


def _prf(one: Agreement) -> tuple[float | None, float | None, float | None]:
    return one.precision, one.recall, one.f1


def _ratio(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _shares(counts: Mapping[str, Found]) -> list[tuple[Any, ...]]:
    share: Callable[[int, int], str] = lambda part, whole: _ratio(part / whole if whole else None)  # noqa: E731 - used twice, here
    return [
        (name, c.gold, c.found, c.right, share(c.found, c.gold), share(c.right, c.gold))
        for name, c in counts.items()
    ]


def _case(layer: str, case: Case, width: int) -> Iterator[str]:
    names = [kind_of(layer, case.row)] if layer in _NAMED else []
    names += [case.found.rule] if case.found else []
    yield from _place(case.row, names, width)
    if case.other:
        yield from _place(case.other, (), width, "      with ")
    if case.reads:
        wanted, got = (json.dumps(cut(text, _VALUE), ensure_ascii=False) for text in case.reads)
        line = f"      should read {shown(wanted)}, reads {shown(got)}"
        apart = (f"      should read {shown(wanted)}", f"      reads {shown(got)}")
        yield from (line,) if len(line) <= width else (cut(half, width) for half in apart)
    elif case.kind == "wrong":
        wanted, got = _told(layer, case, case.gold), _told(layer, case, case.found)
        yield from _wrapped(f"{', '.join(case.faults)}: wanted {wanted}; got {got}", width, "      ")


_ASKED: Mapping[str, tuple[str, ...]] = {
    "stance": ("stance",),
    "speaker": ("speaker",),
    "date": ("statement_date",),
    "class": ("class",),
}
"""The fields that show a fault, where not all that is judged does."""


def _told(layer: str, case: Case, row: Row | None) -> str:
    """Returns what a row says of that in which it is wrong."""
    fields = {field for fault in case.faults for field in _ASKED.get(fault, told(layer, row))}
    says = {name: value for name, value in told(layer, row).items() if name in fields}
    return ", ".join(f"{name} {_value(value)}" for name, value in says.items()) or "-"
