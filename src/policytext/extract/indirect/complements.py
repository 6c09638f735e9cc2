"""What a reporting verb takes: where the content of indirect speech begins behind it, and in which form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.extract.indirect.clauses import BARE
from policytext.extract.indirect.reporting import Head, any_of, lists
from policytext.extract.quotations import BLANK

_ADVERB = (
    r"(?: (?:[a-z]+ly|also|again|too|further|however|therefore|indeed|once more|in turn|rather|instead))"
)
_PHRASE = (
    r"(?:,? (?:to|in|at|on|during|from|by|with|before|after|for|as|about|upon|under|back|last|yesterday|"
    r"today|"
    rf"tonight|earlier|later|this|next|only|just|early|late|once|twice|now|then|more than once|time and|"
    r"privately|publicly|here|"
    rf"(?:a|an|one|two|three|four|five|six|ten|some|many|several|few|\d{{1,3}}) "
    r"(?:\w+ )?(?:moments?|minutes?|days?|weeks?|months?|years?|decades?) (?:ago|earlier|later|before))\b"
    rf"(?:(?!,? (?:will|would|has|have|had|is|are|was|were|but)\b)[^.;:(){BLANK}]){{0,70}}?)"
)
_NOT_THAT = (
    r"(?! (?:moment|point|stage|date|rate|price|level|hour|period|place|age|end|effect|extent|direction|"
    r"purpose|sum|"
    r"figure|amount|kind|sort|part|area|side|same|very (?:same|year|day|month)|year|day|month|week|time|"
    r"summer|winter|spring|autumn|"
    r"evening|morning|"
    r"night|afternoon|occasion|June|July)\b)"
)
_BEFORE_THAT = "".join(
    rf"(?<! {word})" for word in ("at", "in", "on", "of", "by", "to", "for", "from", "with", "about")
)
_THAT = re.compile(
    rf"{_ADVERB}?{_PHRASE}?(?: \([^()]{{1,60}}\))?(?:, [^,.;:{BLANK}]{{2,60}},)?"
    rf"(?:,|:| to the effect)?{_BEFORE_THAT} that\b{_NOT_THAT},?(?: ,)? ?"
)
_TOLD = re.compile(rf" (?:[^.;:(){BLANK}]{{2,90}}?)?(?:, [^,.;:]{{2,60}},)? that\b{_NOT_THAT},? ?")
_HEARER = (
    r"(?:me|us|him|her|them|you|people|everyone|everybody|anyone|[A-Z][\w.]+(?: [A-Z]\w+)?|"
    r"(?:the|an?|his|her|its|their|my|our) (?:[\w’'-]+ ){0,2}?[\w’'-]+|[a-z]{4,14}s)"
)
_TOLD_BARE = re.compile(
    rf" {_HEARER} (?=(?:the|a|an|this|that|their|its|his|her|our|my|[A-Z]\w+) [\w’']+|"
    r"(?:they|there|it|he|she|we|you|I)(?:[’'](?:d|ve|re|ll|s|m))? [\w’']+)"
)
_WH = re.compile(
    rf"{_ADVERB}?(?: to (?:us|me|him|her|them|the \w+))? "
    r"(?=(?:how|what|why|whether|where|when|which|who|if)\b)"
)
_TOLD_WH = re.compile(
    rf" {_HEARER}(?: (?:straight out|outright|flatly|[a-z]{{2,12}}ly|again|once|twice))?,? "
    r"(?=(?:how|what|why|whether|where|when|which|who|if)\b)"
)
_NO_VERB = r"(?!(?:the|a|an|his|her|their|its|our|this|that|these|which|whom|me|us|him|them)\b)"
_TO = re.compile(
    rf" (?=to (?!be named|be anonymous|do\b(?! \w)|participate|take part|"
    rf"speak\b){_NO_VERB}[a-z]{{2,}})"
)
_OBJECT_TO = re.compile(
    rf" (?!that |not )(?=(?:(?!to )[^\s.;:(){BLANK}]+ ){{1,12}}?(?:not )?to {_NO_VERB}[a-z]{{2,}})"
)
_TO_SAY = re.compile(
    r" to (?:say|accept|admit|believe|comment|confirm|rule out|concede|discuss|be drawn|"
    r"name|disclose|explain|consider|countenance|give) (?=\S)"
)
_TO_ACT = re.compile(
    r" (?=to (?!be\b|people\b|all\b|those\b|patients\b|the\b)(?:pay|help|meet|send|provide|lend|resign|"
    r"give|make|take|come|find|supply|withdraw|arrange|act|do|share|fund|write|raise|put|let|receive|look|"
    r"consider|review|bring|hold|serve|host|support|open|report|return)\b)"
)
_ING = re.compile(
    r" (?!being (?:told|informed|assured|warned|advised)\b[^.;:]{0,80} that\b)(?=(?:never |not |once "
    r")?(?:having|being|[a-z]{3,12}ing)\b)(?! (?:during|something|"
    r"anything|nothing|everything|building|evening|morning|meeting|ceiling|nursing|housing|training)\b)"
)
_IT_NP = re.compile(r" (?=it (?:an?|the|no|his|her|their|one of|not) [a-z])")
_NP_TO = re.compile(
    rf" (?!(?:it|that|this|them|him|her|me|us|you) )(?=(?:(?!(?:to|at|for|that|and) )"
    rf"[^\s.;:,(){BLANK}]+ ){{1,16}}?(?:to|with) \S)"
)
_NP_AT = re.compile(
    rf" (?! )(?=(?:(?!(?:to|for|that|and) )[^\s.;:,(){BLANK}]+ ){{1,14}}?"
    r"(?:at|as) (?:about |over |under |around |some |nearly |less than |more than |between )?(?:[£$]|\d|half|"
    r"one |two |three |four |five |six |seven |eight |nine |ten |twelve |twenty|thirty|forty|fifty|a "
    r"(?:hundred|"
    r"thousand|quarter|third|million)))"
)
_NP_FOR = re.compile(
    rf" (?!him for|her for|them for)(?=(?:(?!(?:to|at|for|that|and) )[^\s.;:,(){BLANK}]+ ){{1,12}}?for \S)"
)
_NP_OFFER = re.compile(
    r" (?=(?:the|an?|no|his|her|its|their|some) (?:[\w’'-]+ ){0,2}?(?:meeting|apolog(?:y|ies)|assurances?|"
    r"explanations?|observations?|opinions?|excuses?|compromise|interpretations?|undertaking|"
    r"view|comment|comments|condolences|congratulations|resignation|truce|amendment)\b)"
)
_IT = re.compile(r" it (?:\w+ly |very |quite |too |so |rather )?[a-z]{3,14} (?=to |that )(?:that )?")
_NOUN_PHRASE = re.compile(
    r" (?:strongly |clearly |repeatedly |again |also |particularly |especially |instead |only )?"
    rf"(?=(?!(?:{any_of(lists()['no_noun_phrase'])}|Mr|Mrs|Miss|Dr|Sir|Lord|Lady|Dame|Alderman|"
    rf"Councillor|Professor)\b)"
    rf"[A-Za-z‘“'\"{BLANK}])"
)
_AFTER_PREPOSITION = re.compile(
    r" (?=(?!(?:it|him|them|me|us|you)\b|(?:this|that|these|what|which) ?[,.;:])[A-Za-z])"
)
_AS = re.compile(
    rf" (?=(?:(?!(?:as|it|them|him|her|himself|us) )[^\s.;:(){BLANK}]+ ){{1,24}}?"
    r"as (?!(?:a result|well|soon|far|long|to|if)\b))"
)
_OF = re.compile(rf" [^.;:,(){BLANK}]{{2,80}}? of (?=[a-z])")
_ADJECTIVE = re.compile(
    rf" (?!an? (?:little|bit|lot|trifle|shade|touch) )(?=(?:the|a|an|this|that|their|its|his|her|such|it)\b"
    rf"(?: [^\s.,;:(){BLANK}]{{1,20}}){{0,9}} "
    rf"(?:(?:{any_of(lists()['verdicts'])}|too \w+)(?:[.,;:]|$)|(?:nearer|closer|better|worse|more|less|"
    r"higher|lower|hardly|scarcely|quite|rather|very|far too) [\w’'-]+))"
)
_ABSTRACT = re.compile(
    r" (?=(?:(?:the|a|an|no|little|some|considerable|much|many|wide|widespread|serious|great|strong|"
    r"clear|its|their|"
    rf"his|her|that) )*(?:[\w’'-]+ ){{0,4}}?(?:{any_of(lists()['abstract'])})\b|"
    r"the (?:[a-z-]+ )?[a-z]{3,}(?:tion|ment|ance|ence|sion|ness|ity)s? (?:of|in|between) )"
)
_AGREE = re.compile(r" with (?P<who>[^;:()]{2,80}?) that\b,? ?")
_PREPOSITIONS = frozenset({"of", "about", "for", "to", "on", "upon", "against", "question"})


@dataclass(frozen=True, slots=True)
class Content:
    """Where a content begins, whether it is a clause or a noun phrase, by which rule, how sure."""

    start: int
    clause: bool
    rule: str
    certainty: float


@dataclass(frozen=True, slots=True)
class _Complement:
    """A frame of a verb, the pattern up to the content, and what the content is."""

    frame: str
    pattern: re.Pattern[str]
    clause: bool
    rule: str
    certainty: float


_COMPLEMENTS = (
    _Complement("that", _THAT, clause=True, rule="that-clause", certainty=0.75),
    _Complement("told", _TOLD, clause=True, rule="that-clause", certainty=0.75),
    _Complement("told", _TOLD_BARE, clause=True, rule="clause-without-that", certainty=0.6),
    _Complement("told-wh", _TOLD_WH, clause=True, rule="wh-clause", certainty=0.6),
    _Complement("wh", _WH, clause=True, rule="wh-clause", certainty=0.65),
    _Complement("it", _IT, clause=True, rule="found-it", certainty=0.5),
    _Complement("as", _AS, clause=False, rule="as-phrase", certainty=0.6),
    _Complement("object-to", _OBJECT_TO, clause=False, rule="infinitive", certainty=0.6),
    _Complement("to-say", _TO_SAY, clause=False, rule="infinitive", certainty=0.5),
    _Complement("to-act", _TO_ACT, clause=False, rule="infinitive", certainty=0.5),
    _Complement("ing", _ING, clause=False, rule="gerund", certainty=0.5),
    _Complement("it-np", _IT_NP, clause=False, rule="thought-so", certainty=0.5),
    _Complement("np-to", _NP_TO, clause=False, rule="noun-phrase", certainty=0.5),
    _Complement("np-at", _NP_AT, clause=False, rule="noun-phrase", certainty=0.55),
    _Complement("np-for", _NP_FOR, clause=False, rule="noun-phrase", certainty=0.5),
    _Complement("np-offer", _NP_OFFER, clause=False, rule="noun-phrase", certainty=0.45),
    _Complement("to", _TO, clause=False, rule="infinitive", certainty=0.55),
    _Complement("bare", BARE, clause=True, rule="clause-without-that", certainty=0.65),
    _Complement("of", _OF, clause=False, rule="accused-of", certainty=0.6),
    _Complement("adjective", _ADJECTIVE, clause=False, rule="thought-so", certainty=0.5),
    _Complement("np-abstract", _ABSTRACT, clause=False, rule="noun-phrase", certainty=0.5),
)
"""In the order in which they are tried: what is surest to be a report goes first."""


def content_of(text: str, head: Head, end: int) -> Content | None:
    """Returns the content behind a reporting verb, None where there is none.

    Args:
        text: the frame's text.
        head: the verb.
        end: where the sentence ends.
    """
    frames = head.form.frames
    for complement in _COMPLEMENTS:
        match = complement.pattern.match(text, head.end, end) if complement.frame in frames else None
        if match is not None:
            return Content(match.end(), complement.clause, complement.rule, complement.certainty)
    if "np" not in frames:
        return None
    _, joined, last = head.form.base.rpartition(" ")
    pattern = _AFTER_PREPOSITION if joined and last in _PREPOSITIONS else _NOUN_PHRASE
    match = pattern.match(text, head.end, end)
    return Content(match.end(), clause=False, rule="noun-phrase", certainty=0.55) if match else None


def agreed_with(text: str, head: Head, end: int) -> re.Match[str] | None:
    """Returns "with X that" behind "agree": what is agreed with is what X says."""
    return _AGREE.match(text, head.end, end) if head.form.base == "agree" else None
