"""What a publisher, a printer or a web site puts around a text: imprint, licence, addresses, navigation."""

from __future__ import annotations

import re
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


_SIGNS: tuple[_Sign, ...] = (
    _sign(
        "copyright",
        90,
        0.85,
        r"\u00a9",
        r"(?:^|copyright )\W?\(c\) ?(?:copyright|crown|\d{4})",
        r"\b(?:crown )?copyright\b",
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
        "registration",
        25,
        0.9,
        r"\b(?:charity|company) (?:no\b|number|registered)",
        r"\bregistered (?:charity|office|company)\b",
        r"\bregistered in (?:england|scotland|wales)\b",
    ),
    _sign("imprint", 25, 0.75, r"^(?:printed|published|produced|designed|typeset) (?:and \w+ )?(?:by|in)\b"),
    _sign(
        "ordering",
        30,
        0.8,
        r"\balternative formats?\b",
        r"\bfurther copies\b",
        r"\bcopy in braille\b",
        r"\bread (?:the|this) (?:report )?online\b",
    ),
    _sign(
        "contact", 20, 0.85, r"^(?:tel(?:ephone)?|fax|facsimile|e-?mail|web(?:site)?|phone|textphone)\b[ .:]"
    ),
    _sign(
        "navigation",
        60,
        0.85,
        r"^(?:we use cookies|this (?:site|website) uses cookies|skip to (?:main )?content)",
    ),
    _sign(
        "navigation",
        6,
        0.75,
        r"^(?:home|menu|search|share(?: this)?(?: page)?|print(?: this page)?|back to top|log ?in)$",
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
        r"^(?:click here|find out more|see also|tags?|topics?|filed under|published in)\b.{0,40}:?$",
    ),
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
    ),
    _sign(
        "stock",
        30,
        0.8,
        r"\b(?:printed|published) (?:and published )?(?:in (?:england|great britain|the u\w+(?: kingdom)?) )?"
        r"(?:for|by) (?:her|his) majesty.s stationery office\b",
        r"^(?:crown copyright|london: ?(?:hmso|her majesty|his majesty))",
        r"^price:? (?:\u00a3|\d{1,3}s\.|\d{1,2}d\.)",
        r"^(?:sbn|doi|product code|gateway (?:ref|number)|ref(?:erence)? no)\b[ .:]",
        r"^(?:first published|reprinted|designed and produced|cover (?:photo|design)|design(?:ed)? by)\b",
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
    _sign("picture", 8, 0.8, r"\b(?:profile picture|headshot|logo|(?:photo|image) credit)s?$"),
)
_LONGEST = 1500
_ENCLOSED_WORDS = 12


def boilerplate(view: View, roles: Roles) -> dict[int, Role]:
    """Chunks with a sign of boilerplate, and short lines between such."""
    found: dict[int, Role] = {}
    for index, text in enumerate(view.texts):
        if index in roles or len(text) > _LONGEST:
            continue
        role = _by_sign(text, len(view.words[index]))
        if role:
            found[index] = role
    return found | {
        i: Role("boilerplate", 0, "boilerplate.enclosed", 0.6)
        for i in range(1, len(view.chunks) - 1)
        if i - 1 in found and i + 1 in found and i not in found and i not in roles and _is_short(view, i)
    }


def _by_sign(text: str, words: int) -> Role | None:
    for sign in _SIGNS:
        if words <= sign.words and sign.pattern.search(text):
            return Role("boilerplate", 0, f"boilerplate.{sign.name}", sign.confidence)
    return None


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


def _is_readers(view: View, index: int) -> bool:
    hint = view.chunks[index].hint
    return hint is not None and hint.rule.startswith("reader.")


def _is_series(text: str) -> bool:
    return all(_SERIES.fullmatch(line) or _ISSUE.fullmatch(line) for line in map(str.strip, text.split("\n")))
