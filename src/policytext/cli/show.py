"""policytext show."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from policytext.cli.diffs import on_one_line
from policytext.cli.options import archive_option, output_to
from policytext.cli.reading import margined, marked, shown, wanted_marks
from policytext.errors import BadRequest
from policytext.export.changes import changes
from policytext.export.wording import display_date, display_year
from policytext.spans import Span
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
_MARGIN = 24
_STRETCH = re.compile(r"(\d{1,12})\s*[-\u2013]\s*(\d{1,12})")
_TOLD = {"applied": "repaired", "suggested": "suggested", "flagged": "flagged"}


@click.command("show")
@click.argument("name", metavar="DOCUMENT[:PASSAGE]")
@click.option(
    "--at", metavar="START-END", help="Of a document, the characters of the raw text from START on."
)
@click.option("--query", metavar="WORDS", help="Mark these words, as search does.")
@click.option(
    "--around",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"Characters of context on each side of a passage; else {_AROUND}.",
)
@click.option(
    "--raw", is_flag=True, help="Of a document, the text as it was read: what all offsets count in."
)
@archive_option
def command(
    name: str,
    at: str | None,
    query: str | None,
    around: int | None,
    raw: bool,  # noqa: FBT001 - click passes a flag so
    archive: Path,
) -> None:
    """Print a document, or one passage with its surroundings.

    A document is named by its id or its file; a passage by the name that search shows. Of a document the
    clean text is printed; of a passage, or of the characters that --at names, also what is said and cited in
    it, the raw text to the character, and which words were repaired there, by which rule or by whose
    decision. Beside the text stands who says it, and when.

    \b
    Example:
      policytext show 2016-voices-digest
      policytext show 2016-voices-digest:00004 --query "home help" --around 600
      policytext show 2016-voices-digest --at 1200-1350
      policytext show 2016-voices-digest --raw > digest.raw.txt
    """
    document, _, passage = name.partition(":")
    if (passage or at) and raw:
        raise click.UsageError("--raw prints a whole document.")
    if passage and at:
        raise click.UsageError("give either a PASSAGE or --at START-END.")
    if around is not None and not (passage or at):
        raise click.UsageError("--around needs a PASSAGE or --at START-END.")
    with Archive.open(archive) as store:
        if passage:
            (found,) = passages(store, passage_numbers(store, document, passage))
            place = _of_passage(raw_document(store, found.document), found)
        elif at:
            place = _of_characters(store, raw_document(store, document_id(store, document)), at)
        else:
            _print_document(raw_document(store, document_id(store, document)), query, raw=raw)
            return
        _print_place(place, query, _AROUND if around is None else around)


def _print_document(document: RawDocument, query: str | None, *, raw: bool) -> None:
    text = document.raw if raw else document.clean
    if query is not None:
        colour = sys.stdout.isatty()
        text = marked(text, wanted_marks(text, query), colour=colour, one_line=False)
        click.echo(text)
    elif raw and not sys.stdout.isatty():
        with output_to(None) as out:  # to the character
            out.write(document.raw.encode())
    else:
        click.echo(shown(text))


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of a document to be shown: clean ``span``, raw ``spans``, and the passages it touches."""

    document: RawDocument
    span: Span
    spans: Sequence[Span]
    line: int
    passages: Sequence[FoundPassage]

    @property
    def statements(self) -> list[SaidHere]:
        """What is said there, in the order of the text, each once."""
        found = {s.id: s for p in self.passages for s in p.statements}
        here = [s for s in found.values() if s.start < self.span.end and s.end > self.span.start]
        return sorted(here, key=lambda s: (s.start, s.id))


def _of_passage(document: RawDocument, passage: FoundPassage) -> _Place:
    return _Place(document, Span(passage.start, passage.end), passage.spans, passage.line, (passage,))


def _of_characters(store: Archive, document: RawDocument, at: str) -> _Place:
    """Returns the place of raw START-END; what cleaning took out there is in the raw text alone.

    Raises:
        BadRequest: it is no stretch of the document.
    """
    asked = _STRETCH.fullmatch(at.strip())
    start, end = map(int, asked.groups()) if asked else (0, 0)
    if not start < end <= len(document.raw):
        raise BadRequest(
            f"no such characters; it has {len(document.raw):,}: {at!r}", "--at", "START-END, as 1200-1350"
        )
    kept = document.alignment.to_clean(start, end)
    clean = _to_words(document.clean, kept) if kept else Span(0, 0)
    numbers = store.sql.execute(
        "SELECT n.number FROM passages p JOIN documents d ON d.key = p.document "
        "JOIN numbers n ON n.passage = p.key WHERE d.id = ? AND p.start < ? AND p.end > ? ORDER BY p.start",
        (document.id, clean.end, clean.start),
    )
    touched = passages(store, [row["number"] for row in numbers])
    return _Place(document, clean, [Span(start, end)], document.raw.count("\n", 0, start) + 1, touched)


def _to_words(text: str, spans: Sequence[Span]) -> Span:
    """Returns the hull of the spans, widened to whole words."""
    start, end = min(s.start for s in spans), max(s.end for s in spans)
    while start and not (text[start - 1].isspace() or text[start].isspace()):
        start -= 1
    while end < len(text) and not (text[end].isspace() or text[end - 1].isspace()):
        end += 1
    return Span(start, end)


def _print_place(place: _Place, query: str | None, around: int) -> None:
    document = place.document
    for line in _head(place):
        click.echo(shown(line))
    for line in _body(place, query, around):
        click.echo(line)
    for number, said in enumerate(place.statements, 1):
        _print_statement(number, said)
    whole = [(p.start, p.end) for p in place.passages] == [(place.span.start, place.span.end)]
    for cited in dict.fromkeys(c for p in place.passages for c in p.citations):
        click.echo(shown(f"{'' if whole else 'its passage '}cites {cited}"))
    click.echo(f"\nraw text, {shown(document.name)}, line {place.line}, sha256 {document.sha256}:")
    for span in place.spans:
        click.echo(f"characters {span.start}-{span.end}\n{shown(document.raw[span.start : span.end])}")
    repairs = list(_repairs(document, place.spans))
    for line in ["", *repairs] if repairs else []:
        click.echo(line)


def _head(place: _Place) -> Iterator[str]:
    if not place.passages:
        yield f"{place.document.id}\nno passage: nobody's text, or taken out by cleaning\n"
        return
    first = place.passages[0]
    title = first.title or first.document
    top, _, below = first.section.partition(" > ")
    section = below if top.casefold() == title.casefold() else first.section
    yield f"{title} · {section}" if section else title
    voices = dict.fromkeys(p.voice or "unknown" for p in place.passages)
    yield f"by {', '.join(voices)}, printed {display_date(first.publication_date)}\n"


def _body(place: _Place, query: str | None, around: int) -> Iterator[str]:
    """Yields the clean text of the place, who says it in the margin, and what stands around it."""
    if not place.span:
        return
    text, span = place.document.clean, place.span
    first, last = _whole_words(text, max(0, span.start - around), min(len(text), span.end + around), span)
    marks = wanted_marks(text[first:last], query) if query is not None else []
    labels = [
        (Span(max(s.start, span.start) - first, min(s.end, span.end) - first), f"[{n}] {_who(s)}")
        for n, s in enumerate(place.statements, 1)
    ]
    here = Span(span.start - first, span.end - first)
    margin = max((len(label) for _, label in labels), default=0)
    yield from margined(text[first:last], here, labels, marks, margin=margin, colour=sys.stdout.isatty())
    yield ""


def _who(said: SaidHere) -> str:
    """Returns who says it and when, as short as goes, to stand in a margin."""
    when = display_year(said.statement_date)
    who = said.speaker or said.speaker_text or "unnamed"
    room = _MARGIN - len(when) - len("[99] , ")
    return f"{who if len(who) <= room else who[: room - 1].rstrip() + '…'}, {when}"


def _whole_words(text: str, first: int, last: int, span: Span) -> tuple[int, int]:
    """Returns the offsets moved to where words begin and end, not beyond ``span``."""
    while 0 < first < span.start and not text[first - 1].isspace():
        first += 1
    while span.end < last < len(text) and not text[last].isspace():
        last -= 1
    return first, last


def _print_statement(number: int, said: SaidHere) -> None:
    who = said.speaker or said.speaker_text or "unnamed"
    who += f" ({said.role})" if said.role and said.speaker else ""
    when = "not dated"
    if said.statement_date:
        told = f", says {said.asserted_by}" if said.asserted_by else ""
        when = f"{display_date(said.statement_date)} ({said.date_basis}{told})"
    click.echo(
        shown(f"[{number}] said by {who}, {when}, rule {said.rule}, confidence {said.confidence:.2f}:")
    )
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
