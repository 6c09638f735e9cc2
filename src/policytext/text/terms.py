"""The one analyser: text to search terms, the same for every engine, index and reference.

A term is what the analyser makes of a word. What is folded, in this order:

1. **Characters** (``text/letters.py``): case, accents, ligatures, long s, full-width letters, the marks that
   printers use for an apostrophe or a hyphen; soft hyphens vanish. Writing that is not Latin makes no terms.
2. **Words**. Runs of ``[a-z0-9]``. Dashes, slashes and hyphens part them ("2017/18" is two terms), but a
   prefix that cannot stand alone closes up over its hyphen: "co-operation" is the word cooperation.
   (What other hyphenated compounds make together, and words set solid or apart: ``text/compounds.py``.)
   Dotted initials are one word ("N.H.S.", "n.h.s", "J. R."), so are "A&E", "A & E", "A and E" and "R&D". A
   possessive ``'s`` is dropped ("1950's" is "1950s"); "don't" is do not, "we'll" we will, "they've" they
   have; any other apostrophe parts. A note's number behind a word comes off ("survey4"), not that behind
   fewer than four letters (H1N1, B12, NHS111, IL6), nor three digits (office365).
3. **Spellings** (``text/spellings.py``): British and American, older and newer, meet.
4. **Stems** (``text/stems.py``): Porter 2, with a list of what it does not know.

Every term leads back to the characters it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain

from policytext.text.letters import folded, folded_with_origins
from policytext.text.stems import MAX_TERM, term_of
from policytext.text.words.lexicon import listed

__all__ = ["MAX_TERM", "STOP_WORDS", "query_terms", "term_spans", "terms", "words"]

STOP_WORDS: frozenset[str] = listed("""
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their theirs themselves what which who whom whose this that these those
    am is are was were be been being have has had having do does did doing would should could ought a an the
    and but if or because as until while of at by for with about against between into through during before
    after above below to from up down in out on off over under again further then once here there when where
    why how all any both each few more most other some such no nor not only own same so than too very can
    will shall upon s t ll ve d cannot whilst among amongst ie eg
    """)
"""Function words as they stand in the folded text, before stemming: Snowball's English list (Porter, 2001)
with "shall", "will", "can", "cannot", "upon", "whose", "whilst", "among", "amongst", "i.e.", "e.g." and what
an apostrophe leaves ("s", "t", "d", "ll", "ve"). "may" is also a month and stays a term."""

BOUND = listed("""
    anti bi bio co counter de dis e extra hyper hypo infra inter intra macro mal mega micro mid mini mis multi
    neo neuro non over para poly post pre pro pseudo psycho re semi socio sub supra tele trans tri ultra un
    uni
    """)
"""Prefixes that close up over a hyphen, as most printers have come to set them. "In-patient", "self-care",
"under-funding" and "well-being" are compounds of two words instead."""

CHUNK = re.compile(
    r"[a-z0-9]{2,}(?:['-][a-z0-9]+){0,8}"  # first, because nearly all are of this kind
    r"|[a-z](?:\.[a-z]){1,7}(?![a-z0-9])"  # N.H.S., G.P.s
    r"|[a-z]\.(?: [a-z]\.){1,7}"  # J. R.
    r"|(?:[a-z]&[a-z]|a (?:&|and) e|r (?:&|and) d)(?![a-z0-9'.-])"
    r"|[a-z0-9](?:['-][a-z0-9]+){0,8}"
)
"""What is analysed at once, in folded text: a word with all that hangs on it by hyphens and apostrophes."""
_WORD = re.compile(r"([a-z0-9]+)(?:'s(?![a-z0-9]))?")
_CONTRACTED = re.compile(r"([a-z]+)(n't|'ll|'ve|'re|'m)")
_WHOLE = {"n't": "not", "'ll": "will", "'ve": "have", "'re": "are", "'m": "am"}
_IRREGULAR = {"ca": "can", "wo": "will", "sha": "shall"}
_DECADE = re.compile(r"((?:1[5-9]|20)?\d0)'s")
_SHORT_NOTED = (
    "body care case cost data days done east fact fund goal good help home idea kind less life made more "
    "need only over paid part plan poor rate risk role said same seen some team term that them then they "
    "this time used view ward well west what when with work year"
)
_NOTED = re.compile(rf"([a-z]{{5,}}|{_SHORT_NOTED.replace(' ', '|')})(\d{{1,2}})")
"""Words that notes stand behind: any of five or more letters, of the four-lettered those that are no code."""
_LONGEST = 40
"""Longer chunks are noise and not worth remembering."""
_REMEMBERED = 200_000

Piece = tuple[int, int, str]
"""Start and end in a chunk, and the word that stands there."""


class Memory(dict[str, tuple[str, ...]]):
    """What becomes of each chunk, worked out when it first turns up; emptied when full."""

    def __init__(self, work_out: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        found = tuple(self._work_out(chunk))
        if len(chunk) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[chunk] = found
        return found


def terms(text: str) -> list[str]:
    """Returns the terms of ``text`` in reading order, stop words included."""
    return terms_of(chunks(text))


def words(text: str) -> list[str]:
    """Returns the folded words that ``terms`` makes its terms of, one for one, before spelling and stem."""
    return words_of(chunks(text))


def chunks(text: str) -> list[str]:
    """Returns what is analysed at once, in reading order: the folded words with all that hangs on them.

    For an index, which asks for terms and words of the same text.
    """
    return CHUNK.findall(folded(text))


def terms_of(found: Iterable[str]) -> list[str]:
    """Returns the terms of ``chunks``, as ``terms`` does of a text."""
    return list(chain.from_iterable(map(_MEMORY.__getitem__, found)))


def words_of(found: Iterable[str]) -> list[str]:
    """Returns the words of ``chunks``, as ``words`` does of a text."""
    return list(chain.from_iterable(map(_WORDS.__getitem__, found)))


def term_spans(text: str) -> list[tuple[int, int, str]]:
    """Returns (start, end, term) in reading order; half-open offsets into ``text`` as given.

    The terms are those of ``terms``. A span covers every character that gave the term a letter, and the
    accents and soft hyphens after them; a character that folds to several words ("½" to 1 and 2) gives the
    same span to each of them.
    """
    plain, origins = folded_with_origins(text)
    found = [
        (at + start, at + end, term)
        for match in CHUNK.finditer(plain)
        for at in (match.start(),)
        for (start, end, _), term in zip(pieces(match[0]), _MEMORY[match[0]], strict=True)
    ]
    if origins is None:
        return found
    origins.append(len(text))
    return [(origins[start], max(origins[end - 1] + 1, origins[end]), term) for start, end, term in found]


def query_terms(text: str) -> list[str]:
    """Returns the different terms of a query in the order they come, without stop words.

    Where there is nothing but stop words they are kept: "to be or not to be" is a query too.
    """
    found = words(text)
    telling = [word for word in found if word not in STOP_WORDS]
    return list(dict.fromkeys(map(term_of, telling or found)))


def pieces(chunk: str) -> list[Piece]:
    """Returns the words of a chunk with their places in it."""
    if chunk.isalpha():
        return [(0, len(chunk), chunk)]
    if "&" in chunk or " and " in chunk:
        return [(0, len(chunk), f"{chunk[0]}and{chunk[-1]}")]
    if "." in chunk:
        return [(0, len(chunk.rstrip(".")), chunk.replace(".", "").replace(" ", ""))]
    closed = _closed(parts(chunk))
    return [piece for part in closed for piece in _without_note(part)]


def parts(chunk: str) -> list[Piece]:
    """Returns the words between a chunk's hyphens and apostrophes; no prefix has been closed up yet."""
    found: list[Piece] = []
    start = 0
    for part in chunk.split("-"):
        found += [(start + at, start + end, word) for at, end, word in _unclipped(part)]
        start += len(part) + 1
    return found


def _unclipped(part: str) -> list[Piece]:
    """Returns the words of what stands between hyphens: possessives dropped, contractions written out."""
    if "'" not in part:
        return [(0, len(part), part)]
    if decade := _DECADE.fullmatch(part):
        return [(0, len(part), f"{decade[1]}s")]
    if clipped := _CONTRACTED.fullmatch(part):
        at = clipped.end(1)
        head = _IRREGULAR.get(clipped[1], clipped[1]) if clipped[2] == "n't" else clipped[1]
        return [(0, at, head), (at, len(part), _WHOLE[clipped[2]])]
    return [(m.start(1), m.end(1), m[1]) for m in _WORD.finditer(part)]


def _closed(found: list[Piece]) -> list[Piece]:
    """Returns the words with prefixes closed up: co, operation becomes cooperation."""
    closed: list[Piece] = []
    for piece in reversed(found):
        start, end, word = piece
        if closed and word in BOUND and closed[-1][0] == end + 1 and _can_follow(closed[-1][2]):
            _, last, rest = closed.pop()
            piece = (start, last, word + rest)  # noqa: PLW2901 - what the prefix has become
        closed.append(piece)
    return closed[::-1]


def _can_follow(word: str) -> bool:
    return len(word) > 2 and word[:3].isalpha()


def _without_note(piece: Piece) -> list[Piece]:
    """Parts the number of a note from the word it stands behind."""
    start, end, word = piece
    noted = _NOTED.fullmatch(word)
    if noted is None:
        return [piece]
    at = end - len(noted[2])
    return [(start, at, noted[1]), (at, end, noted[2])]


_WORDS = Memory(lambda chunk: [word for _, _, word in pieces(chunk)])
_MEMORY = Memory(lambda chunk: map(term_of, _WORDS[chunk]))
