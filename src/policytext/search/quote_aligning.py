"""Other words: which stretch of a text is most like a quotation, and word by word in what they differ.

**Measure.** Similarity is (s + c/2) / (q + l): s words the same (case and kind of marks aside), c words that
are spelt otherwise (one letter in another place), q words of the quotation without what stands in its
brackets, l words of the paper that are left out with no mark for it, at most 8 counted for each gap.

**Threshold.** It is the same sentence, altered, from 0.65 on, if also 4 words are the same, two of them no
function words (from 0.85 on, any), and 3 of them (half the quotation, where that is less) stand together. By
that measure two sentences of one pattern on different matters ("the Committee considered the ... and agreed
to ...") stay below, and a sentence of eight words may have two of them changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policytext.search.quote_letters import letters
from policytext.search.quote_matching import REACH
from policytext.search.quote_views import View
from policytext.spans import Span
from policytext.text.terms import STOP_WORDS

THRESHOLD = 0.65
LIKE_AT_ALL = 0.3
"""Below this a passage is not worth showing as a look-alike."""
MOST_WORDS = 3000
"""A longer quotation is not aligned: it is found as it stands, or by its pieces."""
_MOST_COUNTED = 8
_SURE = 0.85
_REGIONS = 3
_WORD = re.compile(
    r"[£$€]?[^\W_]+(?:(?:['\u2019\u2018\-\u2010\u2011]|(?<=\d)[.,:](?=\d))[^\W_]+)*[%‰°]?|[&+=×÷§]"
)
_LONGEST_WORD = 64


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``[start, end)``; ``key`` is what must be equal for it to be the same word."""

    start: int
    end: int
    key: str


def words_of(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Returns the words of ``text[start:end]``; compounds, possessives and numbers are one word."""
    stop = len(text) if end is None else end
    return [Word(m.start(), m.end(), key_of(m.group())) for m in _WORD.finditer(text, start, stop)]


def key_of(word: str) -> str:
    """Returns a word's letters with its hyphens and apostrophes in one kind."""
    return word.casefold() if word.isascii() else "'".join(letters(p) for p in _INNER.split(word))


_INNER = re.compile("['\u2019\u2018]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A quotation as words. ``free`` are the words before which something may be left out, as a mark says."""

    text: str
    words: tuple[Word, ...]
    free: frozenset[int]

    @property
    def telling(self) -> frozenset[str]:
        """The words that are no function words; all, where there are no others."""
        keys = frozenset(w.key for w in self.words)
        return frozenset(k for k in keys if k not in STOP_WORDS) or keys


def asked(text: str, spans: Sequence[Span]) -> Asked:
    """Returns the words of a quotation's pieces, ``spans`` of its text."""
    words: list[Word] = []
    free = set()
    for span in spans:
        free.add(len(words))
        words += words_of(text, span.start, span.end)
    return Asked(text, tuple(words), frozenset(free - {0}))


@dataclass(frozen=True, slots=True)
class Run:
    """One step of an alignment: words ``[first, last)`` of the quotation, ``[begin, stop)`` of the text.

    ``same`` tells whether they are equal word by word.
    """

    same: bool
    first: int
    last: int
    begin: int
    stop: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """A stretch of a view laid beside a quotation; ``words`` are the view's, which ``runs`` count in."""

    words: tuple[Word, ...]
    runs: tuple[Run, ...]
    similarity: float
    alike: bool

    @property
    def span(self) -> Span:
        """The stretch of the view."""
        held = [w for r in self.runs for w in self.words[r.begin : r.stop]]
        return Span(held[0].start, held[-1].end)

    def answering(self, wanted: Asked, at: int) -> int:
        """Returns where in the quotation the first word begins that answers one at or behind ``at``."""
        for run in self.runs:
            for n in range(run.begin, run.stop):
                if self.words[n].start >= at:
                    mine = min(
                        run.first + (n - run.begin), max(run.first, run.last - 1), len(wanted.words) - 1
                    )
                    return wanted.words[mine].start
        return wanted.words[-1].end


def alignments(view: View, wanted: Asked) -> Iterator[Aligned]:
    """Yields the stretches of a view most like the quotation, three at most, none below LIKE_AT_ALL.

    Linear in the view but for three regions, each as long as the quotation a few times over.
    """
    if not wanted.words or len(wanted.words) > MOST_WORDS:
        return
    telling = wanted.telling
    lowered = view.text.casefold()
    if 3 * sum(1 for key in telling if key in lowered) < len(telling):
        return  # cheap: most documents end here
    words = words_of(view.text)
    for start, end in _regions(words, wanted, telling):
        found = _laid_beside(words[start:end], wanted, view.text)
        if found is not None and found.similarity >= LIKE_AT_ALL:
            yield found


def _regions(words: Sequence[Word], wanted: Asked, telling: frozenset[str]) -> list[tuple[int, int]]:
    """Returns the stretches that hold most different words of the quotation, apart from each other."""
    places = [n for n, word in enumerate(words) if word.key in telling]
    width = 2 * len(wanted.words) + 40 + len(wanted.free) * REACH // 6
    scored: list[tuple[int, int, int]] = []
    counts: dict[str, int] = {}
    first = 0
    for place in places:
        counts[words[place].key] = counts.get(words[place].key, 0) + 1
        while place - places[first] >= width:
            gone = words[places[first]].key
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            first += 1
        scored.append((len(counts), places[first], place + 1))
    margin = len(wanted.words) + 2
    taken: list[tuple[int, int]] = []
    for score, start, end in sorted(scored, key=lambda s: (-s[0], s[2] - s[1], s[1])):
        if len(taken) == _REGIONS or 3 * score < len(telling):
            break
        if all(end <= a or start >= b for a, b in taken):
            taken.append((max(0, start - margin), min(len(words), end + margin)))
    return sorted(taken)


def _laid_beside(words: Sequence[Word], wanted: Asked, text: str) -> Aligned | None:
    """Returns the alignment of the quotation with the likest stretch of ``words``."""
    from rapidfuzz.distance import Indel, LCSseq

    ours = [w.key for w in wanted.words]
    blocks = [
        (op.src_start, op.src_end, op.dest_start)
        for op in LCSseq.opcodes(ours, [w.key for w in words])
        if op.tag == "equal"
    ]
    if not blocks:
        return None
    start, end = _widened(_best_chain(blocks, wanted.free), len(ours), words, text)
    stretch = tuple(words[start:end])
    steps = Indel.opcodes(ours, [w.key for w in stretch])
    runs = _runs((op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in steps)
    return _measured(wanted, stretch, runs)


def _best_chain(blocks: Sequence[tuple[int, int, int]], free: frozenset[int]) -> tuple[int, int, int, int]:
    """Returns the words [first, last) and [begin, stop) of the two texts: Kadane's best run of blocks.

    A block is worth its words; a gap before it costs half a word for each word skipped on either side, for
    the text 8 words at most, and nothing where the quotation marks an omission.
    """
    best, total, begun = (-1.0, 0, 0), 0.0, 0
    for n, (first, last, begin) in enumerate(blocks):
        if n:
            before = blocks[n - 1]
            skipped = begin - (before[2] + before[1] - before[0])
            marked = any(f in free for f in range(before[1], first + 1))
            total -= (0 if marked else min(skipped, _MOST_COUNTED)) / 2 + (first - before[1]) / 2
        if total <= 0:
            total, begun = 0.0, n
        total += last - first
        if total > best[0]:
            best = (total, begun, n)
    one, other = blocks[best[1]], blocks[best[2]]
    return one[0], other[1], one[2], other[2] + other[1] - other[0]


def _widened(
    chain: tuple[int, int, int, int], count: int, words: Sequence[Word], text: str
) -> tuple[int, int]:
    """Returns the stretch of words, with one for each word of the quotation that is missing at its edges.

    It stays in the sentence, so that a changed first word meets the word that it replaced.
    """
    first, last, start, end = chain
    for _ in range(first):
        if start == 0 or _ENDS.search(text, words[start - 1].end, words[start].start):
            break
        start -= 1
    for _ in range(count - last):
        if end == len(words) or _ENDS.search(text, words[end - 1].end, words[end].start):
            break
        end += 1
    return start, end


_ENDS = re.compile(r"[.?!:;]|\n\s*\n")


def _runs(opcodes: Iterable[tuple[str, int, int, int, int]]) -> tuple[Run, ...]:
    """Returns the steps with deletions and insertions that meet made into one."""
    runs: list[Run] = []
    for tag, first, last, begin, stop in opcodes:
        same = tag == "equal"
        if runs and not same and not runs[-1].same:
            runs[-1] = Run(False, runs[-1].first, last, runs[-1].begin, stop)  # noqa: FBT003 - a field
        else:
            runs.append(Run(same, first, last, begin, stop))
    return tuple(runs)


def _measured(wanted: Asked, words: tuple[Word, ...], runs: tuple[Run, ...]) -> Aligned | None:
    if runs and runs[0].first == runs[0].last:
        runs = runs[1:]  # words of the text before the first that answers
    if runs and runs[-1].first == runs[-1].last:
        runs = runs[:-1]
    same = sum(r.last - r.first for r in runs if r.same)
    if not same or not words:
        return None
    close = left_out = 0
    for run in runs:
        if not run.same:
            close += sum(1 for _, _, spelt in pairs(wanted.words, words, run) if spelt)
            extra = (run.stop - run.begin) - (run.last - run.first)
            if extra > 0 and not any(f in wanted.free for f in range(run.first, run.last + 1)):
                left_out += min(extra, _MOST_COUNTED)
    similarity = min(1.0, (same + close / 2) / (len(wanted.words) + left_out))
    telling = {wanted.words[n].key for r in runs if r.same for n in range(r.first, r.last)} - STOP_WORDS
    longest = max(r.last - r.first for r in runs if r.same)
    alike = (
        similarity >= THRESHOLD
        and same >= 4
        and (len(telling) >= 2 or similarity >= _SURE)
        and longest >= min(3, len(wanted.words) // 2)
    )
    return Aligned(words, runs, similarity, alike)


def pairs(
    ours: Sequence[Word], theirs: Sequence[Word], run: Run
) -> Iterator[tuple[tuple[int, int], tuple[int, int], bool]]:
    """Yields the word ranges of a run that differ, word against word where both have as many.

    The last value tells whether it is the same word or words, spelt otherwise.
    """
    count, other = run.last - run.first, run.stop - run.begin
    left = "".join(letters(w.key) for w in ours[run.first : run.last])
    right = "".join(letters(w.key) for w in theirs[run.begin : run.stop])
    if left == right and left:
        yield (run.first, run.last), (run.begin, run.stop), True
    elif count == other:
        for n in range(count):
            spelt = spelt_otherwise(ours[run.first + n].key, theirs[run.begin + n].key)
            yield (run.first + n, run.first + n + 1), (run.begin + n, run.begin + n + 1), spelt
    else:
        yield (run.first, run.last), (run.begin, run.stop), False


def spelt_otherwise(one: str, other: str) -> bool:
    """Whether two words, of four letters or more and without digits, differ by one letter or a swap of two.

    Two in words of eight letters or more: "programme", "program".
    """
    from rapidfuzz.distance import OSA

    if min(len(one), len(other)) < 4 or max(len(one), len(other)) > _LONGEST_WORD:
        return False
    if any(c.isdigit() for c in one + other):
        return False
    allowed = 2 if min(len(one), len(other)) >= 7 else 1
    return int(OSA.distance(one, other, score_cutoff=allowed)) <= allowed
