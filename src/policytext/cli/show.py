"""policytext show."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from policytext.cli.diffs import on_one_line
from policytext.cli.options import archive_option, output_to
from policytext.cli.reading import shown
from policytext.document import Span
from policytext.export.changes import changes
from policytext.export.wording import display_date
from policytext.store.archive import Archive
from policytext.store.reader import (
    FoundPassage,
    RawDocument,
    SaidHere,
    document_id,
    passage_numbers,
    passages,
    raw_document,
)
from policytext.text.rulings import REJECTED

_AROUND = 300
_TOLD = {"applied": "repaired", "suggested": "suggested", "flagged": "flagged"}


@click.command("show")
@click.argument("name", metavar="DOCUMENT[:PASSAGE]")
@click.option(
    "--raw", is_flag=True, help="Of a document, the text as it was read: what all offsets count in."
)
@archive_option
def command(name: str, raw: bool, archive: Path) -> None:  # noqa: FBT001 - click passes a flag so
    """Print a document, or one passage with its surroundings.

    A document is named by its id or its file; a passage by the name that search shows. Of a document the
    clean text is printed; of a passage also what is said and cited in it, the raw text it comes from, and
    which words were repaired there, by which rule or by whose decision.

    \b
    Example:
      policytext show 1958-health-committee-minutes
      policytext show 1958-health-committee-minutes:00004
      policytext show report --raw > report.raw.txt
    """
    document, _, passage = name.partition(":")
    with Archive.open(archive) as store:
        if passage:
            (found,) = passages(store, passage_numbers(store, document, passage))
            _show_passage(store, found)
        else:
            found_document = raw_document(store, document_id(store, document))
            if raw and not sys.stdout.isatty():
                with output_to(None) as out:  # to the character
                    out.write(found_document.raw.encode())
            else:
                click.echo(shown(found_document.raw if raw else found_document.clean))


def _show_passage(store: Archive, passage: FoundPassage) -> None:
    document = raw_document(store, passage.document)
    title = passage.title or passage.document
    click.echo(shown(f"{title} · {passage.section}" if passage.section else title))
    click.echo(shown(f"by {passage.voice or 'unknown'}, printed {display_date(passage.publication_date)}\n"))
    before = document.clean[max(0, passage.start - _AROUND) : passage.start].strip()
    after = document.clean[passage.end : passage.end + _AROUND].strip()
    for text, ends in ((before, "... {}\n"), (passage.text, "{}\n"), (after, "{} ...\n")):
        if text:
            click.echo(ends.format(shown(text)))
    for said in passage.statements:
        _print_statement(said)
    for cited in passage.citations:
        click.echo(shown(f"cites {cited}"))
    click.echo(f"\nraw text, {passage.source}, line {passage.line}, sha256 {passage.sha256}:")
    for span in passage.spans:
        click.echo(f"characters {span.start}-{span.end}\n{shown(document.raw[span.start : span.end])}")
    repairs = list(_repairs(document, passage.spans))
    for line in ["", *repairs] if repairs else []:
        click.echo(line)


def _print_statement(said: SaidHere) -> None:
    who = said.speaker or said.speaker_text or "unnamed"
    who += f" ({said.role})" if said.role and said.speaker else ""
    when = "not dated"
    if said.statement_date:
        told = f", says {said.asserted_by}" if said.asserted_by else ""
        when = f"{display_date(said.statement_date)} ({said.date_basis}{told})"
    click.echo(shown(f"said by {who}, {when}, rule {said.rule}, confidence {said.confidence:.2f}:"))
    click.echo(shown(f"  {said.text}"))
    then = ", ".join(t for t in (said.role_then, said.party_then) if t)
    for line in ([f"then {then}"] if then else []) + [f"look here: {flag}" for flag in said.flags]:
        click.echo(shown(f"  [{line}]"))


def _repairs(document: RawDocument, spans: Sequence[Span]) -> Iterator[str]:
    """Yields a line for each change of words between the raw ``spans``, made or merely thought of."""
    inside = [e for e in document.edits if any(s.start <= e.start and e.end <= s.end for s in spans)]
    for change in changes(document.raw, inside, ()):
        if change.noise is None:
            words = on_one_line(change.old)
            if change.new is not None:
                words += f" -> {on_one_line(change.new) or 'nothing'}"
            status = "rejected" if change.rule.endswith(REJECTED) else _TOLD[change.status]
            told = f"{status} {change.start}-{change.end}: {words} ({change.reason}, rule "
            yield shown(f"{told}{change.rule}, confidence {change.confidence:.2f})")
