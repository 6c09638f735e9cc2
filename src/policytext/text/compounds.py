"""Compounds: what is printed with a hyphen here, solid there, and as two words elsewhere.

In an index a hyphenated compound ("hand-offs") gives its parts among the terms, and what they make together
("handoffs") among the ``joined_terms``, which an index stores behind the terms of a passage. A query's
neighbouring words are led to the solid form by ``compounds``, a solid word to its parts by ``halves``; the
index uses of these only what it holds. A prefix that closes up over its hyphen (``terms.BOUND``:
"co-operation") has no parts and is one term everywhere. Letters and digits are no compound (IL-6, 2017-18).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from policytext.text.letters import folded
from policytext.text.stems import MAX_TERM, term_of
from policytext.text.terms import BOUND, CHUNK, STOP_WORDS, Memory, Piece, parts, pieces, words
from policytext.text.words.lexicon import listed

_PARTICLES = listed("in out on off up down over under after by through all any some no self every")
"""Of the words an index ignores, those that make compounds: in-patient, hand-offs, under-funding, no-one."""
_NEVER = STOP_WORDS - _PARTICLES
_LEAST_HALF = 3
_LEAST_JOINED = 4


def joined_terms(text: str) -> list[str]:
    """Returns what the hyphenated compounds of ``text`` make when set solid, in reading order.

    Of two parts the whole; of three the whole, and with any more the neighbours that are no function words
    ("long-term-care": long-term, term-care). "O'Sullivan" is a compound too.
    """
    plain = folded(text)
    return joined_of(CHUNK.findall(plain)) if "-" in plain or "'" in plain else []


def joined_of(found: Iterable[str]) -> list[str]:
    """Returns what ``joined_terms`` does, for the ``chunks`` of a text."""
    compound = [chunk for chunk in found if "-" in chunk or "'" in chunk]
    return list(chain.from_iterable(map(_MEMORY.__getitem__, compound)))


def compounds(text: str) -> list[tuple[tuple[str, ...], str]]:
    """Returns the neighbouring words of a query that may be printed as one: (terms of the two, joined term).

    Neighbours have a hyphen between them, or only a blank and then neither is a function word, but for the
    particles and prefixes that make compounds ("in patients", "under funding", "co operation"). Each is given
    once, in reading order.
    """
    plain = folded(text)
    if plain.isascii() and plain.replace(" ", "").isalpha():
        return _of_words(plain.split())
    found = [
        (match.start() + start, match.start() + end, word)
        for match in CHUNK.finditer(plain)
        for start, end, word in _apart(match[0])
    ]
    pairs = {
        ((term_of(first[2]), term_of(second[2])), term_of(first[2] + second[2])): None
        for first, second in pairwise(found)
        if _make_one(first[2], second[2], plain[first[1] : second[0]])
    }
    return list(pairs)


def _of_words(found: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """Returns the ``compounds`` of words with nothing but blanks between them, as most queries have them."""
    pairs = {
        ((term_of(first), term_of(second)), term_of(first + second)): None
        for first, second in pairwise(found)
        if first not in _NEVER
        and second not in _NEVER
        and len(second) > 1
        and len(first) + len(second) >= _LEAST_JOINED
        and not (first in STOP_WORDS and second in STOP_WORDS)
    }
    return list(pairs)


def halves(word: str) -> list[tuple[str, str]]:
    """Returns the terms of the two words that a solid word may be printed as, by where it parts.

    Both have three letters or more, but the first may be a shorter prefix or particle (co, re, in, up).
    Nothing comes of what is not one word of letters, or is longer than a term may be.
    """
    solid = words(word)
    if len(solid) != 1 or not solid[0].isalpha() or len(solid[0]) > MAX_TERM:
        return []
    whole = solid[0]
    cuts = range(1, len(whole) - _LEAST_HALF + 1)
    return list(
        dict.fromkeys((term_of(whole[:at]), term_of(whole[at:])) for at in cuts if _opens(whole[:at]))
    )


def _opens(half: str) -> bool:
    return len(half) >= _LEAST_HALF or half in BOUND or half in _PARTICLES


def _solid(chunk: str) -> list[str]:
    """Returns what the words of a chunk make together."""
    found = [word for _, _, word in _named(chunk) or _hyphened(chunk)]
    if len(found) < 2 or not all(word.isalpha() for word in found):
        return []
    if len(found) == 2:
        return [] if STOP_WORDS.issuperset(found) else ["".join(found)]
    whole = ["".join(found)] if len(found) == 3 else []
    return whole + [a + b for a, b in pairwise(found) if a not in STOP_WORDS and b not in STOP_WORDS]


_MEMORY = Memory(lambda chunk: [term_of(solid) for solid in _solid(chunk)])


def _named(chunk: str) -> list[Piece]:
    """Returns the two pieces of a name like O'Sullivan, D'Arcy; nothing for what else has an apostrophe."""
    found = parts(chunk)
    return found if chunk[1:2] == "'" and len(found) == 2 and len(found[1][2]) > 2 else []


def _hyphened(chunk: str) -> list[Piece]:
    """Returns the pieces of a chunk if nothing but hyphens parts them."""
    found = pieces(chunk)
    return found if all(second[0] > first[1] for first, second in pairwise(found)) else []


def _apart(chunk: str) -> list[Piece]:
    """Returns the words of a chunk, prefixes not closed up."""
    return pieces(chunk) if "." in chunk or "&" in chunk or " " in chunk else parts(chunk)


def _make_one(first: str, second: str, between: str) -> bool:
    """Whether two neighbouring words of a query may be printed as one."""
    if not (first.isalpha() and second.isalpha() and len(first) + len(second) >= _LEAST_JOINED):
        return False
    if STOP_WORDS.issuperset((first, second)):
        return False
    if between in {"-", "'"}:
        return between == "-" or len(first) == 1
    stopped = any(word in STOP_WORDS and word not in _PARTICLES for word in (first, second))
    return between.isspace() and len(second) > 1 and not stopped
