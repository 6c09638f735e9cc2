"""A concordance: each place of the query's words in its line, key word in context (Luhn, 1960).

The context is the document's clean text on both sides, over the borders of passages, never another
document's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from policytext.ranking import Filters
from policytext.search.results import Result, satisfies, voice_satisfies
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import FoundPassage, RawDocument, SaidHere, raw_document
from policytext.text.querying import AllOf, AnyOf, Clause, Phrase
from policytext.text.terms import term_spans, terms

Order = Literal["rank", "left", "right", "date"]
ORDERS: tuple[Order, ...] = get_args(Order)

CONTEXT = 100
"""So many characters of context on each side, where nothing else is asked."""

_TIED = re.compile(r"[\s\u00ad\u2010-\u2015/'\u2019-]+")
"""What may stand between marked words that are read as one: "joint finance", "co-operation"."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place of what was asked for.

    ``left`` + ``node`` + ``right`` read as the clean text does, white space made one blank; ``start``/``end``
    are raw offsets of the node, ``rank`` is that of its hit. ``speaker`` is who says the node: of the
    statement that it stands in, else the document's own voice (``said_by``); ``date`` (EDTF) is when that was
    said and ``earliest`` its first day, None where open or unknown. ``number`` and ``at`` (the node's
    clean offset) tell the order of the archive.
    """

    rank: int
    left: str
    node: str
    right: str
    passage: str
    document: str
    source: str
    start: int
    end: int
    speaker: str | None
    date: str | None
    said_by: Literal["statement", "voice"]
    earliest: str | None
    number: int
    at: int


def concordance(
    archive: Archive,
    results: Iterable[Result],
    *,
    phrases: Iterable[str] = (),
    filters: Filters | None = None,
    context: int = CONTEXT,
) -> list[Occurrence]:
    """Returns every occurrence in the results, by rank, then in the order of the text.

    Args:
        archive: open for reading.
        results: with the query's words marked; those without a mark give nothing.
        phrases: as in ``quoted``; where there are any, they alone are the nodes. Else each marked word is
            one, and marked words that stand side by side are one together.
        filters: of the query; an occurrence must itself be said by that speaker, at that time.
        context: characters on each side at most; no word is cut.
    """
    texts = _Texts(archive)
    wanted = [_Phrase(phrase) for phrase in phrases]
    return [
        found
        for result in results
        for node in (_runs(result.passage.text, wanted) if wanted else _joined(result))
        for found in _occurrence(result, node, filters or Filters(), texts, context)
    ]


def quoted(needed: Clause | None) -> list[str]:
    """Returns the phrases that a hit must or may hold, as typed; looser ones (``~3``) are left out."""
    if isinstance(needed, Phrase):
        return [] if needed.slop else [needed.text]
    if isinstance(needed, AllOf | AnyOf):
        return [phrase for part in needed.parts for phrase in quoted(part)]
    return []


def sorted_by(occurrences: Iterable[Occurrence], order: Order) -> list[Occurrence]:
    """Returns the occurrences in an order; ties break by place.

    ``left`` goes by the words before the node, the nearest first, ``right`` by those after it, both without
    case and accents; ``date`` by the day from which they can have been said, the unknown last.
    """
    if order == "rank":
        return sorted(occurrences, key=lambda o: (o.rank, o.number, o.at))
    if order == "left":
        return sorted(occurrences, key=lambda o: (_words(o.left)[::-1], o.number, o.at))
    if order == "right":
        return sorted(occurrences, key=lambda o: (_words(o.right), o.number, o.at))
    return sorted(occurrences, key=lambda o: (o.earliest is None, o.earliest or "", o.number, o.at))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


class _Phrase:
    """A phrase as it is recognised: several words by their terms, one word as it is printed."""

    def __init__(self, text: str) -> None:
        self.terms = tuple(terms(text))
        self._word = _words(text) if len(self.terms) == 1 else None

    def stands_at(
        self, at: int, found: Sequence[str], text: str, spans: Sequence[tuple[int, int, str]]
    ) -> bool:
        """Whether the phrase begins at the term of this number."""
        if not self.terms or tuple(found[at : at + len(self.terms)]) != self.terms:
            return False
        start, end, _ = spans[at]
        return self._word is None or _words(text[start:end]) == self._word


def _runs(text: str, phrases: Sequence[_Phrase]) -> Iterator[Span]:
    """Yields where one of the phrases stands, the longest of those that begin there, none within another."""
    spans = term_spans(text)
    found = [term for _, _, term in spans]
    at = 0
    while at < len(found):
        fitting = [len(p.terms) for p in phrases if p.stands_at(at, found, text, spans)]
        if fitting:
            yield Span(spans[at][0], spans[at + max(fitting) - 1][1])
        at += max(fitting, default=1)


def _joined(result: Result) -> Iterator[Span]:
    """Yields the marks of a result, those that stand side by side as one."""
    text, run = result.passage.text, None
    for mark in result.marks:
        if run is not None and _TIED.fullmatch(text, run.end, mark.start):
            run = Span(run.start, mark.end)
            continue
        if run is not None:
            yield run
        run = mark
    if run is not None:
        yield run


def _occurrence(
    result: Result, node: Span, filters: Filters, texts: _Texts, context: int
) -> Iterator[Occurrence]:
    """Yields the occurrence at ``node`` (offsets into the passage's text) if the filters let it answer."""
    passage = result.passage
    start, end = passage.start + node.start, passage.start + node.end
    answered, said = _sayer(passage, start, end, filters)
    if not answered:
        return
    clean = texts.clean(passage.document)
    raw = texts.raw_span(passage, start, end)
    yield Occurrence(
        rank=result.hit.rank,
        left=_before(clean, start, context),
        node=_one_line(clean[start:end]),
        right=_after(clean, end, context),
        passage=passage.id,
        document=passage.document,
        source=passage.source,
        start=raw.start,
        end=raw.end,
        speaker=(said.speaker or said.speaker_text) if said else passage.voice,
        date=said.statement_date if said else passage.publication_date,
        said_by="statement" if said else "voice",
        earliest=said.said_earliest if said else passage.published_earliest,
        number=passage.number,
        at=start,
    )


def _sayer(passage: FoundPassage, start: int, end: int, filters: Filters) -> tuple[bool, SaidHere | None]:
    """Returns whether clean [start, end) answers, and the statement it stands in; None: the own voice.

    Of statements within one another the innermost that satisfies the filters is taken.
    """
    around = [s for s in passage.statements if s.start <= start and end <= s.end]
    fitting = [s for s in around if satisfies(s, filters)]
    if fitting:
        return True, min(fitting, key=lambda s: (s.end - s.start, s.start, s.id))
    return not around and voice_satisfies(passage, filters), None


class _Texts:
    """The texts of the documents of a concordance, each read once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._clean: dict[str, str] = {}
        self._documents: dict[str, RawDocument] = {}
        self._edited: dict[int, bool] = {}

    def clean(self, document: str) -> str:
        """Returns the clean text of the document with this id."""
        if document not in self._clean:
            row = self._archive.sql.execute("SELECT clean FROM documents WHERE id = ?", (document,))
            self._clean[document] = row.fetchone()["clean"]
        return self._clean[document]

    def raw_span(self, passage: FoundPassage, start: int, end: int) -> Span:
        """Returns the raw hull of clean [start, end), which lies in the passage.

        Where nothing was repaired in a passage, counting is enough; the alignment of a whole document is made
        only for the others.
        """
        if not self._repaired(passage):
            shift = passage.raw_start - passage.start
            return Span(start + shift, end + shift)
        if passage.document not in self._documents:
            self._documents[passage.document] = raw_document(self._archive, passage.document)
        return self._documents[passage.document].alignment.hull(start, end)

    def _repaired(self, passage: FoundPassage) -> bool:
        if len(passage.spans) > 1 or len(passage.spans[0]) != len(passage.text):
            return True
        if passage.number not in self._edited:
            row = self._archive.sql.execute(
                "SELECT EXISTS (SELECT 1 FROM edits e JOIN documents d ON d.key = e.document WHERE d.id = ? "
                "AND e.status = 'applied' AND e.start < ? AND e.end > ?)",
                (passage.document, passage.raw_end, passage.raw_start),
            ).fetchone()
            self._edited[passage.number] = bool(row[0])
        return self._edited[passage.number]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _before(text: str, at: int, width: int) -> str:
    """Returns at most ``width`` characters of ``text`` before ``at``, beginning with a whole word."""
    first = max(0, at - width)
    left = text[first:at]
    if first and not text[first - 1].isspace() and not left[:1].isspace():
        left = left[len(left.split(maxsplit=1)[0]) :] if left.split() else ""
    return _one_line(left).lstrip()


def _after(text: str, at: int, width: int) -> str:
    """Returns at most ``width`` characters of ``text`` from ``at`` on, ending with a whole word."""
    right = text[at : at + width]
    beyond = text[at + width : at + width + 1]
    if beyond and not beyond.isspace() and not right[-1:].isspace():
        right = right[: len(right) - len(right.rsplit(maxsplit=1)[-1])] if right.split() else ""
    return _one_line(right).rstrip()
