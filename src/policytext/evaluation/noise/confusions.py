"""What a scanner took for what: counted on papers whose true text is known, kept as a file of segments.

The running text of a paper (without what cleaning leaves out of it) is laid beside its truth as for the error
rates, and where the two differ the difference is cut into **segments** of one to three characters of the
truth and what they were read as, up to four characters:

- letters misread, one for several and several for one (``rn`` as ``m``, ``h`` as ``li``), lost or put in
  (what is put in belongs to the character before it, or to the one behind it that it doubles);
- words split (``er`` as ``e r``) and words joined (the space lost).

Left out is what no misreading is: typographic variants (folded as for the error rates), blank space and
hyphens where a line ends, marks that stand alone (bullets, rules, the pipes of a table), what is written for
a converter (Markdown, tags), and stretches longer than eight characters (lost lines, notes put in between).

A segment's **chance** is how often it was read wrong by how often it stood in the compared truth, after one
more reading that was right, so that a segment seen once and misread once is not taken for certain to be
misread. **Severity** is a paper's error rate by that of all papers; one without any error was no scan, or
tells nothing, and has none. Only such segments are kept, never running text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from policytext.errors import BadRequest
from policytext.evaluation.reading.aligning import aligned
from policytext.evaluation.reading.pairing import Pair, both_sides
from policytext.evaluation.reading.rates import LEFT_OUT
from policytext.evaluation.reading.tokens import Stretch, Token, tokens
from policytext.evaluation.reading.tracing import Part, traced
from policytext.files import sha256_of

LONGEST, LONGEST_READ = 3, 4
"""Characters of a segment, and of what it is read as."""

_LOST = 8  # characters; a longer difference is text that is missing or put in
_MARKUP = re.compile(r"md\.|html\.")
_LINE_END, _NO_LETTER = "\n", "\v"  # in compared texts: the space where a line ends, a sign that is no text


@dataclass(frozen=True, slots=True)
class Segment:
    """``text`` stood ``stood`` times in the truth, ``right`` times without an error at it.

    ``read_as`` counts what it was read as where it was not read right.
    """

    text: str
    stood: int
    right: int
    read_as: Mapping[str, int]

    def __post_init__(self) -> None:
        if not 1 <= len(self.text) <= LONGEST or any(len(read) > LONGEST_READ for read in self.read_as):
            raise ValueError(
                f"{self.text!r}: a segment has 1 to {LONGEST} characters, read as {LONGEST_READ}"
            )
        if min(self.read_as.values(), default=0) < 1 or self.text in self.read_as:
            raise ValueError(f"{self.text!r}: counts what it was read as, where it was not read right")
        if not (0 <= self.right <= self.stood and self.wrong <= self.stood):
            raise ValueError(f"{self.text!r}: read oftener than it stood")

    @property
    def wrong(self) -> int:
        """How often it was misread."""
        return sum(self.read_as.values())

    @property
    def chance(self) -> float:
        """The chance of being misread, in (0, 1)."""
        return self.wrong / (self.stood + 1)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A paper that was learned from: its file's name, hashes of both files, and what was found in it.

    ``characters`` are those of the compared truth, ``errors`` edits in characters, ``left_out`` differences
    that no misreading explains.
    """

    name: str
    truth_sha256: str
    damaged_sha256: str
    characters: int
    errors: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Confusions:
    """What was learned: segments in order of their text, severities rising, papers in the order of names."""

    segments: tuple[Segment, ...]
    severities: tuple[float, ...]
    papers: tuple[Witnessed, ...]

    @property
    def rate(self) -> float:
        """Errors by characters of the papers that have any."""
        scans = [paper for paper in self.papers if paper.errors]
        return sum(p.errors for p in scans) / max(1, sum(p.characters for p in scans))


def learned(pairs: Iterable[Pair]) -> Confusions:
    """Returns what the pairs tell of misreading, summed over all of them.

    Raises:
        UnreadableSource: a file cannot be read.
        BadRequest: nothing was misread in any of them.
    """
    stood, right = Counter[str](), Counter[str]()
    read_as: dict[str, Counter[str]] = {}
    papers = []
    for pair in pairs:
        found = _Tally()
        for true, read in _pieces(*both_sides(pair)):
            found.compare(true, read)
        hashes = sha256_of(pair.truth), sha256_of(pair.damaged)
        papers.append(Witnessed(pair.name, *hashes, found.characters, found.errors, found.left_out))
        if not found.errors:
            continue
        stood += found.stood
        right += found.right
        for (text, read), times in found.misread.items():
            read_as.setdefault(text, Counter())[read] += times
    if not read_as:
        raise BadRequest("nothing was misread in these papers", advice="folders of scans and their true text")
    segments = (
        Segment(text, stood[text], right[text], MappingProxyType(dict(sorted(read_as[text].items()))))
        for text in sorted(read_as)
    )
    return Confusions(tuple(segments), _severities(papers), tuple(sorted(papers, key=lambda p: p.name)))


def _severities(papers: Sequence[Witnessed]) -> tuple[float, ...]:
    rates = sorted(paper.errors / paper.characters for paper in papers if paper.errors)
    mean = sum(rates) / len(rates)
    return tuple(rate / mean for rate in rates)


def _pieces(truth: str, parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Yields stretches of the truth and what stands there, tokens joined by a space.

    In what stands there, a space where a line ends is `_LINE_END`. Marks that stand alone, and in what stands
    there the signs of markup, are `_NO_LETTER`.
    """
    true = tokens([Stretch(0, truth, 0, len(truth))])
    before = tokens(Stretch(n, part.before, 0, len(part.before)) for n, part in enumerate(parts))
    after = tokens(
        Stretch(n, part.cleaned.text, block.start, block.end)
        for n, part in enumerate(parts)
        for block in part.cleaned.blocks
        if block.kind not in LEFT_OUT
    )
    trace = traced(parts, before, after, LEFT_OUT)
    kept = [number for number, aside in enumerate(trace.aside) if not aside]
    running = [before[number] for number in kept]
    signs = [any(_MARKUP.match(rule) for rule in trace.rules[number]) for number in kept]
    for left, right in aligned(true, running):
        yield (
            "".join(f"{true[i].text if true[i].key else _alone(true[i])} " for i in left),
            "".join(_as_read(parts, running, signs, i) for i in right),
        )


def _alone(token: Token) -> str:
    return _NO_LETTER * len(token.text)


def _as_read(parts: Sequence[Part], running: Sequence[Token], signs: Sequence[bool], i: int) -> str:
    token = running[i]
    text = token.text if token.key else _alone(token)
    if signs[i]:
        text = "".join(c if c.isalnum() else _NO_LETTER for c in text)
    if i + 1 == len(running) or running[i + 1].part != token.part:
        return text + _LINE_END
    gap = parts[token.part].before[token.end : running[i + 1].start]
    return text + (_LINE_END if "\n" in gap or "\r" in gap or gap.strip() else " ")


class _Tally:
    """What one paper tells."""

    def __init__(self) -> None:
        self.characters = self.errors = self.left_out = 0
        self.stood, self.right = Counter[str](), Counter[str]()
        self.misread = Counter[tuple[str, str]]()

    def compare(self, true: str, read: str) -> None:
        """Counts what became of a stretch of the truth."""
        from rapidfuzz.distance import Levenshtein

        plain = read.replace(_LINE_END, " ")
        equal, start = list[tuple[int, int]](), 0
        for same, i, j, k, m in _regions(Levenshtein.opcodes(true, plain)):
            if same:
                equal.append((i, j))
            elif not _is_misreading(true, read, (i, j, k, m)):
                self.left_out += j - i + m - k > 0
                self._stood(true[start:i])
                start = j
            else:
                self.errors += max(j - i, m - k)
                for text, instead in _segments(true, read, (i, j, k, m)):
                    self.misread[text, instead] += 1
                    if j == i:  # put in beside a character that is right for itself
                        self.right[text] -= len(text) == 1
        self._stood(true[start:])
        self.characters += len(true)
        for i, j in equal:
            self.right.update(_grams(true[i:j]))

    def _stood(self, text: str) -> None:
        self.stood.update(_grams(text))


def _grams(text: str) -> Iterator[str]:
    for size in range(1, LONGEST + 1):
        for at in range(len(text) - size + 1):
            yield text[at : at + size]


def _regions(opcodes: Iterable[Any]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Yields (equal, i, j, k, m): ``true[i:j]`` and ``read[k:m]`` are equal, or differ from end to end."""
    last: tuple[int, int, int, int] | None = None
    for op in opcodes:
        place = op.src_start, op.src_end, op.dest_start, op.dest_end
        if op.tag == "equal":
            if last:
                yield False, *last
            last = None
            yield True, *place
        else:
            last = (last[0], place[1], last[2], place[3]) if last else place
    if last:
        yield False, *last


def _is_misreading(true: str, read: str, place: tuple[int, int, int, int]) -> bool:
    """Returns whether a difference is one that a scanner makes, in a line, in letters."""
    i, j, k, m = place
    text, instead = true[i:j], read[k:m]
    if max(len(text), len(instead)) > _LOST or _NO_LETTER in text or _NO_LETTER in instead:
        return False
    if _LINE_END in instead or (not text and read[m : m + 1] == _LINE_END and instead == "-"):
        return False  # a word broken at the end of a line
    return not (i == j and i == 0)  # nothing stands before it that it could belong to


def _segments(true: str, read: str, place: tuple[int, int, int, int]) -> Iterator[tuple[str, str]]:
    """Yields a difference as segments and what each was read as."""
    i, j, k, m = place
    text, instead = true[i:j], read[k:m]
    if not text and instead == " " and i < len(true):
        yield true[i - 1 : i + 1], f"{true[i - 1]} {true[i]}"
        return
    if not text:
        doubled = instead == true[i : i + 1]  # which of two equal letters was put in nobody knows
        text = true[i] if doubled else true[i - 1]
        instead = text + instead
    if len(text) == len(instead):  # neighbours that were misread each for itself
        yield from ((left, right) for left, right in zip(text, instead, strict=True) if left != right)
        return
    pieces = max(-(-len(text) // LONGEST), -(-len(instead) // LONGEST_READ))
    if pieces > len(text):  # more was put in than a segment of one character may be read as
        return
    for n in range(pieces):
        left, right = (
            part[n * len(part) // pieces : (n + 1) * len(part) // pieces] for part in (text, instead)
        )
        if left != right:
            yield left, right
