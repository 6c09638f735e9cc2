"""Verb groups: the auxiliaries and adverbs that stand before a verb and belong to it.

No parser is needed, and none is as fast: they are peeled off word by word, from the verb to the left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policytext.extract.indirect.reporting import lists
from policytext.extract.words import Tense

_SORTS = {
    "perfect": frozenset({"has", "have", "had", "having"}),
    "passive": frozenset({"is", "are", "was", "were", "been", "be", "being", "am"}),
    "modal": frozenset(
        {"will", "would", "can", "could", "may", "might", "should", "shall", "must", "cannot", "ought"}
    ),
    "emphatic": frozenset({"do", "does", "did"}),
    "negated": frozenset({"not", "never"}),
}
_LY = re.compile(r"[a-z]{2,14}ly$")
_NOT_ADVERBS = frozenset({"family", "reply", "supply", "assembly", "elderly", "ally"})
_CONTRACTED = re.compile(r"\w{1,12}?(?P<part>[’'](?:ve|d|ll|re)|n[’']t)$|(?:he|she)(?P<is>[’']s)$")
_KEEN = (
    r"(?:is|are|was|were|been|be) (?:\w{2,14}ly |not |also |very |most )*(?:keen|anxious|quick|right|"
    r"careful|able|"
    r"eager|glad|pleased|sorry|at pains|swift|happy|inclined|bound|obliged|forced|the first|the last|first|"
    r"slow|prepared|willing|ready|content|fond|constrained|compelled|driven|moved|prompted|delighted|"
    r"disappointed|unable|unwilling|reluctant|loath|free|heard|known|wont|given|minded|disposed|about|"
    r"one of [^.,;:()]{3,50}?|among (?:those|the)(?: [a-z]{2,20}){0,3}?)"
)
_CATENATIVE = re.compile(
    rf"\b(?:{_KEEN}|(?:go|goes|went|gone|going) on|continues?|continued|sought|seeks?|tend(?:s|ed)?|"
    r"wish(?:ed|es)?|felt (?:able|bound|obliged)|took care|took the opportunity|begun|began|came|come|comes|"
    r"hastened|rose|used|chose|(?:would|[’']d) like|beg(?:s|ged)?|wants?|wanted|likes?|liked|preferred|"
    r"had (?:occasion|cause|reason|the grace|the honesty|the courage)|went (?:so|as) far as|ventured|"
    r"made a point of|lost no time in|proceeded|managed|felt moved|did not hesitate|didn[’']t hesitate|"
    r"had|has had|have had|having|"
    r"(?:wrote|writes?|written|rang|telephoned|phoned|emailed|cabled|wired|came|went|rose|intervened|"
    r"stood up|got up)"
    r"(?: (?:back|in|again|round|out|forward|on record|yesterday|today|twice|last (?:week|month|year|"
    r"night)))*"
    r"(?: (?:to|for|in|on) (?:me|us|him|her|them|the|my|our|their|his|its|[A-Z]\w+)(?: [\w’'-]+){0,4}?)?"
    r"(?: (?:yesterday|today|twice|last (?:week|month|year|night)|(?:in|on) [\w ]{3,20}))?) to $"
)
_TO_HAVE = re.compile(
    r"\b(?:is|are|was|were) (?:[a-z]{2,14}ly |also |even |often )?(?:supposed|said|reported|alleged|believed|"
    r"known|thought|understood|rumoured|reputed|recorded|claimed|held) to $"
)
_LEADS_ON = re.compile(
    r"\b(?:(?:go|goes|going|went|gone) (?:on|about|around|round)|keep|keeps|kept|(?:is|are|was|were) "
    r"(?:\w+ly |"
    r"all |also |still |quite |nearly )?(?:agreed|united|unanimous|at one|as one|joined|alone|right|"
    r"justified|"
    r"correct|content|wrong|unanimously agreed|of one mind) in|(?:joined|concurred|united|persisted|began|"
    r"started|ended|ended up|finished|finished by|began by|ended by|closed by|opened by|concluded by|spent "
    r"[\w ]{2,20}|never tired of|insisted on|fond of|tired of|"
    r"responded by|replied by|reacted by|is|was|are|were) in|"
    r"(?:begins?|began|start(?:s|ed)?|end(?:s|ed)?|closed|opens?|opened|concludes?|concluded|finished|"
    r"responded|replied|replies|responds|reacted|countered|retaliated) by|"
    r"(?:is|was|were|are) (?:fond of|forever|always|never tired of)|never tires? of|never tired of|"
    r"insisted on|"
    r"(?:is|are|was|were|been) (?:\w+ly )?(?:quoted|reported|recorded|minuted|cited|remembered|on record)"
    r"(?: (?:in|by) [^.;:,]{3,40}?)? as|(?:go|goes|went|gone) on record as) $"
)
"""Before a form in -ing: "went round telling people that", "were agreed in welcoming"."""
_WISH = re.compile(r"\b(?:like|wants?|wanted|wish|wishe[sd]|beg(?:s|ged)?) to $")
_LEADS_NOW = re.compile(
    r"\b(?:is|are|go|goes|keeps?|continues?|seeks?|tends?|wish|wishes|come|comes|begs?|wants?|begun|begins?|"
    r"starts?|ends?|likes?|opens?|concludes?|tires?)\b"
)
_WORD_BEFORE = re.compile(r"([\w’'-]+)(,?) $")
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Group:
    """What stands before a verb and belongs to it; ``start`` is where the whole group begins.

    ``flags`` are of perfect, passive, modal, emphatic, negated, infinitive, wish ("would like to") and
    to-have ("is said to have"). ``led`` is the tense of a verb that leads on to it: past in "were keen to
    stress".
    """

    start: int
    flags: frozenset[str] = frozenset()
    led: Tense | None = None

    def any_of(self, *flags: str) -> bool:
        """Whether one of these flags is set."""
        return not self.flags.isdisjoint(flags)


def verb_group(text: str, floor: int, at: int, *, gerund: bool = False) -> Group:
    """Returns the group before the verb at ``at``, read leftwards no further than ``floor``.

    Args:
        text: the frame's text.
        floor: where the sentence begins.
        at: where the verb begins.
        gerund: whether the verb is a form in -ing; another may lead on to it.
    """
    flags = set[str]()
    start, led = _leading_on(text, floor, at) if gerund else (at, None)
    for _ in range(_MOST_WORDS):
        match = _WORD_BEFORE.search(text, max(floor, start - 24), start)
        name = _sort(match[1].lower()) if match and match[1] != "May" else None
        if match is None or name is None:
            break
        if name == "to":
            leads = _leading_to(text, max(floor, start - 80), start, flags)
            if leads is None:
                break
            led = "present" if _LEADS_NOW.search(leads[0]) and "to-have" not in flags else "past"
            start = leads.start()
        elif name == "contracted":
            start = match.start() + _contraction(match[1].lower(), flags)
            if start > match.start():
                break  # "I've": the pronoun is no part of the group
        elif match[2] and not (name == "adverb" and text.endswith(", ", floor, match.start())):
            break
        else:
            flags |= {name} & _SORTS.keys()
            start = match.start()
    return Group(start, frozenset(flags), led)


def _leading_on(text: str, floor: int, at: int) -> tuple[int, Tense | None]:
    """Returns where what leads on to a form in -ing begins, and its tense: "went round telling"."""
    on = _LEADS_ON.search(text, max(floor, at - 60), at)
    if on is None:
        return at, None
    return on.start(), "present" if _LEADS_NOW.search(on[0]) else "past"


def _leading_to(text: str, low: int, at: int, flags: set[str]) -> re.Match[str] | None:
    """Returns what leads on to an infinitive whose "to" ends at ``at``; adds to the flags what it says."""
    pattern = _TO_HAVE if "perfect" in flags else _CATENATIVE
    leads = pattern.search(text, low, at)
    if leads is None:
        flags.add("infinitive")
    elif pattern is _TO_HAVE:
        flags.add("to-have")
    elif _WISH.search(leads[0]):
        flags.add("wish")
    return leads


@lru_cache(maxsize=1)
def _adverbs() -> frozenset[str]:
    return frozenset(lists()["adverbs"])


def _sort(word: str) -> str | None:
    """Returns what a word before a verb does, None where it is no part of the group."""
    for name, members in _SORTS.items():
        if word in members:
            return name
    if word == "to":
        return "to"
    if ("’" in word or "'" in word) and _CONTRACTED.fullmatch(word):
        return "contracted"
    return "adverb" if word in _adverbs() or (_LY.fullmatch(word) and word not in _NOT_ADVERBS) else None


def _contraction(word: str, flags: set[str]) -> int:
    """Adds what a contraction says to the flags; returns where in the word the verb begins."""
    if word.endswith("t"):  # didn't, hasn't
        flags.add("negated")
        return 0
    flags.add("modal" if word.endswith("ll") else "passive" if word.endswith("re") else "perfect")
    match = _CONTRACTED.fullmatch(word)
    return max(match.start("part"), match.start("is")) if match else 0
