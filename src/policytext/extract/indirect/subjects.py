"""Who stands as subject of a reporting verb: the speaker of indirect speech.

The speakers that ``Frame`` has found are tried first; a subject that it does not know is a nameless speaker
only where the verb is one that none but people do, or the noun one for people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from policytext.extract.indirect.reporting import any_of, lists
from policytext.extract.indirect.subject_phrases import (
    COUNTED,
    PREPOSED,
    adjacent,
    before_comma,
    cited_authors,
    left_of,
    named_in_apposition,
    nameless,
    paper,
    they,
    titled,
    with_modifiers,
)
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Frame
from policytext.extract.words import words

_ASKS = re.compile(
    r"(?:^|[.;:?!,]\s|\b(?:and|but|or|[Hh]ow|[Ww]hat|[Ww]hy|[Ww]hen|[Ww]here)\s)"
    r"(?:[Ww]ill|[Ww]ould|[Dd]oes|[Dd]id|[Dd]o|[Cc]an|[Cc]ould|[Mm]ay|[Ss]hould|[Mm]ust|[Ii]s|[Aa]re|"
    r"[Hh]as|[Hh]ave)"
    r"(?: the| not| any| all| some)? $"
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|whenever|until|lest|suppose|supposing|should|let|lets)(?: the| a| an| any|"
    r" some)? $",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:few|no|nobody|none|neither|any|anyone|anybody|whoever|those|everyone|everybody)\b", re.IGNORECASE
)
_NONE_OF = re.compile(r"\b(?:no|(?<!a )few|any|neither|hardly any) (?:[a-z-]+ )?$", re.IGNORECASE)
_EXAMPLES = re.compile(r"\b(?:such as|as \w+ as|including|like)(?:\b[^.;:]*, and)? $")
_COUNT_BEFORE = re.compile(
    rf"\b(?:(?:only|over|about|at least|nearly|all but) )?{COUNTED}"
    r"(?: (?:or more|out )?of (?:the |our |its |their |these |those )?)? ?"
    r"(?:(?!(?:the|of|and|in|to|for|from|with|by|on|at)\b)[a-z-]{3,20} ){0,3}$",
    re.IGNORECASE,
)
_SOME_OF = re.compile(
    rf"\b(?P<head>{any_of(lists()['partitive'])}) of "
    r"(?:(?!(?:and|or|that|which|who|in|on|at|to|for|from|with|by)\b)[a-z’'-]{2,14} ){0,3}$",
    re.IGNORECASE,
)
_DETERMINED = re.compile(
    rf"(?:(?:\b(?:the|an?|our|its|their|only|over|about|at least|{COUNTED}|local|senior|former) )|"
    rf"\b\d+ (?:per )?)*$",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Oo]f|(?<!spoke )(?<!talked )(?<!listened )(?<!worked )(?:to|with|on|for|in|by|"
    r"at|from)|"
    r"[Tt]heir|[Ii]ts|[Oo]ur|[Mm]y)$"
)
_RELATIVE = re.compile(r",? (?P<word>who|which|that)$")
_PARENTHESIS = re.compile(
    r", (?:for|on|in|at|too|however|though|therefore|by|with|of)(?: [^\s.;:,]+){0,6},$|"
    r", (?:too|however|though|therefore),$| \([^()]{1,60}\)$"
)
_INSERTED = re.compile(
    r"(?P<relative>, (?:who|which|whose|whom)\b[^.;:,]{2,120}(?:, [^.;:,]{2,60})?,)$|"
    r", (?:the|an?|its|their)\b[^.;:]{3,120},$"
)
_PAPER_NOUN = (
    r"(?:White Paper|Green Paper|[Cc]onsultation paper|[Cc]onsultative (?:paper|document)|[Dd]iscussion "
    r"paper|"
    r"[Pp]aper|[Rr]eport|[Cc]ircular|[Ss]trategy|[Pp]lan|[Mm]emorandum|[Rr]eview|[Bb]riefing|[Gg]uidance|"
    r"[Pp]amphlet|[Mm]anifesto|[Ss]tudy|[Ss]urvey|[Bb]ook|[Ll]eaflet|[Dd]ocument)"
)
_TITLED = re.compile(
    rf"[*_]{{0,2}}(?P<title>[A-Z][^.;:()]{{4,110}}?)[*_]{{0,2}}, (?:the|an?|its|their) (?:[\w’'-]+ ){{0,5}}?"
    rf"{_PAPER_NOUN}\b[^,;.]{{0,60}},$"
)
_OPENS = frozenset({", ", "; ", ". ", "d ", "t "})
_OBJECT = re.compile(
    r" (?:that|which|who) [a-z]+(?:ed|s|ote|ave|ent|ame) (?:[a-z]+ ){0,2}?(?:it|him|them|her|us)$"
)
_CLAUSE = re.compile(r"\b(?:when|as|after|until|while|where|because) (?:the |its |their )?")
_A_PAPER = re.compile(r"(?:[Aa]n?|[Aa]nother|[Oo]ne|[Aa] further|[Tt]his) ")
_OPENED = re.compile(r"\b(?:when|as|after|until|before|once) $")
_LONGEST_TAIL = 200
_TIME = re.compile(r" (?:years?|months?|weeks?|days?|decades?|hours?|minutes?)\b")
_MAIN_LEAD = re.compile(
    r"(?:[^\w]*(?:(?:[Bb]ut|[Aa]nd|[Hh]owever|[Tt]hen|[Ii]n|[Oo]n|[Aa]t|[Aa]fter|[Dd]uring|[Bb]y|"
    r"[Ll]ater|[Tt]hat|[Tt]o|[Tt]his|[Ll]ast|[Nn]ext|[Ww]ith|[Ff]or|[Oo]nce|[Tt]oday|[Yy]esterday|"
    r"[Ff]rom|[Ww]hile|[Ww]hen|"
    r"[Aa]sked|[Ss]peaking|[Ww]riting|[Rr]eviewing|[Oo]ne|[Aa]n?|"
    rf"[Tt]he)\b[^.;:{BLANK}]{{0,80}})?)?"
)
_JOINT = re.compile(r",? and (?:the )?$")
_PLURAL_BODY = re.compile(r"(?:[Tt]he )?[A-Z]{2,6}s")
_INDEFINITE = re.compile(r"(?:.*\W)?(?:an?|no|any|some) ", re.IGNORECASE)
_DATE = re.compile(r"(?:[a-z]+ ){0,3}\d{4}s? (?=[a-z])", re.IGNORECASE)
_MOST_STEPS = 3
_BY_SPEAKER = 0.3
"""How far a doubtful speaker lowers the certainty (an exponent), as for quotations."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A speaker found as subject, how sure that is, and where his noun phrase begins."""

    speaker: Speaker
    certainty: float
    start: int


def subject_of(frame: Frame, floor: int, at: int, *, human: bool) -> Subject | None:
    """Returns the subject whose noun phrase ends before ``at``, where its verb group begins.

    Args:
        frame: the document with its quotations blanked out.
        floor: where the sentence begins.
        at: where the verb group begins.
        human: whether the verb is one that only people do; then any noun that stands there will do.
    """
    end = len(frame.text[floor:at].rstrip()) + floor
    relative = _RELATIVE.search(frame.text, max(floor, end - 8), end)
    end = relative.start() if relative else end
    if _UNFINISHED.search(frame.text, max(floor, end - 16), end):
        return None
    if relative:
        found = _relative_subject(frame, floor, end, human=human, who=relative["word"] == "who")
    else:
        found = _standing(frame, floor, end, human=human)
    if found is None or not _may_speak(frame, floor, found):
        return None
    certainty = (0.95 if relative else 1.0) * found.confidence**_BY_SPEAKER
    return Subject(found, certainty, found.start)


def _standing(frame: Frame, floor: int, end: int, *, human: bool) -> Speaker | None:
    """Returns who stands at the end of a noun phrase, else before what is inserted or added to it."""
    tail = _INSERTED.search(frame.text, max(floor, end - _LONGEST_TAIL), end)
    before = tail.start() if tail else end
    if tail is not None and (inner := _titled_paper(frame, floor, end)):
        return inner
    if tail is not None and tail["relative"]:
        for found in (_found(frame, floor, before, human=human), cited_authors(frame, floor, before)):
            settled = _settled(frame, floor, found) if found else None
            if settled is not None:
                return settled
    found = cited_authors(frame, floor, end) or _found(frame, floor, end, human=human)
    if (
        found is not None
        and found.rule == "pronoun"
        and (object_of := _OBJECT.search(frame.text, floor, end))
    ):
        found = _found(frame, floor, object_of.start(), human=human)  # "the paper that preceded it had said"
    settled = _settled(frame, floor, found) if found else None
    if settled is None and found is not None and found.rule != "pronoun":
        settled = paper(frame, floor, end)
    return settled


def _titled_paper(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns the title in "Homes for All, the White Paper of March 1971, said"."""
    match = _TITLED.search(frame.text, floor, end)
    if match is None or (
        match.start() > floor and frame.text[match.start() - 2 : match.start()] not in _OPENS
    ):
        return None
    return Speaker(*match.span("title"), match["title"].strip("*_ "), "document", "title", 0.6)


def participle_subject(frame: Frame, floor: int, at: int) -> Subject | None:
    """Returns who a form in -ing at ``at`` is said of.

    A paper that stands right before it ("a letter of May 1950, stating that"), who is subject of the clause
    just before ("when the Plan appeared, declaring that"), else who is subject of the sentence.
    """
    comma = re.compile(r"(?:, (?:and )?| (?:while|in|by|and) )$").search(frame.text, max(floor, at - 10), at)
    written = paper(frame, floor, comma.start()) if comma else None
    if written is not None and (
        _A_PAPER.match(frame.text, written.start) or _OPENED.search(frame.text, floor, written.start)
    ):
        return Subject(written, 0.7, written.start)
    for match in reversed(list(_CLAUSE.finditer(frame.text, max(floor, at - 160), at))):
        for speaker in frame.speakers_within(match.end(), min(at, match.end() + 60))[:1]:
            if speaker.start == match.end() and (settled := _settled(frame, floor, speaker)):
                return Subject(settled, 0.8 * settled.confidence**_BY_SPEAKER, settled.start)
    return main_subject(frame, floor, at)


def _found(frame: Frame, floor: int, end: int, *, human: bool) -> Speaker | None:
    between = _PARENTHESIS.search(frame.text, max(floor, end - 90), end)
    before = between.start() if between else end
    return (
        they(frame, floor, end)
        or adjacent(frame, floor, end)
        or named_in_apposition(frame, floor, end)
        or before_comma(frame, floor, end)
        or with_modifiers(frame, floor, end)
        or paper(frame, floor, end)
        or nameless(frame, floor, before, human=human)
    )


def _relative_subject(frame: Frame, floor: int, end: int, *, human: bool, who: bool) -> Speaker | None:
    """Returns whom a relative clause is about: no matter where in the sentence he stands."""
    found = _found(frame, floor, end, human=human and who) or titled(frame, floor, end)
    if found is None or (
        not who and (_indefinite(frame, floor, found) or (found.type == "person" and found.name is None))
    ):
        return None
    return _joined(frame, floor, _uncounted(frame, floor, found))


def _indefinite(frame: Frame, floor: int, speaker: Speaker) -> bool:
    """Tells "a report that explains", any such report, from one that was written."""
    shown = frame.text[max(floor, speaker.start - 4) : speaker.end]
    return speaker.name is None and _INDEFINITE.match(shown) is not None


def main_subject(frame: Frame, floor: int, at: int) -> Subject | None:
    """Returns the subject of the sentence, for a verb joined to it: "X opened the meeting and said"."""
    for speaker in frame.speakers_within(floor, min(at, floor + 120))[:3]:
        if not _MAIN_LEAD.fullmatch(frame.text, floor, speaker.start):
            break
        if _TIME.match(frame.text, speaker.end):
            continue  # "Two years later the Board"
        settled = _settled(frame, floor, speaker)
        behind = re.match(r",? and\b", frame.text[speaker.end : speaker.end + 5])
        if settled is not None and behind is None and _may_speak(frame, floor, settled):
            return Subject(settled, 0.85 * settled.confidence**_BY_SPEAKER, settled.start)
    return None


def _settled(frame: Frame, floor: int, speaker: Speaker) -> Speaker | None:
    """Returns who really is subject where the speaker found stands in a phrase with a preposition.

    "a spokesman for the Board" is the spokesman, "most of the trusts" are most of them, "the views of nurses"
    are nobody.
    """
    current = _undated(frame, speaker)
    for _ in range(_MOST_STEPS):
        low = max(floor, current.start - 70)
        some = _SOME_OF.search(frame.text, low, current.start)
        if some is not None and current.rule != "pronoun":
            begins = _phrase_start(frame, floor, some.start())
            return Speaker(begins, current.end, None, "anonymous", "some-of", 0.6)
        match = PREPOSED.search(frame.text, low, current.start)
        if match is None:
            return _joined(frame, floor, _uncounted(frame, floor, current))
        if not match["head"]:
            return None
        outer = [s for s in left_of(frame, floor, match.end("head"))[:1] if s.end == match.end("head")]
        if not outer or outer[0].rule == "pronoun":
            return _by_head(frame, floor, match, current)
        current = outer[0]
    return current


def _undated(frame: Frame, speaker: Speaker) -> Speaker:
    """Returns people without the date that stands before them: "in the 1960s matrons"."""
    dated = _DATE.match(frame.text, speaker.start, speaker.end) if speaker.rule == "people" else None
    return replace(speaker, start=dated.end()) if dated else speaker


def _by_head(frame: Frame, floor: int, match: re.Match[str], inner: Speaker) -> Speaker | None:
    """Returns the speaker that the noun before a preposition names: "chairmen of boards", "a report of X"."""
    head = match["head"].lower()
    names = {head, head.removesuffix("s")}
    begins = _phrase_start(frame, floor, match.start("head"))
    if names & (words()["people"] | words()["role"]):
        return Speaker(begins, inner.end, None, "anonymous", "people", 0.6)
    if names & (words()["document"] | set(lists()["itself"])):
        owner = inner.name if inner.rule != "pronoun" else None
        end = inner.end if owner else match.end("head")
        return Speaker(begins, end, owner, "document", "document-of", 0.6)
    return None


def _phrase_start(frame: Frame, floor: int, at: int) -> int:
    match = _DETERMINED.search(frame.text, max(floor, at - 60), at)
    return match.start() if match else at


def _uncounted(frame: Frame, floor: int, speaker: Speaker) -> Speaker:
    """Returns a body that is one of many ("one PCT", "several trusts") as people without a name."""
    if speaker.type != "organisation":
        return speaker
    counted = _COUNT_BEFORE.search(frame.text, max(floor, speaker.start - 60), speaker.start)
    if counted is None and not _PLURAL_BODY.fullmatch(frame.text, speaker.start, speaker.end):
        return speaker
    begins = counted.start() if counted else speaker.start
    return Speaker(begins, speaker.end, None, "anonymous", "some-of", 0.6)


def _joined(frame: Frame, floor: int, speaker: Speaker) -> Speaker:
    """Returns two named speakers of one sort as one: "NHS A and NHS B"."""
    if not speaker.name or speaker.rule == "pronoun" or "; " in speaker.name:
        return speaker
    link = _JOINT.search(frame.text, max(floor, speaker.start - 12), speaker.start)
    if link is None:
        return speaker
    others = [s for s in left_of(frame, floor, link.start())[:1] if s.end == link.start() and s.name]
    if not others or others[0].type != speaker.type or others[0].rule == "pronoun":
        return speaker
    first = others[0]
    if PREPOSED.search(frame.text, max(floor, first.start - 40), first.start):
        return speaker
    name, sure = f"{first.name}; {speaker.name}", min(first.confidence, speaker.confidence)
    return replace(first, end=speaker.end, name=name, confidence=sure)


@lru_cache(maxsize=1)
def _itself() -> re.Pattern[str]:
    nouns = any_of(lists()["itself"])
    return re.compile(rf"(?:this|the present|these)(?: [\w-]{{2,20}}){{0,2}}? (?:{nouns})s?", re.IGNORECASE)


def _may_speak(frame: Frame, floor: int, speaker: Speaker) -> bool:
    """Tells whether what the subject says is said at all: not asked, not supposed, not by nobody."""
    before = frame.text[max(floor, speaker.start - 24) : speaker.start]
    shown = frame.text[speaker.start : speaker.end]
    if _ASKS.search(before) or _SUPPOSED.search(before) or _NOBODY.match(shown) or _NONE_OF.search(before):
        return False
    if _EXAMPLES.search(frame.text, max(floor, speaker.start - 120), speaker.start):
        return False  # given as examples
    return speaker.type != "document" or not _itself().fullmatch(shown)
