"""What a text says about a speaker beside the name: office, party, and the words that hold them.

"Conservative health minister Robin X" has them before the name, "X, clerk to the Y Council," behind it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.extract.quotations import BLANK
from policytext.extract.speakers import Speaker
from policytext.extract.words import alternatives, verb_pattern

AUXILIARY = (
    r"(?:(?:has|have|had|did|does|do|also|then|later|once|now|therefore|however|"
    r"himself|herself|itself|themselves|both|all|further|first|"
    r"already|often|even|again|so|too|went on to|goes on to|"
    r"(?:was|were|is|are) (?:keen|anxious|quick|right|careful|able|at pains) to|[a-z]{2,15}ly),? ){0,4}"
)
"""What may stand between a subject and its reporting verb; not "was": who was told is not who spoke."""
_PARTY = (
    r"(?:Labour|Conservative|Tory|Liberal Democrats?|Lib Dem|Liberal|"
    r"Unionist|SNP|Plaid Cymru|Green|UKIP|Communist|Independent)"
)
_PARTIES = {"Tory": "Conservative", "Lib Dem": "Liberal Democrats", "Liberal Democrat": "Liberal Democrats"}
_APPOSITION = re.compile(rf", (?P<role>[^.;:!?{BLANK}]{{2,250}}?),? {AUXILIARY}$")
_FINITE = re.compile(r"\b(?:was|were|is|are|will|would|that|but|when|while|although|because|had|has)\b")
_LONE_PARTY = re.compile(rf"\b(?P<party>{_PARTY})(?:[’']s)? $")
_DETERMINER = re.compile(r"^(?:the|an?) ", re.IGNORECASE)


@lru_cache(maxsize=1)
def role_word() -> re.Pattern[str]:
    """Returns a pattern for words that name an office."""
    return re.compile(rf"\b(?:{alternatives('role')})s?\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _before_name() -> re.Pattern[str]:
    plain = r"(?!(?:and|that|as|by|to|said|according|in|with|but|of|for|from|at|on)\b)[\w-]{2,20}"
    office = rf"(?i:{alternatives('role')}|secretary of state|prime minister)"
    word = r"[A-Z][\w’'-]*"
    place = rf"(?: (?:of|for|at|to) (?:the )?{word}(?: (?:(?:and|of|for|the) ){{0,2}}{word}){{0,6}})?"
    return re.compile(
        rf"(?:\b(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|\w{{1,20}}[’']s) (?:own )?)?(?:\b(?P<party>{_PARTY}) )?"
        rf"\b(?P<role>(?:{plain} ){{0,4}}{office}{place})(?: at the time)?,? $"
    )


@lru_cache(maxsize=1)
def _behind_name() -> re.Pattern[str]:
    stop = rf"(?=,? {AUXILIARY}(?:{verb_pattern().pattern})|,? (?:was|is|has|had)\b|,?:|,?$)"
    return re.compile(rf", (?:the )?(?P<role>[^.;:!?{BLANK}]{{2,220}}?){stop}")


def is_apposition(gap: str) -> bool:
    """Tells whether what stands behind a name, up to its verb, is an office: ", chairman of the Board, "."""
    if not gap.startswith(",") or len(gap) > 280:
        return False
    match = _APPOSITION.match(gap)
    return match is not None and _is_office(match["role"])


def _is_office(words: str) -> bool:
    return role_word().search(words) is not None and _FINITE.search(words) is None


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
    if match is None:
        lone = _LONE_PARTY.search(before)
        behind = _behind_name().match(text[speaker.end : speaker.end + 260])
        role = behind["role"].rstrip(",") if behind and _is_office(behind["role"]) else None
        if lone is None:
            return speaker.start, role, None
        return speaker.start - len(before) + lone.start(), role, _PARTIES.get(lone["party"], lone["party"])
    role, party = match["role"].strip(), match["party"]
    inner = re.match(rf"(?:[Tt]he )?({_PARTY}) ", role)
    if inner and party is None:
        party, role = inner[1], role[inner.end() :]
    begins = speaker.start - len(before) + match.start()
    return begins, _DETERMINER.sub("", role), _PARTIES.get(party, party) if party else None
