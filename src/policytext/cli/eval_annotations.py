"""policytext eval annotations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from policytext.cli.diffs import cut, on_one_line
from policytext.cli.options import output_option, output_to
from policytext.cli.reading import table
from policytext.errors import BadRequest
from policytext.evaluation.annotating.gains import Difference, LayerGains, Tally, gain_rows, gains
from policytext.evaluation.annotating.gold import (
    FILES,
    common_sources,
    gold_layers,
    looks_like_gold,
    read_gold,
)
from policytext.evaluation.annotating.rows import LAYERS, Row, read_rows, row_of
from policytext.evaluation.annotating.scoring import Case, Found, LayerScore, Score, score, score_rows, told
from policytext.export.layers import layer_rows
from policytext.export.tables import write_csv, write_jsonl
from policytext.store.archive import FILE_NAME, Archive

_TEXT = 90
_VALUE = 60
_ADVICE = "a folder with what policytext export LAYER -o LAYER.jsonl wrote, or an archive"


@click.command("annotations")
@click.argument("old", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("new", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--layer",
    "layers",
    type=click.Choice(LAYERS),
    multiple=True,
    help="Only this layer; may be given again. Else all that both hold.",
)
@click.option("--gold", is_flag=True, help="OLD is gold, whatever its files look like.")
@click.option(
    "--fields",
    metavar="NAME,...",
    help="Of two exports compare just these fields (and the span), such as speaker,confidence.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="As text, show at most N of each list; tables for tools are whole.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text", show_default=True
)
@output_option
def command(
    old: Path,
    new: Path,
    layers: tuple[str, ...],
    fields: str | None,
    limit: int,
    form: str,
    output: Path | None,
    *,
    gold: bool,
) -> None:
    """Compare the statements, dates and citations of two exports, or hold an export against gold.

    OLD and NEW are each an archive, or a folder with statements.jsonl, dates.jsonl, citations.jsonl or some
    of them, as "policytext export LAYER" writes them. Exports can be compared whatever version wrote them.

    Two exports: what NEW gained, what it lost, and what changed: the rows of one source that share at least
    half of their union belong together, one to one, the same span first. Numbers of rows (id, line,
    utterance), "confidence" and what only one side has at all are not compared unless --fields names them.

    Gold as OLD: precision, recall and F1 of the spans and of what is said of them: of statements the
    speaker, the date, and both (attributed); of dates the EDTF value and of citations the instrument
    (resolved). A folder is gold that has legislation.jsonl, or dates.jsonl with "optional", or
    statements.jsonl with "debatable" rows; --gold says so of any other. Rows that are optional or debatable
    count neither way. "missed" stands in the gold only, "extra" in the export only; look-alikes are what the
    gold marks as no statement (scare quotes), no date, no citation. Where the gold has a file scope.jsonl
    (source, start, end), only that part of a source counts. Gold as NEW is taken for what it is, and a line
    on stderr says that the two look swapped.

    \b
    Example:
      policytext export statements --archive before -o old/statements.jsonl
      policytext eval annotations old new --layer statements
      policytext eval annotations gold indexes/papers --limit 50
    """
    old, new, gold = _sides(old, new, gold=gold)
    if gold and fields is not None:
        raise BadRequest("gold has its own fields", "--fields", "two exports")
    asked = layers or _both(old, new, gold=gold)
    if gold:
        lines, rows = _against_gold(old, new, asked, limit)
    else:
        named = None if fields is None else [f for f in (one.strip() for one in fields.split(",")) if f]
        lines, rows = _between(old, new, asked, named, limit)
    with output_to(output) as out:
        if form == "text":
            out.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
        elif form == "jsonl":
            write_jsonl(rows, out)
        else:
            flat = [_flat(row) for row in rows]
            write_csv(flat, dict.fromkeys(name for row in flat for name in row), out)


def _sides(old: Path, new: Path, *, gold: bool) -> tuple[Path, Path, bool]:
    """Returns the older side or the gold, the other side, and whether there is gold; tells what looks odd."""
    first, second = looks_like_gold(old), looks_like_gold(new)
    if second and not first and not gold:
        click.echo(f"note: the two look swapped: {new} looks like gold, and is taken for it", err=True)
        return new, old, True
    if second and first and not gold:
        raise BadRequest(
            "both look like gold", f"{old}, {new}", "--gold, to hold the second against the first"
        )
    if second and not first:
        click.echo(f"warning: the two look swapped: {new} looks like gold, {old} does not", err=True)
    return old, new, gold or first


def _both(old: Path, new: Path, *, gold: bool) -> list[str]:
    """Returns the layers that both sides hold, and tells what only one has."""
    ours = gold_layers(old) if gold else _held(old)
    theirs = _held(new)
    for side, here, there in ((new, ours, theirs), (old, theirs, ours)):
        for layer in (one for one in here if one not in there):
            click.echo(f"note: {side} holds no {layer}, which are left out", err=True)
    both = [layer for layer in LAYERS if layer in ours and layer in theirs]
    if not both:
        bare = new if ours else old
        advice = f"a folder with one of {', '.join(FILES.values())}" if gold and not ours else _ADVICE
        raise BadRequest("holds nothing to compare", str(bare), advice)
    return both


def _held(folder: Path) -> list[str]:
    if (folder / FILE_NAME).is_file():
        return list(LAYERS)
    return [layer for layer in LAYERS if (folder / f"{layer}.jsonl").is_file()]


def _rows(folder: Path, layer: str) -> list[Row]:
    """Returns a layer of an archive or of a folder with an export; tells of papers that share a name."""
    path = folder / f"{layer}.jsonl"
    if (folder / FILE_NAME).is_file():
        with Archive.open(folder) as archive:
            rows = [row_of(values, f"{folder}, {layer}") for values in layer_rows(archive, layer)]
    elif path.is_file():
        rows = read_rows(path)
    else:
        raise BadRequest(f"holds no {path.name}", str(folder), _ADVICE)
    papers = {(row.source, row.values.get("document")) for row in rows}
    if shared := sorted(name for name, n in Counter(source for source, _ in papers).items() if n > 1):
        told = f"{layer} of several papers called {shared[0]}" + (" and the like" if len(shared) > 1 else "")
        click.echo(f"note: {folder}: {told} may be taken for one another", err=True)
    return rows


_Report = tuple[Iterable[str], Iterable[Mapping[str, Any]]]


def _between(
    old: Path, new: Path, layers: Sequence[str], fields: Sequence[str] | None, limit: int
) -> _Report:
    found = []
    for layer in layers:
        before, after = _rows(old, layer), _rows(new, layer)
        known = {name for row in (*before, *after) for name in row.values}
        for name in (n for n in fields or () if n not in known and known):
            click.echo(f"note: no {layer} have a field {name}", err=True)
        found.append(gains(layer, before, after, fields))
        for name in found[-1].one_sided if fields is None else ():
            click.echo(f"note: {layer}: only one side has {name}, which is not compared", err=True)
    return _gain_lines(old, new, found, limit), (row for one in found for row in gain_rows(one))


def _gain_lines(old: Path, new: Path, found: Sequence[LayerGains], limit: int) -> Iterator[str]:
    yield from (f"old  {old}", f"new  {new}", "")
    totals = [(f.layer, f.old, f.new, *_counts(f.tally)) for f in found]
    yield from table(totals, ("layer", "old", "new", *_TALLIED))
    for one in found:
        if not one.differences:
            continue
        for name, tallies in (("rule", one.by_rule()), ("source", one.by_source())):
            differing = [(key, *_counts(t)) for key, t in tallies.items() if t.different]
            yield from _head(f"{one.layer} by {name}", len(differing), limit)
            yield from table(differing[:limit], (name, *_TALLIED)) if limit else ()
        if one.by_field():
            yield from ("", f"{one.layer}: what changed: {_listed(one.by_field())}")
        for kind in ("gained", "lost", "changed"):
            differences = list(one.of_kind(kind))
            if differences:
                yield from _head(f"{one.layer} {kind}", len(differences), limit)
                for difference in differences[:limit]:
                    yield from _difference(difference)


_TALLIED = ("same", "changed", "gained", "lost")


def _counts(tally: Tally) -> tuple[int, ...]:
    return tally.same, tally.changed, tally.gained, tally.lost


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {times:,}" for name, times in counts.items())


def _head(title: str, count: int, limit: int) -> Iterator[str]:
    """Yields the head of a list, and how much of it is shown."""
    yield from ("", f"{title}: {count:,}" + (f" (the first {limit:,})" if 0 < limit < count else ""))


def _place(row: Row) -> str:
    return f"  {row.source}:{row.start}-{row.end}  {cut(on_one_line(row.text, ' '), _TEXT)}"


def _difference(difference: Difference) -> Iterator[str]:
    yield f"{_place(difference.row)}  [{difference.row.rule}]"
    if difference.kind == "changed":
        before, after = difference.values(difference.old), difference.values(difference.new)
        for name in difference.fields:
            yield f"      {name}: {_value(before[name])} -> {_value(after[name])}"


def _value(value: Any) -> str:
    if value in (None, [], ""):
        return "-"
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cut(on_one_line(plain, " "), _VALUE)


def _against_gold(gold: Path, export: Path, layers: Sequence[str], limit: int) -> _Report:
    wanted = [read_gold(gold, layer) for layer in layers]
    exported = [_rows(export, layer) for layer in layers]
    everything = [row for rows in exported for row in rows]
    if everything and not common_sources(wanted, everything):
        names = sorted({name for one in wanted for name in one.sources})
        raise BadRequest(
            f"no paper of the gold is in it: {', '.join(islice(names, 3))}",
            str(export),
            "an export of the papers that the gold was made from",
        )
    found = [score(one, rows) for one, rows in zip(wanted, exported, strict=True)]
    for one, rows in zip(wanted, exported, strict=True):
        absent = sorted(one.sources - {row.source for row in rows})
        if absent:
            shown = ", ".join(absent[:3]) + (" ..." if len(absent) > 3 else "")
            click.echo(f"note: no {one.layer} exported of {len(absent):,} paper(s): {shown}", err=True)
    return _score_lines(gold, export, found, limit), (row for one in found for row in score_rows(one))


_FIGURES = ("right", "exported", "gold", "P", "R", "F1")


def _score_lines(gold: Path, export: Path, found: Sequence[LayerScore], limit: int) -> Iterator[str]:
    yield from (f"gold    {gold}", f"export  {export}", "")
    totals = [(f.gold.layer, name, *_figures(one)) for f in found for name, one in f.measures.items()]
    yield from table(totals, ("layer", "measure", *_FIGURES))
    for one in found:
        layer = one.gold.layer
        yield from ("", f"{layer}: {_aside(one)}", "")
        yield from table(
            _shares(one.kinds), ("kind", "gold", "found", "right", "found of gold", "right of gold")
        )
        if len(one.gold.sources) > 1 and limit:
            yield from _head(f"{layer} by source", len(one.gold.sources), limit)
            yield from _sources(one, limit)
        rules = _shares(one.by_rule())
        yield from _head(f"{layer} by rule", len(rules), limit)
        yield from (
            table(rules[:limit], ("rule", "exported", "in gold", "right", "P", "P right")) if limit else ()
        )
        for kind in ("missed", "extra", "wrong"):
            cases = [case for case in one.cases() if case.kind == kind]
            if cases:
                yield from _head(f"{layer} {kind}", len(cases), limit)
                for case in cases[:limit]:
                    yield from _case(layer, case)


def _sources(one: LayerScore, limit: int) -> Iterator[str]:
    """Yields a line a paper: spans, and the finds that are wholly right."""
    listed = list(islice(one.by_source().items(), limit))
    whole = list(one.measures)[-1]
    rows = [(name, *_figures(m["spans"]), m[whole].right, *_figures(m[whole])[3:]) for name, m in listed]
    yield from table(rows, ("source", "in gold", *_FIGURES[1:], whole, "P", "R", "F1"))


def _aside(one: LayerScore) -> str:
    """Returns in words what stands behind the figures."""
    gold = one.gold
    neither = len(gold.free) + len(gold.covering)
    return (
        f"{neither:,} gold rows count neither way; {len(one.taken):,} of {len(gold.lookalikes):,} look-alikes"
        f" are exported; {one.unread:,} exported rows lie outside what was read"
    )


def _figures(one: Score) -> tuple[Any, ...]:
    return one.right, one.exported, one.gold, *map(_ratio, (one.precision, one.recall, one.f1))


def _ratio(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _shares(counts: Mapping[str, Found]) -> list[tuple[Any, ...]]:
    share: Callable[[int, int], str] = lambda part, whole: _ratio(part / whole if whole else None)  # noqa: E731 - used twice, here
    return [
        (name, c.gold, c.found, c.right, share(c.found, c.gold), share(c.right, c.gold))
        for name, c in counts.items()
    ]


def _case(layer: str, case: Case) -> Iterator[str]:
    rule = f"  [{case.found.rule}]" if case.found else ""
    yield f"{_place(case.row)}{rule}"
    if case.kind == "wrong":
        wanted, got = _told(layer, case.gold), _told(layer, case.found)
        yield f"      {', '.join(case.faults)}: wanted {wanted}; got {got}"


def _told(layer: str, row: Row | None) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in told(layer, row).items())


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row with what is more than text or a number as JSON, for a spreadsheet."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in row.items()
    }
