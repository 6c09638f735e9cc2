"""policytext timeline."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import click

from policytext.analysis.timeline import TIMELINE_KINDS, Timeline, TimelineKind
from policytext.cli.asking import note, opened, resolved
from policytext.cli.options import (
    archive_option,
    filter_options,
    filters_from,
    model_option,
    output_option,
    output_to,
)
from policytext.cli.sidecar import provenance_of, published, write_sidecar
from policytext.export.forms import TIMELINE_FORMS, form_of, writer_of
from policytext.export.topics import topic_config
from policytext.pipeline.timeline import (
    act_named,
    act_timeline,
    claim_timeline,
    claims_named,
    query_timeline,
    speaker_named,
    speaker_timeline,
    topic_named,
    topic_timeline,
)
from policytext.ranking import Filters, Query
from policytext.search.engine import MODES, Mode
from policytext.store.archive import Archive
from policytext.store.claims import claim_of, made_by
from policytext.store.topics import read_topics

_PASSAGES = 25
_NEARLY = 0.85
"""Likeness (of difflib) from which a query may be a claim's id mistyped."""
_PICTURES = frozenset({"html", "svg", "png"})
_BINARY = frozenset({"parquet", "png"})
"""Formats that are no text: a screen can do nothing with them."""
_EVERYTHING = frozenset({"csv", "jsonl", "parquet", "annotations", "gexf", "graphml"})
"""Formats that tell confirmed witnesses from suggested ones; the others have only those confirmed."""
_MEANT: dict[TimelineKind, str] = {
    "claim": "the ids of claims (policytext list claims)",
    "topic": "a topic's number or label (policytext list topics)",
    "speaker": "a speaker's name (policytext list speakers)",
    "act": "words of an Act's title or ukpga/2012/7 (policytext list legislation)",
    "query": "a query in quotes",
}


@click.command("timeline")
@click.argument("names", nargs=-1, metavar="CLAIM-OR-QUERY...")
@archive_option
@click.option(
    "--as",
    "kind",
    type=click.Choice(TIMELINE_KINDS),
    help="What is asked for; else a claim where one has this id, and a query where none has.",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    help="Of a query: by words, by meaning or both; else both where possible.",
)
@click.option(
    "-k",
    "k",
    type=click.IntRange(min=1),
    help=f"Of a query: how many passages are looked at.  [default: {_PASSAGES}]",
)
@click.option(
    "--tier",
    type=click.Choice(["confirmed", "all"]),
    help="Of a claim: which witnesses.  [default: all in tables and graphs, else confirmed]",
)
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(list(TIMELINE_FORMS)),
    help="Else as the name after -o ends, else csv.",
)
@output_option
@model_option
def command(
    *,
    names: tuple[str, ...],
    archive: Path,
    kind: TimelineKind | None,
    mode: Mode | None,
    k: int | None,
    tier: str | None,
    form: str | None,
    output: Path | None,
    model: str | None,
    **filters: Any,
) -> None:
    """Who said it when: a table, a picture or a file for other tools.

    The id of a claim that was coded (policytext list claims) gives its witnesses; several ids give several
    claims. All else is a query. With --as topic, speaker or act it is that which is followed: what is said in
    the passages that a topic leads, all that somebody says, or who cites an Act.

    A witness is a stretch of a source that says what was asked for, with its speaker, the date it was said
    and the date it was printed. What is printed again (a reprint) is shown and not counted. With -o, a
    file beside it (.provenance.json) says how it was made.

    \b
    Names after -o end in
      .csv .jsonl .parquet           tables
      .svg .png .html                pictures
      .timeline.json                 TimelineJS
      .gexf .graphml                 Gephi, yEd, Cytoscape
      .csl.json .bib .ris            Zotero, LaTeX, EndNote
      .jsonld                        web annotation tools

    \b
    Example:
      policytext timeline stability -o stability.csv
      policytext timeline stability power_closer -o two.svg
      policytext timeline "a period of stability" -o stability.html
      policytext timeline --as speaker "Robin Turton" -o turton.timeline.json
      policytext timeline --as act "Health and Social Care Act 2012"
    """
    filters["from"] = filters.pop("from_")
    form = form or _form_of(output)
    _check_form(form, output)
    write = writer_of(TIMELINE_FORMS[form])
    with Archive.open(archive) as store:
        asked = resolved(store, Query("1", " ".join(names), filters_from(filters)))
        kind = _kind(store, names, kind)
        _check(kind, names, mode=mode, k=k, tier=tier)
        settings = _Settings(mode, k, tier, model, form)
        made = _MAKERS[kind](store, names, asked.filters, settings)
        record = provenance_of(store, ", ".join(names), config=made.config, model=made.model, seed=made.seed)
        record["witnesses"] = len(made.timeline.witnesses)
        record["notes"] = list(made.timeline.notes)
        if not len(made.timeline.witnesses):
            click.echo("nothing found; try other words, or fewer filters", err=True)
        with output_to(output) as out:
            write(made.timeline, published(record), out)
        if form not in _PICTURES:
            count = len(made.timeline.witnesses)
            note(" ".join((f"{count:,} witness{'es' if count != 1 else ''}.", *made.timeline.notes)))
        write_sidecar(output, record)


class _Settings(NamedTuple):
    """What the command line asks for beside names and filters."""

    mode: Mode | None
    k: int | None
    tier: str | None
    model: str | None
    form: str


@dataclass(frozen=True, slots=True)
class _Made:
    """A timeline with what made it."""

    timeline: Timeline
    config: dict[str, Any]
    model: str | None = None
    seed: int | None = None


def _kind(store: Archive, names: tuple[str, ...], kind: TimelineKind | None) -> TimelineKind:
    """Returns what the names are, where that is not said: claims where all are, else a query."""
    if kind is not None:
        return kind
    if not names:
        raise click.UsageError("Missing argument 'CLAIM-OR-QUERY...'.")
    unknown = [name for name in names if claim_of(store, name) is None]
    if not unknown:
        return "claim"
    if len(names) == 1:
        _offer(store, names[0])
        return "query"
    quoted = " ".join(names)
    raise click.UsageError(
        f"several names are for claims, and {unknown[0]!r} is none (policytext list claims); "
        f'a query stands in quotes: "{quoted}".'
    )


def _offer(store: Archive, name: str) -> None:
    """Says on stderr where a query is nearly the id of a claim: most likely a slip."""
    ids = [row["id"] for row in store.sql.execute("SELECT id FROM claims ORDER BY ordinal")]
    meant = get_close_matches(name, ids, 1, _NEARLY)
    if meant:
        note(f"{name} is taken for a query; there is a claim {meant[0]}")


def _check(
    kind: TimelineKind, names: tuple[str, ...], *, mode: str | None, k: int | None, tier: str | None
) -> None:
    """Finds out what does not go together.

    Raises:
        click.UsageError: an option that is not for this kind, or a wrong number of names.
    """
    if kind != "claim" and len(names) != 1:
        raise click.UsageError(f"--as {kind} takes one name in quotes: {_MEANT[kind]}.")
    if kind != "claim" and tier is not None:
        raise click.UsageError(f"--tier is for claims, and {names[0]!r} is none (policytext list claims).")
    if kind != "query" and (mode is not None or k is not None):
        raise click.UsageError(f"-k and --mode are for queries; a {kind} has all its witnesses.")


def _form_of(output: Path | None) -> str:
    """Returns the format that a file's name asks for; csv where there is no file, or no suffix."""
    if output is None or not output.suffix:
        return "csv"
    named = form_of(output.name, TIMELINE_FORMS)
    if named is not None:
        return named
    if output.suffix.lower() == ".json":
        both = ", ".join(form.name for form in TIMELINE_FORMS.values() if form.suffix.endswith(".json"))
        raise click.UsageError(f"{output.name} may be one of {both}: give --format.")
    endings = ", ".join(form.suffix for form in TIMELINE_FORMS.values())
    raise click.UsageError(f"no format for {output.name}: give --format, or a name in {endings}.")


def _check_form(form: str, output: Path | None) -> None:
    if form in _BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(f"{form} is no text: give a file, -o timeline{TIMELINE_FORMS[form].suffix}.")


def _of_claims(store: Archive, names: tuple[str, ...], filters: Filters, asked: _Settings) -> _Made:
    """Returns the timeline of claims; a picture shows what counts: confirmed, and for the claim."""
    if not names:
        known = ", ".join(claim.id for claim in claims_named(store, []))
        raise click.UsageError(f"which claims? {known}.")
    tier = asked.tier or ("all" if asked.form in _EVERYTHING else "confirmed")
    found = claim_timeline(
        store,
        claims_named(store, names),
        filters,
        "all" if tier == "all" else "confirmed",
        denials=asked.form not in _PICTURES,
    )
    made = made_by(store)
    config = {"claims": made, "tier": tier, "filters": _plain(filters)}
    return _Made(found, config, made["model"], made["seed"])


def _of_topic(store: Archive, names: tuple[str, ...], filters: Filters, _asked: _Settings) -> _Made:
    found = topic_timeline(store, topic_named(store, names[0]), filters)
    making = read_topics(store)[0]
    return _Made(found, {"topics": topic_config(making), "filters": _plain(filters)}, seed=making.seed)


def _of_speaker(store: Archive, names: tuple[str, ...], filters: Filters, _asked: _Settings) -> _Made:
    found = speaker_timeline(store, speaker_named(store, names[0])[0], filters)
    return _Made(found, {"filters": _plain(filters)})


def _of_act(store: Archive, names: tuple[str, ...], filters: Filters, _asked: _Settings) -> _Made:
    return _Made(act_timeline(store, act_named(store, names[0]), filters), {"filters": _plain(filters)})


def _of_query(store: Archive, names: tuple[str, ...], filters: Filters, asked: _Settings) -> _Made:
    engine = opened(store, asked.mode, asked.model)
    k = asked.k or _PASSAGES
    found = query_timeline(store, engine, Query("1", names[0], filters), k)
    return _Made(found, {"mode": engine.mode, "k": k, "filters": _plain(filters)}, engine.model)


_MAKERS: dict[TimelineKind, Callable[[Archive, tuple[str, ...], Filters, _Settings], _Made]] = {
    "claim": _of_claims,
    "topic": _of_topic,
    "speaker": _of_speaker,
    "act": _of_act,
    "query": _of_query,
}


def _plain(filters: Filters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in filters.__slots__}
