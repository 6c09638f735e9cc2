"""Turns of a debate, hearing or interview: paragraphs that open with their speaker's name and a colon.

Read are "Mr. X (Place, North):", "The Minister of Health (Mr. X):", "Q14 Chair:", "Jane X:", "MRS X:",
"Interviewer:", "AB:", "Q." and "A.". A title or a known office is believed where it stands twice; other
labels only where they come back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policytext.extract.speakers.finding import Speaker
from policytext.extract.speakers.mentions import name_word
from policytext.extract.speech.frame import Cue, Frame
from policytext.extract.speech.said import WORD, Reading, Said
from policytext.spans import Span

_TITLES = (
    r"Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Baroness|Viscount|Earl|Professor|Prof|Alderman|Ald|Councillor|"
    r"Cllr|"
    r"Rt\.? Hon|The Rt\.? Hon|Rev|Colonel|Col|Captain|Sister|Bishop|Madam"
)
_LABEL = re.compile(
    r"[>*_\s]{0,6}(?P<number>§ ?|(?:Q\.? ?)?\d{1,4}[.)]? {1,3})?"
    r"(?:(?P<label>[A-Z][^:\n]{0,130}(?:\n(?=\S)[^:\n]{0,70})?):[-–—]{0,2}[*_]{0,3}\s{1,3}|(?P<letter>[QA])\.\s{1,3})(?=\S)"
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,90}[)\]]")
_TITLED = re.compile(rf"(?:The )?(?i:{_TITLES})\b\.?(?: (?:[A-Z][\w.’'&-]*|of|de|la|von|van|the)){{1,7}}")
_OFFICE = re.compile(
    r"(?:(?:The )?(?:(?:Acting |Temporary |Deputy |Vice-)?(?:Chair(?:man|woman|person)?|Clerk|President|"
    r"Speaker|Convener|"
    r"Moderator|Facilitator|Coroner|Presiding Officer|Lord Chancellor|Mayor|Witness(?:es)?))"
    r"|(?:The )?(?:[A-Z][\w-]+[ -]){0,5}(?:Minister|Secretary|Chancellor|Solicitor|"
    r"Attorney)(?:[ -][A-Za-z]+){0,9}"
    r"|(?:An |Several |Some |Noble |Many )*(?:Right )?[Hh]on(?:\.|ourable)? (?:Members?|Lords?)|"
    r"Noble Lords?|Members?)"
)
_PRESIDING = re.compile(
    r"(?:Mr\.?|Mrs\.?|Madam|My Lord) (?:Deputy |Acting )?(?:Speaker|Chairman|President|Moderator)"
)
_NOBODY = re.compile(
    r"(?:Interviewer|Interviewee|Respondent|Participant|Informant|Questioner|Audience(?: member)?|"
    r"Question|Answer|"
    r"Voice|Int|Q|A|R|I|INTERVIEWER|INTERVIEWEE|RESPONDENT)(?: ?\d{1,3})?"
)
_ANSWERS = frozenset({"a", "answer", "interviewee", "respondent", "r", "informant"})
_INITIALS = re.compile(r"[A-Z]{2,3}")
_PLAIN = re.compile(r"[A-Z][\w.'’-]{0,24}(?: (?:[A-Z][\w.'’-]{0,24}|de|la|von|van)){1,3}")
_LONE = re.compile(r"[A-Z][A-Za-z'’-]{2,24}")
_PROCEDURE = re.compile(
    r"[\s*_]*(?:[(\[][^()\[\]]{0,200}[)\]]\.?$|Question (?:put|again|proposed|accordingly)|"
    r"Amendment (?:proposed|made|"
    r"negatived|agreed|by leave)|Bill (?:read|accordingly)|Motion (?:made|by leave)|Resolved|Ordered|"
    r"Adjourned|"
    r"The (?:House|Committee) (?:divided|adjourned|proceeded)|Division|AYES|NOES|Ayes|Noes|Column \d|"
    r"\d{1,2}[.:]\d\d ?(?:[ap]\.?m|noon)|Witness(?:es)?[:,]|Examination of|Members present|"
    r"Motions?\b.{0,40}agreed|"
    r"Clause \d+ ordered|It being)"
)
_END = re.compile(
    r"[\s*_]*(?:Question put|Adjourned|Witness|Examination of|Members present|The House divided|It being)"
)
_STAGE = re.compile(
    r"[\s*_]*(?:(?:[A-Z][\w.’'-]*|of|de|the|rose|and) ){0,9}(?:\([^()\n]{2,50}\) ?)?"
    r"(?:rose|indicated (?:assent|dissent)|nodded|assented|dissented|(?:was|were) (?:called|ordered)|"
    r"sat down|withdrew|left the Chamber)\s?(?:[-–—]{1,2}|\.)?[\s*_]*$"
)
"""What somebody does and does not say: "Mr. Hall (Fenby) rose--"."""
_NOTE = re.compile(r"[\s*_]*(?:\[(?:\*|†|\d{1,3})\]|[†‡]) ?\S")
_CRIED = re.compile(
    r"\s*[*_]{0,2}[\[(][*_]{0,2}(?:(?:An |Several |Some )?(?i:hon\.? members?|noble lords|members|voices)\b"
    r"[^\[\]]{0,120}|"
    r"(?:Laughter|Interruption|Applause|Cheers|Pause)\.?)[*_]{0,2}[\])][*_.]{0,3}$"
)
"""Whom others interrupt: [HON. MEMBERS: "Oh!"] ends what one says, and so, at its end, does [Laughter.]."""
_LEAST_TURNS = 2
"""One name before a colon is a caption or a list; a debate has at least two turns."""
_NUMBER = re.compile(r"[\s*_–—-]*\d{1,4}[\s*_–—-]*")
_LEAST_WORDS = 1
_SURE_OF_MORE = 0.8
"""How sure a turn of several paragraphs is at most."""
_LEAST_GOING_ON = 8
"""A paragraph without a name that does not end like a sentence needs so many words to go on with a turn."""


@dataclass(frozen=True, slots=True)
class _Opening:
    """The label that opens a paragraph; ``kind`` is titled, office, plain, lone, initials or nobody."""

    label: str
    kind: str
    start: int
    stop: int
    content: int


def find_turns(reading: Reading, paragraphs: Sequence[Span]) -> list[Said]:
    """Returns the turns of a debate in reading order; none where the text is no debate.

    A turn is what one says until another speaks, cries out or does something: its paragraphs are one
    statement, less sure where there are several. A turn is dated by its meeting, else by the report.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order.
    """
    openings = _accepted([_opening(reading.text, p) for p in paragraphs])
    if sum(o is not None for o in openings) < _LEAST_TURNS:
        return []
    talk = all(o.kind in {"plain", "initials", "nobody", "lone"} for o in openings if o)
    last = max(n for n, o in enumerate(openings) if o)
    by_initials = _initials(reading.frame)
    found: list[Said] = []
    current: Cue | None = None
    at, open_turn = 0, False
    for n, (paragraph, opening) in enumerate(zip(paragraphs, openings, strict=True)):
        if opening is not None:
            current = _cue(reading, opening, by_initials)
        elif _ends(reading.text, at, paragraph):
            current = None
        open_turn, at = open_turn and opening is None, paragraph.end
        if current is None or (n > last and talk):
            continue  # what stands below an interview is nobody's answer
        start = opening.content if opening else paragraph.start
        if not _holds_speech(reading.text, start, paragraph.end, goes_on=opening is None):
            open_turn = open_turn and _NUMBER.fullmatch(reading.text, start, paragraph.end) is not None
            continue
        end, cried = _heard(reading.text, start, paragraph.end)
        if open_turn:
            certainty = min(found[-1].confidence, _SURE_OF_MORE)
            found[-1] = replace(found[-1], end=end, confidence=certainty)
        else:
            certainty, rule = (0.9, "turn") if opening else (0.6, "turn-goes-on")
            dated = reading.dating.printed(start)
            found.append(Said(start, end, "turn", current, current.start, dated, rule, certainty))
        open_turn = not cried
    return found


def _ends(text: str, at: int, paragraph: Span) -> bool:
    """Tells whether a sitting ends before a paragraph or with it, or notes begin."""
    if _END.match(text, paragraph.start, paragraph.end) or _NOTE.match(text, paragraph.start, paragraph.end):
        return True
    between = text[max(at, paragraph.start - 400) : paragraph.start]
    return any(_END.match(line) for line in between.split("\n") if line)


def _heard(text: str, start: int, end: int) -> tuple[int, bool]:
    """Returns where a speaker's own words end in a paragraph, and whether others cried out there."""
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    cried = _CRIED.search(text, max(start, end - 160), end)
    if cried is None or cried.start() <= start:
        return end, False
    return cried.start(), ":" in cried[0]


def _holds_speech(text: str, start: int, end: int, *, goes_on: bool) -> bool:
    """Tells speech from procedure, stage directions and stray headings."""
    if _PROCEDURE.match(text, start, end) or (goes_on and _STAGE.match(text, start, min(end, start + 200))):
        return False
    size = len(WORD.findall(text, start, min(end, start + 400)))
    if not goes_on:
        return size >= _LEAST_WORDS
    return size >= _LEAST_GOING_ON or (
        size > _LEAST_WORDS and text[start:end].rstrip(' *_”"’)')[-1:] in {".", "?", "!"}
    )


def _opening(text: str, paragraph: Span) -> _Opening | None:
    match = _LABEL.match(text, paragraph.start, min(paragraph.end, paragraph.start + 170))
    if match is None or text[match.end()] in "“‘\"'":  # a quotation behind a name has its own marks
        return None
    group = "label" if match["label"] else "letter"
    label = " ".join(_BRACKETS.sub("", match[group]).strip(" *_").split())
    kind = _kind(label, bracketed="(" in match[group])
    if kind is None:
        return None
    return _Opening(label, kind, match.start(group), match.end(group), match.end())


def _kind(label: str, *, bracketed: bool) -> str | None:
    if _TITLED.fullmatch(label) and not _PRESIDING.fullmatch(label):
        return "titled"
    if _NOBODY.fullmatch(label):
        return "nobody"
    if _OFFICE.fullmatch(label) or _PRESIDING.fullmatch(label):
        return "office" if bracketed or len(label.split()) > 1 or label in {"Chair", "Chairman"} else "lone"
    if _INITIALS.fullmatch(label):
        return "initials"
    if _PLAIN.fullmatch(label):
        return "plain" if all(name_word(w) for w in label.split()) else None
    return "lone" if _LONE.fullmatch(label) and name_word(label.capitalize()) else None


def _accepted(openings: Sequence[_Opening | None]) -> list[_Opening | None]:
    """Returns the openings that a debate or interview bears out, None for the others."""
    often = Counter(o.label for o in openings if o)
    kinds = Counter(o.kind for o in openings if o)
    back = {o.label for o in openings if o and often[o.label] >= _LEAST_TURNS}
    sure = kinds["titled"] + kinds["office"] >= _LEAST_TURNS
    pair = (
        len({o.label for o in openings if o and o.kind in {"nobody", "initials", "lone"} and o.label in back})
        > 1
    )
    pair = pair or (len(back) > 1 and kinds["nobody"] > 0)

    def believed(opening: _Opening) -> bool:
        if opening.kind in {"titled", "office"}:
            return sure or bool(back)
        if opening.kind == "plain":
            return opening.label in back or (sure and bool(back))
        if opening.kind == "nobody" and opening.label in {"Q", "A", "Question", "Answer"}:
            return {"Q", "A"} <= often.keys() or {"Question", "Answer"} <= often.keys()
        return opening.label in back and (pair or sure or (opening.kind == "nobody" and len(often) > 1))

    return [o if o is not None and believed(o) else None for o in openings]


def _cue(reading: Reading, opening: _Opening, by_initials: dict[str, str | None]) -> Cue:
    speaker = _speaker(reading, opening, by_initials)
    return Cue(speaker, ":", None, opening.start, opening.content, "turn", 0.9)


def _speaker(reading: Reading, opening: _Opening, by_initials: dict[str, str | None]) -> Speaker:
    """Returns who speaks behind a label: a person named in it, else what the label says."""
    people = [s for s in reading.frame.speakers_within(opening.start, opening.stop) if s.type == "person"]
    named = [s for s in people if s.name]
    if named:
        return named[0]
    start, stop = opening.start, opening.start + len(opening.label)
    if _PRESIDING.fullmatch(opening.label):
        return Speaker(start, stop, opening.label, "person", "presiding", 0.8)
    if opening.kind == "office":
        return people[0] if people else Speaker(start, stop, None, "person", "office", 0.7)
    if opening.kind == "initials":
        name = by_initials.get(opening.label) or opening.label
        return Speaker(start, stop, name, "person", "initials", 0.7)
    if opening.kind == "nobody":
        voice = reading.voices.at(start) if opening.label.split()[0].lower() in _ANSWERS else None
        return Speaker(start, stop, voice, "person" if voice else "anonymous", "label", 0.7)
    shown = opening.label.title() if opening.label.isupper() else opening.label
    return reading.frame.fullest(Speaker(start, stop, shown, "person", "surname", 0.8))


def _initials(frame: Frame) -> dict[str, str | None]:
    """Returns the persons of a document by their initials, None where two share them."""
    found: dict[str, str | None] = {}
    for name in sorted({s.name for s in frame.speakers if s.type == "person" and s.name and " " in s.name}):
        short = "".join(word[0] for word in name.split() if word[0].isupper())
        found[short] = name if short not in found else None
    return found
