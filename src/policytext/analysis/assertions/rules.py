"""What does not assert anything, by named rule; and whether words hold a finite verb.

Every pattern is anchored or bounded, and looks at no more than the head or the tail of a stretch.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from policytext.document import BlockKind
from policytext.extract.indirect.reporting import any_of, forms, lists

_REACH = 400
"""Characters at the head and at the tail of a stretch that the rules look at."""
_WORD = re.compile(r"[^\W\d_][\w’'-]*")

_NOUNS_TOO = frozenset(
    {
        *("help", "helps", "lack", "lead", "leads", "lies", "means", "need", "needs", "run", "set", "stands"),
        *("want", "wants", "work", "works"),
    }
)
"""Finite verbs that are as often nouns: they count only before an object."""
_MORE = """
    believe believes bring brings brought calls demands deserve exist exists expect feels finds fits follows
    happens holds hope includes involves let live offers owe prefer provides puts runs said says sees shows
    suffer suffers tells think thinks told welcome won"""
_OPENING = "are can cannot could did do does had has have is must shall should was were would"
"""Auxiliaries that may stand first; "May" and "Will" with a capital are a month and a name."""
_NO_VERBS = (
    r"(?!(?:across|towards|besides|versus|always|perhaps|less|unless|whereas|plus|process|access|business|"
    r"indeed|need|hundred|instead|red|bed|speed|this|thus|its|his|ours|us)\b)"
)
_FINITES = frozenset((*lists()["auxiliaries"], *lists()["finite"], *_MORE.split())) - _NOUNS_TOO
_FINITE = re.compile(
    rf"\b(?:{any_of(_FINITES)}|{any_of(w.capitalize() for w in _OPENING.split())})\b|"
    r"n[’']t\b|\w[’'](?:ll|ve|re|m)\b|"
    r"\b(?:[Ii]t|[Tt]hat|[Tt]here|[Ww]hat|[Hh]e|[Ss]he|[Ww]ho|[Hh]ere)[’']s\b|"
    r"\b(?:I|[Ww]e|[Yy]ou|[Tt]hey|[Hh]e|[Ss]he|[Ii]t|who) "
    r"(?:[a-z]{2,12}ly |also |now |still |never |always )?"
    r"(?!(?:and|or|of|in|on|at|for|to|with|by|as|but|who|all|both|not|is)\b)[a-z]{3,20}(?<!ing)\b|"
    rf"\b(?:{any_of(_NOUNS_TOO)}) (?:to|an?|the|more|less|better|no|their|its|our|us|them|together)\b|"
    rf"\b{_NO_VERBS}[a-z]{{3,20}}ed (?:the|an?|its|their|our|his|her|that|how|no|it|them|us)\b|"
    rf"\b{_NO_VERBS}[a-z]{{3,20}}s (?:the|an?|its|their|our|how|us|them|it)\b"
)

_ADDS = re.compile(r"\b(?:who|whom|whose|which|that|where|when|if)\b")
_PAST = re.compile(rf"\b{_NO_VERBS}[a-z]{{2,20}}ed\b")
_PREDICATE = re.compile(rf"\W{{0,4}}(?:{any_of(lists()['auxiliaries'])}|{any_of(_FINITES)})\b")
_RHETORICAL = re.compile(
    r"(?:^|[,;:–—“\"] ?)(?:(?:and|but|so|yet) )?(?:is it (?:any wonder|not|surprising)\b|"
    r"(?:is|are|was|were|does|do|did|has|have|should|would|could|must|can)(?:n[’']t\b| "
    r"(?:we|it|they|this|that|there) not\b| not\b)|"
    r"why (?:is|are|was|were|does|do|did|has|have|can|could|should|would)"
    r"(?:n?[’']t\b| (?:[\w’'-]+ ){0,4}?(?:not|never|still|always)\b)|"
    r"who (?:can|could|would|will) (?:doubt|deny|dispute|object)|"
    r"what could be (?:more|better|worse|clearer|simpler)|"
    r"how (?:can|could) (?:it|this|that) be (?:right|fair|just|sensible)|"
    r"how (?:much longer|long must|long shall|many more times)|"
    r"what (?:is|was) the (?:point|use|good) of|why (?:should|must) (?:we|they|people|patients)\b)",
    re.IGNORECASE,
)
"""Questions whose form gives the answer: "Is it any wonder", "Who can doubt", "Why have we still not"."""
_ASKS = re.compile(
    r"(?:whether|what|how (?:many|much|often|long|far)|why|who (?:is|was|will|would|shall|should|pays))\b"
)
_ASKED = re.compile(r"\b(?:whether|where|why|who) $")
_YEAR = r"(?:1[89]|20)\d\d[a-z]?"
_NOT_AUTHORS = (
    r"(?!(?:The|This|That|These|Those|In|If|When|While|As|At|By|For|From|With|But|And|Since|Our|An?|It|We|All|Both|"
    r"Some|Many|Under|After|Before|Until|Although|However|Yet|So|Now|Mr|Mrs|Miss|Sir|Dr|Lord|Lady)\b)"
)
_AUTHOR = r"[A-Z][\w’'-]{1,30},? [A-Z](?:\.? ?[A-Z]){0,2}\b\.?"
_ENTRY = re.compile(
    rf"(?:\d{{1,3}} )?{_NOT_AUTHORS}{_AUTHOR}(?:,? (?:and|&) |[,;] |[., (]).{{0,200}}?\b{_YEAR}|"
    rf"\(\d{{4}}\) \d{{1,4}}\(\d{{1,3}}\)"
)
"""An entry of a list of references: a surname, initials, not far on a year; or a volume and number."""
_APPARATUS = re.compile(
    r"https?://|\bwww\.|\b[Ii]bid\b|\bop\. ?cit\b|\bdoi:|\b[Vv]ol(?:ume|\.)? ?\d|\bpp\.? ?\d+ ?[-–] ?\d|"
    r"\bCmn?d?\.? ?\d{2,4}\b|\bAct,? \d{4}, s(?:ection|\.)|"
    rf"(?:HMSO|TSO|Stationery Office|University Press)\b|^\d{{1,3}} .{{3,200}}\b{_YEAR}\b|[,(] ?{_YEAR}[).]*$"
)
"""What references are made of; a sentence that has it beside a verb of its own is none."""
_IN_MIDSENTENCE = re.compile(r"(?!https?:|www\.|ibid|doi)[a-z]")
_BRACKETS = re.compile(r"\s?[(\[][^()\[\]]{0,200}[)\]]")
_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    "Spring|Summer|Autumn|Winter)"
)
_DATE = re.compile(
    rf"(?:from |on |since )?(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{_MONTH}[ ,]*)?(?:{_YEAR})?\.?", re.IGNORECASE
)
_TITLE = re.compile(r"(?:How|Why|What|Where|When|Who)\b")
_CONTRAST = re.compile(r"\b(?:not|rather than|instead of)\b")
_FOR_A_VERB = re.compile(
    r"\b(?:[Aa]ccording to|[Ii]n the words of|[Aa]s [A-Z\w’' ]{2,60} (?:puts?|has|had) it|"
    r"spoke|speaks|speaking)\b|"
    r"\b(?:that|whether|how|why|what|where|if)$"
)
_CITATION = re.compile(
    r"[(\[]?(?:[A-Z][\w’'&-]{0,30}[ ,;]{1,2}|and |et al\.?,? |"
    r"para(?:graph)?s?\.? ?|p{1,2}\.? ?|[\d.–-]++[a-z]?[ ,;:]{0,2}){1,14}[)\]]?"
)
_POINTER = re.compile(
    r"(?:\d{1,3} )?(?:\(?see\b(?! (?:no|little|the need|that|how)\b)|cf\b|sources?: |notes?: |adapted from\b|"
    r"reproduced (?:from|by)\b|(?:for )?(?:more|further) (?:information|details?|reading)\b|"
    r"turn to page\b|click\b|read more\b|download\b|follow us\b|(?:tell|write to|contact) us\b|share this\b)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:figure|fig\.|table|box|chart|map|plate|exhibit) "
    r"(?:\d{1,3}(?:\.\d{1,2})?|[A-Z]|[ivx]{1,5})(?:[:.–—-] ?|$)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:(?:\. ?){4,}|…{2,}|\s{3,}+)(\d{0,3})$")
_CONTACT = re.compile(
    r"\b[\w.+-]{1,60}@[\w-]{1,60}\.|\b(?:tel|telephone|fax|phone|e-?mail)\b ?[.:\d]|"
    r"\b0\d{2,4} \d{3,4} ?\d{3,4}\b|"
    r"\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}$",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"i have the honour to\b|(?:i am|we are), ?(?:sir|gentlemen|madam|my lords?)\b|"
    r"yours (?:faithfully|sincerely|truly)|your obedient servant|dear (?:sir|madam|colleague|mr|mrs|dr)\b|"
    r"i beg (?:to (?:move|second)|leave)\b|order, order|hear, hear|©|copyright\b|all rights reserved|"
    r"thank(?:s| you)\b(?!,? to\b).{0,60}$|question put\b|"
    r"(?:printed|published|produced|designed) (?:by|in)\b|"
    r"isbn\b|crown copyright|registered charity",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"(?:present|in attendance|in the chair|apologies(?: for absence)?|copies to|copy to|cc|from|to|"
    r"subject|ref|"
    r"date|chairman|clerk|secretary|signed) ?(?::|[.—–] ?[—–-])|"
    r"apologies (?:for absence )?(?:were|was|had been|from)\b|"
    r"(?:the )?minutes of .{0,160}?(?:\bwere|\bwas|having been|\bbe) (?:\w+ )?(?:read|confirmed|approved|"
    r"agreed|signed|taken)\b|any other business|date of (?:the )?next meeting|matters arising|"
    r"(?:the )?next meeting\b|"
    r"there being no (?:further|other) business|"
    r"please (?:return|send|reply|contact|complete|note|see|ring|bring|turn)\b|"
    r"(?:the )?(?:house|meeting|session|sitting|proceedings|committee|council|board) (?:was |were |then )?"
    r"(?:adjourned|rose|closed|terminated|opened at|commenced at|ended at|began at|divided)\b|"
    r"(?:the )?(?:matter|item|question|letter|motion|report) (?:was|be) "
    r"(?:deferred|noted|adjourned|received|carried|lost|put)[^.]{0,40}\.?$|"
    r"(?:to )?(?:receive|note|consider|approve) the (?:report|minutes|attached|enclosed)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r":[-–—]?$")
_STOPPED = re.compile(r"[.!?…][\"'”’)\]*]{0,4}\d{0,3}$")

_SLOGANS = frozenset({"list", "pull_quote"})
"""Kinds of blocks whose items assert without a verb: "Less red tape, more trust"."""
_LEAST, _LEAST_LED_IN, _LEAST_VERBLESS = 4, 7, 10
_LEAST_STOPPED, _LEAST_OPEN = {True: 3, False: 5}, {True: 5, False: _LEAST_VERBLESS}
"""Fewest words of a sentence that ends in a stop, and of one without; with a finite verb and without."""
_LONGEST_HANDOVER = 30
"""Words that may stand before a colon and hand over to a speaker: "Mr. Askey told the Council:"."""
_LEGIBLE = 0.5
"""Share of the characters, blanks apart, that are letters; tables of figures and noise have fewer."""


RULES: dict[str, str] = {
    "caption": "names a figure, a table or a box",
    "cell": "a cell of a table that is no sentence",
    "citation": "nothing but a citation",
    "contact": "an address, a telephone number, an e-mail address",
    "contents": "a line of a list of contents",
    "date": "nothing but a date",
    "formula": "a formula of letters, of the House or of print",
    "fragment": "too short to say anything, or without a verb where one is needed",
    "frame": "says who speaks, and nothing else",
    "furniture": "a running header, a page number, a picture, an imprint",
    "heading": "a heading that only names",
    "lead-in": "a few words that announce a list",
    "noise": "fewer letters than other marks: figures, or noise of a scan",
    "note": "a note that is no sentence",
    "pointer": "sends the reader elsewhere",
    "procedure": "the order of business of a meeting",
    "question": "a question, direct or reported, that leaves the answer open",
    "reference": "an entry of a list of references, a web address",
    "title": "a heading that stands as a paragraph",
    "unending": "no end within 2,000 characters: a table, or a scan that lost its stops",
}
"""Every rule by which a stretch asserts nothing, in words."""


def has_finite_verb(stretch: str) -> bool:
    """Tells whether words hold a finite verb, by lists, contractions, and what stands beside them."""
    return _FINITE.search(stretch) is not None


def may_hold_verb(stretch: str) -> bool:
    """Tells whether a word may be a verb in the past tense: the form of a participle is the same."""
    return _PAST.search(stretch) is not None


def has_main_verb(stretch: str) -> bool:
    """Tells whether a finite verb stands before any clause that only adds ("who have called")."""
    adds = _ADDS.search(stretch, 6)
    return has_finite_verb(stretch[: adds.start()] if adds else stretch)


def word_count(stretch: str) -> int:
    """Returns the number of words; a figure is none."""
    return sum(1 for _ in _WORD.finditer(stretch))


def tells(stretch: str) -> bool:
    """Tells whether a reporting verb, or a word that stands for one, is among the words."""
    return _FOR_A_VERB.search(stretch) is not None or any(w in forms() for w in _words(stretch))


def hands_over(stretch: str) -> bool:
    """Tells whether a stretch only announces what follows its colon: "Mr. Askey told the Council:"."""
    if not _LEAD_IN.search(stretch[-3:]) or word_count(stretch) > _LONGEST_HANDOVER:
        return False
    told = (forms()[w].parts for w in _words(stretch) if w in forms())
    return _FOR_A_VERB.search(stretch) is not None or any(parts - {"base", "gerund"} for parts in told)


def _words(stretch: str) -> list[str]:
    return _WORD.findall(stretch.lower())


def begins_with_verb(stretch: str) -> bool:
    """Tells whether words lack their subject: "will not by itself mend anything"."""
    return _PREDICATE.match(stretch) is not None


def asks_indirectly(before: str, stretch: str) -> bool:
    """Tells whether reported words are a question: "whether", "asked where | the money would come from"."""
    return _ASKS.match(stretch) is not None or _ASKED.search(before) is not None


def left_out_by(stretch: str, kind: BlockKind, *, whole: bool = True) -> str | None:
    """Returns the rule by which a sentence or clause asserts nothing; None where it asserts.

    A question is kept where its form gives the answer ("Is it any wonder that", "Who can doubt that"). An
    item of a list and a pull quote assert without a verb, a heading where it has a verb or a contrast
    ("Outcomes, not structures"); notes and cells of a table need a verb.

    Args:
        stretch: the sentence or clause.
        kind: the kind of its block.
        whole: False where it lies in what somebody said, which may begin or end in mid-sentence.
    """
    head, tail = stretch[:_REACH], stretch[-_REACH:]
    by_head = next((rule for rule, applies in _BY_HEAD if applies(head)), None)
    if by_head or (by_head := _by_tail(stretch, head, tail)):
        return by_head
    return _by_size(stretch, kind, word_count(stretch), whole=whole)


def _by_size(stretch: str, kind: BlockKind, words: int, *, whole: bool) -> str | None:
    finite, stopped = has_finite_verb(stretch), _STOPPED.search(stretch[-8:]) is not None
    if kind in _LABELS:
        return _label(stretch, kind, words, finite=finite)
    if _LEAD_IN.search(stretch[-3:]) and words < _LEAST_LED_IN:
        return "lead-in"
    if kind in _SLOGANS:
        return "fragment" if words < _LEAST else None
    if whole and not stopped and _TITLE.match(stretch) and words < _LEAST_VERBLESS:
        return "title"
    least = _LEAST_STOPPED[finite] if stopped else _LEAST_OPEN[finite]
    return "fragment" if words < (least if whole else _LEAST_STOPPED[True]) else None


_LABELS: dict[str, tuple[str, int]] = {
    "table": ("cell", 4),
    "footnote": ("note", 6),
    "heading": ("heading", 4),
}
"""Kinds of blocks that mostly name things, their rule, and how many words a sentence among them has."""


def _label(stretch: str, kind: BlockKind, words: int, *, finite: bool) -> str | None:
    rule, least = _LABELS[kind]
    asserts = finite and words >= least
    if kind == "heading":
        contrast = words > least and _CONTRAST.search(stretch) is not None
        asserts = (asserts or contrast) and not _TITLE.match(stretch)
    elif kind == "table":
        asserts = asserts or words > _LEAST_VERBLESS
    return None if asserts else rule


def _is_noise(head: str) -> bool:
    marks = [c for c in head if not c.isspace()]
    return sum(c.isalpha() for c in marks) < _LEGIBLE * len(marks)


def _is_contact(head: str) -> bool:
    return len(head) < _REACH and _CONTACT.search(head) is not None


def _is_reference(head: str) -> bool:
    bare = _BRACKETS.sub("", head)
    if _ENTRY.match(bare):
        return True
    if _IN_MIDSENTENCE.match(head) or has_finite_verb(bare) or may_hold_verb(bare):
        return False
    return _APPARATUS.search(head) is not None


_BY_HEAD: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("date", _DATE.fullmatch),
    ("contact", _is_contact),
    ("reference", _is_reference),
    ("noise", _is_noise),
    ("citation", _CITATION.fullmatch),
    ("pointer", _POINTER.match),
    ("caption", _CAPTION.match),
    ("formula", _FORMULA.match),
    ("procedure", _PROCEDURE.match),
)
"""Rules by the head of a stretch, in the order in which they are tried."""


def _by_tail(stretch: str, head: str, tail: str) -> str | None:
    leaders = _CONTENTS.search(tail)
    if leaders and (leaders[1] or not has_finite_verb(stretch)):
        return "contents"
    if hands_over(stretch):
        return "frame"
    asks = tail.rstrip("\"'”’)]* ").endswith("?")
    return "question" if asks and _RHETORICAL.search(head) is None else None
