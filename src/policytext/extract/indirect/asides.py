"""Indirect speech whose speaker stands outside the clause: "As X said, ...", "According to X, ...".

Also "..., X said." and "..., said X, ...".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policytext.extract.indirect.clauses import FINITE, trimmed
from policytext.extract.indirect.reporting import Head, lists
from policytext.extract.indirect.telling import Indirect, Telling
from policytext.extract.indirect.verbgroups import Group
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.describing import is_apposition
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Cue
from policytext.extract.words import Tense

_AS = re.compile(r"(?<!\w)[Aa]s (?:(?:the|late|former|our|its|[a-z-]{3,15}|[A-Z][\w’'-]+),? ){0,6}$")
_AS_SAID = re.compile(
    r"(?: (?:it|out|so|us|them|me))?(?: (?:in|to|at|on|during|before) [^,.;:]{2,60})?, "
    r"(?!(?:or|and|but|nor)\b)(?=[\w‘“'\"])"
)
_ADDED = re.compile(r";|, (?:not least|but|although|though|so|while|whereas)\b")
_LEAD = re.compile(
    r"(?:^|[;,:–—-] |\b(?:[Aa]nd|[Bb]ut),? )"
    r"(?P<lead>[Aa]ccording to|[Ff]or|[Tt]o paraphrase|[Ii]n the words of|[Tt]o quote|[Oo]n|"
    r"[Ii]n the (?:view|opinion|judgement|judgment|eyes) of|[Ii]n) (?:the )?(?:(?!(?:to|that|"
    r"of) )[\w’'-]{2,20} ){0,4}$"
)
_VIEW = re.compile(
    r"[’']s?(?: own)? (?:view|opinion|words?|judgement|judgment|account|eyes|famous \w+|\w+ phrase|"
    r"dictum|mind|"
    r"estimation|experience|submission|contention|assessment|analysis|recollection|reckoning|telling|"
    r"phrase|belief|memory|estimate|interpretation|version|formulation)\b"
)
_BEHIND = re.compile(
    r"(?: (?:in|at|on|last|yesterday|this|during|to|from|of|for)\b[^,.;:]{0,60})?"
    r"(?:, (?!(?:and|but)\b)[^,.;:]{2,90}|,? (?:and|but) [^.;:]{10,250})?[.?!]?[”\"’')*_\s\d]*"
)
_WITHIN = re.compile(
    r"(?: (?:me|us|him|her|them|members|[a-z]{4,14}s|the [\w’'-]+(?: [\w’'-]+)?))?(?: (?:at last|at the "
    r"time|in \d{4}|then|later|once|yesterday|last (?:night|week|month|year)|"
    r"[a-z]+ly))?, "
    r"(?!(?:and|but|or|who|which|that|as|when|while|in|at|on|for|with)\b)(?=[\w‘“'£])"
)
_PAUSE = re.compile(r",(?: and| but)?,?\s*(?:the\s)?$")
_ADVERBIAL = re.compile(
    r"\W*(?:(?:[Bb]ut|[Aa]nd|[Ss]o|[Yy]et),? )?(?:[Aa]s|[Ww]hen|[Ww]hile|[Ii]f|[Aa]lthough|[Ii]n|"
    r"[Aa]fter|[Aa]ccording|[Aa]t|[Oo]n|[Bb]y|"
    r"[Dd]uring|[Ff]or)\b"
    r"[^,]*"
)
_PARTICIPLE = re.compile(rf"\W*[A-Z]\w+(?:ed|ing) (?!.*\b{FINITE}\b)", re.DOTALL)
_BEFORE_NAME = re.compile(
    r" (?:the |an? |one |its |their |his |her )?"
    r"(?:(?!(?:no|of|for|to|in|on|at|by|with|that|not)\b)[a-z-]{3,14} ){0,3}"
)
_ONCE = r"(?: (?:has |once |later |famously |also |then )*"
_SURNAME = re.compile(
    r"\W*(?:(?:[Aa]nd|[Bb]ut|[Oo]r),? )?"
    r"(?P<lead>(?:[Aa]ccording to|[Tt]o paraphrase|[Ii]n the words of|"
    r"(?P<as>[Aa]s)) (?P<who>[A-Z][\w-]{2,20}))"
    rf"(?:(?P<whose>[’']s? [^.;:,]{{2,40}})|(?P<said>{_ONCE}(?:said|put it|argued|observed|remarked|"
    rf"noted|wrote|"
    r"warned|pointed out))))?, (?=[\w‘“'])"
)
_IN_HER_VIEW = re.compile(
    r"\W*(?:(?:[Aa]nd|[Bb]ut|[Yy]et),? )?"
    r"(?P<lead>(?:[Ii]n|[Tt]o|[Oo]n|[Bb]y) (?P<who>her|his|their) (?:own |considered |professional |"
    r"private )?"
    r"(?:opinion|view|judgement|judgment|submission|estimation|mind|eyes|belief|contention|reckoning|"
    r"assessment|account|estimate|telling|experience)), (?=[\w‘“'])"
)
_PAST_CLAUSE = re.compile(r"\b(?:was|were|had|did|would|could|[a-z]{3,}ed)\b")
_TO_COMMA = re.compile(rf"[^.;:{BLANK}]{{0,90}}?, (?=[\w‘“'\"])")
_GIVEN = re.compile(
    r"(?:expressed|given|stated|set out|put|published|recorded|formed|quoted)\b[^.;:,]{2,60}, "
)
_OFFICE = re.compile(r"[^.;:,]{3,140}, ")
_LEAD_LENGTH = 100
_LEAD_REACH = 160
_REACH = 160
_LEAST_WORDS = 4
_CERTAINTIES = {"according to": 0.75, "for": 0.5}


@lru_cache(maxsize=1)
def _firm() -> frozenset[str]:
    return frozenset(lists()["aside_verbs"])


def find_asides(telling: Telling) -> list[Indirect]:
    """Returns what is attributed by an aside that opens a sentence, closes it or stands in it."""
    if "," not in telling.text[telling.start : telling.end]:
        return []
    found = [*_by_surname(telling), *(_by_owner(telling) or _by_lead(telling))]
    for head in telling.heads:
        aside = _as_said(telling, head) or _parenthesis(telling, head)
        if aside is not None:
            found.append(aside)
    return found


def _tense(head: Head, group: Group) -> Tense:
    return "past" if group.any_of("perfect") or "past" in head.form.parts else "present"


def _as_said(telling: Telling, head: Head) -> Indirect | None:
    """Reads "As the Office has pointed out, CLAUSE"."""
    comma = _AS_SAID.match(telling.text, head.end, telling.end)
    group = telling.group(head.start)
    if comma is None or group.any_of("modal", "infinitive", "passive"):
        return None
    subject = telling.subject(group.start, human=False)
    if subject is None or telling.shown(subject) in {"i", "we", "you"}:
        return None  # "as I said" repeats what the author says himself
    if not _AS.search(telling.before(subject.start, 80)):
        return None
    words = "as … " + telling.text[group.start : head.end].strip()
    certainty = 0.75 * subject.certainty
    cue = Cue(subject.speaker, words, _tense(head, group), subject.start, comma.end(), "as-said", certainty)
    return Indirect(comma.end(), _until_added(telling, comma.end()), cue, head.start, telling.start)


def _until_added(telling: Telling, start: int) -> int:
    added = _ADDED.search(telling.text, start, telling.end)
    return trimmed(telling.text, start, added.start() if added else telling.end)


@dataclass(frozen=True, slots=True)
class _Aside:
    """A speaker and verb that stand aside, clean ``[opens, ends)``; their clause begins at ``floor``."""

    speaker: Speaker
    floor: int
    opens: int
    ends: int
    certainty: float


def _parenthesis(telling: Telling, head: Head) -> Indirect | None:
    """Reads "CLAUSE, X said.", "CLAUSE, said X." and "The scheme, X said, would fail"."""
    group = telling.group(head.start)
    aside = _aside(telling, head, group) if _stands_aside(telling, head, group) else None
    if aside is None:
        return None
    text = telling.text
    pause = _PAUSE.search(text, max(aside.floor, aside.opens - 40), aside.opens)
    if pause is None or BLANK in text[aside.floor : aside.opens]:
        return None
    begins = min(aside.opens, aside.speaker.start)
    within = _WITHIN.match(text, aside.ends, telling.end)
    rule, certainty = ("said-between", 0.6) if within else ("clause-then-said", 0.65)
    words, ends = text[group.start : head.end], within.end() if within else aside.ends
    cue = Cue(aside.speaker, words, _tense(head, group), begins, ends, rule, certainty * aside.certainty)
    if within is not None:
        return Indirect(ends, trimmed(text, ends, telling.end), cue, head.start, telling.start)
    content = text[aside.floor : pause.start()]
    closed = _BEHIND.fullmatch(text, ends, telling.end) is not None
    if pause[0].strip(" ,").startswith(("and", "but")) or _PARTICIPLE.match(content):
        return None  # joined to it, not told of it
    if not closed or len(content.split()) < _LEAST_WORDS or _ADVERBIAL.fullmatch(content):
        return None  # what stands before the comma is no clause of its own
    return Indirect(aside.floor, pause.start(), cue, aside.floor, aside.floor)


def _stands_aside(telling: Telling, head: Head, group: Group) -> bool:
    """Tells whether a verb is one of asides, finite, with a comma before it."""
    if head.form.base not in _firm() or "gerund" in head.form.parts or group.led is not None:
        return False
    return "," in telling.before(head.start, _REACH) and not group.any_of(
        "modal", "infinitive", "passive", "negated"
    )


def _aside(telling: Telling, head: Head, group: Group) -> _Aside | None:
    """Returns the speaker of an aside, before the verb or behind it."""
    text = telling.text
    colon = max(text.rfind(mark, telling.start, group.start) for mark in ";:")
    floor = telling.start if colon < 0 else colon + 2
    ended = _WITHIN.match(text, head.end, telling.end) or _BEHIND.fullmatch(text, head.end, telling.end)
    behind = () if ended or group.any_of("perfect") else _said_by(telling, head)
    if not ended and not behind:
        return None
    subject = telling.subject(group.start, human=True, floor=floor)
    if subject is not None:
        speaker = subject.speaker
        half = speaker.rule == "subject" and " " not in telling.shown(subject)  # "Belfast, East, has said"
        inserted = text[speaker.end : group.start].strip() == ","  # "its leader, Mr X, wrote"
        author = half or inserted or telling.shown(subject) in {"i", "we", "you"}
        ends = max(head.end, speaker.end)
        return None if author else _Aside(speaker, floor, subject.start, ends, subject.certainty)
    for speaker in behind or (() if group.any_of("perfect") else _said_by(telling, head)):
        return _Aside(speaker, floor, group.start, speaker.end, 0.85)
    return None


def _said_by(telling: Telling, head: Head) -> tuple[Speaker, ...]:
    """Returns who stands right behind a verb: "said the Town Clerk"."""
    near = telling.frame.speakers_within(head.end, min(telling.end, head.end + 60))[:2]
    fits = (
        s for s in near if s.rule != "pronoun" and _BEFORE_NAME.fullmatch(telling.text, head.end, s.start)
    )
    return tuple(fits)[:1]


def _by_surname(telling: Telling) -> list[Indirect]:
    """Reads a lead with a name that stands nowhere in full: "As Darwin observed, CLAUSE"."""
    match = _SURNAME.match(telling.text, telling.start, telling.end)
    if match is None or (match["as"] is None) == (match["said"] is not None):
        return []
    start, end = match.span("who")
    if telling.frame.speakers_within(start, end):
        return []
    speaker = Speaker(start, end, match["who"], "person", "surname", 0.5)
    cue = Cue(speaker, match["lead"], None, match.start("lead"), match.end(), "according-to-clause", 0.5)
    return [Indirect(match.end(), _until_added(telling, match.end()), cue, start, start)]


def _by_owner(telling: Telling) -> list[Indirect]:
    """Reads "In her opinion, CLAUSE" and "To his mind, CLAUSE"."""
    match = _IN_HER_VIEW.match(telling.text, telling.start, telling.end)
    if match is None:
        return []
    start, end = match.span("who")
    their = match["who"] == "their"
    if their:
        speaker = Speaker(start, end, None, "anonymous", "their", 0.5)
    else:
        speaker = Speaker(start, end, None, "person", "pronoun", 0.5)
    words, opens = telling.text[match.start("lead") : match.end("lead")], match.start("lead")
    tense = _told_in(telling, match.end())
    cue = Cue(speaker, words, tense, opens, match.end(), "according-to-clause", 0.5)
    return [Indirect(match.end(), _until_added(telling, match.end()), cue, opens, opens)]


def _told_in(telling: Telling, start: int) -> Tense:
    """Returns the tense of a view by that of its clause: "In her view it was right" was her view then."""
    return "past" if _PAST_CLAUSE.search(telling.text, start, telling.end) else "present"


def _by_lead(telling: Telling) -> list[Indirect]:
    """Reads "According to X, CLAUSE", "In X's view, CLAUSE", "For X, CLAUSE", "CLAUSE, according to X."."""
    for speaker in telling.frame.speakers_within(telling.start, telling.end)[:12]:
        lead = _LEAD.search(telling.before(speaker.start, _LEAD_LENGTH))
        if lead is None or (lead.start() == 0 and speaker.start - telling.start > _LEAD_LENGTH):
            continue
        view = _VIEW.match(telling.text, speaker.end)
        if not _leads(telling, lead["lead"].lower(), speaker, viewed=view is not None):
            continue
        opens = speaker.start - len(lead.string) + lead.start("lead")
        return _led(telling, lead["lead"].lower(), speaker, opens, view.end() if view else speaker.end)
    return []


def _leads(telling: Telling, word: str, speaker: Speaker, *, viewed: bool) -> bool:
    """Tells whether words before a name attribute what follows to it."""
    if telling.text[speaker.start : speaker.end].lower() in {"i", "we", "it"}:
        return False
    if word in {"in", "on"}:
        return viewed
    if word == "for":
        return speaker.type == "person" and speaker.name is not None and speaker.rule != "surname"
    return word != "to paraphrase" or viewed or telling.text.startswith(",", speaker.end)


def _led(telling: Telling, word: str, speaker: Speaker, opens: int, at: int) -> list[Indirect]:
    text = telling.text
    after = _TO_COMMA.match(text, at, telling.end)
    tense: Tense | None = None if word in {"to paraphrase", "to quote", "in the words of"} else "present"
    words, certainty = text[opens : speaker.start].strip(), _CERTAINTIES.get(word, 0.65)
    if after is not None and opens <= telling.start + _LEAD_REACH:
        start = _past_office(text, after.end(), telling.end)
        given = _GIVEN.match(text, start, telling.end)
        start = given.end() if given else start
        cue = Cue(speaker, words, tense, opens, start, "according-to-clause", certainty)
        return [Indirect(start, trimmed(text, start, telling.end), cue, opens, opens)]
    if word == "according to" and after is None and len(text[telling.start : opens].split()) >= _LEAST_WORDS:
        cue = Cue(speaker, words, tense, opens, speaker.end, "according-to-behind", certainty)
        return [
            Indirect(telling.start, trimmed(text, telling.start, opens), cue, telling.start, telling.start)
        ]
    return []


def _past_office(text: str, at: int, end: int) -> int:
    """Returns where the clause begins behind an office: "According to X, chairman of Y, CLAUSE"."""
    office = _OFFICE.match(text, at, end)
    return office.end() if office and is_apposition(f", {office[0]}") else at
