"""Noun phrases before a verb: which speaker stands there, and who speaks where the frame knows nobody.

All are read leftwards from ``end``, no further than ``floor``, where the sentence begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policytext.extract.indirect.clauses import FINITE
from policytext.extract.indirect.reporting import any_of, lists, plural
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.describing import is_apposition
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Frame
from policytext.extract.words import words

_REACH = 320
_MOST = 8
_MOST_IN_LIST = 20
"""A man of many offices has many words behind his name that could be speakers."""
_LONGEST_APPOSITION = 280
_LONGEST_MODIFIER = 140
_OF_THEM = re.compile(
    r"\b(?:all|both|some|most|many|several|few|half|each|one|two|three|four|a few|the majority|none) of "
    r"(?:them|us|those|these)$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(?:[’']s?)?[”’\"'*_)]?\d{0,2}| \([^()]{1,60}\)")
_BEHIND = re.compile(
    r"(?:[’']s)?(?: \([^()]{1,60}\))?[”’\"'*_]?\d{0,2}"
    r"(?: (?:in|from|of|at|to|on|for|with|across|within|among|working|interviewed|present|responding|"
    r"attending|"
    r"involved|consulted|concerned|visited|surveyed|living|employed|speaking|giving evidence|we spoke to|"
    rf"who|that|including|we|they|I|he|she)(?: [^\s,.;:{BLANK}]{{1,30}}){{0,14}})?$"
)
_AUTHORS = re.compile(
    r"(?<![\w’'-])(?P<names>[A-Z][\w’-]+(?:(?:, [A-Z][\w’-]+)*,? (?:and|&) [A-Z][\w’-]+)? "
    r"?[*_]{0,2}(?:(?<= |\*|_)et al\.?)?)"
    r"[*_]{0,2} \((?:1[89]|20)\d\d[a-z]?\),?$"
)
_RELATIVE = re.compile(r" (?:who|that|we|they|I|he|she)\b")
_VERBS = re.compile(rf"\b{FINITE}\b")
COUNTED = rf"(?:{any_of(lists()['counted'])}|\d{{1,3}})"
"""Words that count: "several", "most"."""
_ALONE = re.compile(
    rf"(?<![\w’'-])(?P<np>(?:(?:the|my|his|her|their|our|{COUNTED}) )?"
    r"(?:(?!(?:the|of|and|or|in|to|for|from|with|by|on|at|it|that|which|as|but|is|was|were|are|had|has|have|"
    r"who|when|than|be|been) )[\w’'-]{2,20} ){0,3}?(?P<noun>[A-Za-z][\w’'-]{1,25}))$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"[*_“‘\"']?(?P<title>[A-Z][\w’'-]*(?:,? (?:of|for|in|the|and|to|a|on|from|with|our|"
    r"[A-Z][\w’'-]*)){1,12})"
    r"[*_”’\"']?(?: ?\((?:[^()]{1,60})\))?,?$"
)
_CITED = re.compile(r"(?<!\w)(?P<title>[A-Z][^.;()*_”’]{8,120}?)[*_”’]* \([^()]*\d{4}[a-z]?\),?$")
PREPOSED = re.compile(
    r"(?:(?P<head>(?<![\w’'-])[\w’'-]{2,30}),? )?(?<![\w’'-])(?P<prep>of|from|for|in|at|by|to|with|on|"
    r"between|"
    r"among|amongst|across|within|under|representing|over|about|near|like|after|before|behind|against|"
    r"through|"
    r"on behalf of|according to|than|via|per) "
    r"(?:(?:the|our|its|their|his|her|this|these|those|both|all|some|many|most|other|local|such) ){0,3}$",
    re.IGNORECASE,
)
"""A preposition right before a name: "the views of the", "a spokesman for"."""
_OWNED = re.compile(r"[’']s? ")


def left_of(frame: Frame, floor: int, end: int, most: int = _MOST) -> list[Speaker]:
    """Returns the speakers that end at or before ``end``, the nearest first, at most so many."""
    near = frame.speakers_within(max(floor, end - _REACH), end)
    return [s for s in reversed(near[-most:]) if s.end <= end]


def adjacent(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns who stands right there; "Mr. A (Leeds) said": Leeds did not."""
    for speaker in left_of(frame, floor, end)[:3]:
        if frame.text[speaker.start - 1 : speaker.start] == "(":
            continue
        if _MARKS.fullmatch(frame.text, speaker.end, end):
            return speaker
    return None


def cited_authors(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns the authors in "Harris et al. (2003) conclude": surnames with a year in brackets."""
    match = _AUTHORS.search(frame.text, max(floor, end - 90), end)
    if match is None:
        return None
    start, stop = match.span("names")
    if any(s.name and s.end > start and s.type != "person" for s in frame.speakers_within(start, stop)):
        return None
    name = " ".join(re.sub(r"[*_]+", "", match["names"]).split())
    name = "; ".join(re.split(r",? (?:and|&) |, ", name)) if "et al" not in name else name
    return Speaker(start, stop, name, "person", "surname-cited", 0.7)


def named_in_apposition(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns the name in "its administrator, Mr X, said"."""
    if frame.text[end - 1 : end] != ",":
        return None
    for speaker in left_of(frame, floor, end)[:1]:
        person = speaker.end == end - 1 and speaker.type == "person" and speaker.name
        if person and frame.text.endswith(", ", floor, speaker.start):
            return speaker
    return None


def before_comma(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns who stands before something between commas: "X, chairman of Y, said", "Members, too, felt"."""
    if frame.text[end - 1 : end] != ",":
        return None
    outer: Speaker | None = None
    named: Speaker | None = None
    for speaker, gap in _before_asides(frame, floor, end):
        if speaker.type == "person" and speaker.name and is_apposition(gap + " "):
            named = speaker if named is None or speaker.confidence >= named.confidence else named
        if gap.startswith((",", " (")) and gap != ",":
            outer = speaker
    if named is not None:
        return named
    if outer is None:
        return _paper_before(frame, floor, end)
    return None if re.search(r", (?:and|but|so) ", frame.text[outer.end : end]) else outer


def _before_asides(frame: Frame, floor: int, end: int) -> Iterator[tuple[Speaker, str]]:
    for speaker in left_of(frame, floor, end, _MOST_IN_LIST):
        gap = frame.text[speaker.end : end]
        if len(gap) > _LONGEST_APPOSITION or re.search(rf"[.;?!]\s|{BLANK}", gap):
            return
        if ": " not in gap or speaker.type == "document":  # a title may have a colon
            yield speaker, gap


def with_modifiers(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns who stands before "of the county", "we spoke to", "from across the sector"."""
    for speaker in left_of(frame, floor, end):
        gap = frame.text[speaker.end : end]
        if len(gap) > _LONGEST_MODIFIER:
            break
        if not gap or speaker.rule == "pronoun" or (speaker.type == "person" and speaker.name):
            continue
        if _BEHIND.match(gap) and len(_VERBS.findall(gap)) <= (2 if _RELATIVE.match(gap) else 0):
            return speaker
    return None


def they(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns "they" and "all of them": people who were spoken of, whom the document does not name here."""
    some = _OF_THEM.search(frame.text, max(floor, end - 40), end)
    if some is not None:
        return Speaker(some.start(), end, None, "anonymous", "they", 0.6)
    start = end - 4
    if (
        start >= floor
        and frame.text[start:end].lower() == "they"
        and not frame.text[start - 1 : start].isalnum()
    ):
        return Speaker(start, end, None, "anonymous", "they", 0.6)
    return None


@lru_cache(maxsize=1)
def _paper_nouns() -> frozenset[str]:
    return frozenset([*lists()["itself"], *lists()["papers"], *words()["document"]])


@lru_cache(maxsize=1)
def _papers() -> re.Pattern[str]:
    determiner = (
        r"(?:[Tt]he|[Aa]n?|[Oo]ur|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|[Tt]his|[Tt]hat|[Oo]ne|[Aa]nother|"
        r"[A-Z][\w’'&-]{1,20}[’']s|(?<!\S)(?=Guidance|Research|Advice|Evidence))"
    )
    topic = (
        r"(?: (?:on|of|for|by|from|about|into|to|in|published|signed|bearing|drawn up|drafted|prepared|"
        r"presented|"
        r"commissioned|circulated|sent|issued|written|addressed|received|handed|dated|pinned|attached|"
        r"released|"
        r"conducted|carried out)(?: [^\s.;:,]{1,25}){1,12})?"
    )
    behind = topic + r"(?: at the time)?(?: \([^()]{1,40}\))?"
    return re.compile(
        rf"\b(?P<np>{determiner}(?: ?[\w’'&-]{{2,20}}){{0,4}}? ?(?i:{any_of(_paper_nouns())})){behind}$"
    )


def paper(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns a paper that the frame does not know: "our last briefing on dentistry"."""
    low = max(floor, end - _LONGEST_MODIFIER)
    near = frame.text[low:end]
    if _paper_nouns().isdisjoint(re.findall(r"[\w’'-]+", near.lower())):
        return None
    match = _papers().search(near)
    if match is None or PREPOSED.search(frame.text, max(floor, low - 20), low + match.start()):
        return None
    if _VERBS.search(match[0], match.end("np") - match.start()):
        return None
    begins = low + match.start()
    owned = [
        s.name
        for s in frame.speakers_within(max(floor, begins - 60), end)
        if s.name and s.end > begins and s.rule != "pronoun" and _OWNED.match(frame.text, s.end)
    ]
    name = owned[0] if owned else None
    return Speaker(begins, begins + len(match["np"]), name, "document", "paper", 0.5)


def _paper_before(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns the paper in "the Board's report, A Plan for Wards, found"."""
    comma = end - 1
    for _ in range(3):
        comma = frame.text.rfind(",", max(floor, end - 200), comma)
        if comma < 0:
            return None
        if found := paper(frame, floor, comma):
            return found
    return None


def titled(frame: Frame, floor: int, end: int) -> Speaker | None:
    """Returns the paper before ", which proposed": a run of words with capitals that is nobody's name."""
    low = max(floor, end - 160)
    match = _TITLE.search(frame.text, low, end) or _CITED.search(frame.text, low, end)
    if match is None:
        return None
    return Speaker(*match.span("title"), match["title"], "document", "title", 0.45)


@lru_cache(maxsize=1)
def _persons() -> frozenset[str]:
    nouns = {*words()["people"], *words()["role"], *lists()["people"]}
    return frozenset(nouns | {plural(noun) for noun in nouns})


@lru_cache(maxsize=1)
def _no_subjects() -> frozenset[str]:
    return frozenset(lists()["no_subjects"])


@lru_cache(maxsize=1)
def _determiners() -> frozenset[str]:
    return frozenset(lists()["determiners"])


def nameless(frame: Frame, floor: int, end: int, *, human: bool) -> Speaker | None:
    """Returns the noun phrase before a verb: people by their noun ("ward sisters"), anybody if ``human``."""
    match = _ALONE.search(frame.text, max(floor, end - 80), end)
    if match is None or (not human and match["noun"].lower() not in _persons()):
        return None
    noun, inner, begins = match["noun"], match["np"].lower().split(), match.start("np")
    while len(inner) > 1 and inner[0] in _no_subjects() - _determiners():  # "only two wards"
        begins += len(inner.pop(0)) + 1
    if noun.lower().endswith("ly") or not _no_subjects().isdisjoint(inner[1:]):
        return None
    if inner[0] in _no_subjects() - _determiners() or (len(inner) == 1 and inner[0] in _determiners()):
        return None
    if len(inner) == 1 and not (noun.endswith("s") or noun[0].isupper()):
        return None
    return Speaker(begins, match.end("np"), None, "anonymous", "subject", 0.45)
