"""Which sentences and clauses of a paragraph assert something, and in whose words: by rule, no parser.

A sentence is cut where what others say in it begins and ends; what is left of it is its frame. Each part is
an assertion, or is left out by a named rule; nothing is dropped in silence. All offsets are clean. Linear in
the length of the paragraph, but for sorting the statements in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from policytext.analysis.assertions.rules import (
    asks_indirectly,
    begins_with_verb,
    has_finite_verb,
    has_main_verb,
    left_out_by,
    may_hold_verb,
    tells,
    word_count,
)
from policytext.analysis.witness import WitnessVoice
from policytext.document import BlockKind
from policytext.spans import Span
from policytext.text.sentences import sentences

LONG = 45
"""Words from which on a sentence is split into its independent clauses."""
SHORTEST_CLAUSE = 6
LONGEST = 2000
"""Characters; what has no end within them is no sentence, but a table or a scan that lost its stops."""

_LEAST_QUOTED = 4
_FRAME_END = " \n\"'“”‘’«»,;:–—*_"
_OPENING = " \n\"'“”‘’«*_([…."
_JOINT = re.compile(
    r"(?P<mark>;)(?: (?:and|but|or|yet|so))?(?= )|(?P<colon>:)(?= )|(?P<dash> [–—])(?= )|"
    r",(?= (?:but|yet|so|whereas)\b(?! (?:also|rather|not|that|far|as)\b))|"
    r",(?= and (?:I|he|she|it|they|we|you|there|this|that|these|those|the|an?|no|its|their|our|his|her)\b)"
)
"""Where a sentence may fall into clauses that stand by themselves."""
_HEAD = re.compile(
    r"(?:[\s\"'“”‘’«»*_•·●▪◦–—>,;:.#]|-(?=\s)|…|"
    r"\d{1,2}(?:\.\d{1,3}){0,3}[.)]?\s++(?=[A-Z])(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))|"
    r"\(?(?:\d{1,3}|[ivx]{1,5}|[a-z])\)\s|\[\d{1,3}\])+"
)
"""What opens a stretch and says nothing: marks, bullets, numbers of paragraphs and notes."""
_TAIL = re.compile(r"[\s–—\"'“”‘’«»*_,;]+$")
_BESIDE_REPORT = re.compile(r"(?:;|,(?= (?:but|and|although|though|while|whereas|yet)\b)) ?")
_LONGEST_ASIDE = 90
"""Characters that may stand between two halves of one saying: "said Alderman Mrs. Garland of Eastwold"."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as far as its place matters: clean ``[start, end)``, whose words, which saying.

    ``clause`` is False where it is only a phrase of the sentence that tells of it ("called for X"), ``turn``
    True where it is all that somebody says in debate or interview, until the next takes over.
    """

    id: str
    start: int
    end: int
    voice: WitnessVoice
    speaker: str | None
    clause: bool = True
    turn: bool = False
    utterance: int | None = None


@dataclass(frozen=True, slots=True)
class Asserted:
    """Clean ``[start, end)`` asserts something; ``said`` is the statement it lies in or tells of.

    ``sentence`` is the number of its sentence in the paragraph.
    """

    start: int
    end: int
    voice: WitnessVoice
    said: Said | None
    sentence: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Clean ``[start, end)`` asserts nothing, by this rule."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph read: its sentences, what asserts and what does not, each in reading order."""

    sentences: tuple[Span, ...]
    asserted: tuple[Asserted, ...]
    left: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    said: Said | None
    told: bool = False
    """Whether it frames the words of ``said`` and does not lie in them."""


def read_paragraph(text: str, start: int, end: int, kind: BlockKind, said: Sequence[Said]) -> Paragraph:
    """Returns what asserts something in the paragraph ``text[start:end]``.

    Args:
        text: the clean text of a document.
        start: where its block begins.
        end: where its block ends.
        kind: the kind of the block.
        said: the statements that overlap it; where one lies in another, the inner one's speaker speaks.
    """
    spans = _sentences(text, start, end, kind)
    asserted: list[Asserted] = []
    left: list[LeftOut] = []
    for number, pieces in enumerate(_by_sentence(spans, list(_pieces(start, end, said)))):
        for unit in _units(text, pieces, kind):
            if isinstance(unit, LeftOut):
                left.append(unit)
            else:
                asserted.append(_asserted(unit, number))
    return Paragraph(tuple(spans), tuple(asserted), tuple(left))


def _frames(piece: _Piece, other: _Piece) -> bool:
    """Tells whether a piece stands outside the words that ``other`` holds, and tells of them."""
    if other.said is None or other.told:
        return False
    if piece.said is None or piece.told:
        return True
    return (
        piece.said.start <= other.said.start and other.said.end <= piece.said.end and piece.said != other.said
    )


def _asserted(piece: _Piece, sentence: int) -> Asserted:
    said = piece.said
    voice: WitnessVoice = "own" if said is None else "reported" if piece.told else said.voice
    return Asserted(piece.start, piece.end, voice, said, sentence)


def _sentences(text: str, start: int, end: int, kind: BlockKind) -> list[Span]:
    """Returns the sentences of a paragraph; those of a table never go over the edge of a cell."""
    if kind != "table":
        return sentences(text, start, end)
    edges = [m.span() for m in re.finditer(r"[\t|\n]+", text[start:end])]
    cuts = [0, *(place for edge in edges for place in edge), end - start]
    cells = zip(cuts[::2], cuts[1::2], strict=True)
    return [s for a, b in cells for s in sentences(text, start + a, start + b)]


def _pieces(start: int, end: int, said: Sequence[Said]) -> Iterator[_Piece]:
    """Yields the paragraph cut at the edges of statements, each piece with the innermost one around it."""
    inside = sorted(
        (s for s in said if s.start < end and s.end > start), key=lambda s: (s.start, -s.end, s.id)
    )
    edges = sorted({start, end, *(max(start, s.start) for s in inside), *(min(end, s.end) for s in inside)})
    open_: list[tuple[int, int, int]] = []
    at = 0
    for a, b in pairwise(edges):
        while at < len(inside) and inside[at].start <= a:
            heappush(open_, (-inside[at].start, inside[at].end, at))
            at += 1
        while open_ and open_[0][1] <= a:
            heappop(open_)
        yield _Piece(a, b, inside[open_[0][2]] if open_ else None)


def _by_sentence(spans: Sequence[Span], pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yields for each sentence its pieces, cut to it."""
    ends = [p.end for p in pieces]
    for span in spans:
        at = bisect_right(ends, span.start)
        found = []
        while at < len(pieces) and pieces[at].start < span.end:
            piece = pieces[at]
            found.append(_Piece(max(piece.start, span.start), min(piece.end, span.end), piece.said))
            at += 1
        yield found


def _units(text: str, pieces: Sequence[_Piece], kind: BlockKind) -> Iterator[_Piece | LeftOut]:
    """Yields what the pieces of one sentence assert, and what is left of it."""
    joined = list(_framed(text, _one_saying(text, pieces), pieces[-1].end))
    for number, piece in enumerate(joined):
        after = joined[number + 1 : number + 2]
        if any(_frames(piece, other) for other in (*joined[max(0, number - 1) : number], *after)):
            yield from _frame(text, piece, kind, before=bool(after))
        else:
            yield from _judged(text, _clauses(text, piece), kind)


def _one_saying(text: str, pieces: Sequence[_Piece]) -> list[_Piece]:
    """Returns the pieces that hold words, with the parts of one saying joined.

    Parts belong together where only marks stand between them, and where the second goes on in mid-sentence
    behind the words that say who speaks: "Every winter we mend the hip," she said, "and never the stair."
    """
    out: list[_Piece] = []
    for piece in pieces:
        if not any(c.isalnum() for c in text[piece.start : piece.end]):
            continue
        far = 2 if out and out[-1].said is None else 1
        back = next((n for n in range(1, far + 1) if n <= len(out) and _continues(text, out[-n], piece)), 0)
        if not back:
            out.append(piece)
            continue
        first = out[-back]
        out[-back:] = [_Piece(first.start, piece.end, _larger(first, piece))]
    return out


def _continues(text: str, first: _Piece, second: _Piece) -> bool:
    if first.said is None or second.said is None or first.said.utterance is None:
        return False
    if first.said.utterance != second.said.utterance or second.start - first.end > _LONGEST_ASIDE:
        return False
    between = text[first.end : second.start]
    head = _HEAD.match(text, second.start, second.end)
    goes_on = text[head.end() if head else second.start].islower()
    return goes_on or not any(c.isalnum() for c in between)


def _larger(first: _Piece, second: _Piece) -> Said | None:
    return first.said if first.end - first.start >= second.end - second.start else second.said


def _framed(text: str, pieces: Sequence[_Piece], end: int) -> Iterator[_Piece]:
    """Yields pieces of others' words that assert by themselves, and between them what frames them.

    A quoted word or phrase ("called it a scandal") stays in the sentence that tells of it: whose it is.
    """
    run: list[_Piece] = []
    for piece in pieces:
        if piece.said is not None and _stands_alone(text, piece, only=len(pieces) == 1):
            if run:
                yield _joined(run, piece.start)
            run = []
            yield piece
        else:
            run.append(piece)
    if run:
        yield _joined(run, end)


def _stands_alone(text: str, piece: _Piece, *, only: bool) -> bool:
    if piece.said is None or not piece.said.clause:
        return False
    stretch = text[piece.start : piece.end]
    if only or piece.said.turn:
        return True
    words = word_count(stretch)
    if piece.said.voice == "quoted" and words > _LEAST_QUOTED and stretch.lstrip(_OPENING)[:1].isupper():
        return True  # what is quoted as a sentence of its own: "Give us ten quiet years"
    clause = piece.said.voice == "reported" or has_finite_verb(stretch)
    return clause and words >= _LEAST_QUOTED and not begins_with_verb(stretch)


def _joined(run: Sequence[_Piece], end: int) -> _Piece:
    """Returns what frames, up to ``end``: told of the one speaker in it, else the document's own."""
    said = [p.said for p in run if p.said is not None]
    one = said[0] if len({s.speaker for s in said}) == 1 else None
    return _Piece(run[0].start, end, one, told=one is not None)


def _frame(text: str, piece: _Piece, kind: BlockKind, *, before: bool) -> Iterator[_Piece | LeftOut]:
    """Yields what a frame asserts apart from its reporting clause, which stands next to what it reports."""
    cuts = [m.end() for m in _BESIDE_REPORT.finditer(text, piece.start, piece.end)]
    cut = (cuts[-1] if before else cuts[0]) if cuts else (piece.start if before else piece.end)
    first, second = _cut(piece, piece.start, cut), _cut(piece, cut, piece.end)
    for part in (first, second):
        stretch = text[part.start : part.end]
        reports = part is (second if before else first) and tells(stretch.rstrip(_FRAME_END))
        if _is_clause(stretch) and not reports:
            yield from _judged(text, _clauses(text, part), kind)
        elif any(c.isalnum() for c in stretch):
            yield LeftOut(*_bare(text, part.start, part.end), "frame")


def _is_clause(stretch: str) -> bool:
    return word_count(stretch) >= SHORTEST_CLAUSE and (has_finite_verb(stretch) or may_hold_verb(stretch))


def _cut(piece: _Piece, start: int, end: int) -> _Piece:
    return _Piece(start, end, piece.said, piece.told)


def _judged(text: str, pieces: Iterable[_Piece], kind: BlockKind) -> Iterator[_Piece | LeftOut]:
    for piece in pieces:
        start, end = _bare(text, piece.start, piece.end)
        if start >= end:
            continue
        rule = _left_out_by(text, start, end, kind, piece)
        yield LeftOut(start, end, rule) if rule else _cut(piece, start, end)


def _left_out_by(text: str, start: int, end: int, kind: BlockKind, piece: _Piece) -> str | None:
    if end - start > LONGEST:
        return "unending"
    inside = piece.said is not None and not piece.told
    reported = inside and piece.said is not None and piece.said.voice == "reported"
    if reported and asks_indirectly(text[max(0, start - 12) : start], text[start : start + 40]):
        return "question"
    return left_out_by(text[start:end], kind, whole=not inside)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Returns the place without bullets, numbers and quotation marks around it; empty without a word."""
    head = _HEAD.match(text, start, end)
    start = head.end() if head else start
    tail = _TAIL.search(text, max(start, end - 12), end)
    end = tail.start() if tail else end
    return (start, end) if any(c.isalnum() for c in text[start:end]) else (start, start)


def _clauses(text: str, piece: _Piece) -> list[_Piece]:
    """Returns the independent clauses of a long piece, each with a finite verb; a short one whole."""
    if word_count(text[piece.start : piece.end]) <= LONG:
        return [piece]
    cuts = [piece.start, *(m.end() for m in _JOINT.finditer(text, piece.start, piece.end)), piece.end]
    out: list[_Clause] = []
    for start, end in pairwise(cuts):
        part = _clause(text, start, end)
        if out and not (out[-1].whole and part.whole):
            out[-1] = out[-1].with_next(part)
        else:
            out.append(part)
    return [_cut(piece, c.start, c.end) for c in out]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A stretch between two joints; ``depth`` counts the brackets it leaves open."""

    start: int
    end: int
    words: int
    finite: bool
    depth: int

    @property
    def whole(self) -> bool:
        return self.finite and self.words >= SHORTEST_CLAUSE and self.depth <= 0

    def with_next(self, other: _Clause) -> _Clause:
        words, finite = self.words + other.words, self.finite or other.finite
        return _Clause(self.start, other.end, words, finite, self.depth + other.depth)


def _clause(text: str, start: int, end: int) -> _Clause:
    stretch = text[start:end]
    depth = stretch.count("(") - stretch.count(")")
    return _Clause(start, end, word_count(stretch), has_main_verb(stretch), depth)
