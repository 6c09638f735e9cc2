"""Indirect speech without a speaker as subject: passives, "it was felt that", "RESOLVED".

"The scheme was seen as a success" tells what somebody thought, so the whole clause is the content; "is
described as a success" hands over like any verb of saying, and what follows is the content. The speaker is
who stands after "by", else nobody. What an author suggests himself ("it is suggested that") is no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policytext.extract.indirect.clauses import FINITE, clause_end, is_subordinate, phrase_end
from policytext.extract.indirect.reporting import any_of, lists
from policytext.extract.indirect.telling import Indirect, Telling
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Cue
from policytext.extract.words import Tense

_ADV = (
    r"(?:(?:also|then|now|still|again|however|therefore|thus|further|first|"
    r"often|always|nearly|almost|very|quite|at first|"
    r"[a-z]{2,14}ly|not) )"
)
_ADV_BEHIND = (
    r"(?: (?:more than once|repeatedly|again and again|time and again|several times|many times|often|"
    r"forcibly|"
    r"strongly|firmly|privately|in evidence|at the meeting|by letter|[a-z]{3,12}ly))?"
)
_GENERALLY = re.compile(rf"\b(?:{any_of(lists()['generally'])})\b")
_BE = (
    r"(?P<be>is|are|was|were|(?:has|have|had) (?:[a-z]{2,14}ly |even |also |often |since |already |now |"
    r"sometimes |long |again |"
    r"always |once |never )?been|being)"
)
_BY = rf"(?: by (?P<by>[^.;:(){BLANK}]{{2,70}}?))?"
_TO = rf"(?: (?:to|at|in|on|from|during|again|further|last|by telephone|by letter)\b[^.;:{BLANK}]{{0,60}}?)?"
_FRONT = re.compile(
    r"(?:\W{0,6}(?:However|But|And|Yet|So|Thus|Therefore|Moreover|Furthermore|Nevertheless|Similarly|"
    r"Meanwhile|"
    r"Also|Indeed|Again|Overall|In general|On the whole|By contrast|In addition|Conversely|"
    r"(?:With|Despite|In|At|On|For) [^.;:]{3,60}),\s|\W{0,6}(?:But|And|Yet|So) )*"
)
_MARKER = (
    r"(?:to be\b|to have\b|as\b|unlikely\b|likely\b|(?P<adjective>"
    r"essential|important|vital|crucial|necessary|useful|helpful|valuable|desirable|unnecessary|"
    r"unhelpful|adequate|"
    r"inadequate|premature|reasonable|satisfactory|unsatisfactory)\b)"
)
_NEVER_SO = frozenset({"seen", "said", "reported", "noted", "cited", "identified"})
"""Nothing is "seen necessary" or "reported useful"."""
_DESCRIBED = re.compile(
    rf"\b{_BE} {_ADV}{{0,3}}"
    rf"(?P<verb>described|characterised|referred to|summed up|hailed|dismissed|condemned|"
    rf"defended){_BY} as (?=\S)"
)
_TOLD = re.compile(
    rf"\b(?P<be>was|were|been|being|is|are|be) {_ADV}{{0,3}}"
    r"(?P<verb>told|informed|advised|warned|assured|reassured|reminded|notified|given to understand|led "
    r"to believe|"
    r"led to understand|led to expect|promised|persuaded|convinced|given an assurance|given assurances|"
    r"briefed|"
    r"cautioned|alerted|given notice|apprised)"
    rf"(?: (?:repeatedly|also))?{_BY}{_TO}(?:, [^.;:]{{3,40}},)?,? that,? ?"
)
_TOLD_BARE = re.compile(
    rf"(?:\b(?P<be>was|were|been)|[’']d been) {_ADV}{{0,2}}(?P<verb>told|assured|promised|warned|"
    rf"informed){_BY} "
    r"(?=(?:they|there|he|she|it|we|I|you)(?:[’'](?:d|ve|re|ll|s))? [a-z’']+|"
    rf"(?:the|a|an|this|his|her|their|its|our|my|no|all|some|every) (?:[\w’'-]+ ){{1,5}}?{FINITE}\b)"
)
_TOLD_TO = re.compile(
    rf"\b(?P<be>was|were) {_ADV}{{0,2}}(?P<verb>alleged|reported|said|rumoured|claimed|supposed){_BY} "
    rf"(?=to (?:have|be)\b)"
)
_HEARD = re.compile(
    r"\b(?P<be>(?:[Ww]e|[Tt]he (?:[A-Z]\w+ ){0,3}(?:Committee|Inquiry|inquiry|Panel|panel|Commission|team)))"
    r" (?:have |has |had |also |often |repeatedly |again ){0,3}(?P<verb>heard)"
    rf"(?: (?:evidence|complaints?|reports?|from (?P<by>[^.;:(){BLANK}]{{2,60}}?)|"
    r"from (?:many|some|several) \w+))?(?: in evidence)? that,? ?"
)
_PUT = re.compile(
    rf"\b[Ii]t {_BE} {_ADV}{{0,2}}(?P<verb>put|represented|suggested|submitted|explained|pointed out|"
    rf"made clear|urged|"
    rf"said|stressed|emphasised|reported|confirmed|conveyed|intimated|indicated|mentioned) (?:to|upon|"
    rf"on) (?:us|me|him|her|them|"
    rf"the [\w ]{{3,40}}?){_ADV_BEHIND}{_BY}{_ADV_BEHIND},? that,? ?"
)
_PUT_ASIDE = re.compile(
    rf", it {_BE} {_ADV}{{0,2}}(?P<verb>said|put to (?:us|me|them)|suggested(?: to us)?|claimed|argued|"
    rf"alleged|reported|felt|"
    rf"thought|rumoured|hoped|feared|pointed out|explained|stated|understood|believed|agreed|"
    rf"admitted){_ADV_BEHIND}{_BY}, "
    r"(?!(?:and|but|or|that|which|who|when|while)\b)(?=[\w‘“'£])"
)
_MET = re.compile(
    r"\b(?:met|meetings?|conferences?|discussions?|committee|sub-committee|seminar|workshop|agreement)\b",
    re.IGNORECASE,
)
_DECIDED = frozenset(
    {"agreed", "decided", "resolved", "moved", "recommended", "noted", "recorded", "accepted"}
)
_RESOLVED = re.compile(
    r"(?<![\w-])(?P<verb>RESOLVED|AGREED|RECOMMENDED|NOTED|Resolved|ORDERED|DECIDED|ACCEPTED|"
    r"APPROVED)(?: UNANIMOUSLY|"
    r" unanimously|(?: AND)? (?:TO )?(?:RECOMMEND|AGREED|ORDERED|RESOLVED)(?:ED)?)?(?:,? (?:on|upon) "
    r"the (?:motion|proposal|proposition) of [^:;]{3,60}|"
    r",? nem\.? con\.?)?[*_]{0,3}"
    r"(?:,? ?[:–—-]{1,2}[*_]{0,3}\s{0,3}(?:\([ivxa-z\d]{1,4}\) )?[Tt]hat,? |,? [Tt]hat,? | (?=to [a-z])|"
    r"[:–—-]\s{0,3}(?=[Tt]o [a-z]))"
)
_BODY = re.compile(r"\b(?:[Ss]ub-)?(?:[Cc]ommittee|[Bb]oard|[Cc]ouncil|[Aa]uthority|[Pp]anel|[Tt]rust)\b")
_AS_SEEN = re.compile(r"\b(?:which|that|who|what|whose|as|if|and|or|being|been) $")
_CONDITION = re.compile(r"\b(?:as|if|when|unless)(?: \w+)? $")
_MODAL = re.compile(r"\b(?:will|would|can|could|may|might|should|must|to|if)(?: \w+)? $")
_FINITE = re.compile(rf"\b{FINITE}\b")
_WITH_RELATIVE = re.compile(r"\b(?:who|which|that)\b[^,;]{0,80}$")
_CONJUNCTION = re.compile(
    r"(?:[;:–—]|,? (?:and|but|while|whereas|although|though|because|since|that)) "
    r"(?!(?:and|but|while|not|was|were|is|are)\b)"
)
_SEVERAL_CLAUSES = re.compile(r"[;:]|\. |\b(?:who|said|says) ")
_SOME = re.compile(r"\b(?:some|many|most|several|one|other)\b")
_BE_WORD = re.compile(r" (?:is|are|was|were|been) ")
_TOLD_WORDS = (
    " told ",
    " assured ",
    " promised ",
    " warned ",
    " informed ",
    "alleged ",
    "rumoured ",
    "supposed ",
)
_WHO = re.compile(r"\bwho $")
_NEAR = 200
_BODY_REACH = 2_000
_NUMBERED = re.compile(r"\s*\(?[ivxa-z\d]{1,4}[).]\s[Tt]hat,? ")
_HEADS_POINTS = re.compile(r"(?P<verb>RESOLVED|AGREED|RECOMMENDED|NOTED|Resolved|ORDERED)\b[^.\n]{0,80}\W*$")
_LONGEST_RESOLUTION = 2_500
_HEAD = 600
_POINT = re.compile(r"[;,.]?\s(?:and )?\([ivxa-z\d]{1,4}\)\s?[Tt]hat,? ")
_MINUTES_OF = re.compile(r"(?i:\b(?:minutes|proceedings|meeting|report)\b|^)[^.]*$")
_SITS = re.compile(r"(?i:committee|panel|sub-committee)")


@lru_cache(maxsize=1)
def _passive() -> re.Pattern[str]:
    return re.compile(rf"\b{_BE} {_ADV}{{0,3}}(?P<verb>{any_of(lists()['judged'])}){_BY} {_MARKER}")


@lru_cache(maxsize=1)
def _it_was() -> re.Pattern[str]:
    verbs = any_of(lists()["impersonal"])
    return re.compile(
        rf"\b[Ii]t {_BE} {_ADV}{{0,3}}(?P<verb>(?i:{verbs})){_BY}(?:,? (?:and )?seconded by "
        rf"[^;:.]{{2,30}}\.? ?[^;:.,]{{0,30}}?)?{_TO},? that,? ?"
    )


@lru_cache(maxsize=1)
def _own() -> frozenset[str]:
    return frozenset(lists()["own"])


def find_impersonal(telling: Telling, *, minuted: bool, reported: bool) -> list[Indirect]:
    """Returns what is told in the passive, and what a meeting resolved.

    Args:
        telling: the sentence.
        minuted: whether the document records a meeting: what is agreed is then what it says.
        reported: whether the paragraph has reported what somebody said already.
    """
    sentence = telling.text[telling.start : telling.end]
    found = [*_resolved(telling), *_resolved_in_points(telling)]
    if _BE_WORD.search(sentence):
        found += [*_judged(telling), *_described(telling)]
    if " that" in sentence:
        found += [*_it_was_said(telling, decisions=minuted or reported), *_were_told(telling)]
    if any(word in sentence for word in _TOLD_WORDS):
        found += _told_without_that(telling)
    if ", it " in sentence:
        found += _said_aside(telling)
    return found


def _matches(telling: Telling, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    return pattern.finditer(telling.text, telling.start, telling.end)


def _judged(telling: Telling) -> Iterator[Indirect]:
    """Reads "X was seen as Y": the clause is what somebody thought."""
    text = telling.text
    for match in _matches(telling, _passive()):
        now = match["be"].startswith(("is", "are", "has", "have"))
        if now and not match["by"] and not _GENERALLY.search(match[0]):
            continue
        if _AS_SEEN.search(telling.before(match.start(), 8)) or text[telling.end - 1] == ":":
            continue
        if match["adjective"] and match["verb"] in _NEVER_SO:
            continue
        start = _own_clause(telling, match.start())
        if start is not None:
            end = clause_end(text, match.end(), telling.end, whole=True)
            yield _told(telling, match, start, end, "passive-judgement", 0.5)


def _own_clause(telling: Telling, at: int) -> int | None:
    """Returns where the clause begins that a passive at ``at`` ends, None where that cannot be told."""
    text = telling.text
    front = _FRONT.match(text, telling.start, at)
    start = front.end() if front else telling.start
    verbs = [m.end() for m in _FINITE.finditer(text, start, at)]
    relative = len(verbs) == 1 and _WITH_RELATIVE.search(
        text, start, verbs[0]
    )  # "those who knew it were ..."
    if verbs and not relative:
        joints = [m.end() for m in _CONJUNCTION.finditer(text, verbs[-1], at)]
        if not joints:
            return None
        start = joints[-1]
    clause = text[start:at]
    whole = re.search(r"\w", clause) and BLANK not in clause and not _SEVERAL_CLAUSES.search(clause)
    return start if whole else None


def _described(telling: Telling) -> Iterator[Indirect]:
    for match in _matches(telling, _DESCRIBED):
        if BLANK not in telling.text[match.end() : match.end() + 12]:
            end = phrase_end(telling.text, match.end(), telling.end)
            yield _told(telling, match, match.end(), end, "described-as", 0.55)


def _it_was_said(telling: Telling, *, decisions: bool) -> Iterator[Indirect]:
    """Reads "It was felt that"; what was "agreed" and "decided" only where a meeting is told of."""
    text = telling.text
    for match in _matches(telling, _it_was()):
        verb, by = match["verb"].lower(), match["by"]
        if re.search(r"\b(?:not|never)\b", text[match.end("be") : match.start("verb")]):
            continue
        own = match["be"] in {"is", "are"} and verb in _own()
        if own and not by and not _GENERALLY.search(match[0]):
            continue
        if verb in _DECIDED and not (
            decisions or by or _MET.search(text, max(0, telling.start - _NEAR), match.start())
        ):
            continue
        if not _CONDITION.search(telling.before(match.start(), 20)):
            under = is_subordinate(text, telling.start, match.start())
            end = clause_end(text, match.end(), telling.end, subordinate=under)
            yield _told(telling, match, match.end(), end, "it-was-said", 0.6)


def _were_told(telling: Telling) -> Iterator[Indirect]:
    """Reads "Members were informed that", "We heard that", "It was put to us that"."""
    for pattern in (_TOLD, _HEARD, _PUT):
        for match in _matches(telling, pattern):
            if match["be"] in {"is", "are"} and not match["by"]:
                continue  # "authorities are reminded that": the writer reminds them
            if pattern is not _TOLD or not _MODAL.search(telling.before(match.start(), 20)):
                end = clause_end(telling.text, match.end(), telling.end)
                yield _told(telling, match, match.end(), end, "was-told", 0.6)


def _told_without_that(telling: Telling) -> Iterator[Indirect]:
    """Reads "I'd been told the doctors were keen" and "who was alleged to have"."""
    for match in _matches(telling, _TOLD_BARE):
        if not _MODAL.search(telling.before(match.start(), 20)):
            end = clause_end(telling.text, match.end(), telling.end)
            yield _told(telling, match, match.end(), end, "was-told", 0.55)
    for match in _matches(telling, _TOLD_TO):
        if _WHO.search(telling.before(match.start(), 8)):
            end = phrase_end(telling.text, match.end(), telling.end)
            yield _told(telling, match, match.end(), end, "was-told", 0.5)


def _said_aside(telling: Telling) -> Iterator[Indirect]:
    """Reads "The last three, it was put to us, had failed": as of asides, what follows is the content."""
    for match in _matches(telling, _PUT_ASIDE):
        if match["be"] not in {"is", "are"}:
            yield _told(
                telling,
                match,
                match.end(),
                clause_end(telling.text, match.end(), telling.end),
                "said-between",
                0.5,
            )


def _resolved(telling: Telling) -> Iterator[Indirect]:
    for match in _matches(telling, _RESOLVED):
        speaker = _sitting(telling, match.start())
        cue = Cue(speaker, match["verb"], "past", match.start(), match.end(), "resolved", 0.7)
        for start, stop in _points(telling.text, match.end(), telling.end):
            yield Indirect(start, clause_end(telling.text, start, stop), cue, start, start)


def _resolved_in_points(telling: Telling) -> Iterator[Indirect]:
    """Reads a numbered paragraph of a resolution: "RESOLVED:" and below it "(1) That", "(2) That"."""
    text, opening = telling.text, _NUMBERED.match(telling.text, telling.start, telling.end)
    if opening is None:
        return
    above = text[max(0, telling.start - _LONGEST_RESOLUTION) : telling.start].rstrip().split("\n\n")
    while len(above) > 1 and _NUMBERED.match(above[-1]):
        above.pop()
    head = _HEADS_POINTS.search(above[-1])
    if head is None:
        return
    speaker = _sitting(telling, telling.start)
    cue = Cue(speaker, head["verb"], "past", telling.start, opening.end(), "resolved", 0.65)
    end = clause_end(text, opening.end(), telling.end)
    yield Indirect(opening.end(), end, cue, opening.end(), telling.start)


def _points(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Returns the numbered points of a resolution: "(1) That A; and (2) That B"."""
    for match in _POINT.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _sitting(telling: Telling, at: int) -> Speaker | None:
    """Returns the body whose minutes these are: the one they name at their head, else the last one named."""
    for low, high in ((0, _HEAD), (max(0, at - _BODY_REACH), at)):
        near = telling.frame.speakers_within(low, min(high, at))
        bodies = [s for s in near if s.type == "organisation" and s.name and _BODY.search(s.name)]
        sitting = [
            s for s in bodies if low or _MINUTES_OF.search(telling.text, max(0, s.start - 60), s.start)
        ]
        narrow = [s for s in sitting if _SITS.search(s.name or "")]
        if sitting:
            return (narrow or sitting)[0 if not low else -1]
    return None


def _told(
    telling: Telling, match: re.Match[str], start: int, end: int, rule: str, certainty: float
) -> Indirect:
    tense: Tense = "present" if match["be"] in {"is", "are"} else "past"
    begins = match.start("be") if match["be"] else match.start()
    words = telling.text[begins : match.end("verb")] + (" that" if "that" in match[0][-7:] else "")
    cue = Cue(_by(telling, match), words, tense, match.start(), match.end(), rule, certainty)
    return Indirect(start, end, cue, match.start("verb"), min(match.start(), start))


def _by(telling: Telling, match: re.Match[str]) -> Speaker | None:
    if not match["by"]:
        return None
    start, end = match.span("by")
    inside = [s for s in telling.frame.speakers_within(start, end) if s.end <= end]
    named = next((s for s in inside if s.name or s.rule == "office"), None)
    if named is not None and not _SOME.search(telling.text, start, named.start):
        return named
    return Speaker(start, end, None, "anonymous", "by-people", 0.6)
