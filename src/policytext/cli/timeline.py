"""policytext timeline."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from policytext.analysis.witness import Witness
from policytext.cli.options import (
    archive_option,
    filter_options,
    filters_from,
    model_option,
    output_option,
    output_to,
)
from policytext.export.tables import provenance, timeline_row, write_jsonl, write_timeline_csv
from policytext.files import write_bytes
from policytext.pipeline.timeline import source_digests, timeline
from policytext.ranking import Query
from policytext.search.engine import MODES, Mode, SearchEngine
from policytext.store.archive import Archive


@click.command("timeline")
@click.argument("query")
@archive_option
@click.option(
    "--mode", type=click.Choice(MODES), help="By words, by meaning or both; else both where possible."
)
@click.option("-k", "k", type=click.IntRange(min=1), default=25, show_default=True, help="How many passages.")
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "html", "svg", "png"]),
    default="csv",
    show_default=True,
)
@output_option
@model_option
def command(
    query: str,
    archive: Path,
    mode: Mode | None,
    k: int,
    form: str,
    output: Path | None,
    model: str | None,
    **filters: Any,
) -> None:
    """Who said it when: a table or a picture of a query's witnesses.

    A witness is a stretch of a source that says what was asked for, with its speaker, the date it was said
    and the date it was printed. What is printed again (a reprint) is shown and not counted. With -o, a
    file beside it (.provenance.json) says how it was made.

    \b
    Example:
      policytext timeline "a period of stability" -o stability.csv
      policytext timeline "a period of stability" --format svg -o stability.svg
    """
    filters["from"] = filters.pop("from_")
    asked = Query("1", query, filters_from(filters))
    with Archive.open(archive) as store:
        engine = SearchEngine(store, mode, model)
        if engine.note:
            click.echo(f"note: {engine.note}", err=True)
        found = timeline(store, engine, asked, k)
        witnesses = found.witnesses
        if found.left_out:
            click.echo(f"note: {_left_out(found.left_out)}", err=True)
        if not witnesses:
            click.echo("nothing found; try other words, or fewer filters", err=True)
        _write(witnesses, asked, form, output)
        if output is not None:
            how = _provenance(store, engine, asked, k)
            write_bytes(output.with_name(f"{output.name}.provenance.json"), how)


def _write(witnesses: list[Witness], query: Query, form: str, output: Path | None) -> None:
    with output_to(output) as out:
        if form == "csv":
            write_timeline_csv(witnesses, out)
        elif form == "jsonl":
            write_jsonl(map(timeline_row, witnesses), out)
        else:
            from policytext.export.pictures import render, timeline_chart

            chart = timeline_chart(witnesses, f"“{query.text}”")
            out.write(render(chart, form))  # type: ignore[arg-type]  # click allows no other


def _left_out(passages: int) -> str:
    return f"{passages} passage(s) are near, but hold too few of the query's words: no witnesses"


def _provenance(store: Archive, engine: SearchEngine, query: Query, k: int) -> bytes:
    config = {
        "mode": engine.mode,
        "k": k,
        "filters": {n: getattr(query.filters, n) for n in query.filters.__slots__},
    }
    record = provenance(
        command=" ".join(["policytext", *sys.argv[1:]]),
        query=query.text,
        corpus=source_digests(store),
        config=config,
        model=engine.model,
        seed=None,
    )
    return (json.dumps({**record, "config": config}, ensure_ascii=False, indent=2) + "\n").encode()
