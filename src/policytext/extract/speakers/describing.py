"""What a text says about a speaker beside the name: office, party, and the words that hold them.

"Conservative health minister Robin X" has them before the name, "X, clerk to the Y Council," behind it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.extract.quotations import BLANK
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import alternatives, verb_pattern

AUXILIARY = (
    r"(?:(?:has|have|had|did|does|do|also|then|later|once|now|therefore|however|"
    r"himself|herself|itself|themselves|both|all|further|first|"
    r"would (?:later|afterwards|subsequently|always|often|sometimes|soon|then)|"
    r"(?:had |has |have )?(?:gone|went) so far as to|goes so far as to|(?:is|was|are|were) (?:wont|fond|"
    r"moved|obliged|forced|driven|later|reported|said|known|believed) to(?: have)?|(?:felt|"
    r"feels) (?:obliged|bound|"
    r"compelled|able) to|used to|(?:like|likes|liked|continued|continues|proceeded|came|chose|dared|"
    r"seemed) to|"
    r"already|often|even|again|so|too|went on to|goes on to|"
    r"(?:was|were|is|are) (?:keen|anxious|quick|right|careful|able|at pains) to|[a-z]{2,15}ly),? ){0,4}"
)
"""What may stand between a subject and its reporting verb; not "was": who was told is not who spoke."""
_PARTY = (
    r"(?:Labour|Conservative|Tory|Liberal Democrats?|Lib Dem|Liberal|"
    r"Unionist|SNP|Plaid Cymru|Green|UKIP|Communist|Independent)"
)
_BRACKETED = re.compile(
    r"(?: \([^()\n]{2,60}\)){0,2} \((?P<party>Lab|Lab/Co-op|Con|LD|Lib Dem|Lib|SNP|PC|DUP|UUP|SDLP|UKIP|"
    r"Ind|Green|CB|"
    rf"{_PARTY})\)"
)
"""A debate prints the party behind the name and the constituency: "Jane Hall (Fenby) (Lab)"."""
_PARTIES = {
    "Lab": "Labour",
    "Con": "Conservative",
    "LD": "Liberal Democrats",
    "Lib": "Liberal",
    "Ind": "Independent",
    "PC": "Plaid Cymru",
    "CB": "Crossbench",
    "Lab/Co-op": "Labour and Co-operative",
    "Tory": "Conservative",
    "Lib Dem": "Liberal Democrats",
    "Liberal Democrat": "Liberal Democrats",
}
_APPOSITION = re.compile(rf", (?P<role>[^.;:!?{BLANK}]{{2,250}}?),? {AUXILIARY}$")
_RELATIVE = re.compile(
    rf"\)?(?: (?:of|from|at|in|on|for|with) [^,.;:!?{BLANK}]{{2,60}})?"
    r"(?:,? (?:who|whose|which)|, (?:himself|herself|then|now|formerly|until|once|when|while|if|after|"
    r"before|as|in|"
    r"on|at|for|asked|quoted|interviewed|published|issued|launched|written|produced|drafted|dated|signed|"
    r"prepared|"
    r"presented|released|commissioned|founded|appointed|based|led|chaired|born|made|set up|[a-z]{3,12}ing))\b"
    rf"[^.;:!?{BLANK}]{{2,250}}, {AUXILIARY}$"
)
_AFFILIATION = re.compile(r" \(?(?:of|from|at|for|with) (?:the )?(?:[\w’'&-]{1,20} ){0,6}$")
_NOMINAL = re.compile(
    r"(?:the |an? |then |now |former(?:ly)? |and |one of |head of |lead for |[Ii]n charge|until |aged? |"
    r"\d{2}$)|[A-Z]"
)
_CLAUSE = re.compile(
    r"(?:who|whose|which|speaking|attending|whom|he|she|they|then aged|aged)\b", re.IGNORECASE
)
_NO_ROLE = (
    r"and|that|as|by|to|said|says|told|asked|according|in|with|but|of|for|from|at|on|although|though|while|"
    r"whilst|whereas|when|since|because|so|yet|yesterday|today|later|then|however|meanwhile|the|an?|his|"
    r"her|its|"
    r"their|our|whose|if|or|where|who|which|is|was|were|are|had|has|have"
)
"""Words that stand before a role and are no part of it."""
_FINITE = re.compile(r"\b(?:was|were|is|are|will|would|that|but|when|while|although|because|had|has)\b")
_LONE_PARTY = re.compile(rf"\b(?P<party>{_PARTY})(?:[’']s)? $")
_DETERMINER = re.compile(r"^(?:the|an?|whose|its|their|his|her) ", re.IGNORECASE)


@lru_cache(maxsize=1)
def role_word() -> re.Pattern[str]:
    """Returns a pattern for words that name an office."""
    return re.compile(rf"\b(?:{alternatives('role')})s?\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _calling() -> re.Pattern[str]:
    """Returns a pattern for words that name an office or what else somebody is."""
    learned = r"[a-z]{3,12}(?:ician|ologist|iatrist|grapher)"
    return re.compile(
        rf"\b(?:{alternatives('role')}|{alternatives('occupation')}|{learned})s?\b", re.IGNORECASE
    )


@lru_cache(maxsize=1)
def _before_name() -> re.Pattern[str]:
    plain = rf"(?!(?:{_NO_ROLE})\b)[\w-]{{2,20}}"
    office = rf"(?i:(?:under-|vice-|sub-)?{alternatives('role')}|secretary of state|prime minister)"
    word = r"[A-Z][\w’'-]*"
    place = rf"(?: (?:of|for|at|to) (?:the )?{word}(?: (?:(?:and|of|for|the) ){{0,2}}{word}){{0,6}})?"
    return re.compile(
        rf"(?:\b(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Ww]hose|\w{{1,20}}[’']s) (?:own )?)?"
        rf"(?:\b(?P<party>{_PARTY}) )?"
        rf"\b(?P<role>(?:{plain} ){{0,4}}{office}{place})(?: at the time)?,? \(?$"
    )


_BEHIND = re.compile(rf"(?:,| \(|, \() ?(?:the )?(?P<role>[^.;:!?(){BLANK}\n]{{3,220}})")


@lru_cache(maxsize=1)
def _clause() -> re.Pattern[str]:
    """Returns a pattern for where a role ends and what its holder did begins."""
    return re.compile(rf",? {AUXILIARY}(?:(?:{verb_pattern().pattern})|(?:was|is|has|had|who|whose)\b)")


def _behind(text: str, at: int) -> str | None:
    """Returns the role behind a name that ends at a place."""
    behind = _BEHIND.match(text, at, at + 260)
    if behind is None:
        return None
    ends = _clause().search(behind["role"])
    if ends and ends[0][0] != "," and behind[0].startswith(", the ") and "who" not in ends[0]:
        return None  # "In answer to Mrs Hall, the clerk said"
    role = _trimmed(behind["role"][: ends.start()] if ends else behind["role"])
    return _DETERMINER.sub("", role) if role else None


def is_apposition(gap: str) -> bool:
    """Tells whether what stands behind a name, up to its verb, is an office: ", chairman of the Board, "."""
    if not gap.startswith(",") or len(gap) > 280:
        return False
    match = _APPOSITION.match(gap)
    if match is not None and match["role"].startswith("the ") and "," not in gap[1:]:
        return False  # "In answer to Mrs Hall, the clerk said"
    return match is not None and _is_office(match["role"])


def is_aside(gap: str) -> bool:
    """Tells whether what stands between a name and its verb is a clause or place by the way.

    So are ", who is a member of the Board, ", ", speaking in the Commons, " and " of the Wold Trust ".
    """
    if len(gap) > 280:
        return False
    return _RELATIVE.match(gap) is not None


def is_affiliation(gap: str) -> bool:
    """Tells whether a name hands over to its body: " of the ", " from "."""
    return len(gap) <= 60 and _AFFILIATION.fullmatch(gap) is not None


def _is_office(words: str) -> bool:
    return _calling().search(words) is not None and _FINITE.search(words) is None


def _trimmed(role: str) -> str | None:
    """Returns a role up to where its clause ends: "chair, the Wold Trust, brought to life" has two parts."""
    kept: list[str] = []
    for part in role.split(", "):
        if kept and not (_NOMINAL.match(part) or _calling().search(part)):
            break
        kept.append(part)
    shown = ", ".join(kept).strip(" ,")
    return shown if _is_office(shown) and not _CLAUSE.match(shown) else None


def described(text: str, speaker: Speaker, floor: int) -> tuple[int, str | None, str | None]:
    """Returns where the words about a speaker begin, his role and his party; None where nothing is said.

    Args:
        text: the clean text, quotations blanked out.
        speaker: whom to describe.
        floor: where his sentence begins; nothing before it is read.
    """
    if speaker.type != "person":
        return speaker.start, None, None
    before = text[max(floor, speaker.start - 160) : speaker.start]
    match = _before_name().search(before)
    begins, role, party = speaker.start, None, None
    if match is not None:
        begins = speaker.start - len(before) + match.start()
        role, party = _before(match)
    elif lone := _LONE_PARTY.search(before):
        begins, party = speaker.start - len(before) + lone.start(), lone["party"]
    bracketed = _BRACKETED.match(text, speaker.end, speaker.end + 120)
    if bracketed and party is None:
        party = bracketed["party"]
    if role is None and bracketed is None:
        role = _behind(text, speaker.end)
    return begins, role, _PARTIES.get(party, party) if party else None


def _before(match: re.Match[str]) -> tuple[str | None, str | None]:
    """Returns the role and the party that stand before a name."""
    role, party = re.sub(r"^.*?(?=\bMember for )", "", match["role"].strip()), match["party"]
    owned = re.match(rf"({_PARTY})[’']s ", match[0])
    if owned and party is None:
        party = owned[1]
    inner = re.match(rf"({_PARTY})(?:[’']s)? ", role)
    if inner and party is None:
        party, role = inner[1], role[inner.end() :]
    return (role if role_word().search(role) else None), party
