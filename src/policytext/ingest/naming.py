"""Names of persons and of bodies as title pages write them, and words that are no title."""

from __future__ import annotations

import re

_BARE_TITLES = frozenset(
    {
        "dr", "prof", "professor", "mr", "mrs", "ms", "miss", "cllr", "councillor", "alderman", "rev",
        "reverend", "the", "by",
    }
)  # fmt: skip
_KEPT_TITLES = frozenset(
    {
        "sir", "dame", "lord", "lady", "baroness", "baron", "viscount",
    }
)  # fmt: skip
_POSTNOMINALS = frozenset(
    {
        "mp", "mbe", "obe", "cbe", "kbe", "dbe", "qc", "kc", "phd", "md", "frcp", "frs", "mpp", "msp",
        "am", "jp",
    }
)  # fmt: skip
_PARTICLES = frozenset(
    {
        "de", "del", "der", "van", "von", "la", "le", "al", "bin", "ap", "du",
    }
)  # fmt: skip
_TOKEN = re.compile(r"(?:[A-Z]\.){1,4}|[A-Z]|[^\W\d_][^\W\d_'\u2019.-]*(?:['\u2019-][^\W\d_]+)*")
_CUT = re.compile(r"\s*(,\s*and\b|,|;|&|\band\b|\bwith\b)\s*", re.IGNORECASE)

_ROLE = frozenset(
    {
        "secretary", "director", "officer", "clerk", "chairman", "chairwoman", "chair", "chief",
        "executive", "minister", "president", "professor", "treasurer", "surveyor", "manager",
        "editor", "leader", "registrar", "superintendent", "fellow", "head", "adviser", "lecturer",
    }
)  # fmt: skip
_BODY = frozenset(
    {
        "council", "committee", "board", "ministry", "department", "dept", "association", "authority",
        "confederation", "trust", "fund", "office", "commission", "society", "college", "institute",
        "foundation", "federation", "union", "centre", "center", "group", "university", "network",
        "alliance", "agency", "parliament", "inspectorate", "company", "ltd", "limited", "project",
        "partnership", "press", "hospital", "organisation", "bureau", "conference",
        "party", "library", "england", "scotland", "wales", "britain", "kingdom", "nhs",
    }
)  # fmt: skip
_BODY_BEGINS = (
    "ministry of ",
    "department of ",
    "house of ",
    "association of ",
    "office of ",
    "scottish ",
    "welsh ",
)
_NO_BODY = frozenset(
    {
        "report", "minutes", "memorandum", "note", "evidence", "paper", "circular", "future", "case",
        "why", "how", "where", "what", "whither", "is", "are", "to", "in", "on", "from", "by", "a",
        "an", "towards", "agenda", "item", "guidance", "guide", "submission", "response", "bill",
        "act",
    }
)  # fmt: skip
_KINDS = (
    "discussion paper", "policy paper", "briefing", "briefing paper", "policy briefing", "report",
    "annual report", "interim report", "final report", "white paper", "green paper", "consultation",
    "consultation paper", "circular", "memorandum", "minutes", "press release", "press notice",
    "newsletter", "speech", "working paper", "research paper", "guidance", "case study", "interview",
    "evidence", "submission", "background paper", "information paper", "occasional paper", "position paper",
    "viewpoint", "blog", "article", "factsheet",
)  # fmt: skip
_SECTIONS = (
    "introduction", "foreword", "preface", "contents", "table of contents", "summary", "executive summary",
    "key points", "key messages", "background", "acknowledgements", "about the author", "about the authors",
    "about this report", "about", "conclusion", "conclusions", "recommendations", "references", "notes",
    "appendix", "annex", "index", "in this issue", "at a glance", "overview", "welcome", "home",
    "confidential", "restricted", "draft", "agenda", "menu", "share", "print",
)  # fmt: skip


def kind_of(line: str) -> str | None:
    """Returns the kind of document where the line is nothing but its label (``discussion paper``)."""
    folded = _folded(line)
    return folded if folded in _KINDS else None


def is_section(line: str) -> bool:
    """Whether the line is the name of a part that many papers have (``Introduction``)."""
    return _folded(line) in _SECTIONS


def is_body(line: str) -> bool:
    """Whether the line looks like the name of an organisation and nothing else."""
    words = _folded(line).split()
    if not 1 < len(words) <= 12 or line.rstrip().endswith((".", "?", "!")) or not line[:1].isupper():
        return False
    if any(w.isdigit() for w in words) or set(words) & _NO_BODY:
        return False
    return words[-1] in _BODY or " ".join(words).removeprefix("the ").startswith(_BODY_BEGINS)


def is_role(line: str) -> bool:
    """Whether the line begins like an office (``Chief executive``, ``Director of Nursing``)."""
    return bool(set(_folded(line).split()[:4]) & _ROLE)


def person(words: str) -> str | None:
    """Returns a personal name without title and letters behind it; None where it does not look like one.

    Two to five tokens, each with a capital or an initial, none the word of an office or an organisation.
    """
    tokens = words.replace("\u2019", "'").split()
    while tokens and tokens[0].rstrip(".").lower() in _BARE_TITLES:
        tokens = tokens[1:]
    while tokens and tokens[-1].strip(".()").lower() in _POSTNOMINALS:
        tokens = tokens[:-1]
    bare = tokens[1:] if tokens and tokens[0].lower() in _KEPT_TITLES else tokens
    if not 2 <= len(bare) <= 5 or not all(_is_name_part(t) for t in bare):
        return None
    if len(bare[-1]) < 2 or bare[-1].endswith(".") or bare[0].lower() in _PARTICLES:
        return None
    name = " ".join(tokens)
    return name.title().replace("'S", "'s") if name.isupper() else name


def persons(line: str) -> list[str]:
    """Returns the names that a byline lists, each once, in order: ``Ann Bee, Joy Dee and Eve Fox``.

    Once something that is no name has come (an office, a university), only what follows an ``and`` or a
    semicolon can be a name again.
    """
    parts = _CUT.split(line[:400])
    names: list[str] = []
    strayed = False
    for index in range(0, len(parts), 2):
        joint = parts[index - 1].lower() if index else ""
        name = person(parts[index].strip(" .:()")) if parts[index] else None
        if name and not (strayed and joint == ","):
            names.append(name)
        strayed = strayed or not name
        if not names:
            return []  # a byline begins with a name
    return list(dict.fromkeys(names))


def _is_name_part(token: str) -> bool:
    if token.lower() in _PARTICLES:
        return True
    word = token.strip(".").lower()
    return bool(_TOKEN.fullmatch(token)) and token[0].isupper() and word not in _ROLE and word not in _BODY


def _folded(line: str) -> str:
    return " ".join(re.sub(r"[^\w\s'&-]", " ", line.casefold()).split())
