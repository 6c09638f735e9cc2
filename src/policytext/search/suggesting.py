"""Misspelt words of a query, put right from the corpus itself.

A word is suspected where no passage holds it in any form, or where next to none does and one that is a
single slip away stands in very many. What to read instead is weighed as Kernighan, Church and Gale do ("A
spelling correction program based on a noisy channel model", 1990), by how likely the slip is and how common
the word; the cost of a slip is set by hand, not learned: a letter doubled or not, neighbours changed over or
a neighbouring key costs less than any other. Two words that the corpus has side by side support each other
(Kieth Josef). An English word that the corpus happens to lack is no misspelling and is never changed unasked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from policytext.index.vocabulary import Vocabulary
from policytext.search.slips import LETTER, slip_cost
from policytext.text.terms import STOP_WORDS, term_spans, terms, words

Rule = Literal["misspelt", "rare", "parted", "joined"]
Together = Callable[[str, str], int]
"""How many passages hold the first term right before the second."""

SURE = 0.8
"""The confidence from which a suggestion is used unasked."""
_UNASKED_NEVER = 0.75  # the most that rare, short and English words reach
_LEAST_OFFERED = 0.65
_SHORTEST, _SHORT, _LONG = 3, 4, 5  # letters: may be changed over, may be corrected, may hold two slips
_MOST_LETTERS = 40  # longer ones are no words
_MOST_WORDS = 60  # a pasted page is not looked through for slips
_WEIGHED = 200  # near words that are compared letter by letter
_TRIED = 5  # candidates of a word that are weighed against its neighbours
_LEAST_HALF = 3
_RARE_TIMES, _RARE_LEAST = 40, 20  # how much commoner a look-alike is, and in how many passages it stands
_COMMON = 0.1  # what a common word gains: a tenth of the logarithm of its count
_CLOSE = 0.25  # a second reading that is as near as this makes the first less sure
_SUPPORT = 0.5  # what a word gains that the corpus has beside its neighbour


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to read instead of a word.

    ``word`` is folded, as ``instead`` is; two words stand with a blank between them. ``distance`` counts
    letters (or blanks) put in, left out, exchanged or changed over; ``count`` is the number of passages that
    hold ``instead`` as printed (of a pair: side by side, where that is known). ``rule`` says why:

    - misspelt: the corpus lacks the word in all its forms.
    - rare: it holds the word, but a look-alike far more often.
    - parted, joined: a blank was left out, or stands within a word.
    """

    word: str
    instead: str
    distance: int
    count: int
    confidence: float
    rule: Rule

    @property
    def sure(self) -> bool:
        """Whether it may be used without asking."""
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Correction:
    """A query put right: ``text`` as far as that is sure, ``offered`` with all ``suggestions``."""

    text: str
    offered: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the query at half-open offsets; ``typed`` as it stands there.

    ``adjoins``: only blanks or a hyphen part it from the one before. ``known``: it is not in doubt.
    """

    start: int
    end: int
    word: str
    term: str
    typed: str
    adjoins: bool
    known: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    word: str
    distance: int
    count: int
    cost: float

    @property
    def rank(self) -> float:
        """Smaller is likelier."""
        return self.cost - _COMMON * math.log1p(self.count)


def corrected(text: str, vocabulary: Vocabulary, together: Together | None = None) -> Correction:
    """Returns ``text``, the plain words of a query, with its misspelt words put right.

    Numbers are never touched, nor words of less than three letters; of three letters only neighbours changed
    over are put right, and only when asked. Of very long queries the first sixty words are looked at.

    Args:
        text: words, without operators, fields and prefixes.
        vocabulary: of the corpus that is searched.
        together: asked about a few pairs of terms; without it neighbours do not support each other.
    """
    tokens = _tokens(text, vocabulary)[:_MOST_WORDS]
    if all(token.known and not _may_be_rare(token, vocabulary) for token in tokens):
        return Correction(text, text, ())
    suggestions = _Corrector(tokens, vocabulary, together).suggestions()
    sure = [suggestion for suggestion in suggestions if suggestion.sure]
    return Correction(respelt(text, sure), respelt(text, suggestions), tuple(suggestions))


def respelt(text: str, suggestions: Iterable[Suggestion]) -> str:
    """Returns ``text``, perhaps a whole query with its quotes and operators, with suggestions put in.

    Every place where their words stand is changed; capitals stay.
    """
    instead = {tuple(s.word.split()): s.instead for s in suggestions}
    if not instead:
        return text
    places = [(s, e, word) for (s, e, _), word in zip(term_spans(text), words(text), strict=True)]
    out, done, at = [], 0, 0
    while at < len(places):
        ahead = [tuple(word for _, _, word in places[at : at + size]) for size in (2, 1)]
        key = next((key for key in ahead if key in instead), None)
        if key is not None:
            start, end = places[at][0], places[at + len(key) - 1][1]
            out += [text[done:start], _in_the_case_of(text[start:end], instead[key])]
            done = end
        at += len(key) if key else 1
    return "".join([*out, text[done:]])


def _tokens(text: str, vocabulary: Vocabulary) -> list[_Token]:
    found: list[_Token] = []
    for (start, end, term), word in zip(term_spans(text), words(text), strict=True):
        adjoins = bool(found) and text[found[-1].end : start].strip() in {"", "-"}
        known = not _is_judged(word) or vocabulary.exact(word) > 0 or vocabulary.has_term(term)
        found.append(_Token(start, end, word, term, text[start:end], adjoins, known))
    return found


def _is_judged(word: str) -> bool:
    return word.isalpha() and _SHORTEST <= len(word) <= _MOST_LETTERS and word not in STOP_WORDS


def _may_be_rare(token: _Token, vocabulary: Vocabulary) -> bool:
    """Whether a look-alike can be so much commoner than a word that the corpus holds."""
    if not _is_judged(token.word) or len(token.word) <= _SHORT:
        return False
    count = vocabulary.exact(token.word)
    return count > 0 and max(_RARE_LEAST, _RARE_TIMES * count) <= vocabulary.passages


class _Corrector:
    """Weighs what the words of one query may stand for."""

    def __init__(self, tokens: Sequence[_Token], vocabulary: Vocabulary, together: Together | None) -> None:
        self._tokens, self._vocabulary = tokens, vocabulary
        self._together, self._knows_pairs = cache(together or _never), together is not None
        self._candidates = [self._near(token) for token in tokens]

    def suggestions(self) -> list[Suggestion]:
        """Returns what to read instead, in the order of the words, none for more than one place."""
        found: list[Suggestion] = []
        at = 0
        while at < len(self._tokens):
            joined = self._joined(at)
            best = joined or self._best(at)
            if best is not None and best not in found:
                found.append(best)
            at += 2 if joined else 1
        return found

    def _near(self, token: _Token) -> list[_Candidate]:
        """Returns the likeliest words that a suspected one may stand for."""
        if token.known:
            rare = _may_be_rare(token, self._vocabulary)
            return self._commoner(token) if rare else []
        found = self._weighed(token.word, 1)
        if len(token.word) == _SHORTEST:
            return [c for c in found if sorted(c.word) == sorted(token.word)][:_TRIED]
        if len(token.word) >= _LONG and not any(c.cost < 0.75 and c.count > 1 for c in found):
            found = self._weighed(token.word, 2)
        most = LETTER if len(token.word) <= _LONG else math.inf  # of so few letters one must be likely
        return [c for c in found if c.cost <= most][:_TRIED]

    def _weighed(self, word: str, distance: int) -> list[_Candidate]:
        near = self._vocabulary.near(word, distance)[:_WEIGHED]
        found = [
            _Candidate(n.word, n.distance, n.count, slip_cost(word, n.word))
            for n in near
            if n.distance and _is_judged(n.word)
        ]
        return sorted(found, key=lambda c: (c.rank, c.word))

    def _commoner(self, token: _Token) -> list[_Candidate]:
        """Returns the words one slip away that are far commoner than a rare word of the corpus."""
        least = max(_RARE_LEAST, _RARE_TIMES * self._vocabulary.exact(token.word))
        found = [c for c in self._weighed(token.word, 1) if c.count >= least]
        return [c for c in found if token.term not in terms(c.word)][:_TRIED]

    def _best(self, at: int) -> Suggestion | None:
        """Returns the likeliest reading of one word, None where there is nothing to go by."""
        token = self._tokens[at]
        parted = None if token.known else self._parted(token)
        ranked = sorted(
            (c.rank - _SUPPORT * bool(self._supported(at, c.word)), c.word, c) for c in self._candidates[at]
        )
        if not ranked:
            return parted
        rank, _, best = ranked[0]
        close = [c.word for other, _, c in ranked[1:] if other - rank < _CLOSE]
        rivalled = any(terms(word) != terms(best.word) for word in close)
        confidence = self._confidence(token, best, at, rivalled=rivalled)
        if parted is not None and parted.confidence > confidence:
            return parted
        if confidence < _LEAST_OFFERED:
            return parted
        rule: Rule = "rare" if token.known else "misspelt"
        return Suggestion(token.word, best.word, best.distance, best.count, confidence, rule)

    def _confidence(self, token: _Token, best: _Candidate, at: int, *, rivalled: bool) -> float:
        """Returns how sure it is, from the share of the word that is wrong; rules of thumb, not learned."""
        confidence = 1.0 - best.cost / max(len(token.word), len(best.word))
        supported = self._supported(at, best.word)
        confidence += 0.05 if supported else -0.07 if token.typed[:1].isupper() else 0.0  # may be a name
        confidence -= 0.05 if best.count == 1 else 0.0
        confidence *= 0.85 if rivalled else 1.0
        if token.known or len(token.word) <= _SHORTEST:
            confidence = min(confidence, _UNASKED_NEVER)
        elif supported is not None and not supported.known:
            pass  # two misspelt words that come right together
        elif _is_english(token.word, best):
            confidence = min(confidence, _UNASKED_NEVER if supported else 0.0)
        return round(min(confidence, 0.98), 3)

    def _supported(self, at: int, word: str) -> _Token | None:
        """Returns the neighbour beside a reading of which the corpus has ``word``, read at this place.

        Of two, the one that is itself in doubt.
        """
        mine = terms(word)
        if len(mine) != 1:
            return None
        found: list[_Token] = []
        if self._adjoin(at) and any(self._together(left, mine[0]) > 0 for left in self._readings(at - 1)):
            found.append(self._tokens[at - 1])
        if self._adjoin(at + 1) and any(self._together(mine[0], r) > 0 for r in self._readings(at + 1)):
            found.append(self._tokens[at + 1])
        return min(found, key=lambda token: token.known, default=None)

    def _adjoin(self, at: int) -> bool:
        return 0 < at < len(self._tokens) and self._tokens[at].adjoins

    def _readings(self, at: int) -> list[str]:
        """Returns the terms that the word at a place may stand for."""
        token = self._tokens[at]
        own = [token.term] if token.known and token.word not in STOP_WORDS else []
        return [*own, *(term for c in self._candidates[at] for term in terms(c.word))]

    def _parted(self, token: _Token) -> Suggestion | None:
        """Returns the two words that an unknown one may be made of."""
        best: tuple[int, int, str] | None = None
        for cut in range(_LEAST_HALF, len(token.word) - _LEAST_HALF + 1):
            halves = token.word[:cut], token.word[cut:]
            counts = [self._vocabulary.exact(half) for half in halves]
            if all(counts) and not set(halves) & STOP_WORDS:
                side_by_side = self._together(*(terms(half)[0] for half in halves))
                best = max(filter(None, [best, (side_by_side, min(counts), " ".join(halves))]))
        if best is None or _is_english(token.word):
            return None
        side_by_side, fewer, pair = best
        if self._knows_pairs and not side_by_side:
            return None
        confidence = 0.9 if side_by_side else _LEAST_OFFERED
        return Suggestion(token.word, pair, 1, side_by_side or fewer, confidence, "parted")

    def _joined(self, at: int) -> Suggestion | None:
        """Returns the word that this one and the next make, where either is unknown."""
        if not self._adjoin(at + 1):
            return None
        left, right = self._tokens[at], self._tokens[at + 1]
        whole = left.word + right.word
        if (left.known and right.known) or not whole.isalpha():
            return None
        count = self._vocabulary.exact(whole)
        if not count and not self._vocabulary.has_term("".join(terms(whole))):
            return None
        confidence = 0.92 if left.known or right.known else 0.95
        return Suggestion(f"{left.word} {right.word}", whole, 1, count, confidence, "joined")


def _never(_first: str, _second: str) -> int:
    """Knows of no two words that stand side by side."""
    return 0


def _is_english(word: str, near: _Candidate | None = None) -> bool:
    """Whether it is an English word, which the corpus happens to lack.

    A word that is merely formed like one (co-mission) is none where another lies a single slip away. The list
    is read only when a word is about to be doubted.
    """
    from policytext.text.words.lexicon import english

    return word in english() or ((near is None or near.distance > 1) and english().knows(word))


def _in_the_case_of(typed: str, instead: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return instead.upper()
    if typed[:1].isupper():
        return (
            " ".join(word.capitalize() for word in instead.split()) if " " in typed else instead.capitalize()
        )
    return instead
