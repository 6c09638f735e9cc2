"""Just enough grammar for indirect speech: finite verbs, where a reported clause begins and where it ends."""

from __future__ import annotations

import re

from policytext.extract.indirect.reporting import any_of, lists
from policytext.extract.quotations import BLANK

FINITE = rf"(?:{any_of(lists()['auxiliaries'])}|{any_of(lists()['finite'])}|\w{{2,6}}n[’']t)"
"""Words that are finite verbs wherever they stand; most others cannot be told from nouns."""
_HEAD_WORDS = (
    rf"(?:{any_of(lists()['clause_openers'])}|[A-Z][\w’'-]+|[a-z]{{3,}}ing|[a-z]{{3,}}s|£?\d[\d,.]*)"
)
_ANY_WORD = rf"(?!(?:{any_of(lists()['no_openers'])})\b)[a-z]{{3,15}}"
_INSIDE = rf"(?:(?!(?:that|who|which)\b)[^\s.;:,()\"“”{BLANK}]+ ){{0,8}}?"
BARE = re.compile(
    r" (?:(?:strongly|generally|also|still|perhaps|often) )?(?!(?:above|below|here|elsewhere|"
    r"earlier)\b)(?!it [a-z]+ (?:to|that)\b)"
    r"(?!(?:an?|last|this|that|next|some|one|two|three|many|several|few) (?:[a-z]+ )?(?:moments?|"
    r"minutes?|days?|weeks?|months?|"
    r"years?|decades?|time|nights?|mornings?|evenings?)\b)"
    rf"(?=(?:they|he|she|we|there|I|you|it)(?:[’'](?:d|ve|re|ll|s|m))? [\w’']+|(?:{_HEAD_WORDS}|"
    rf"{_ANY_WORD}) {_INSIDE}{FINITE}\b)"
)
"""Opens a clause without "that": something that a clause begins with, and a finite verb not far on."""

_CLOSE = re.compile(r"(?:[.?!;:,…]?[”\"’'*_\])\s]*(?:(?<=[^\d][.,?!;:”\"’'*_)])\d{1,3})?[\s.?!;:,*_”\"]*)$")
_REFERS = r"(?:[Ss]ee|[Ii]bid|pp?|paras?|cols?|QQ?\d*|Ev|Cmn?d?|HC|HL|Fig|Figure|Table|Annex|[Aa]ppendix)"
_BRACKETED = re.compile(
    rf"\s*[(\[](?=[^()\[\]]*(?:\b(?:1[89]|20)\d\d[a-z]?\b|\b{_REFERS}\b))[^()\[\]]{{1,120}}[)\]]$"
)
_NOUNS_HEAD = (
    r"(?:the|a|an|its|his|her|their|our|my|two|three|some|many|most|several|[A-Z][\w’'-]+)(?: [\w’'-]+){0,5}?"
)
_NEW_SUBJECT = rf"(?:he|she|it|they|we|I|this|that|there|these|those|{_NOUNS_HEAD})"
_ADDED = (
    r"(?:but(?! (?:no|not|only|rather|with|without|never)\b)|although|though|"
    r"(?:whereas|while)(?! [^,.;]{0,60}\b(?:should|would|had)\b)|yet|not least|even though|despite the fact)"
)
_COMMENTED = (
    r", (?:an?|the|one|two|all) (?:[a-z-]+ )?(?:recommendation|proposal|view|verdict|claim|charge|"
    r"figure|phrase|suggestion|"
    r"finding|promise|pledge|warning|demand|plea|conclusion|prediction|estimate|step|move|decision|idea|"
    r"position|measure|fact|change|sentiment|theme|criticism|point|conviction|complaint|remark|judgement|"
    r"judgment|ambition|aspiration|hope|belief) (?:which|that|who|he|she|it|they|in which|with which|"
    r"shared|echoed|repeated|taken|"
    r"made|since|later|still|not)\b"
)
"""What a reporter says of what he has reported."""
_CUT_CLAUSE = re.compile(
    r";(?! (?:and |but )?(?:also )?that\b)|"
    rf"{_COMMENTED}|, (?:the|its|his|her|their|both|each|all) (?:[\w’'-]+ ){{0,4}}?(?:being|having)\b|"
    rf",\d{{0,2}} and (?!that\b){_NEW_SUBJECT} (?:[a-z]{{2,12}}ly |also |now "
    rf")?(?:{any_of(lists()['new_report'])})\b|"
    r", and (?:he|she|I|we) (?!(?:was|were|had|would|could|should|might)\b)[a-z]+|"
    r", and it (?!was|is|has)[a-z]+s\b|"
    rf", {_ADDED}\b|, (?:so|and|which) (?:as yet|we|I|it was|this|these|so)\b|"
    r" and (?:puts|says|adds|wants|hopes|calls|points|warns|argues|believes|thinks|blames|urges|asks|fears|"
    r"insists|has (?:called|said|warned|urged|argued|asked|promised)) (?:the|that|for|to|it|on|this|an?|"
    r"out)\b|"
    r", and (?:has|have|had) (?:\w+ly |also |now |since )?(?:started|begun|become|set|taken|asked|called)\b"
)
_LASTING = (
    r"for (?:over|more than|nearly|almost|some|about|the (?:last|past)) [\w-]+(?: [\w-]+)? (?:years|decades)"
)
_CUT_PHRASE = re.compile(
    rf"{_COMMENTED}|, (?:for|in|of|after|upon|under|with|to) (?:which|whom)\b|"
    r"(?: \([^()]{1,60}\))?, (?:for|in|of|after) which\b|"
    r",? and (?:then |also |later )?(?:[a-z]{3,}ed|made|gave|took|put|set|left|went|sent|found|led|"
    r"held) (?:the|an?|its|his|her|their|this|those|"
    r"it|them|him|us|that|[a-z]+ services)\b|"
    r"[;:]|, (?:and|but|so|while|whereas|although|though|as|yet|which tells|which is why)\b|,? which "
    r"(?:we|I)\b|"
    r" (?:and|but) (?:aims?|wants?|wanted|seeks?|is|are|was|were|has|have|had|will|would|said|asked|"
    r"told|called|"
    rf"he|she|they|it|I|we)\b|,? {_LASTING}\b|\. |(?: [–—-] | ?— ?)(?:a |an |which |although |but |and )"
)
_MAIN = re.compile(
    r", (?!(?:and|or|which|who|whom|whose|where|including|particularly|especially|such as|not|for example|"
    r"i\.e\.|e\.g\.)\b)"
)
_PREDICATE = re.compile(
    rf" (?:(?:also|then|now|therefore|still|however) )?(?:{FINITE}|[a-z]{{3,}}ed|arose|grew|rose)\b"
)
_DEPENDENT = re.compile(
    r"\b(?:and|or|which|who|that|to|not|be|been|will|would|can|could|may|might|shall|should|must|did|"
    r"does|do)$"
)
_MAIN_VERB = re.compile(
    rf" (?:(?:{any_of(lists()['main_verbs'])})\b|"
    r"[a-z]{3,}ed (?:the|an?|many|everyone|its|his|her|their|us|them)\b)"
)
_SUBORDINATE = re.compile(
    r"\W*(?:(?:And|But|Yet) )?(?:[Ww]hile|[Ww]hilst|[Aa]lthough|[Tt]hough|[Ww]hereas|[Ss]ince|[Gg]iven that|"
    r"[Bb]ecause|[Ww]hen|[Aa]s) [^,.;:]{0,60}"
)
_LEAST_INSIDE = 12


def clause_end(text: str, start: int, end: int, *, subordinate: bool = False, whole: bool = False) -> int:
    """Returns where the reported clause that begins at ``start`` ends, at most at ``end``.

    A clause that goes on in the tense of the report ("and the staff had been moved") is still reported. It
    ends before what its reporter adds to it (", but", ", although", ", which we welcome"); where the
    reporting clause is subordinate ("While the survey showed that X, the difference was small") before the
    main clause.
    ``whole`` keeps what follows a semicolon.
    """
    cut = _CUT_CLAUSE.search(text, min(end, start + _LEAST_INSIDE), end)
    while whole and cut is not None and cut[0] == ";":
        cut = _CUT_CLAUSE.search(text, cut.end(), end)
    return _before_main(text, start, cut.start() if cut else end, subordinate=subordinate)


def phrase_end(text: str, start: int, end: int, *, subordinate: bool = False) -> int:
    """Returns where the noun phrase that begins at ``start`` ends: before another clause or predicate."""
    cut = _CUT_PHRASE.search(text, min(end, start + 4), end)
    return _before_main(text, start, cut.start() if cut else end, subordinate=subordinate)


def _before_main(text: str, start: int, stop: int, *, subordinate: bool) -> int:
    main = _MAIN.search(text, min(stop, start + _LEAST_INSIDE), stop) if subordinate else None
    return trimmed(text, start, main.start() if main else stop)


def is_subordinate(text: str, start: int, at: int) -> bool:
    """Tells whether the clause at ``at`` is a subordinate one that opens the sentence from ``start``."""
    return at - start <= 90 and _SUBORDINATE.fullmatch(text, start, at) is not None


def inner_end(text: str, start: int, end: int) -> int:
    """Returns where a clause ends that stands inside the subject of its sentence, before the main predicate.

    "Concerns that the scheme may fail have grown": the second finite verb is the sentence's own.
    """
    first = _PREDICATE.search(text, start, end)
    second = _PREDICATE.search(text, first.end(), end) if first else None
    while second is not None and _DEPENDENT.search(text, max(start, second.start() - 12), second.start()):
        second = _PREDICATE.search(text, second.end(), end)
    stop = second.start() if second else end
    return trimmed(text, start, min(stop, clause_end(text, start, end)))


def before_predicate(text: str, start: int, end: int) -> int:
    """Returns where a noun phrase ends that is subject: before the verb of its sentence."""
    verb = _MAIN_VERB.search(text, start, end)
    return verb.start() if verb else end


def trimmed(text: str, start: int, end: int) -> int:
    """Returns the end of a span without marks, a note's number and a citation in brackets at its end."""
    for _ in range(2):
        tail = _CLOSE.search(text, max(start, end - 16), end)
        end = tail.start() if tail else end
        if text[end : end + 1] == ")" and "(" in text[max(start, end - 120) : end]:
            end += 1
        bracket = _BRACKETED.search(text, max(start, end - 130), end)
        if bracket is None:
            break
        end = bracket.start()
    return end
