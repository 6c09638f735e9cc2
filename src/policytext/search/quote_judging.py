"""A quotation held against one document: every place that has its words, and what was done to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from policytext.errors import BadRequest
from policytext.search.quote_aligning import Asked, alignments, asked
from policytext.search.quote_differences import Repair, of_alignment, of_chain, repairs
from policytext.search.quote_letters import compared
from policytext.search.quote_matching import Chain, Match, Piece, chains, end_mark_agrees, pieces_of
from policytext.search.quote_pieces import Pieces, core_of, taken_apart
from policytext.search.quote_records import JUDGEMENTS, Difference, Judgement
from policytext.search.quote_views import Document, View
from policytext.spans import Span
from policytext.text.terms import STOP_WORDS

FEWEST_WORDS = 5
"""Fewer words are looked for as they stand, and never judged altered or elided: they could be chance."""


class Quotation:
    """A quotation made ready for judging.

    Raises:
        BadRequest: there is no letter or digit in it, or more than 50 omissions.
    """

    def __init__(self, text: str) -> None:
        core = core_of(text, 0, len(text))
        if core is None:
            raise BadRequest("no words in the quotation", advice="the words as they are quoted")
        self.text, self.core = text, core
        self.whole = Piece(text, core)

    @cached_property
    def pieces(self) -> Pieces:
        """What stands between the marks of omission and the brackets."""
        return taken_apart(self.text)

    @cached_property
    def ready(self) -> list[Piece]:
        """The pieces, ready for looking them up."""
        return pieces_of(self.text, self.pieces)

    @cached_property
    def asked(self) -> Asked:
        """The words to be aligned."""
        return asked(self.text, self.pieces.spans)

    @property
    def words(self) -> int:
        """How many words it has, those in brackets left out."""
        return len(self.asked.words)

    @property
    def says_little(self) -> bool:
        """Whether it is so short that its words could be chance: fewer than five, all function words."""
        return self.words < FEWEST_WORDS and all(w.key in STOP_WORDS for w in self.asked.words)


@dataclass(frozen=True)
class Found:
    """A stretch of a view that answers a quotation; ``parts`` are the stretches of its pieces in the view."""

    judgement: Judgement
    view: View
    parts: tuple[Span, ...]
    spans: tuple[Span, ...]
    changes: tuple[str, ...]
    differences: tuple[Difference, ...]
    similarity: float
    rule: str
    confidence: float

    @property
    def hull(self) -> Span:
        """The smallest raw span that holds it."""
        return Span(min(s.start for s in self.spans), max(s.end for s in self.spans))


def judged(document: Document, quotation: Quotation) -> list[Found]:
    """Returns the places of a document that answer a quotation, each once, as the best it can be called.

    What is only like it comes as "not found", one at most and the likest.
    """
    found: list[Found] = []
    for view in document.views:
        found += _as_it_stands(document, view, quotation)
    if quotation.words < FEWEST_WORDS:
        return _each_once(found)
    if not quotation.pieces.whole:
        for view in document.views:
            found += _by_pieces(document, view, quotation)
    whole = _each_once(found)
    for view in document.views:
        found += _with_other_words(document, view, quotation)
    found = _each_once([*whole, *found])
    alike = [f for f in found if f.judgement != "not found"]
    return alike + [f for f in found if f.judgement == "not found"][: 0 if alike else 1]


def _each_once(found: Iterable[Found]) -> list[Found]:
    """Returns the best of those that share raw characters, best first."""
    kept: list[Found] = []
    for one in sorted(found, key=_rank):
        if not any(s.overlaps(t) for other in kept for s in one.spans for t in other.spans):
            kept.append(one)
    return kept


def _rank(found: Found) -> tuple[int, float, int, int]:
    order = JUDGEMENTS.index(found.judgement)
    return order, -round(found.similarity, 6), len(found.differences) + len(found.changes), found.hull.start


# --- the words as they stand ----------------------------------------------------------------------------


def _as_it_stands(document: Document, view: View, quotation: Quotation) -> Iterator[Found]:
    """Yields the places that have the whole quotation: exact or normalised."""
    for match in quotation.whole.matches(view):
        spans = tuple(document.raw_spans(view, match.start, match.end))
        if not spans or not end_mark_agrees(quotation.text, quotation.core.end, view, match.end):
            continue
        if view.name == "utterance" and _joins(view, match):
            yield _interrupted(document, view, quotation, match, spans)
        else:
            yield _strict(document, view, quotation, match, spans)


def _strict(
    document: Document, view: View, quotation: Quotation, match: Match, spans: tuple[Span, ...]
) -> Found:
    """Returns an exact place where the file has every character, else a normalised one."""
    raw, part = document.texts.raw, Span(match.start, match.end)
    printed = raw[spans[0].start : spans[0].end] if len(spans) == 1 else None
    edge = _edges(quotation, raw, spans)
    if printed == quotation.whole.text and edge == ():
        return Found("exact", view, (part,), spans, (), (), 1.0, "quotation.exact", 1.0)
    edits, names = repairs(document, view, match.start, match.end)
    if len(spans) > 1:
        names.append("page furniture")
    changes = dict.fromkeys([*match.changes, *names, *edge, *(["repaired"] if edits else [])])
    differences = tuple(_repaired(r, quotation.whole, view, match) for r in edits)
    confidence = min([0.98, *(r.edit.confidence for r in edits)])
    told = tuple(changes or {"white space": None})
    rule = f"quotation.{view.name}"
    return Found("normalised", view, (part,), spans, told, differences, 1.0, rule, confidence)


def _edges(quotation: Quotation, raw: str, spans: tuple[Span, ...]) -> tuple[str, ...]:
    """Returns what an editor may change at the end; () where the file has the same mark or none is quoted."""
    tail = quotation.text[quotation.core.end :].rstrip()
    if raw.startswith(tail, spans[-1].end):
        return ()
    ours = tail.strip().strip(_QUOTE_MARKS).strip()
    theirs = raw[spans[-1].end : spans[-1].end + len(ours)]
    if not ours or ours == theirs:
        return ()
    return ("form of the last mark",) if compared(ours, theirs).same else ("final stop",)


_QUOTE_MARKS = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb`"


def _repaired(repair: Repair, piece: Piece, view: View, match: Match) -> Difference:
    """Returns a repair of ours as a difference: the quotation reads as repaired."""
    edit = repair.edit
    start, end = (piece.offset(view, match, view.here(at)) for at in (repair.start, repair.end))
    return Difference(
        "repaired",
        Span(start, max(start, end)),
        Span(edit.start, edit.end),
        edit.replacement or "",
        edit.text,
        edit.rule,
    )


def _joins(view: View, match: Match) -> bool:
    """Whether a match of the view of utterances runs over a break between fragments."""
    return len(view.there(match.start, match.end)) > 1


def _who_says_it(document: Document, before: Span, after: Span, at: int) -> Difference:
    """Returns what the paper says between two clean stretches of an utterance, left out at ``at``."""
    hull = document.texts.alignment.hull(before.end, after.start)
    told = document.texts.clean[before.end : after.start]
    return Difference("left out", Span(at, at), hull, "", told, "who says it")


def _interrupted(
    document: Document, view: View, quotation: Quotation, match: Match, spans: tuple[Span, ...]
) -> Found:
    """Returns a place whose words are one utterance that the paper breaks off: "he said" is left out."""
    differences = []
    for before, after in pairwise(view.there(match.start, match.end)):
        at = quotation.whole.offset(view, match, view.here(after.start))
        differences.append(_who_says_it(document, before, after, at))
    edits, names = repairs(document, view, match.start, match.end)
    differences += [_repaired(r, quotation.whole, view, match) for r in edits]
    changes = tuple(dict.fromkeys([*match.changes, *names, *(["repaired"] if edits else [])]))
    parts = (Span(match.start, match.end),)
    confidence = min([0.9, *(r.edit.confidence for r in edits)])
    rule = "quotation.utterance"
    return Found("elided", view, parts, spans, changes, tuple(differences), 1.0, rule, confidence)


# --- in pieces ------------------------------------------------------------------------------------------


def _by_pieces(document: Document, view: View, quotation: Quotation) -> Iterator[Found]:
    """Yields the places that have all pieces in order, and those that have them in another order."""
    pieces, ready = quotation.pieces, quotation.ready
    if view.name == "utterance" or not pieces.spans:
        return
    if max(len(p.text.split()) for p in ready) < 3:
        return
    hits = False
    for chain in chains(view, ready, pieces.joints):
        if end_mark_agrees(quotation.text, pieces.spans[-1].end, view, chain.matches[-1].end) or pieces.after:
            hits = True
            yield _elided(document, view, quotation, chain)
    if not hits and len(ready) > 1:
        yield from _out_of_order(document, view, quotation)


def _elided(document: Document, view: View, quotation: Quotation, chain: Chain) -> Found:
    found, fair = of_chain(document, view, quotation.pieces, chain)
    parts = tuple(Span(m.start, m.end) for m in chain.matches)
    spans = tuple(s for p in parts for s in document.raw_spans(view, p.start, p.end))
    names = [c for m in chain.matches for c in m.changes]
    repaired: list[Difference] = []
    confidence = 0.95
    for piece, match in zip(quotation.ready, chain.matches, strict=True):
        edits, more = repairs(document, view, match.start, match.end)
        names += [*more, *(["repaired"] if edits else [])]
        repaired += [_repaired(r, piece, view, match) for r in edits]
        confidence = min([confidence, *(r.edit.confidence for r in edits)])
    edge_only = len(chain.matches) == 1 and not found
    changes = tuple(dict.fromkeys([*names, *(["dots at the edge"] if edge_only else [])]))
    differences = (*found, *repaired)
    if not fair:
        return Found("altered", view, parts, spans, changes, differences, 1.0, "pieces.changed", 0.9)
    judgement: Judgement = "normalised" if edge_only else "elided"
    return Found(judgement, view, parts, spans, changes, differences, 1.0, "pieces.order", confidence)


def _out_of_order(document: Document, view: View, quotation: Quotation) -> Iterator[Found]:
    """Yields where all pieces, of three words or more, stand near one another in another order: altered."""
    ready = quotation.ready
    if min(len(p.text.split()) for p in ready) < 3:
        return
    matches = [next(p.matches(view), None) for p in ready]
    if any(m is None for m in matches):
        return
    placed = [m for m in matches if m is not None]
    order = sorted(range(len(placed)), key=lambda n: placed[n].start)
    low, high = placed[order[0]].start, placed[order[-1]].end
    if high - low > 3000 * len(placed) or order == list(range(len(placed))):
        return
    parts = tuple(Span(m.start, m.end) for m in placed)
    spans = tuple(s for p in parts for s in document.raw_spans(view, p.start, p.end))
    differences = [
        Difference(
            "moved",
            piece.span,
            document.raw_spans(view, m.start, m.end)[0],
            piece.text,
            view.text[m.start : m.end],
        )
        for n, (piece, m) in enumerate(zip(ready, placed, strict=True))
        if order[n] != n
    ]
    yield Found("altered", view, parts, spans, (), tuple(differences), 0.9, "pieces.moved", 0.9)


# --- with other words -----------------------------------------------------------------------------------


def _with_other_words(document: Document, view: View, quotation: Quotation) -> Iterator[Found]:
    """Yields the stretches most like the quotation: altered where alike enough, else "not found"."""
    if view.name == "raw" and document.texts.raw != document.texts.clean:
        return
    for aligned in alignments(view, quotation.asked):
        span = aligned.span
        spans = tuple(document.raw_spans(view, span.start, span.end))
        if not spans:
            continue
        differences = of_alignment(document, view, quotation.asked, aligned)
        if view.name == "utterance":
            for before, after in pairwise(view.there(span.start, span.end)):
                at = aligned.answering(quotation.asked, view.here(after.start))
                differences.append(_who_says_it(document, before, after, at))
        judgement: Judgement = "altered" if aligned.alike else "not found"
        rule = "alignment.alike" if aligned.alike else "alignment.look-alike"
        similarity = aligned.similarity
        if aligned.alike and not differences:
            differences = [_unseen(quotation, view, span, spans)]
        yield Found(
            judgement,
            view,
            (span,),
            spans,
            (),
            tuple(sorted(differences, key=lambda d: (d.quote.start, d.quote.end))),
            similarity,
            rule,
            round(min(0.95, similarity), 4),
        )


def _unseen(quotation: Quotation, view: View, span: Span, spans: tuple[Span, ...]) -> Difference:
    """Returns the difference that remains when all words agree: the mark at the end, or how it is set."""
    end = quotation.core.end
    quoted, printed = quotation.text[end : end + 1], view.text[span.end : span.end + 1]
    at = max(s.end for s in spans)
    return Difference(
        "punctuation", Span(end, end + len(quoted)), Span(at, at + len(printed)), quoted, printed
    )
