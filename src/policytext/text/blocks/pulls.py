"""Pull quotes: words of the body that a designer set again, large, beside it.

They give themselves away by repeating the body. What else repeats it (a summary, a block quotation that is
argued with) is kept apart by looks, place and neighbourhood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policytext.text.blocks.roles import Role, Roles, View

_SHINGLE = 4
"""Words in a row that two stretches must share to be compared."""
_LEAST, _MOST = 7, 110
_SHORTEST = 4
"""Words; those with fewer than ``_LEAST`` must be marked and repeat the body to the letter."""
_SAMPLES = 10
"""So many shingles of a candidate are looked up."""
_KEPT_PLACES = 6
"""Of a very common shingle the first few places are looked at."""
_MOST_PLACES = 4
"""Places of the body that one candidate is compared with."""
_NEAR = 12_000
"""Characters, about three pages, within which a pull quote without marks stands from what it repeats; farther
away a summary repeats its chapter."""
_SAME, _SAME_MARKED, _SAME_PLAIN, _SAME_SHORT = 0.8, 0.55, 0.9, 0.95
"""Share of a pull quote's words that stand in the body in their order: editors trim and mend what they pull,
scans misread it, and where it is in bold or italics less will do."""
_SLACK = 1.6
"""How many times its own length the words of a pull quote may be spread over in the body: two sentences of a
paragraph are spliced into one."""
_CREDIT = re.compile(r"[\u2013\u2014-][ ]?\S|\S[ \t]{2,40}\S")
_OPENERS, _CLOSERS = "\"'\u201c\u2018(", "\"'\u201d\u2019)"
_QUOTED = re.compile(r"[\"\u201c\u2018'].{10,900}[\"\u201d\u2019'][.,]?", re.DOTALL)
_TURN = re.compile(r"[A-Z][^:.?!\n]{2,80}: ")
_SUMMARY = frozenset(
    {"summary", "key", "highlights", "abstract", "recommendations", "conclusion", "conclusions", "overview"}
)
_STOPPED = (".", "?", "!", "\u2026")


@dataclass(frozen=True, slots=True)
class _Stream:
    """The words of the body in order; ``chunk_of[i]`` is whose word ``i`` is, chunks begin at ``starts``."""

    words: list[str]
    chunk_of: list[int]
    starts: dict[int, int]


def pull_quotes(view: View, roles: Roles) -> dict[int, Role]:
    """Chunks set apart whose words stand again in the body, case, marks and a few words aside.

    Shared shingles of four words say where to look; there the longest common subsequence of words decides, so
    that a trimmed, mended or misread quote, one spliced of two sentences, and a body paragraph that is itself
    broken by a page are found. A line of credit under a pull quote belongs to it.
    """
    stream = _stream(view, roles)
    asked = {i: _sampled(at, len(view.words[i])) for i, at in stream.starts.items() if _may_be(view, i)}
    places = _places(stream.words, (at for sample in asked.values() for at in sample))
    summaries = _summaries(view)
    found: dict[int, Role] = {}
    plain: list[int] = []
    for index, sample in asked.items():
        if not any(at in places for at in sample):
            continue
        role, marked = _judged(view, roles, index, stream, places)
        if role and (marked or index not in summaries):
            found[index] = role
            plain += [] if marked else [index]
    for before, after in pairwise(plain):
        if after == before + 1:  # a summary repeats its chapter paragraph by paragraph
            found.pop(before, None)
            found.pop(after, None)
    return found | _credits(view, roles, found)


def _stream(view: View, roles: Roles) -> _Stream:
    stream = _Stream([], [], {})
    for index, words in enumerate(view.words):
        if index not in roles:
            stream.starts[index] = len(stream.words)
            stream.words.extend(words)
            stream.chunk_of.extend([index] * len(words))
    return stream


def _sampled(first: int, count: int) -> range:
    """Returns the word numbers whose shingles speak for a chunk that begins at ``first``."""
    return range(first, first + count - _SHINGLE + 1, max(1, (count - _SHINGLE) // _SAMPLES))


def _places(words: Sequence[str], sampled: Iterable[int]) -> dict[int, list[int]]:
    """Returns for the sampled word numbers whose shingle stands elsewhere too the first few places it has."""
    of = {at: tuple(words[at : at + _SHINGLE]) for at in sampled}
    known: dict[tuple[str, ...], list[int]] = {shingle: [] for shingle in of.values()}
    shingles = zip(words, words[1:], words[2:], words[3:], strict=False)
    for at, shingle in enumerate(shingles):
        if shingle in known:
            here = known[shingle]
            if len(here) < _KEPT_PLACES:
                here.append(at)
    return {at: known[shingle] for at, shingle in of.items() if len(known[shingle]) > 1}


def _may_be(view: View, index: int) -> bool:
    chunk, count = view.chunks[index], len(view.words[index])
    if not _SHORTEST <= count <= _MOST or chunk.shape != "text":
        return False
    if not (view.blanks_above(index) and view.blanks_below(index)):
        return False
    first = view.texts[index].lstrip(_OPENERS)[:1]
    # One that begins small is half a paragraph that is quoted elsewhere; turns of a debate repeat formulas.
    return first.isalnum() and not first.islower() and not _TURN.match(view.texts[index])


def _judged(
    view: View, roles: Roles, index: int, stream: _Stream, places: dict[int, list[int]]
) -> tuple[Role | None, bool]:
    """Returns the role of chunk ``index`` if it repeats the body, and whether its looks or place mark it."""
    count, text = len(view.words[index]), view.texts[index]
    loud = bool(view.chunks[index].marks & {"bold", "italic"})
    stopped = text.rstrip(_CLOSERS).endswith(_STOPPED) and not text.endswith("...")
    marked = _QUOTED.fullmatch(text) is not None or (stopped and _breaks_sentence(view, roles, index))
    if not (loud or marked or (stopped and count >= _LEAST)):
        return None, False
    match = _Match(0.0, longer=False, near=False)
    for at, held in _where(index, stream, places, count):
        if not (loud and view.chunks[held].marks & {"bold", "italic"}):
            match = max(match, _match(view, index, at, held, stream), key=lambda m: (m.share, m.longer))
        if match.share >= _SAME_SHORT and match.longer:
            break
    quoted = marked and _QUOTED.fullmatch(text) is not None
    least = _SAME_MARKED if loud else _SAME if quoted else _SAME_PLAIN
    enough = match.share >= (_SAME_SHORT if count < _LEAST else least)
    if not enough or not (loud or match.longer):
        return None, False
    if loud:
        sure = 0.95 if match.near and match.share >= _SAME else 0.85
    elif marked:
        sure = 0.85 if match.near else 0.75
    elif match.near:
        sure = 0.9 if match.share >= _SAME_SHORT else 0.8
    else:
        return None, False
    return Role("pull_quote", 0, "pull-quote.repeated", sure), loud or marked


@dataclass(frozen=True, slots=True)
class _Match:
    """What share of a chunk's words stands in a place of the body, in a ``longer`` chunk, ``near`` by."""

    share: float
    longer: bool
    near: bool


def _where(index: int, stream: _Stream, places: dict[int, list[int]], count: int) -> list[tuple[int, int]]:
    """Returns where the words of a chunk seem to stand again, and in which chunk, best first."""
    first = stream.starts[index]
    votes: Counter[tuple[int, int]] = Counter()
    for at in _sampled(first, count):
        for place in places.get(at, ()):
            if stream.chunk_of[place] != index:
                # Places of one repetition lie the same way off, give or take a word.
                votes[(place - at) // 8, stream.chunk_of[place]] += 1
    if not votes:
        return []
    ranked = sorted(votes.items(), key=lambda v: (-v[1], abs(v[0][0]), v[0]))[:_MOST_PLACES]
    least = max(1, ranked[0][1] // 3)
    return [(first + 8 * off, held) for (off, held), times in ranked if times >= least]


def _match(view: View, index: int, at: int, held: int, stream: _Stream) -> _Match:
    """Returns how well the words of chunk ``index`` stand around place ``at`` of the stream."""
    from rapidfuzz.distance import LCSseq

    words = view.words[index]
    reach = int(len(words) * (_SLACK - 1)) + 8
    begin, end = max(0, at - reach), min(len(stream.words), at + len(words) + reach)
    own, past = stream.starts[index], stream.starts[index] + len(words)
    window = stream.words[begin : min(end, own)] + stream.words[max(begin, past) : end]
    share = LCSseq.similarity(words, window) / len(words)
    near = abs(view.chunks[held].start - view.chunks[index].start) <= _NEAR
    return _Match(share, len(view.words[held]) > len(words) + 3, near)


def _breaks_sentence(view: View, roles: Roles, index: int) -> bool:
    """Whether a chunk stands between two halves of a sentence."""
    if not 0 < index < len(view.chunks) - 1 or index - 1 in roles or index + 1 in roles:
        return False
    above, below = view.texts[index - 1], view.texts[index + 1]
    return len(view.words[index - 1]) > 7 and above[-1].isalpha() and below[0].islower()


def _summaries(view: View) -> frozenset[int]:
    """Returns the chunks below a heading that announces a summary, up to the next short line."""
    found: list[int] = []
    inside = False
    for index, words in enumerate(view.words):
        if 0 < len(words) <= 6 and not view.texts[index].endswith((".", ",", ";")):
            inside = not _SUMMARY.isdisjoint(words)
        elif inside:
            found.append(index)
    return frozenset(found)


def _credits(view: View, roles: Roles, quotes: Iterable[int]) -> dict[int, Role]:
    """Returns the lines that say whose words a pull quote is."""
    return {at: Role("pull_quote", 0, "pull-quote.credit", 0.7) for at in _credit_lines(view, roles, quotes)}


def _credit_lines(view: View, roles: Roles, quotes: Iterable[int]) -> Iterator[int]:
    for quote in quotes:
        at = quote + 1
        if at < len(view.chunks) and at not in roles and len(view.words[at]) <= 12:
            text = view.texts[at]
            if _CREDIT.match(text) or (_CREDIT.search(text) and text[-1] not in ".:?!"):
                yield at
