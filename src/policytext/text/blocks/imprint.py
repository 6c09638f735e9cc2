"""What a publisher, a printer or a web site puts around a text: imprint, licence, addresses, navigation."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from policytext.text.blocks.roles import Role, Roles, View


@dataclass(frozen=True, slots=True)
class _Sign:
    """A pattern that marks a chunk of at most ``words`` words as boilerplate of this name."""

    name: str
    words: int
    confidence: float
    pattern: re.Pattern[str]


def _sign(name: str, words: int, confidence: float, *alternatives: str) -> _Sign:
    return _Sign(name, words, confidence, re.compile("|".join(alternatives), re.IGNORECASE))


_MENU = _sign(
    "navigation",
    6,
    0.75,
    r"^(?:home|menu|search|share(?: this)?(?: (?:page|article|content|debate|post|story|blog))?)$",
    r"^(?:back to top|log ?in)$",
    r"^(?:print(?: this (?:page|article))?|tweet this|reply|report abuse|(?:add|post) (?:your|a) comment)$",
    r"^(?:subscribe to|sign up (?:to|for)) (?:our|the) \w+(?: \w+)?$",
    r"^(?:sign up|subscribe|read more|next(?: page)?|previous(?: page)?|privacy(?: policy)?)$",
    r"^(?:terms (?:and|&) conditions|related (?:content|articles|links)|about the author|cookies)$",
    r"^follow us(?: on \w+)?$",
    r"^join (?:in )?the (?:conversation|debate)$",
    r"^(?:accept(?: all)?(?: cookies)?|cookie (?:settings|policy|preferences)|accessibility)$",
    r"^(?:site ?map|contact(?: us)?|about us|newsletters?|register|sign in|comments?)$",
    r"^(?:leave a (?:reply|comment)|e-?mail this|view (?:as )?pdf)$",
    r"^(?:download (?:the |this )?(?:full )?(?:report|pdf|publication|document))$",
    r"^(?:tweet|like|linkedin|facebook|twitter|whatsapp|e-?mail|pinterest|instagram|youtube)$",
    r"^\d{1,3} (?:comments?|shares?|likes?|views?|min(?:ute)?s? read)$",
    r"^(?:click here|find out more|filed under)\b.{0,40}$|^(?:see also|tags?|topics?|published in)(?:$|:)",
)

_SIGNS: tuple[_Sign, ...] = (
    _sign(
        "copyright",
        90,
        0.85,
        r"\u00a9",
        r"(?:^|copyright )\W?\(c\) ?(?:copyright|crown|\d{4})",
        r"\bcrown copyright\b|^copyright\b(?! (?:and|in|law|of)\b)",
        r"\bcopyright (?:\d{4}|reserved|holders?\b|owners?\b|is\b|remains|rests|belongs)",
    ),
    _sign(
        "licence",
        120,
        0.85,
        r"\ball rights reserved\b",
        r"\bcreative commons\b",
        r"\bopen government licence\b",
        r"\byou may (?:re-?use|copy|reproduce)\b",
        r"\bno part of this (?:publication|report|book)\b",
    ),
    _sign("number", 14, 0.9, r"\bISBN\b", r"\bISSN\b", r"^[A-Z]{2,6}\d{3,12}$"),
    _sign(
        "number",
        4,
        0.75,
        r"^(?:cmn?d?|h\.?[cl])\.? ?\d{1,5}\.?$",
        r"^[A-Z.]{2,8} ?\(\d\d\) ?\d{1,3}\.?$",
        r"^\d{3,6}/\d{1,4}/\d{1,4}$",
    ),
    _sign(
        "registration",
        25,
        0.9,
        r"\b(?:charity|company) (?:no\b|number|registered)",
        r"\b(?:a|is|uk) registered charity\b",
        r"\bregistered (?:charity|office|company)\b(?=.{0,80}\d)",
        r"\bregistered in (?:england|scotland|wales)\b",
    ),
    _sign(
        "imprint",
        25,
        0.75,
        r"^(?:printed|published|produced|designed|typeset) (?:and \w+ )?(?:by|in)\b"
        r"(?!.{0,200}\b(?:was|were|is|are|has|had|it|they|said|sets?|shows?|showed|describe[sd]?|proposed?)\b)",
    ),
    _sign(
        "ordering",
        30,
        0.8,
        r"\balternative formats?\b",
        r"\bfurther copies\b",
        r"\bcopy in braille\b",
        r"\bread (?:the|this) (?:report )?online\b",
        r"\bis published (?:weekly|monthly|quarterly|annually|\w+ times a year) by\b",
        r"\b(?:for (?:more|further) (?:information|details|copies)|to find out more)\b[^.]{0,80}"
        r"\b(?:contact|visit|call|e-?mail|telephone|see|go to|write to)\b.{0,60}(?:@|www\.|https?:|\d{4})",
    ),
    _sign(
        "contact",
        20,
        0.85,
        r"^(?:tel(?:ephone)?|fax|facsimile|e-?mail|web(?:site)?|phone|textphone)\b"
        r"(?:[ .]?:|\.? ?\(?\+?\d|[ .:](?=.{0,80}(?:\d{3}|@|www|http)))",
    ),
    _sign(
        "navigation",
        60,
        0.85,
        r"^(?:we use cookies|this (?:site|website) uses cookies|skip to (?:main )?content)",
    ),
    _MENU,
    _sign(
        "breadcrumb", 25, 0.8, r"^(?:you are here:? ?)?home ?[>\u203a\u00bb/|\u2192] ?\w", r"^you are here\b"
    ),
    _sign(
        "share",
        14,
        0.75,
        r"^(?:share|follow|like|tweet|find|connect with) (?:this|us|me|via|on)\b.{0,60}"
        r"\b(?:twitter|facebook|linkedin|e-?mail|youtube|instagram|page|article)\b",
        r"^(?:(?:twitter|facebook|linkedin|e-?mail|print|share|whatsapp|tweet|copy link)\b"
        r"[ |,/\u00b7\u2022]{0,4}){2,9}$",
    ),
    _sign(
        "cookies",
        60,
        0.85,
        r"\b(?:we|this (?:web)?site|our (?:web)?site) uses? (?:\w+ ){0,2}cookies\b",
        r"\bcookies (?:on|to) (?:this|our|improve|help|give)\b",
        r"^cookies on \S{2,40}$",
        r"^(?:(?:accept|reject|view|hide|manage|change)(?: \w+){0,3} (?:cookies|cookie \w+)\s*){1,4}$",
        r"^is this page useful\b",
        r"^yes,? this page is useful\b",
    ),
    _sign(
        "stock",
        30,
        0.8,
        r"\b(?:printed|published) (?:and published )?(?:in (?:england|great britain|the u\w+(?: kingdom)?) )?"
        r"(?:for|by) (?:her|his) majesty.s stationery office\b",
        r"^(?:crown copyright|london\W{0,3}(?:hmso|the stationery office|her majesty|his majesty))",
        r"^this was published under\b",
        r"^price:? (?:\u00a3|\d{1,3}s\.|\d{1,2}d\.)",
        r"^(?:sbn|doi|product code|gateway (?:ref|number)|ref(?:erence)? no)\b[ .:]",
        r"^(?:first published|reprinted|designed and produced|cover (?:photo|design)|design(?:ed)? by)\b",
        r"^(?:received|accepted|submitted):? \d{1,2}(?:st|nd|rd|th)? \w+,? \d{4}"
        r"(?:$|[;,.:] ?(?:in revised|revised|accepted|published|final))",
    ),
    _sign(
        "address",
        12,
        0.8,
        r"^(?:https?://|www\.)?[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.(?:uk|com|org|net|eu|gov)(?:/\S{0,200})?$",
        r"^[^\s@]{1,60}@[^\s@]{1,60}$",
        r"^(?:[@#]\w{2,40}[ ,]{0,2}){1,6}$",
    ),
    _sign("address", 25, 0.75, r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$"),
    _sign("address", 12, 0.75, r"\n ?london,? ?(?:[nsew]\.? ?){1,2}(?:c\.? ?)?\d{1,2}\.?$"),
    _sign("picture", 8, 0.8, r"\b(?:profile picture|headshot|logo|(?:photo|image) credit)s?$"),
)
_LONG = max(s.words for s in _SIGNS if s.name not in {"copyright", "licence"})
_TELLING = frozenset(
    [
        "book",
        "c",
        "commons",
        "copy",
        "copyright",
        "licence",
        "publication",
        "report",
        "reproduce",
        "reuse",
        "rights",
        "use",
    ]
)
"""Words one of which stands in every copyright or licence of more words than ``_LONG``."""
_MOST_ENTRIES, _LONGEST_ENTRY = 15, 40
_ABOUT = re.compile(
    r"(?:about (?:the |this |our )?|notes? on (?:the )?)"
    r"(?:authors?|contributors?|editors?|interviewers?|researchers?)",
    re.IGNORECASE,
)
_ABOUT_BODY = re.compile(
    r"about us|about (?:the )?[^.\n]{0,60}\b(?:institute|foundation|fund|trust|network|confederation"
    r"|association|society|centre|federation|union|alliance|think tank|publishers?|series)",
    re.IGNORECASE,
)
_LONGEST_ABOUT = 3000
"""Characters; about half of that where no marked heading says where it begins."""
_LONGEST = 1500
_ENCLOSED_WORDS = 12
_LEAST_TITLE_WORDS, _MOST_TITLE_WORDS = 3, 25


def boilerplate(view: View, roles: Roles) -> dict[int, Role]:
    """Chunks with a sign of boilerplate, and short lines between such."""
    found: dict[int, Role] = {}
    for index, text in enumerate(view.texts):
        if index in roles or len(text) > _LONGEST:
            continue
        role = _by_sign(text, view.words[index])
        if role:
            found[index] = role
    for index in range(len(view.chunks)):
        if _ABOUT.fullmatch(view.texts[index].strip(" :*")):
            found.update(_below_about(view, roles, found, index))
        elif _is_about_body(view, index):
            found.update(_below_about(view, roles, found, index, closed=True))
    enclosed = [
        i
        for i in range(1, len(view.chunks) - 1)
        if i - 1 in found and i + 1 in found and i not in found and i not in roles and _is_short(view, i)
    ]
    title = _title(view, {*found, *enclosed}, enclosed)
    role = Role("boilerplate", 0, "boilerplate.enclosed", 0.6)
    return found | {i: role for i in enclosed if i != title}


def _title(view: View, taken: Collection[int], enclosed: Sequence[int]) -> int | None:
    """Returns which line between boilerplate is the title: the last before the text, if no other stands."""
    first = next((i for i in range(len(view.chunks)) if i not in taken), None)
    if first is None or len(view.words[first]) <= _MOST_TITLE_WORDS:
        return None
    lines = [i for i in enclosed if i < first and len(view.words[i]) >= _LEAST_TITLE_WORDS]
    return max((i for i in lines if len(view.chunks[i].lines) == 1), default=None)


def _by_sign(text: str, words: Sequence[str]) -> Role | None:
    if len(words) > _LONG and "\u00a9" not in text and _TELLING.isdisjoint(words):
        return None  # most paragraphs; the patterns are slow
    for sign in _SIGNS:
        if len(words) <= sign.words and sign.pattern.search(text):
            return Role("boilerplate", 0, f"boilerplate.{sign.name}", sign.confidence)
    lines = text.split("\n")
    if 2 <= len(lines) <= _MOST_ENTRIES and all(len(line) <= _LONGEST_ENTRY for line in lines):
        menu = sum(_MENU.pattern.search(line.strip()) is not None for line in lines)
        if menu > 1 and 2 * menu >= len(lines):
            return Role("boilerplate", 0, "boilerplate.menu", 0.7)
    return None


def _is_about_body(view: View, index: int) -> bool:
    """Whether a line announces, in the last third of a paper, what its publisher says of himself."""
    late = 3 * view.chunks[index].start >= 2 * len(view.text)
    return late and _ABOUT_BODY.fullmatch(view.texts[index].strip(" :*")) is not None


def _below_about(
    view: View, roles: Roles, found: Roles, heading: int, *, closed: bool = False
) -> dict[int, Role]:
    """Returns what stands below ``About the authors``, up to a marked heading, boilerplate or the end.

    Where more stands there than a few lines of life it is left alone; where it must be ``closed``, also where
    another heading follows: a paper may have a chapter about a trust.
    """
    taken: list[int] = []
    at = heading + 1
    while at < len(view.chunks) and at not in found:
        if at in roles:
            if roles[at].kind not in {"page_number", "running_header", "figure"}:
                break
        else:
            taken.append(at)
        at += 1
    marked = heading in roles and roles[heading].kind == "heading"
    if not marked and 3 * view.chunks[heading].start < 2 * len(view.text):
        return {}
    length = sum(len(view.texts[i]) for i in taken)
    if closed and at < len(view.chunks) and at not in found:
        return {}
    if not taken or length > (_LONGEST_ABOUT if marked else _LONGEST_ABOUT // 2):
        return {}
    own = [] if marked else [heading]
    return dict.fromkeys([*own, *taken], Role("boilerplate", 0, "boilerplate.about", 0.7))


def _is_short(view: View, index: int) -> bool:
    return len(view.words[index]) <= _ENCLOSED_WORDS and not view.texts[index].endswith((".", "?", "!"))


# --- series -----------------------------------------------------------------------------------------------

_HEAD_CHUNKS = 6
_SERIES = re.compile(
    r"(?:(?:a |an |the )?(?:discussion|working|briefing|policy|research|occasional|position|issues?"
    r"|consultation|background|technical|white|green|information)[ -]?"
    r"(?:papers?|notes?|reports?|series|briefs?|documents?)"
    r"|briefing|fact ?sheet|newsletter|bulletin|research (?:summary|findings)|(?:policy )?viewpoint)"
    r"(?: (?:series|no\.?|number|issue))?[ ]{0,2}\d{0,4}",
    re.IGNORECASE,
)
_ISSUE = re.compile(
    r"(?=.{0,60}\b(?:issue|number|no|vol(?:ume)?)\b\.? ?\d)"
    r"(?:(?:\d{1,2}(?:st|nd|rd|th)? )?(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december|spring|summer|autumn|winter|issue|number|no|volume|vol|\d{1,4})\b"
    r"[ .,:;|/()\u2013-]{0,4}){1,9}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)? )?(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december|spring|summer|autumn|winter),? \d{4}",
    re.IGNORECASE,
)


def series(view: View, roles: Roles) -> dict[int, Role]:  # noqa: ARG001 (every finder is called alike)
    """``Discussion paper``, ``June 2010 Issue 8`` at the head of a paper, where a title stands there too."""
    head = range(min(_HEAD_CHUNKS, len(view.chunks)))
    named = [
        i for i in head if len(view.texts[i]) <= 80 and not _is_readers(view, i) and _is_series(view.texts[i])
    ]
    dated = [
        i
        for i in head
        if len(view.texts[i]) <= 40 and _DATE.fullmatch(view.texts[i]) and (i - 1 in named or i + 1 in named)
    ]
    # Where nothing else stands at the head that could be the title, this is the title.
    others = [i for i in head if i not in named and i not in dated and len(view.words[i]) <= 25]
    if not others:
        return {}
    return dict.fromkeys([*named, *dated], Role("boilerplate", 0, "boilerplate.series", 0.75))


_VOLUME = re.compile(r"[^.]{4,80}\bvol(?:ume)?\.? ?\d.{0,60}\bpp?\.? ?\d{1,4} ?[-\u2013] ?\d", re.IGNORECASE)
"""Where in a journal an article stood."""


def _is_readers(view: View, index: int) -> bool:
    hint = view.chunks[index].hint
    return hint is not None and hint.rule.startswith("reader.")


def _is_series(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n")]
    return all(_SERIES.fullmatch(x) or _ISSUE.fullmatch(x) or _VOLUME.match(x) for x in lines)
