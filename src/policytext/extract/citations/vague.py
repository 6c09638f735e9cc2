"""Law spoken of without a name: "no basis in law", "the law should be amended", "the statutory framework".

Only what speaks of law as an instrument: what it says, that it be changed, that there is none.
"Brother-in-law", "the rule of law", "the Law Society", "the Poor Law" are none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policytext.annotation import Citation
from policytext.extract.citations.citing import cite, near

_FOOTING = (
    r"\b(?:no|any|a|an|some|little|its|their|proper|firm|clear|the)\s(?:[a-z-]{2,14}\s){0,2}?"
    r"(?:legal|statutory|legislative)\s(?:basis|footing|foundations?|underpinning|backing|status)\b"
    r"|\b(?:no|any|a|some|little|its|their|the)\s(?:[a-z-]{2,14}\s)?(?:basis|foundation|standing|status"
    r"|footing)\s"
    r"in\s(?:law|statute|legislation)\b"
    r"|\bno\sformal\sstatus\b"
    r"|\b(?:a|the)\s(?:patchwork|jumble|maze|tangle|web|muddle|hotchpotch|mass)\sof\s(?:[a-z]{3,12}\s)?(?:statutes|laws|legislation|Acts)\b"
    r"|\b[Nn]o\sstatute\b"
    r"|\b(?:no|any|the|without(?:\sany)?)\s(?:legal|statutory)\s(?:powers?|means)\sto\s[a-z]{4,12}(?:\sit|\sthem)?\b"
)
_FRAMEWORK = (
    r"\b(?:(?:[Tt]he|[Aa]n?|[Nn]o|[Tt]his|[Tt]hat|[Aa]ny|its)\s(?:[\w-]{2,14}\s){0,2}?)?"
    r"(?:legal|legislative|statutory)(?:\s(?:and|or)\s[a-z]{3,14})?\sframeworks?\b"
)
_VERB = (
    r"(?:should|must|needs?|ought|does|did|has|had|is|was|would|will|could|cannot|as\sit|requires?|required"
    r"|allow(?:s|ed)|permit(?:s|ted)|forbids?|forbade|prevent(?:s|ed)|oblige[sd]|says?|said|gave|gives"
    r"|currently|already|still|now|never|itself|governing|relating|on\s[a-z])"
)
_CHANGE = (
    r"(?:chang(?:e[sd]?|ing)|amend(?:s|ed|ing)?|reform(?:s|ed|ing)?|alter(?:s|ed|ing)?|clarify(?:ing)?"
    r"|repeal(?:ing)?"
    r"|changes?\s(?:to|in)|amendments?\s(?:to|of)|reforms?\s(?:to|of)|state\sof|under|within|what|whether"
    r"|that|(?:say|said|speak|spoke|something|nothing|word|uncertain|clear|vague)\s(?:about|on|of))"
)
_BILL = (
    r"\b(?:[Tt]here\s(?:will|would|may|might|must|should|is\sto|was\sto)\s(?:not\s)?be|introduc(?:e[sd]?|ing)|bring(?:ing)?\s(?:in|forward)"
    r"|brought\s(?:in|forward)|lay(?:ing)?|promis(?:e[sd]?|ing)|prepar(?:e[sd]?|ing)|draft(?:ing)?|await(?:s|ed|ing)?|need(?:s|ed)?|want(?:s|ed)?)\s"
    r"(?P<bill>(?:a|another|no|such\sa)\s(?:short\s|new\s|further\s|amending\s)?Bill)\b(?!\s(?:of|called|entitled|which\sbecame)\b)"
)
_LAW = (
    rf"\b[Tt]he\s(?:existing\s|present\s|current\s)?law(?=\s{_VERB}\b)(?!\s(?:is|was)\san\sass)"
    r"|(?<=\b(?:is|as))\s(?P<subject>the\slaw)(?=[.;,]\s)"
    rf"|(?<=\b)(?:{_CHANGE})\s(?P<law>the\s(?:existing\s|present\s|current\s)?law)\b(?!\s(?:of|on\s(?:him"
    rf"|her|them)|lords|officers|school))"
)
_LEGISLATION = (
    r"\b(?:(?:[Tt]he|[Tt]his|[Tt]hat|[Nn]o|[Ff]urther|[Nn]ew|[Pp]rimary|[Ss]econdary|[Ee]xisting"
    r"|[Cc]urrent|[Pp]resent|[Aa]mending|[Ee]nabling"
    r"|[Ff]resh|[Ff]uture|[Ff]orthcoming|[Pp]roposed|[Rr]ecent|[Ss]pecific|earlier|[Ss]ubsequent"
    r"|permissive)\s(?:(?!the\s|this\s|that\s|any\s|was\s|for\s|and\s|about\s|from\s|into\s|with\s|than\s|when\s)[a-z-]{3,12}\s)?)legislation\b"
    r"|\b[Ll]egislation(?=\s(?:requires?|required|allow|permit|prevent|oblige))"
    r"|(?:(?:changes?|amendments?)\s(?:to|in)|introduc(?:e[sd]?|ing)|without|through|by|[Uu]nder|promised?"
    r"|awaiting)\s(?P<noun>legislation)\b"
)
_DUTIES = (
    r"\b(?:(?:[Tt]heir|[Ii]ts|[Hh]is|[Oo]ur|each)\s(?:own\s)?(?:existing\s)?)statutory\s"
    r"(?:duty|duties|powers|functions|responsibilit(?:y|ies)|obligations?)\b"
)
_LEGAL = r"law\b|[Ll]egislat|legal|statut|formal"
_PATTERNS = tuple(
    (re.compile(word), re.compile(pattern.replace(r"\s", r"\s{1,2}")), rule, confidence)
    for word, pattern, rule, confidence in (
        (_LEGAL, _FOOTING, "law-footing", 0.5),
        ("framework", _FRAMEWORK, "law-framework", 0.5),
        (r"law\b", _LAW, "law-spoken-of", 0.4),
        (r"Bill\b", _BILL, "bill-unnamed", 0.35),
        ("egislation", _LEGISLATION, "legislation-unnamed", 0.35),
        ("statutory", _DUTIES, "statutory-duties", 0.3),
    )
)


def find_vague(text: str) -> Iterator[Citation]:
    """Yields unnamed law as vague_legislation, without a title and with low confidence."""
    for word, pattern, rule, confidence in _PATTERNS:
        for match in near(word, pattern, text, 60, 60):
            named = match.groupdict()
            group = next((g for g in named if named[g]), 0)
            yield cite(text, match.span(group), "vague_legislation", rule, confidence)
