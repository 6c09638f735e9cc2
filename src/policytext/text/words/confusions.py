"""What a machine that reads print takes for what: candidates for a word that is none.

The table holds pairs of shapes that look alike in print, as the studies of OCR errors list them (Kukich 1992,
ACM Computing Surveys 24:377; Taghva and Stofsky 2001, IJDAR 3:125; Nagy, Nartker and Rice 1999, SPIE 3967). A
candidate differs from what was read by such pairs alone; what it takes for one to be believed is not decided
here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from policytext.text.words.lexicon import Lexicon, folded

_TABLE = """
a: o e s ci, b: h 6 li lo, c: e o (, d: cl ol, e: c o, f: t r, g: q 9 y, h: b n li lr, i: l j 1 ! ; t
j: i ;, k: h lc lt, l: i t 1 I ! |, m: rn in ni nn iii ra, n: u ri ii h r m, o: 0 c e a, p: n
q: g 9, r: i t, s: 5 a, t: l f i r 1 c, u: n ii o li a, v: y r, w: vv vy m, y: v g, z: 2
B: 8 R E, C: G 0 O, D: O 0, E: F B, F: E P, G: C 6, H: li II N, I: l 1, J: I, M: N, N: M H
O: 0 C Q D, P: F R, Q: O, R: B P, S: 5 8, T: I 1 l 7, U: II, Z: 2, W: VV
ff: fi, fi: fl n, fl: n, in: m, ll: 11 l1 1l li, tt: ll, th: lh tli tlr, h: lh
"""
"""``true: what it is read as, ...``; both sides as they stand in print."""


def _pairs() -> dict[str, tuple[str, ...]]:
    """Returns for every misread shape what it may truly be, in the order of the table."""
    found: dict[str, list[str]] = {}
    for cell in _TABLE.replace("\n", ",").strip(",").split(","):
        true, _, misread = cell.partition(":")
        for shape in misread.split():
            if true.strip() not in found.setdefault(shape, []):
                found[shape].append(true.strip())
    return {shape: tuple(trues) for shape, trues in found.items()}


PAIRS: dict[str, tuple[str, ...]] = _pairs()
_LONGEST = max(map(len, PAIRS))
_LONGEST_WORD = 24
_CASES = re.compile(r"[^\W\d_A-Z]+|[A-Z][^\W\d_A-Z]*|[A-Z]{2,}")
"""Small letters, a capital before small ones, capitals: words are written like that."""
_APOSTROPHES = str.maketrans("", "", "'\u2019-")
_TWICE = 7
"""Words of so many characters may hold two misread shapes."""


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A word that visual confusions part from what was read: ``cost`` is their number."""

    cost: int
    word: str


def candidates(read: str, lexicon: Lexicon) -> tuple[Candidate, ...]:
    """Returns the words of ``lexicon`` that ``read`` may be a misreading of, cheapest first, then by name.

    Letters keep their case where the table does not change them; a candidate is written in small letters, in
    capitals, or with a capital first. The lexicon is asked for the folded form.
    Two confusions are tried only where one leads to no word, and in words of seven characters or more.
    """
    return _candidates(read, lexicon)


@lru_cache(maxsize=200_000)
def _candidates(read: str, lexicon: Lexicon) -> tuple[Candidate, ...]:
    once = tuple(dict.fromkeys(variants(read)))
    if not read.isascii():
        # A speck above a letter is read as an accent; a ligature is no accent.
        once = tuple(w for w in (bare(read), *once) if w != read)
    found = tuple(sorted(Candidate(1, w) for w in once if lexicon.knows(folded(w)) and _is_cased(w)))
    if found or len(read) < _TWICE:
        return found
    twice = {v for w in once for v in variants(w)} - {read}
    return tuple(sorted(Candidate(2, w) for w in twice if folded(w) in lexicon and _is_cased(w)))


def bare(word: str) -> str:
    """Returns a word without the accents above or below its letters."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _is_cased(word: str) -> bool:
    return _CASES.fullmatch(word.translate(_APOSTROPHES)) is not None


def variants(read: str) -> Iterator[str]:
    """Yields what ``read`` may truly be if one shape in it, or one figure wherever it stands, was misread.

    Nothing is yielded for strings longer than any word.
    """
    for at in range(len(read) if len(read) <= _LONGEST_WORD else 0):
        for width in range(1, min(_LONGEST, len(read) - at) + 1):
            shape = read[at : at + width]
            for true in PAIRS.get(shape, ()):
                yield read[:at] + true + read[at + width :]
                if shape.isdigit() and read.count(shape) > 1:
                    yield read.replace(shape, true)
