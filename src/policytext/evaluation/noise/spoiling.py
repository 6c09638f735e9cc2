"""Texts spoiled as a scanner would spoil them, with the confusions that were learned from real pairs.

Every place of a text where a known segment stands may go wrong. The odds of it are

    level x severity of the document x chance of the segment

so that for small levels places go wrong in proportion to what was learned, and none more than surely. Each
place is given beforehand the **level from which it is wrong**, drawn from those odds; where two segments
overlap, the one that goes wrong first keeps the place. So what is wrong at one level is wrong, and reads the
same, at every higher one (common random numbers): curves do not jump because other places were drawn.

A document's draws depend on the seed and its id alone, not on the order of documents; its severity is drawn
among those learned. `calibrated` finds the levels at which the whole collection has the wished error rates:
Levenshtein distance of all texts by their length. Draws are the raw numbers of a counter-based generator
(Philox, Salmon and others, SC 2011), which every version of numpy gives alike, and are turned into levels by
arithmetic that rounds alike on every machine.
"""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from policytext.evaluation.noise.confusions import LONGEST, Confusions, Segment
from policytext.evaluation.reading.rates import Rate
from policytext.evaluation.reading.tokens import FOLDED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Parts = Sequence[str]
"""The texts of a document that are spoiled with one severity: title, text."""

TOLERANCE = 0.01
"""By which part a realised rate may miss the wished one where a collection is long enough to allow it."""

SAMPLE = 2_000_000
"""Characters that levels are found on; the rest of a larger collection follows them."""
_TRIES = 12
_BLANK = re.compile(r"\s+")
_PLAIN: Mapping[int, str] = {code: sign for code, sign in FOLDED.items() if len(sign) == 1}


@dataclass(frozen=True, slots=True)
class Errors:
    """What may go wrong in a text: ``spans[i]`` reads ``instead[i]`` from ``levels[i]`` on; levels rise.

    Spans do not overlap. Offsets are into the text that was asked about.
    """

    levels: Sequence[float]
    spans: Sequence[tuple[int, int]]
    instead: Sequence[str]

    def applied(self, text: str, level: float) -> str:
        """Returns the text as it reads at ``level``."""
        reached = bisect_right(self.levels, level)
        places = sorted((*self.spans[n], self.instead[n]) for n in range(reached))
        pieces, at = list[str](), 0
        for start, end, instead in places:
            pieces += text[at:start], instead
            at = end
        return "".join((*pieces, text[at:]))


class Noise:
    """Draws errors for documents.

    Args:
        confusions: what was learned.
        seed: any whole number; another one draws other places.
    """

    def __init__(self, confusions: Confusions, seed: int) -> None:
        self.seed = seed
        self._severities = confusions.severities
        self._table = _Table(confusions.segments)

    def errors(self, document: str, parts: Parts, most: float = math.inf) -> list[Errors]:
        """Returns what may go wrong up to the level ``most`` in each part of the document ``document``."""
        key = self._key(document, -1)
        severity = self._severities[key % len(self._severities)]
        return [self._drawn(text, severity, self._key(document, n), most) for n, text in enumerate(parts)]

    def spoiled(self, document: str, parts: Parts, level: float) -> list[str]:
        """Returns the parts of a document as they read at ``level``."""
        errors = self.errors(document, parts, level)
        return [found.applied(text, level) for found, text in zip(errors, parts, strict=True)]

    def _key(self, document: str, part: int) -> int:
        named = f"{self.seed}\0{part}\0{document}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.sha256(named).digest()[:16], "big")

    def _drawn(self, text: str, severity: float, key: int, most: float) -> Errors:
        import numpy as np

        generator = np.random.Philox(key=key)
        drawn: list[tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]] = []
        for size in range(1, LONGEST + 1):
            known, places = self._table.found(text, size)
            raw = generator.random_raw(max(0, len(text) - size + 1))[places]
            share = ((raw >> np.uint64(24)).astype(np.float64) + 0.5) * 2.0**-40
            levels = share / ((1.0 - share) * (self._table.chances[known] * severity))
            early = levels <= most
            drawn.append((levels[early], places[early], known[early], raw[early] & np.uint64(0xFFFFFF)))
        levels, places, known, rest = (np.concatenate(column) for column in zip(*drawn, strict=True))
        order = np.lexsort((known, places, levels))
        return self._kept(len(text), levels[order], places[order], known[order], rest[order])

    def _kept(self, length: int, *columns: NDArray[np.generic]) -> Errors:
        """Returns the errors of which none lies on an earlier one."""
        taken = bytearray(length)
        kept = []
        for level, start, number, rest in zip(*(column.tolist() for column in columns), strict=True):
            size = self._table.sizes[number]
            if taken.find(1, start, start + size) < 0:
                taken[start : start + size] = b"\1" * size
                kept.append((level, (start, start + size), self._table.reading(number, rest)))
        return Errors(*(tuple(column) for column in zip(*kept, strict=True))) if kept else Errors((), (), ())


class _Table:
    """The segments by number, found in texts by what their characters are."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        import numpy as np

        self.sizes = [len(segment.text) for segment in segments]
        self.chances = np.array([segment.chance for segment in segments])
        self._readings = [tuple(segment.read_as) for segment in segments]
        self._sums = [tuple(accumulate(segment.read_as.values())) for segment in segments]
        self._signs = np.array(sorted({ord(sign) for segment in segments for sign in segment.text}))
        self._codes: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        for size in range(1, LONGEST + 1):
            numbers = np.array([n for n, s in enumerate(segments) if len(s.text) == size], np.int64)
            texts = "".join(segments[n].text for n in numbers.tolist())
            codes = self._coded(self._known(texts), size)[::size] if texts else np.empty(0, np.int64)
            order = np.argsort(codes)
            self._codes.append((codes[order], numbers[order]))

    def found(self, text: str, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns (segment, place) wherever a segment of ``size`` characters stands in the text."""
        import numpy as np

        codes, numbers = self._codes[size - 1]
        if not len(codes) or len(text) < size:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        stands = self._coded(self._known(_plain(text)), size)
        at = np.minimum(np.searchsorted(codes, stands), len(codes) - 1)
        places = np.flatnonzero(codes[at] == stands)
        return numbers[at[places]], places

    def reading(self, number: int, draw: int) -> str:
        """Returns what a segment is read as by a draw of 24 bits."""
        sums = self._sums[number]
        return self._readings[number][bisect_right(sums, draw * sums[-1] >> 24)]

    def _known(self, text: str) -> NDArray[np.int64]:
        """Returns the number of every character, 0 for those that no segment holds."""
        import numpy as np

        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
        at = np.minimum(np.searchsorted(self._signs, points), len(self._signs) - 1)
        return np.where(self._signs[at] == points, at + 1, 0)

    def _coded(self, known: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """Returns a number for each run of ``size`` characters, -1 where one of them is unknown."""
        import numpy as np

        runs = np.lib.stride_tricks.sliding_window_view(known, size)
        code = runs[:, 0].copy()
        for n in range(1, size):
            code = code * (len(self._signs) + 1) + runs[:, n]
        return np.where(runs.all(axis=1), code, -1)


def _plain(text: str) -> str:
    """Returns the text by whose characters segments are found: as long, with signs folded as for rates.

    Blank space is a space where it stands alone; more of it parts words whatever becomes of one.
    """
    return _BLANK.sub(_blank, text.translate(_PLAIN))


def _blank(found: re.Match[str]) -> str:
    within = found.start() > 0 and found.end() < len(found.string)
    return " " if within and len(found[0]) == 1 else "\0" * len(found[0])


@dataclass(frozen=True, slots=True)
class Level:
    """How far texts are spoiled so that a collection has the error rate ``wished``.

    ``reachable`` is the most that the confusions can do to it: where that is less than what is wished,
    ``level`` is infinite and everything that can go wrong does. ``expected`` is the rate on the documents
    that the level was found on.
    """

    wished: float
    level: float
    expected: float
    reachable: float

    @property
    def is_reached(self) -> bool:
        """Whether the rate can be had from these confusions."""
        return self.wished <= self.reachable


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A document of the sample: its parts and what may go wrong in each."""

    parts: Parts
    errors: Sequence[Errors]

    def distance(self, level: float) -> int:
        """Returns how many characters are wrong at ``level``, as edit distance."""
        read = [found.applied(text, level) for found, text in zip(self.errors, self.parts, strict=True)]
        return distance(self.parts, read)


def calibrated(
    documents: Callable[[], Iterable[tuple[str, Parts]]],
    noise: Noise,
    rates: Sequence[float],
    sample: int = SAMPLE,
) -> list[Level]:
    """Returns the level for each wished error rate, in the order given.

    Of a collection with more than ``sample`` characters, levels are found on a part of its documents of
    about that size, chosen by a hash of their ids.

    Args:
        documents: gives all documents, as often as it is called: (id, texts).
        noise: what spoils them.
        rates: shares of characters, from 0 to below 1.
        sample: characters that levels are found on.
    """
    drawn = [_Drawn(parts, noise.errors(name, parts)) for name, parts in _sampled(documents, sample)]
    length = sum(len(text) for each in drawn for text in each.parts)
    costs = _costs(drawn)

    def reached(level: float) -> float:
        """Returns the share of wrong characters at a level."""
        return sum(each.distance(level) for each in drawn) / length if length else 0.0

    most = reached(math.inf)
    return [_found(rate, most, length, costs, reached) for rate in rates]


def _sampled(
    documents: Callable[[], Iterable[tuple[str, Parts]]], sample: int
) -> Iterable[tuple[str, Parts]]:
    length = sum(len(text) for _, parts in documents() for text in parts)
    if length <= sample:
        return documents()
    share = sample / length
    return ((name, parts) for name, parts in documents() if _place(name) < share)


def _place(name: str) -> float:
    """Returns a number from 0 to 1 that a name always has."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _costs(sample: Sequence[_Drawn]) -> tuple[Sequence[float], Sequence[int]]:
    """Returns all levels, rising, and how many characters are wrong at each if no error mends another."""
    each = sorted(
        (level, distance([text[start:end]], [instead]))
        for drawn in sample
        for errors, text in zip(drawn.errors, drawn.parts, strict=True)
        for level, (start, end), instead in zip(errors.levels, errors.spans, errors.instead, strict=True)
    )
    return [level for level, _ in each], list(accumulate(cost for _, cost in each))


def _found(
    rate: float,
    most: float,
    length: int,
    costs: tuple[Sequence[float], Sequence[int]],
    reached: Callable[[float], float],
) -> Level:
    """Returns the level of one rate: guessed from the costs, then set right by what it does.

    Neighbouring errors may mend each other, so that the distance is a little less than the sum of the costs;
    by how much hardly changes from one guess to the next.
    """
    if rate <= 0:
        return Level(rate, 0.0, 0.0, most)
    if rate > most:
        return Level(rate, math.inf, most, most)
    levels, sums = costs
    best, wished = (math.inf, math.inf, 0.0), rate * length
    for _ in range(_TRIES):
        number = min(bisect_right(sums, wished), len(levels)) - 1
        level = levels[number] if number >= 0 else 0.0
        share = reached(level)
        best = min(best, (abs(share - rate), level, share))
        if best[0] <= rate * TOLERANCE / 10 or not share:
            break
        wished *= rate / share
    return Level(rate, best[1], best[2], most)


def distance(truth: Parts, text: Parts) -> int:
    """Returns the edit distance in characters, part by part."""
    from rapidfuzz.distance import Levenshtein

    return sum(Levenshtein.distance(left, right) for left, right in zip(truth, text, strict=True))


@dataclass(frozen=True, slots=True)
class Realised:
    """What was done to a collection: the rate of all documents together, and quartiles of each one's."""

    rate: Rate
    quartiles: tuple[float, float, float]


def realised(rates: Iterable[Rate]) -> Realised:
    """Returns the sum of documents' rates, and the quartiles of those of documents that have a text."""
    every = list(rates)
    shares = sorted(rate.errors / rate.length for rate in every if rate.length)
    whole = sum(every, Rate(0, 0))
    return Realised(whole, (_quantile(shares, 0.25), _quantile(shares, 0.5), _quantile(shares, 0.75)))


def _quantile(values: Sequence[float], part: float) -> float:
    """Returns a quantile of rising values, between two of them in proportion."""
    if not values:
        return 0.0
    low, rest = divmod(part * (len(values) - 1), 1)
    first, second = values[int(low)], values[min(int(low) + 1, len(values) - 1)]
    return first + rest * (second - first)
