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
_LEAST_UNSTOPPED = 10
"""Words of one without marks that does not even end in a stop; fewer are a heading that the text takes up."""
_JUST_ABOVE = 2
"""Chunks above one of fewer words, in which it must stand to the letter."""
_LEAST_TEXT = 20
"""Words of the first chunk that is text and no title."""
_MORE = 8
"""Words that what such a one repeats has more than it."""
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
_NAME = re.compile(
    r"(?:(?:mr|mrs|ms|miss|dr|sir|dame|lord|lady|baroness|prof|professor|cllr|councillor|rev)\.?[ ]){0,3}"
    r"(?:[A-Z][\w'\u2019.-]{0,20}[ ]){1,4}[A-Z][\w'\u2019.-]{0,20}(?:, .{2,60})?"
)
_TITLED = re.compile(
    r"(?:mr|mrs|ms|miss|dr|sir|dame|lord|lady|baroness|prof|professor|cllr|councillor|rev)\b", re.IGNORECASE
)
_DASHED = re.compile(r"[-\u2013\u2014][ ].{10,900}[ ]?[-\u2013\u2014]", re.DOTALL)
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
    first_text = next((i for i, words in enumerate(view.words) if len(words) >= _LEAST_TEXT), 0)
    found: dict[int, Role] = {}
    plain: list[int] = []
    for index, sample in asked.items():
        if not any(at in places for at in sample):
            continue
        role, marked = _judged(view, roles, index, stream, places, first_text)
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
    framed = _DASHED.fullmatch(view.texts[index]) is not None
    if not _SHORTEST <= count <= _MOST or (chunk.shape != "text" and not framed):
        return False
    if not (view.blanks_above(index) and view.blanks_below(index)):
        return False
    first = view.texts[index].lstrip(_OPENERS + ("-\u2013\u2014 " if framed else ""))[:1]
    # One that begins small is half a paragraph that is quoted elsewhere; turns of a debate repeat formulas.
    return first.isalnum() and not first.islower() and not _TURN.match(view.texts[index])


def _judged(
    view: View, roles: Roles, index: int, stream: _Stream, places: dict[int, list[int]], first_text: int
) -> tuple[Role | None, bool]:
    """Returns the role of chunk ``index`` if it repeats the body, and whether its looks or place mark it.

    What stands above all text is the title, and words in bold without a stop may be a heading: it takes up
    what comes, and a few words of it stand again in any text.
    """
    count, text = len(view.words[index]), view.texts[index]
    quoted = _is_quoted(text)
    loud = bool(view.chunks[index].marks & {"bold", "italic"})
    stopped = text.rstrip(_CLOSERS).endswith(_STOPPED) and not text.endswith("...")
    breaks = _breaks_sentence(view, roles, index)
    marked = quoted or (stopped and breaks)
    if not (loud or marked or count >= _LEAST) or not (loud or quoted or index > first_text):
        return None, False
    match = _Match(0.0, longer=False, near=False)
    anywhere = loud or marked
    for at, held in _where(view, index, stream, places, anywhere=anywhere):
        if not (loud and view.chunks[held].marks & {"bold", "italic"}):
            match = max(match, _match(view, index, at, held, stream), key=lambda m: (m.share, m.longer))
        if match.share >= _SAME_SHORT and match.longer:
            break
    headed = loud and not (quoted or stopped or breaks)
    bare = not (loud or marked or stopped)
    least = _SAME if quoted or headed else _SAME_MARKED if loud else _SAME_PLAIN
    few = _LEAST_UNSTOPPED if headed else _LEAST
    enough = match.share >= (_SAME_SHORT if count < few or bare else least)
    if not enough or not (loud or match.longer) or (bare and not match.far_longer):
        return None, False
    short = count < (_LEAST_UNSTOPPED if index < first_text else _LEAST)
    if headed and (short or not match.longer or match.below):
        return None, False
    sure = _sureness(match, loud=loud, marked=marked)
    return (Role("pull_quote", 0, "pull-quote.repeated", sure) if sure else None), loud or marked


def _sureness(match: _Match, *, loud: bool, marked: bool) -> float:
    """Returns the confidence of a pull quote; 0 where nothing marks it and what it repeats is far away."""
    if loud:
        return 0.95 if match.near and match.share >= _SAME else 0.85
    if marked:
        return 0.85 if match.near else 0.75
    if not match.near:
        return 0.0
    return 0.9 if match.share >= _SAME_SHORT else 0.8


@dataclass(frozen=True, slots=True)
class _Match:
    """What share of a chunk's words stands in a place of the body, in a ``longer`` chunk, ``near`` by.

    ``far_longer`` is one that is longer by some words and does not stand directly below, as below a heading;
    for a short chunk, one just above that holds it to the letter. ``below`` is one that stands directly
    below.
    """

    share: float
    longer: bool
    near: bool
    far_longer: bool = False
    below: bool = False


def _where(
    view: View, index: int, stream: _Stream, places: dict[int, list[int]], *, anywhere: bool
) -> list[tuple[int, int]]:
    """Returns where the words of a chunk seem to stand again, ``anywhere`` or near by, and in which chunk.

    Best first. Far away counts only for what its looks mark: to look there for all others would be idle.
    """
    first, count = stream.starts[index], len(view.words[index])
    start = view.chunks[index].start
    votes: Counter[tuple[int, int]] = Counter()
    for at in _sampled(first, count):
        for place in places.get(at, ()):
            held = stream.chunk_of[place]
            if held != index and (anywhere or abs(view.chunks[held].start - start) <= _NEAR):
                # Places of one repetition lie the same way off, give or take a word.
                votes[(place - at) // 8, held] += 1
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
    if begin < own < end:  # it stands amid the very words it repeats
        end = min(len(stream.words), end + len(words))
    window = stream.words[begin : min(end, own)] + stream.words[max(begin, past) : end]
    share = LCSseq.similarity(words, window) / len(words)
    near = abs(view.chunks[held].start - view.chunks[index].start) <= _NEAR
    more = len(view.words[held]) - len(words)
    if len(words) < _LEAST_UNSTOPPED:  # a heading takes up what comes, not what was
        far = share == 1 and index - _JUST_ABOVE <= held < index
    else:
        far = held != index + 1
    return _Match(share, more > 3, near, far and more > _MORE, held == index + 1)


def _is_quoted(text: str) -> bool:
    """Whether quotation marks or dashes stand around all of a text."""
    return _QUOTED.fullmatch(text) is not None or _DASHED.fullmatch(text) is not None


def set_as_headings(view: View) -> dict[int, Role]:
    """Returns the pull quotes that a converter took for headings because of their size.

    They are in quotation marks and stand again in the body to the letter.
    """
    marked = [
        i
        for i, c in enumerate(view.chunks)
        if c.hint is not None and c.hint.rule == "heading.markup" and _QUOTED.fullmatch(view.texts[i])
    ]
    marked = [i for i in marked if _LEAST <= len(view.words[i]) <= _MOST]
    if not marked:
        return {}
    stream = _stream(view, {})
    asked = {i: _sampled(stream.starts[i], len(view.words[i])) for i in marked}
    places = _places(stream.words, (at for sample in asked.values() for at in sample))
    found: dict[int, Role] = {}
    for index in marked:
        for at, held in _where(view, index, stream, places, anywhere=False):
            match = _match(view, index, at, held, stream)
            if match.longer and match.near and match.share >= _SAME_SHORT:
                found[index] = Role("pull_quote", 0, "pull-quote.heading", 0.8)
    return found


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
            ends = text[-1] not in ".:?!"
            if _CREDIT.match(text) or (ends and (_CREDIT.search(text) or _names(view, roles, quote, at))):
                yield at


def _names(view: View, roles: Roles, quote: int, at: int) -> bool:
    """Whether a short line below a pull quote says whose words they are, and is no heading."""
    text = view.texts[at]
    if _SPLIT_CREDIT.fullmatch(text) and _goes_on(view, roles, quote, at):
        return True
    if not _NAME.fullmatch(text):
        return False
    loud = view.chunks[at].marks & {"bold", "italic"}
    again = loud and (loud & view.chunks[quote].marks or view.text.count(text) > 1)
    return _TITLED.match(text) is not None or bool(again and view.has_markup)


_SPLIT_CREDIT = re.compile(r"[A-Z][^.\n]{1,80}")


def _goes_on(view: View, roles: Roles, quote: int, at: int) -> bool:
    """Whether the text above a pull quote goes on in small letters below the line under it."""
    above, below = quote - 1, at + 1
    if above < 0 or below >= len(view.chunks) or above in roles or below in roles:
        return False
    return view.texts[above][-1] not in ".:?!" and view.texts[below][0].islower()
