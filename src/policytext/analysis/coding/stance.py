"""Whether a sentence that is about a claim says it or denies it.

Two things are looked at: whether the sentence lies nearer to what denies the claim than to what says it, and
whether the words it shares with the nearest of them stand under a negation in one of the two only. How far a
negation reaches follows NegEx (Chapman et al., "A Simple Algorithm for Identifying Negated Findings", 2001):
from the cue to the end of its clause. Denial is said only where the signs are strong, because most sentences
near a claim are for it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from policytext.text.letters import folded
from policytext.text.terms import STOP_WORDS, term_spans

Stance = Literal["supports", "denies"]

_BEFORE = re.compile(
    r"\b(?:not only|not merely|not just|no doubt|not least|no less than|nothing less than)\b"
)
"""What looks like a negation and is none: "not only a nuisance but a danger"."""
_CUE = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nobody|nothing|nowhere|without|cannot|hardly|scarcely|barely|seldom|"
    r"rarely|far from|free (?:of|from)|rather than|instead of|fail(?:s|ed|ing)? to|failure to|"
    r"refus(?:e|es|ed|ing) to|ceas(?:e|es|ed|ing) to|too little|too few|lack(?:s|ed|ing)?(?: of)?|absence of|"
    r"want of|den(?:y|ies|ied)|reject(?:s|ed)?|(?:is|are|was|were) (?:a )?(?:myth|untrue|false|wrong)|"
    r"\w{2,12}n't)\b"
)
_CLOSES = re.compile(
    r"[.;:!?()\u2013\u2014\"\u201c\u201d]|,(?= (?:but|and|so|yet|which|who|because|since|while|though)\b)|"
    r"\b(?:but|however|although|though|because|since|whereas|while|unless|yet)\b"
)
_NOUN = re.compile(
    r"(?:lack(?:s|ed|ing)?(?: of)?|absence of|want of|without|free (?:of|from)|too little|too few)\b"
)
"""Cues that negate the noun behind them and not the whole clause: "want of liaison between the two"."""
_ABSENT = re.compile(
    r"\b(?:is|are|was|were|be|been|remain(?:s|ed)?|seem(?:s|ed)?)\s+(?:\w{1,12}\s+){0,2}?"
    r"(?:lacking|absent|missing|wanting|non-?existent)\b"
)
"""What negates the noun before it: "co-operation between the two is lacking"."""
_PHRASE_ENDS = re.compile(
    r"\s(?:of|between|among|amongst|for|in|to|that|which|who|with|on|by|from|at|as|will|is|are|was|were|has|"
    r"have|had|can|could|should|would|may|might|must|do|does|did)\b"
)
_DOUBLED = re.compile(r"\s(?:(?!and\b|or\b)\w{1,12}\s){0,2}")
_REACH = 160
"""Characters a negation reaches at most: about 25 words."""
_FEWEST = 3
"""Shared terms without which two sentences do not contradict each other in words."""
_NEARER = 0.1
"""Least lead, in cosine, of the nearest denial over the nearest sentence that says it. A smaller lead takes
more sentences that say the claim for denials than it finds denials."""
_LIKE_DENIAL = 0.55
"""Least cosine with a sentence that denies: what is like neither sort of sentence denies nothing."""
_ALIKE, _TURNED = 0.6, 0.6
"""Least cosine, and least share of the shared words turned round, for a contradiction of the very words."""


@dataclass(frozen=True, slots=True)
class Negation:
    """A cue at [start, end) of a text and the end of what it negates behind it.

    Of a cue that negates what stands before it, ``since`` is where that begins and ``reach`` where it ends.
    """

    start: int
    end: int
    reach: int
    cue: str
    since: int | None = None


def negations(text: str) -> list[Negation]:
    """Returns the negations of a text in reading order; offsets into ``text``."""
    low = folded(text)
    if len(low) != len(text):  # a letter that folds to two: offsets of the plain text are wanted
        low = text.lower() if len(text.lower()) == len(text) else text
    low = low.replace("\u2019", "'")
    sham = [(m.start(), m.end()) for m in _BEFORE.finditer(low)]
    absent = {m.end(): m for m in _ABSENT.finditer(low)}
    closes = [m.start() for m in _CLOSES.finditer(low)]
    found = [_before(low, match, closes) for match in absent.values()]
    for match in _CUE.finditer(low):
        if match.end() in absent or any(start <= match.start() < end for start, end in sham):
            continue
        at = bisect_right(closes, match.end() - 1)
        reach = min(closes[at] if at < len(closes) else len(low), match.end() + _REACH)
        if _NOUN.fullmatch(match[0]):
            ends = _PHRASE_ENDS.search(low, match.end(), reach)
            reach = ends.start() if ends else reach
        found.append(Negation(match.start(), match.end(), reach, match[0]))
    return sorted(found, key=lambda n: n.start)


def _before(low: str, match: re.Match[str], closes: list[int]) -> Negation:
    """Returns the negation of the noun that a clause begins with: up to its first preposition."""
    at = bisect_right(closes, match.start()) - 1
    since = max(closes[at] + 1 if at >= 0 else 0, match.start() - _REACH)
    ends = _PHRASE_ENDS.search(low, since, match.start())
    return Negation(match.start(), match.end(), ends.start() if ends else match.start(), match[0], since)


def polarity(text: str) -> dict[str, bool]:
    """Returns the terms of a text in reading order, each with whether it is negated where it first stands.

    The last cue before a term decides; one close behind another ("not without", "never failed to") undoes it.
    """
    every = negations(text)
    scopes = [n for n in every if n.since is None]
    behind = [(n.since, n.reach) for n in every if n.since is not None]
    undone = [
        n > 0 and _DOUBLED.fullmatch(text, scopes[n - 1].end, scope.start) is not None
        for n, scope in enumerate(scopes)
    ]
    ends, starts = [scope.end for scope in scopes], [since for since, _ in behind]
    found: dict[str, bool] = {}
    for start, end, term in term_spans(text):
        last = bisect_right(ends, start) - 1
        in_cue = last + 1 < len(scopes) and scopes[last + 1].start < end
        if term in STOP_WORDS or term in found or in_cue:
            continue
        after = bisect_right(starts, start) - 1
        before = after >= 0 and start < behind[after][1]
        found[term] = before or (last >= 0 and start < scopes[last].reach and not undone[last])
    return found


def turned(text: str, other: str, rarity: Callable[[str], float]) -> float:
    """Returns the share, by rarity, of shared terms that are negated in one text only.

    0 for too few, and where both negate a term they share: "no single model" and "not a single cure" agree.
    """
    here, there = polarity(text), polarity(other)
    shared = sorted(term for term in here if term in there)
    if len(shared) < _FEWEST or any(here[term] and there[term] for term in shared):
        return 0.0
    weights = {term: rarity(term) for term in shared}
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if here[term] != there[term]) / total if total else 0.0


def judged(says: float, denies: float, turned_says: float, turned_denies: float) -> Stance:
    """Returns the stance of a sentence whose nearest ``says`` and ``denies`` lie at these cosines.

    Args:
        says: cosine with the nearest sentence that says the claim.
        denies: the same of those that deny it; -1 where there is none.
        turned_says: share of the words in common with the former that are turned round, see ``turned``.
        turned_denies: the same for the latter.
    """
    if denies >= _LIKE_DENIAL and denies - says >= _NEARER:
        contradicted = denies >= _ALIKE and turned_denies >= _TURNED
        return "supports" if contradicted else "denies"
    return "denies" if says >= _ALIKE and turned_says >= _TURNED else "supports"
