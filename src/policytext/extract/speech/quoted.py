"""Direct speech: each quotation and the cue that hands over to its speaker.

The sieves are tried in this order, the precise ones first: a quotation that goes on from the paragraph
before; a verb right before; a signature below or behind; a view, an agent or a colon before; a verb behind;
the saying that was interrupted; whoever was speaking or in focus before. Quotation marks round a term, a
title or a turn of phrase make no statement: the looser the cue, the more words it takes. A whole sentence in
quotation marks is a statement even where nobody can be found who made it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policytext.extract.quotations import Quotation
from policytext.extract.speech.attribution import Cue, Frame, cue_before, cue_behind
from policytext.extract.speech.clefts import verb_inside
from policytext.extract.speech.dating import UNDATED
from policytext.extract.speech.floating import floating_cue, stands_alone
from policytext.extract.speech.said import WORD, Reading, Said
from policytext.extract.speech.signed import signature
from policytext.spans import Span
from policytext.text.sentences import sentences

_NAMING = re.compile(
    r"\b(?:entitled|titled|dubbed|labelled|known as|so-called|so called|"
    r"the (?:terms?|words?|phrases?|expressions?|labels?|names?|slogans?|mottos?)|headed|slogan|motto|"
    r"nickname(?:d)?|under the (?:title|heading)|concepts? of|notions? of|seen as|rated|known)\s*[:,]?\s*$",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\b(?:called|termed|calls|terms)\s*[:,]?\s*$", re.IGNORECASE)
_BY_SOMEBODY = re.compile(
    r"\b(?:what|which|as|that)\b (?!(?:is|was|are|were|has|have|had|came|might|may|could|can|"
    r"would)\b)[^.;:]{2,70}$",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"[*_]{0,3} ?\((?:the )?[“‘'\"]?[A-Z]{2,8}s?[”’'\"]?\)")
"""What an abbreviation in brackets follows is a term: “joint strategic needs assessment” (JSNA)."""
_JUDGING = re.compile(
    r"(?:call|describ|dismiss|brand|denounc|condemn|dub|label|hail|term|characteri[sz]|prais|criticis)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b(?:an?|the|its|their|his|her|of|this)\s*[*_]*$", re.IGNORECASE)
_LONG = 12
"""A quotation of so many words, a sentence by its look, is a statement without a cue."""
_LEAST = {
    "name-verb": 2,
    "name-calls": 2,
    "name-verb-object": 2,
    "name-verb-clause": 3,
    "name-verb-colon": 2,
    "name-verb-again": 4,
    "name-verb-far": 4,
    "verb-name": 2,
    "name-verb-behind": 2,
    "in-view": 2,
    "noun-of-saying": 2,
    "agent-as": 2,
    "verb-quoted": 3,
    "cleft": 2,
    "quoted-by": 2,
    "same-saying": 4,
    "subject-colon": 5,
    "signed-in-brackets": 5,
}
"""How many words make a statement after each cue, where the content is no sentence; 3 after the others."""
_WHOLE = {
    "name-verb-colon": 1,
    "same-saying": 1,
    "same-speaker": 1,
    "noun-of-saying": 1,
    "name-verb": 1,
    "verb-name": 1,
    "name-verb-behind": 1,
    "signed": 2,
}
"""The same where the content ends like a sentence."""
_MIGHT_SAY = re.compile(
    r"\b(?:(?:could|would|might|should) have (?:said|told|asked)|saying|say|asking|ask|telling|tell|think|"
    r"thinking|claiming|claim|shout|shouting|writing|write|"
    r"adding)"
    r"(?: (?:to|that|him|her|them|us|me|you))*$"
)
"""Before a quotation without a speaker, these tell what somebody might say: "people will say"."""
_AMENDING = re.compile(
    r"\b(?:insert|substitute|leave out|add|clause|schedule|amendment|paragraph|lines?)\b", re.IGNORECASE
)
"""What an amendment puts in is nobody's speech."""
_LOST_WEIGHT = 0.6
_REACH = 1_500
"""So many characters of a sentence are read before a quotation, however long the sentence."""
_TERM = 3
_BEFORE_TERM = re.compile(
    r"\b(?:an?|the|its|their|his|her|this|these|such|our|any|more|into|between|with)\s*[*_]*$", re.IGNORECASE
)
_MANY = frozenset({"people", "some"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A quotation where it stands: its paragraph with that paragraph's sentences, the paragraph before."""

    quotation: Quotation
    sentence: int
    paragraph: Span
    before: Span | None
    after: int


def find_quoted(reading: Reading, paragraphs: Sequence[Span], quotations: Sequence[Quotation]) -> list[Said]:
    """Returns the quotations that are statements, in reading order.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order.
        quotations: the quotations in them, in order.
    """
    found: list[Said] = []
    index, before = 0, None
    pending: Quotation | None = None  # the last statement's quotation, where it goes on in the next paragraph
    for number, paragraph in enumerate(paragraphs):
        starts = [s.start for s in sentences(reading.frame.text, paragraph.start, paragraph.end)]
        after = paragraphs[number + 1].end if number + 1 < len(paragraphs) else paragraph.end
        position, here = 0, len(found)
        while index < len(quotations) and quotations[index].opening < paragraph.end:
            quotation = quotations[index]
            index += 1
            while position + 1 < len(starts) and starts[position + 1] <= quotation.opening:
                position += 1
            sentence = max(starts[position] if starts else paragraph.start, quotation.opening - _REACH)
            place = _Place(quotation, sentence, paragraph, before, after)
            said = _continued(quotation, pending, found) or _attributed(
                reading, place, found[-1] if len(found) > here else None, found[-1] if found else None
            )
            pending = quotation if said is not None and quotation.continues else None
            if said is not None:
                found.append(said)
        before = paragraph
    return found


def _continued(quotation: Quotation, pending: Quotation | None, found: Sequence[Said]) -> Said | None:
    """Returns the next paragraph of a quotation that goes on."""
    if pending is None:
        return None
    return replace(found[-1], start=quotation.start, end=quotation.end, rule="next-paragraph")


def _attributed(reading: Reading, place: _Place, last: Said | None, latest: Said | None) -> Said | None:
    """Returns the statement that a quotation is, None where it is none.

    ``last`` is the statement before it in the paragraph, ``latest`` the one before it anywhere.
    """
    frame, quotation = reading.frame, place.quotation
    content = reading.text[quotation.start : quotation.end]
    size = len(WORD.findall(content[:4000]))
    if not size or not re.search(r"[a-z]", content):
        return None
    naming = _is_naming(frame, quotation, place.sentence)
    cue, begins = (None, place.sentence) if naming else _cue(frame, place, content[-1])
    dated = reading.dated(cue, begins, quotation.closing) if cue else UNDATED
    if cue is None and last is not None and not naming and _goes_on(frame, last, quotation):
        cue = replace(last.cue, rule="same-saying", certainty=last.cue.certainty * 0.9)
        begins, dated = last.sentence, last.dated
    elif cue and last and dated.date is None and last.cue.speaker == cue.speaker:
        dated = last.dated  # "...", says X, who then noted that "..."
    whole = _is_sentence(content) or _ends_behind(frame, quotation, content, size)
    if cue is None and not naming and not quotation.lost and whole:
        cue = _floating(frame, place, latest)
        if cue is not None:
            again = latest is not None and latest.cue.speaker == cue.speaker
            dated = latest.dated if latest and again else reading.dated(cue, cue.start, quotation.closing)
    if cue is not None and _is_said(frame, quotation, content, size, cue):
        certainty = cue.certainty * (_LOST_WEIGHT if quotation.lost else 1.0)
        return Said(quotation.start, quotation.end, "direct", cue, begins, dated, cue.rule, certainty)
    return None if naming or quotation.lost else _by_nobody(reading, quotation, content, size, begins)


def _is_naming(frame: Frame, quotation: Quotation, sentence: int) -> bool:
    """Tells whether what stands before a quotation makes it a name, a term or a title."""
    before = frame.text[max(sentence, quotation.opening - 120) : quotation.opening].rstrip(" *_")
    if _NAMING.search(before[-60:]) or _ABBREVIATED.match(frame.text, quotation.closing):
        return True
    called = _CALLED.search(before)
    return called is not None and _BY_SOMEBODY.search(before[: called.start()]) is None


def _by_nobody(reading: Reading, quotation: Quotation, content: str, size: int, begins: int) -> Said | None:
    """Returns a whole sentence in quotation marks whose speaker nobody names."""
    if size < _LONG or not _is_sentence(content) or content[0] in "([":
        return None
    before = reading.frame.text[max(begins, quotation.opening - 40) : quotation.opening].rstrip(" *_,:")
    if _MIGHT_SAY.search(before) or _AMENDING.search(before):
        return None
    nobody = Cue(None, "", None, quotation.opening, quotation.opening, "quoted-sentence", 0.4)
    dated = reading.dated(nobody, begins, quotation.closing)
    return Said(quotation.start, quotation.end, "direct", nobody, begins, dated, nobody.rule, 0.4)


def _is_sentence(content: str) -> bool:
    return content[-1] in ".?!…" and (content[0].isupper() or content[0] in ".…[(")


def _ends_behind(frame: Frame, quotation: Quotation, content: str, size: int) -> bool:
    """Tells a sentence whose stop stands behind its mark: ‘Nobody has the nerve’."""
    return (
        content[0].isupper()
        and size >= _CLAUSE
        and frame.text[quotation.closing : quotation.closing + 1] == "."
    )


_CLAUSE = 5


def _cue(frame: Frame, place: _Place, last: str) -> tuple[Cue | None, int]:
    """Returns the cue of a quotation that ends with a character, and where the cue's sentence begins."""
    quotation, sentence, before = place.quotation, place.sentence, place.before
    behind = cue_behind(frame, quotation.closing, ended=last in ".…")
    if behind is not None and last == ",":
        return behind, sentence  # a comma quoted belongs to the saying that follows
    cue = verb_inside(frame, sentence, quotation.opening, _first_word(frame, quotation)) or cue_before(
        frame, sentence, quotation.opening
    )
    if cue is not None and cue.rule in {"name-verb", "name-verb-colon", "name-colon"}:
        return cue, sentence
    left = frame.text[sentence : quotation.opening]
    if cue is None and before is not None and not left.strip(" *_>") and _hands_over(frame, before, sentence):
        begins = _last_sentence(frame, before)
        handed = cue_before(frame, begins, before.end)
        if handed is not None:
            return handed, begins
    signed = signature(frame, quotation.closing, place.after) if not left.strip(" *_>\ufffc“‘\"'.") else None
    return signed or cue or behind, sentence


def _first_word(frame: Frame, quotation: Quotation) -> str:
    first = WORD.match(frame.source, quotation.start)
    return first[0] if first else ""


def _floating(frame: Frame, place: _Place, latest: Said | None) -> Cue | None:
    if not stands_alone(frame, place.quotation, place.sentence, place.paragraph.end):
        return None
    return floating_cue(frame, place.quotation, place.sentence, place.paragraph, place.before, latest)


def _hands_over(frame: Frame, before: Span, opening: int) -> bool:
    """Tells whether a paragraph ends by introducing the next."""
    left = frame.text[max(before.start, before.end - 20) : before.end].rstrip(" *_\n-–—")[-1:]
    return left in {":", ","} and len(frame.text[before.end : opening].strip(" *_>\n")) == 0


def _last_sentence(frame: Frame, paragraph: Span) -> int:
    low = max(paragraph.start, paragraph.end - 1_000)
    found = sentences(frame.text, low, paragraph.end)
    return found[-1].start if found else low


def _goes_on(frame: Frame, last: Said, quotation: Quotation) -> bool:
    """Tells whether a quotation goes on with the one before: “...,” said X. “...”; “...” and “...”."""
    between = frame.text[last.end : quotation.opening]
    if len(between) > 120 or "\n\n" in between:
        return False
    if last.cue.start >= last.end and last.cue.end <= quotation.opening:
        return (
            re.fullmatch(r"[^.;:]{0,80}[.,:;]?\s*", frame.text[last.cue.end : quotation.opening]) is not None
        )
    return not re.search(r"[.?!]\s", between[1:]) and not frame.verbs_within(last.end, quotation.opening)


def _is_said(frame: Frame, quotation: Quotation, content: str, size: int, cue: Cue) -> bool:
    """Tells speech from terms and titles: the looser the cue, the more words it takes."""
    if content[0] in ";,":
        return False  # an amendment, or half of something
    if size <= _TERM and _opens_clause(frame, quotation):
        return False
    behind = content[-1] == "," and cue.rule in {"verb-name", "name-verb-behind"}
    if behind or (content[-1] in ".?!…" and size >= _WHOLE.get(cue.rule, 3)):
        return True
    if size == 1:
        return _judges(frame, quotation, cue)
    return not _is_title(content) and _is_long_enough(frame, quotation, size, cue)


_THAT = re.compile(r"\bthat [“‘\"'*_]*$")


def _opens_clause(frame: Frame, quotation: Quotation) -> bool:
    """Tells a term that is the subject of what is reported: he said that “care” meant nothing."""
    goes_on = re.match(r" [a-z]{2,}", frame.text[quotation.closing : quotation.closing + 12])
    before = frame.text[max(0, quotation.opening - 12) : quotation.opening]
    return goes_on is not None and _THAT.search(before) is not None


def _is_long_enough(frame: Frame, quotation: Quotation, size: int, cue: Cue) -> bool:
    before = frame.text[max(0, quotation.opening - 12) : quotation.opening]
    loose_verb = cue.rule in {"name-verb-object", "name-verb-clause", "name-verb-far", "name-verb-again"}
    if loose_verb and size <= _TERM and _BEFORE_TERM.search(before) and not _JUDGING.match(cue.words):
        return False  # "that the 'graph of doom' was wrong" has a term in it
    loose = cue.speaker is not None and cue.speaker.rule in _MANY and cue.rule == "name-verb-clause"
    return size >= _LEAST.get(cue.rule, 3) + loose


def _judges(frame: Frame, quotation: Quotation, cue: Cue) -> bool:
    """Tells a verdict of one word ("calls it 'hysterical'") from a term ("use it as a 'host'")."""
    named = cue.speaker is not None and cue.speaker.rule not in _MANY
    before = frame.text[max(0, quotation.opening - 12) : quotation.opening]
    direct = cue.rule in {"name-verb", "name-verb-object", "name-calls"} and _JUDGING.match(cue.words)
    return bool(named and direct and quotation.opening - cue.end <= 1 and not _ARTICLE.search(before))


def _is_title(content: str) -> bool:
    """Tells a title by its capitals: its main words have them."""
    main = [w for w in WORD.findall(content[:400]) if len(w) > 3]
    return len(main) >= 2 and sum(w[0].isupper() for w in main) > 0.7 * len(main)
