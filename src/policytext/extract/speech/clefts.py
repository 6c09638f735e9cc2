"""Sentences whose predicate is the quotation: "What I tell them is “...”", "the reply was “...”".

Like ``embedded``, sieves for quotations that no reporting verb with its subject stands beside.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.extract.quotations import BLANK
from policytext.extract.speakers.finding import Speaker
from policytext.extract.speech.embedded import SAYING
from policytext.extract.speech.frame import Cue, Frame
from policytext.extract.words import Tense, either, gerunds, verbs

_TOLD = (
    r"(?:say|said|says|tell|tells|told|write|writes|wrote|ask|asks|asked|"
    r"argue|argues|argued|shouted|cried|reply|replied)"
)
_CLEFT = re.compile(
    rf"\b(?:[Ww]hat|[Aa]ll(?: that)?|[Tt]he (?:first|last|only|next|one|other) thing(?: that)?) "
    rf"(?P<who>[^.;:,{BLANK}]{{1,60}}?) (?:has |have |had |did |always |often |then |actually |really |"
    rf"used to |would |will |\w{{2,12}}ly ){{0,3}}{_TOLD}\b(?P<rest>[^.;:{BLANK}]{{0,60}}?) (?P<be>is|was|"
    rf"were|are)"
    r"(?: this| simply| always| only| just| that)?[:,]?\s*$"
)
_PRESENTED = re.compile(
    rf"\b(?P<noun>[Tt]he (?:(?:\w[\w-]{{1,15}}) )?{SAYING}s?|(?:[Tt]he|[Aa]) (?:first|second|third|fourth|"
    rf"last|other|latter|former))(?P<by>,? (?:of|from|by|given by|sent by|"
    rf"came from) [^.;:{BLANK}]{{3,90}}?)?,? "
    r"(?P<be>is|was|were|came|ran|read|reads|runs|went)(?: back| simply| this| short| that)?[:,]?\s*$"
)
_ATTITUDE = re.compile(
    r"(?P<be>\b(?:is|was|are|were|has been|had been|have been|remains?|remained|seemed)|[’']s) "
    r"(?:\w{3,14}ly |quite |very |still |so |rather )?(?P<adjective>adamant|clear|convinced|certain|sure|"
    r"confident|insistent|"
    r"emphatic|firm|blunt|candid|frank|scathing|dismissive|fearful|sceptical|worried|proud|hopeful|defiant|"
    r"unrepentant|of the (?:opinion|view|belief)|in no doubt|unimpressed|philosophical|less \w+|more \w+)\b"
    rf"(?P<rest>[^.;:{BLANK}]{{0,220}})[:,]?\s*$"
)
_IMPERSONAL = re.compile(
    r"\b[Ii]t (?:was|is|has been|had been) (?:\w{3,14}ly |then |also )?(?:said|resolved|agreed|decided|noted|"
    r"felt|argued|suggested|observed|reported|recorded|pointed out|objected|replied|asked|moved|ordered|"
    r"declared|stated)"
    r"(?: and \w+ed)?(?: that)?[:,]?\s*$"
)
_IN_SENTENCE = frozenset(
    {"views", "deplores", "regrets", "believes", "welcomes", "supports", "opposes", "considers", "hopes"}
    | {"fears", "notes", "accepts", "rejects", "recognises", "recognizes", "trusts", "wishes", "viewed"}
    | {"regretted", "deplored", "welcomed", "resents", "expects", "intends", "urges", "demands", "desires"}
)
_REACH = 340


def cleft_cue(frame: Frame, start: int, end: int) -> Cue | None:
    """Reads what stands between a sentence's beginning and a quotation that is its predicate."""
    low = max(start, end - _REACH)
    return (
        _what_one_said(frame, low, end)
        or _attitude(frame, low, end, start)
        or _going_on(frame, low, end, start)
        or _presented(frame, low, end)
        or _impersonal(frame, low, end)
    )


def _what_one_said(frame: Frame, low: int, end: int) -> Cue | None:
    found = _CLEFT.search(frame.text, low, end)
    if found is None:
        return None
    inside = frame.speakers_within(found.start("who"), found.end("who"))
    first = inside[-1] if inside else None
    if first is None or first.end < found.end("who") - 1:
        return None
    words = frame.text[found.end("who") : found.end("be")].strip()
    tense: Tense = "past" if found["be"] in {"was", "were"} else "present"
    return Cue(first, words, tense, found.start(), end, "cleft", 0.8)


def _attitude(frame: Frame, low: int, end: int, floor: int) -> Cue | None:
    found = _ATTITUDE.search(frame.text, low, end)
    if found is None:
        return None
    tense: Tense = "present" if found["be"] in {"is", "are", "remain", "remains", "’s", "'s"} else "past"
    subject = frame.subject_at(found.start(), found.end("adjective"), tense, floor)
    if subject is None or subject.type == "document":
        return None
    words = frame.text[found.start() : found.end("adjective")].strip()
    return Cue(subject, words, tense, subject.start, end, "attitude-before", 0.7)


def _going_on(frame: Frame, low: int, end: int, floor: int) -> Cue | None:
    every = list(_progressive().finditer(frame.text, low, end))
    found = every[-1] if every else None
    if found is None or len(frame.text[found.end() : end].strip(" ,:")) > _CLAUSE:
        return None
    tense: Tense = "present" if found["be"] in {"is", "are", "keeps"} else "past"
    subject = frame.subject_at(found.start(), found.end(), tense, floor)
    if subject is None:
        return None
    return Cue(subject, found[0], tense, subject.start, end, "name-verb", 0.85)


@lru_cache(maxsize=1)
def _progressive() -> re.Pattern[str]:
    return re.compile(
        r"\b(?P<be>is|was|are|were|been|kept|keeps|began|started) "
        rf"(?:\w{{3,14}}ly |still |already |also |always |even )?{either(gerunds())}\b"
    )


_CLAUSE = 70


def _presented(frame: Frame, low: int, end: int) -> Cue | None:
    found = _PRESENTED.search(frame.text, low, end)
    if found is None:
        return None
    ordinal = not re.search(SAYING, found["noun"])
    who: Speaker | None = None
    if found["by"]:
        inside = frame.speakers_within(found.start("by"), found.end("by"))
        who = inside[0] if inside else None
    if ordinal and not (found["by"] or re.search(_NOUNS, frame.text[max(0, low - 200) : found.start()])):
        return None
    if who is None and not (ordinal or re.match(r"[Tt]he (?:answer|reply|response|retort)", found["noun"])):
        return None
    tense: Tense = "present" if found["be"] in {"is", "reads", "runs"} else "past"
    return Cue(who, found[0].strip(" ,:"), tense, found.start(), end, "noun-of-saying", 0.65)


_NOUNS = re.compile(rf"\b{SAYING}s?\b")


def _impersonal(frame: Frame, low: int, end: int) -> Cue | None:
    found = _IMPERSONAL.search(frame.text, low, end)
    if found is None:
        return None
    return Cue(None, found[0].strip(" ,:"), "past", found.start(), end, "it-was-said", 0.7)


def verb_inside(frame: Frame, start: int, opening: int, first_word: str) -> Cue | None:
    """Reads a subject whose verb is the first word quoted: "the Council “deplores the delay”"."""
    known = verbs().get(first_word)
    if first_word not in _IN_SENTENCE and (known is None or first_word == known.base):
        return None
    near = frame.speakers_within(max(start, opening - 120), opening)
    subject = near[-1] if near else None
    if subject is None or frame.text[subject.end : opening].strip(" *_") or subject.rule == "surname":
        return None
    tense: Tense = "past" if first_word.endswith("ed") or first_word == "said" else "present"
    return Cue(subject, first_word, tense, subject.start, opening, "verb-quoted", 0.75)
