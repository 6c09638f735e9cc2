"""policytext eval annotations."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from policytext.cli.annotation_lines import NARROWEST, gain_lines, score_lines
from policytext.cli.options import output_option, output_to
from policytext.errors import BadRequest, IndexUnavailable, NotFound
from policytext.evaluation.annotating.families import score_claims
from policytext.evaluation.annotating.gains import gain_rows, gains
from policytext.evaluation.annotating.gold import (
    FILES,
    Gold,
    common_sources,
    gold_layers,
    looks_like_gold,
    read_gold,
)
from policytext.evaluation.annotating.printings import score_reprints
from policytext.evaluation.annotating.repairs import score_blocks, score_edits
from policytext.evaluation.annotating.rows import LAYERS, Row, read_rows, row_of
from policytext.evaluation.annotating.scoring import score
from policytext.evaluation.annotating.tables import Judged, score_rows
from policytext.export.layers import layer_rows
from policytext.export.tables import write_csv, write_jsonl
from policytext.store.archive import FILE_NAME, Archive
from policytext.store.claims import made_by
from policytext.store.reader import raw_document

_ADVICE = "a folder with what policytext export LAYER -o LAYER.jsonl wrote, or an archive"
_WIDEST = 160
_PAPERS = "--papers, the folder of the papers as they came, or an archive in place of the folder"


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
    "--papers",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The papers as they came: edits of a folder are held against gold in their texts.",
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
    papers: Path | None,
    gold: bool,
) -> None:
    """Compare what two exports say of the same papers, or hold an export against gold.

    OLD and NEW are each an archive, or a folder with statements.jsonl, dates.jsonl, citations.jsonl,
    edits.jsonl, blocks.jsonl, reprints.jsonl, claims.jsonl or some of them, as "policytext export LAYER"
    writes them. Exports can be compared whatever version wrote them.

    Two exports: what NEW gained, what it lost, and what changed: the rows of one source that share at least
    half of their union belong together, one to one, the same span first; of claims those of the same family
    first, so that one found again under another has changed its family. Numbers of rows (id, line,
    utterance), scores and what only one side has at all are not compared unless --fields names them.

    Gold as OLD: counts with precision, recall and F1, missed (in the gold only), extra (in the export only)
    and wrong rows, by kind, rule, family and paper. What is asked:

    \b
      statements  the span; speaker, date, and both (attributed)
      dates       the span; the EDTF value (resolved)
      citations   the span; the class; the instrument (resolved)
      edits       damage that reads as it should (repaired); letters changed elsewhere (harm)
      blocks      pull quotes, footnotes, tables, boilerplate
      reprints    pairs of printings of one text
      claims      places of each family (coded), the same with reprints once, denials; of what is found
                  stance, speaker, date; grouping, whatever the families are called (B-cubed)

    Statements, dates and citations belong together from half of their union on; blocks, reprints and claims
    from half of the shorter one. Rows that are optional, debatable, uncertain, mere allusions or reprints
    are not counted either way; look-alikes are what the gold marks as no statement, date or citation. Where
    the gold has a file scope.jsonl (source, start, end; damage_scope.jsonl for edits and blocks), only that
    part of a source counts; a star marks the precision of a layer of which many rows stand behind the last
    gold row of a paper that no scope bounds. A folder is gold that has legislation.jsonl or
    damage.jsonl, or rows with "optional", "debatable", "variant" or "strength"; --gold says so of any other.
    Gold as NEW is taken for what it is, and a line on stderr says that the two look swapped.

    Beside a figure stands its 95 % interval: of 2,000 draws of whole papers, with replacement. With fewer
    than ten papers it is rough, and with one, with fewer than five gold rows or with papers all alike it is
    not testable.

    \b
    Example:
      policytext eval annotations gold indexes/papers --limit 50
      policytext eval annotations gold indexes/papers --layer claims --format csv -o claims.csv
      policytext export claims --archive before -o old/claims.jsonl
      policytext eval annotations old new --layer claims
    """
    old, new, gold = _sides(old, new, gold=gold)
    width = _width(output)
    if gold and fields is not None:
        raise BadRequest("gold has its own fields", "--fields", "two exports")
    if gold:
        lines, rows = _against_gold(old, new, layers or _both(old, new, gold=True), papers, limit, width)
    else:
        named = None if fields is None else [f for f in (one.strip() for one in fields.split(",")) if f]
        lines, rows = _between(old, new, layers or _both(old, new, gold=False), named, limit, width)
    with output_to(output) as out:
        if form == "text":
            out.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
        elif form == "jsonl":
            write_jsonl(rows, out)
        else:
            flat = [_flat(row) for row in rows]
            write_csv(flat, dict.fromkeys(name for row in flat for name in row), out)


def _width(output: Path | None) -> int:
    """Returns the columns of the terminal, within bounds; in a file or a pipe always the same."""
    if output is not None or not sys.stdout.isatty():
        return NARROWEST
    return min(max(shutil.get_terminal_size().columns, NARROWEST), _WIDEST)


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
        if absent := [layer for layer in LAYERS if layer in here and layer not in there]:
            click.echo(f"note: {side} holds no {', '.join(absent)}, which are left out", err=True)
    both = [layer for layer in LAYERS if layer in ours and layer in theirs]
    if not both:
        bare = new if ours else old
        offered = ", ".join(dict.fromkeys(FILES.values()))
        advice = f"a folder with one of {offered}" if gold and not ours else _ADVICE
        raise BadRequest("holds nothing to compare", str(bare), advice)
    return both


def _held(folder: Path) -> list[str]:
    if not (folder / FILE_NAME).is_file():
        return [layer for layer in LAYERS if (folder / f"{layer}.jsonl").is_file()]
    with Archive.open(folder) as archive:
        try:
            made_by(archive)
        except (NotFound, IndexUnavailable) as error:
            if isinstance(error, IndexUnavailable):
                click.echo(f"note: {error}", err=True)
            return [layer for layer in LAYERS if layer != "claims"]
    return list(LAYERS)


def _rows(folder: Path, layer: str) -> list[Row]:
    """Returns a layer of an archive or of a folder with an export; tells of papers that share a name."""
    path = folder / f"{layer}.jsonl"
    if (folder / FILE_NAME).is_file():
        with Archive.open(folder) as archive:
            rows = [row_of(values, f"{folder}, {layer}", layer) for values in layer_rows(archive, layer)]
    elif path.is_file():
        rows = read_rows(path, layer)
    else:
        raise BadRequest(f"holds no {path.name}", str(folder), _ADVICE)
    papers = {(row.source, row.named("document")) for row in rows}
    if shared := sorted(name for name, n in Counter(source for source, _ in papers).items() if n > 1):
        told = f"{layer} of several papers called {shared[0]}" + (" and the like" if len(shared) > 1 else "")
        click.echo(f"note: {folder}: {told} may be taken for one another", err=True)
    return rows


_Report = tuple[Iterable[str], Iterable[Mapping[str, Any]]]


def _between(
    old: Path, new: Path, layers: Sequence[str], fields: Sequence[str] | None, limit: int, width: int
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
    return gain_lines(old, new, found, limit, width), (row for one in found for row in gain_rows(one))


def _against_gold(
    gold: Path, export: Path, layers: Sequence[str], papers: Path | None, limit: int, width: int
) -> _Report:
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
    found = []
    for one, rows in zip(wanted, exported, strict=True):
        judged = _judged(one, rows, export, papers, alone=len(layers) == 1)
        found += [judged] if judged else []
        absent = sorted(one.sources - {row.source for row in rows})
        if absent:
            shown = ", ".join(absent[:3]) + (" ..." if len(absent) > 3 else "")
            click.echo(f"note: no {one.layer} exported of {len(absent):,} paper(s): {shown}", err=True)
    return score_lines(gold, export, found, limit, width), (row for one in found for row in score_rows(one))


def _judged(
    gold: Gold, rows: Sequence[Row], export: Path, papers: Path | None, *, alone: bool
) -> Judged | None:
    """Returns how a layer does; None of edits, and a line about it, where the texts are not at hand."""
    if gold.layer == "edits":
        texts = _texts(gold.sources, export, papers)
        absent = sorted(gold.sources - texts.keys())
        if absent and not alone:
            fault = f"edits are left out: the text of {absent[0]} is not at hand"
            click.echo(f"note: {fault} (try: {_PAPERS})", err=True)
            return None
        return score_edits(gold, rows, texts)
    if gold.layer == "blocks":
        return score_blocks(gold, rows)
    if gold.layer == "reprints":
        return score_reprints(gold, rows)
    return score_claims(gold, rows) if gold.layer == "claims" else score(gold, rows)


def _texts(sources: Iterable[str], export: Path, papers: Path | None) -> dict[str, str]:
    """Returns the raw texts of papers by name, of a folder of papers or else of an archive."""
    if papers is not None:
        from policytext.evaluation.reading.pairing import raw_texts

        return raw_texts(papers, frozenset(sources))
    if not (export / FILE_NAME).is_file():
        return {}
    with Archive.open(export) as archive:
        listed = archive.sql.execute("SELECT id, name FROM documents ORDER BY id DESC").fetchall()
        return {row["name"]: raw_document(archive, row["id"]).raw for row in listed if row["name"] in sources}


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row with what is more than text or a number as JSON, for a spreadsheet."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in row.items()
    }
