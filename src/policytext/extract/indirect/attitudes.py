"""Indirect speech told by attitudes: "The Committee were satisfied that", "Concern was expressed about"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policytext.extract.indirect.clauses import clause_end, is_subordinate, phrase_end
from policytext.extract.indirect.opinions import people_in
from policytext.extract.indirect.reporting import any_of, lists
from policytext.extract.indirect.telling import Indirect, Telling
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Cue
from policytext.extract.words import Tense

_OF_VIEW = r"of (?:the|one) (?:opinion|view|belief|impression|mind)"
_DEGREE = (
    r"(?:(?:long been|long|understandably|also|still|very|quite|more|most|all|not|less|rather|"
    r"[a-z]{3,14}ly) ){0,2}"
)
_BE_WORD = re.compile(r" (?:is|are|was|were|been|remain|seem|feel|felt|became|become)")
_NOW = frozenset({"is", "are", None, "remain", "remains", "seem", "seems", "feel", "feels", "become"})
_GIVEN_TO = frozenset({"attention", "reference", "objection"})
"""Attention is drawn to something; concern is expressed about it."""


@lru_cache(maxsize=1)
def _attitude() -> re.Pattern[str]:
    plain, of = any_of(lists()["attitudes"]), any_of(lists()["attitudes_of"])
    return re.compile(
        rf"(?:\b(?P<be>is|are|was|were|been|remains?|remained|seem(?:s|ed)?|felt|feels?|became|become)) "
        rf"{_DEGREE}(?:(?:{plain}|{_OF_VIEW}) that,? ?|(?P<of>{of}) (?=\S))"
    )


@lru_cache(maxsize=1)
def _expressed() -> re.Pattern[str]:
    nouns = any_of(lists()["expressed"])
    return re.compile(
        rf"\b(?P<noun>(?i:{nouns}))s? (?P<be>was|were|is|are|has been|have been|had been) "
        r"(?:also |again |then |often |[a-z]+ly )?"
        r"(?:expressed|voiced|raised|made|put forward|put|taken|advanced|mentioned|asked|drawn|called|"
        r"recorded)"
        rf"(?: by (?P<by>[^.;:(){BLANK}]{{2,60}}?))?(?: (?:in|at) (?:the |some |many |"
        rf"several )[^.;:(),]{{2,40}}?)?,? "
        r"(?P<joint>that|whether|about|at|over|as to|regarding|concerning|of|to|against|with),? "
    )


def find_attitudes(telling: Telling) -> Iterator[Indirect]:
    """Returns what adjectives of attitude tell of their subject, and opinions that "were expressed"."""
    if _BE_WORD.search(telling.text, telling.start, telling.end) is None:
        return
    for match in _attitude().finditer(telling.text, telling.start, telling.end):
        found = _with_subject(telling, match)
        if found is not None:
            yield found
    for match in _expressed().finditer(telling.text, telling.start, telling.end):
        if (match["joint"] == "to") == (match["noun"].lower() in _GIVEN_TO):
            yield _passive(telling, match)


def _with_subject(telling: Telling, match: re.Match[str]) -> Indirect | None:
    """Reads "Members were wary of"; what the author is sure of himself is no report."""
    group = telling.group(match.start())
    subject = None if group.any_of("modal", "infinitive") else telling.subject(group.start, human=False)
    if subject is None or subject.speaker.type == "document":
        return None
    if telling.shown(subject) in {"i", "we", "it", "you"}:
        return None
    now = match["be"] in _NOW
    if match["of"]:
        end = phrase_end(telling.text, match.end(), telling.end)
    else:
        under = is_subordinate(telling.text, telling.start, subject.start)
        end = clause_end(telling.text, match.end(), telling.end, subordinate=under)
    tense: Tense = "present" if now else "past"
    start, certainty = subject.speaker.start, 0.5 * subject.certainty
    cue = Cue(subject.speaker, match[0].strip(), tense, start, match.end(), "attitude", certainty)
    return Indirect(match.end(), end, cue, match.start(), subject.start, clause=not match["of"])


def _passive(telling: Telling, match: re.Match[str]) -> Indirect:
    """Reads "Concern was expressed by members that" and "Attention was drawn to"."""
    speaker = None
    if match["by"]:
        start, end = match.span("by")
        speaker = people_in(telling, start, end) or Speaker(start, end, None, "anonymous", "by-people", 0.6)
    clause = match["joint"] in {"that", "whether"}
    end = (clause_end if clause else phrase_end)(telling.text, match.end(), telling.end)
    tense: Tense = "present" if match["be"] in {"is", "are"} else "past"
    words = match[0].split(" by ")[0].strip()
    cue = Cue(speaker, words, tense, match.start(), match.end(), "opinion-expressed", 0.55)
    return Indirect(match.end(), end, cue, match.start(), match.start(), clause=clause)
