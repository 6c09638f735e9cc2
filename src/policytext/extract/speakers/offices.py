"""Who held which office when, and what flags follow from it.

``data/offices.csv``: ``from`` and ``to`` are ISO days, months or years, as exactly as known. ``verified``
says what the source named in the row confirms: ``days`` both of them, ``years`` the years (the days are
general knowledge then), ``no`` nothing. ``data/titles_of_offices.csv`` says what a printed title can mean.
What is told of a statement is a flag or a suggestion; nothing is corrected here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from policytext.annotation import Statement
from policytext.extract.speakers.persons import PersonalName, compatible, personal_name
from policytext.text.edtf import bounds

_PAST = re.compile(
    r"\b(?:former(?:ly)?|ex|late|previous(?:ly)?|past|once|sometime|later|future|shadow)\b", re.IGNORECASE
)
_LEAD = re.compile(
    r"^(?:the|then|our|new|current|present|outgoing|incoming|his|her|uk|uk’s|uk's|british|britain’s|britain's|"
    r"rt\.? hon\.?|conservative|labour|tory|liberal democrat|liberal|coalition) ",
    re.IGNORECASE,
)
_TAIL = re.compile(r" (?:mp|at the time|at that time|of the day|then)$", re.IGNORECASE)
_PARTS = re.compile(
    r"\s*(?:[;()/,]|\b(?:and|&) (?=(?:the|first|deputy|leader|mp|member|chancellor|secretary|minister|prime|"
    r"chief|chair|president|lord|home|foreign|his|her)\b))\s*",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:Scot(?:land|tish|s)|Wales|Welsh|(?:Northern )?Ireland|Irish|Stormont|Canad\w+|Austral\w+|"
    r"New Zealand|France|French|German\w*|Swed\w+|Ontario|Quebec|Israeli?|India|Indian|Isle of Man|Jersey)\b"
)
"""The table's offices are those of the United Kingdom and of England."""
_POLITICAL = re.compile(
    r"\b(?:ministers?|secretary of state|(?:health|home|foreign|social services) secretary|mps?|member for|"
    r"politician|peer|founder|architect|chancellor|leader of the (?:opposition|house)|backbencher|"
    r"labour|conservative|tory|liberal)\b",
    re.IGNORECASE,
)
_LONGEST_ROLE = 200


@dataclass(frozen=True, slots=True)
class Tenure:
    """A time for which a person held an office; ``begins``/``ends`` as exactly as known, in ISO form."""

    person: str
    aliases: tuple[str, ...]
    office: str
    party: str | None
    begins: str
    ends: str
    verified: str
    source: str

    @property
    def outer(self) -> tuple[str, str]:
        """The first and the last ISO day that may belong to it."""
        first, last = bounds(self.begins)[0], bounds(self.ends)[1]
        return first or "", last or "9999-12-31"

    @property
    def inner(self) -> tuple[str, str]:
        """The first and the last ISO day that surely belong to it."""
        first, last = bounds(self.begins)[1], bounds(self.ends)[0]
        return first or "9999-12-31", last or ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a bare office may stand for; a suggestion, for the caller to weigh."""

    person: str
    office: str
    confidence: float
    verified: str


@dataclass(frozen=True, slots=True)
class Offices:
    """The tables; ``by_surname`` and ``by_office`` hold tenures in order of time."""

    tenures: tuple[Tenure, ...]
    names: dict[str, tuple[PersonalName, ...]]
    by_surname: dict[str, tuple[Tenure, ...]]
    by_office: dict[str, tuple[Tenure, ...]]
    titles: dict[str, tuple[tuple[str, float], ...]]


@lru_cache(maxsize=1)
def offices() -> Offices:
    """Returns the tables that come with the package."""
    rows = _rows("offices.csv")
    aliases: dict[str, tuple[str, ...]] = {}
    for row in rows:
        more = tuple(a for a in row["aliases"].split(";") if a)
        aliases[row["person"]] = aliases.get(row["person"], ()) + more
    tenures = tuple(
        Tenure(
            row["person"],
            aliases[row["person"]],
            row["office"],
            row["party"] or None,
            row["from"],
            row["to"],
            row["verified"],
            row["source"],
        )
        for row in rows
    )
    names = {
        person: tuple(n for n in map(personal_name, (person, *more)) if n) for person, more in aliases.items()
    }
    titles: dict[str, list[tuple[str, float]]] = {}
    for row in _rows("titles_of_offices.csv"):
        titles.setdefault(_folded(row["title"]), []).append((row["office"], float(row["confidence"])))
    return Offices(
        tenures,
        names,
        _grouped([(n.surname, t) for t in tenures for n in names[t.person]]),
        _grouped([(t.office, t) for t in tenures]),
        {title: tuple(meant) for title, meant in titles.items()},
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("policytext.extract") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _grouped(pairs: list[tuple[str, Tenure]]) -> dict[str, tuple[Tenure, ...]]:
    groups: dict[str, dict[Tenure, None]] = {}
    for key, tenure in pairs:
        groups.setdefault(key, {})[tenure] = None
    return {key: tuple(sorted(held, key=lambda t: (t.begins, t.person))) for key, held in groups.items()}


def _folded(title: str) -> str:
    return " ".join(re.findall(r"[\w’'-]+", title.casefold().replace("’", "'")))


def offices_named(role: str | None) -> dict[str, float]:
    """Returns the offices that a role as printed names, each with how surely; none after "former", "shadow".

    The whole role or one of its parts ("Health Secretary and MP for X") must be the title of an office:
    "adviser to the Prime Minister" and "Scottish health minister" are no title of the table.
    """
    found: dict[str, float] = {}
    for title in _titles(role or ""):
        for office, confidence in offices().titles.get(title, ()):
            found[office] = max(confidence, found.get(office, 0.0))
    return found


def _titles(role: str) -> list[str]:
    known = offices().titles
    if _ELSEWHERE.search(role[:_LONGEST_ROLE]):
        return []
    told = _PAST.split(role[:_LONGEST_ROLE], maxsplit=1)[0]
    if (whole := _stripped(told)) in known:
        return [whole]
    return [title for part in _PARTS.split(told) if (title := _stripped(part)) in known]


def _stripped(role: str) -> str:
    role = " ".join(role.split())
    while (shorter := _TAIL.sub("", _LEAD.sub("", role))) != role:
        role = shorter
    return _folded(role)


def holders(name: str, office: str | None = None) -> tuple[Tenure, ...]:
    """Returns the tenures of everyone whom ``name`` can mean, in order of time.

    A surname alone means all who bear it (or the peerage of that title); given names and initials must
    agree. ``office`` is an office as the table names it; None takes all.
    """
    given = personal_name(name)
    if given is None:
        return ()
    return tuple(
        tenure
        for tenure in offices().by_surname.get(given.surname, ())
        if office in (None, tenure.office) and _one_means(given, offices().names[tenure.person])
    )


def _one_means(given: PersonalName, known: Sequence[PersonalName]) -> bool:
    """Whether a name as printed is one of a person's; "Mrs Turton" is none of a man who became a baron."""
    sexes = {given.female, *(n.female for n in known)} - {None}
    return len(sexes) < 2 and any(_means(given, n) for n in known)


def _means(given: PersonalName, known: PersonalName) -> bool:
    """Whether a name as printed can be a name of the table: a peerage is asked for by a peer's title."""
    if known.peer and known.bare and not given.peer:
        return False
    if given.peer and given.bare and not known.peer:
        return False
    return compatible(given, known)


def office_on(
    person: str, earliest: str | None, latest: str | None, role: str | None = None
) -> tuple[str | None, str | None]:
    """Returns (office, party) of a person on every day from ``earliest`` to ``latest``; None where not known.

    Two offices held at once are joined by "; ". The party is also known between two offices held for the
    same one. A surname alone means somebody only with ``role``, as printed, naming the office.

    Args:
        person: the name; one that several in the table can bear gives nothing.
        earliest: the first ISO day in question, None where open: then nothing is known.
        latest: the last one.
        role: what the text calls the person; a working role of another kind ("ward sister") says that this
            is somebody else of that name.
    """
    if earliest is None or latest is None or _other_work(role):
        return None, None
    held = holders(person)
    if not _names_one(person, held):
        meant = offices_named(role)
        held = tuple(t for t in held if t.office in meant)
    if len({t.person for t in held}) != 1:
        return None, None
    then = [t for t in held if t.inner[0] <= earliest and latest <= t.inner[1]]
    parties = {t.party for t in then} or _party_between(held, earliest, latest)
    office = "; ".join(dict.fromkeys(t.office for t in then)) or None
    return office, next(iter(parties)) if len(parties) == 1 else None


def _names_one(person: str, held: Sequence[Tenure]) -> bool:
    """Whether a name says more than a surname that others bear too: a given name, or a peerage of its own."""
    name = personal_name(person)
    own = {n.surname for t in held if (n := personal_name(t.person))}
    return name is not None and (not name.bare or name.surname not in own)


def _other_work(role: str | None) -> bool:
    """Whether a role as printed has nothing to do with politics or an office of the table."""
    return bool(role) and not offices_named(role) and not _POLITICAL.search(role or "")


def _party_between(held: Sequence[Tenure], earliest: str, latest: str) -> set[str | None]:
    """Returns the party before and after, where days lie between two tenures."""
    before = [t for t in held if t.outer[1] <= earliest]
    after = [t for t in held if latest <= t.outer[0]]
    return {before[-1].party, after[0].party} if before and after else set()


def check(person: str, role: str | None, date: str | None, basis: str | None = None) -> tuple[str, ...]:
    """Returns what does not agree between an office as printed and the date of the statement, in sentences.

    A flag needs a person of the table who held the printed office, and a date wholly outside every time
    that anybody of that name held it. Nothing is said of offices once held ("former").

    Args:
        person: the name as far as known.
        role: as printed.
        date: EDTF, None where not known.
        basis: how the date is known; the flag says where only the printing gives it.
    """
    if date is None:
        return ()
    meant = offices_named(role)
    held = [t for t in holders(person) if t.office in meant] if meant else []
    try:
        earliest, latest = bounds(date)
    except ValueError:
        return ()
    inside = [
        t
        for t in held
        if (latest is None or t.outer[0] <= latest) and (earliest is None or earliest <= t.outer[1])
    ]
    if not held or inside:
        return ()
    times = " and ".join(f"{t.office} from {t.begins} to {t.ends}" for t in _best(held, meant))
    how = f"dated {date} by its printing" if basis == "publication" else f"dated {date}"
    return (f"{how}, but {person} was {times}",)


def _best(held: Sequence[Tenure], meant: dict[str, float]) -> list[Tenure]:
    """Returns the tenures of the offices that the printed title means most surely."""
    most = max(meant[t.office] for t in held)
    return [t for t in held if meant[t.office] == most]


def resolve(role: str, earliest: str | None, latest: str | None) -> Holder | None:
    """Returns who held a bare office ("the Minister of Health") on every day from ``earliest`` to ``latest``.

    None where the date is open or falls into two holders' time, the title means no office of the table, or
    several people held what it means. A suggestion: the confidence is the title's, less where no source
    confirms the tenure.
    """
    if earliest is None or latest is None:
        return None
    found: dict[str, Holder] = {}
    for office, confidence in sorted(offices_named(role).items()):
        near = [t for t in offices().by_office[office] if t.outer[0] <= latest and earliest <= t.outer[1]]
        if (
            len({t.person for t in near}) != 1
            or not near[0].inner[0] <= earliest <= latest <= near[0].inner[1]
        ):
            continue
        holder = near[0]
        sure = confidence * {"days": 0.95, "years": 0.9}.get(holder.verified, 0.8)
        if holder.person not in found or sure > found[holder.person].confidence:
            found[holder.person] = Holder(holder.person, holder.office, round(sure, 3), holder.verified)
    best = sorted(found.values(), key=lambda h: (-h.confidence, h.person))
    if not best or (len(best) > 1 and best[1].confidence == best[0].confidence):
        return None
    return best[0]


def enrich(statements: Sequence[Statement]) -> list[Statement]:
    """Returns the statements with ``role_then``, ``party_then`` and flags of offices filled in.

    What is filled in already stays. Of two who speak together each is checked, with the role at the same
    place where there is one for each; the office then is told of a single speaker only.
    """
    return [_enriched(s) if s.speaker and s.speaker_type == "person" else s for s in statements]


def _enriched(statement: Statement) -> Statement:
    assert statement.speaker
    role, party, flags = _told(
        statement.speaker, statement.role, statement.statement_date, statement.date_basis
    )
    if (role, party, flags) == (None, None, ()):
        return statement
    return replace(
        statement,
        role_then=statement.role_then or role,
        party_then=statement.party_then or party,
        flags=tuple(dict.fromkeys((*statement.flags, *flags))),
    )


@lru_cache(maxsize=4096)
def _told(
    speaker: str, role: str | None, date: str | None, basis: str | None
) -> tuple[str | None, str | None, tuple[str, ...]]:
    speakers = speaker.split("; ")
    roles = (role or "").split("; ")
    if len(speakers) > 1:
        pairs = zip(speakers, roles, strict=True) if len(roles) == len(speakers) else ()
        return None, None, tuple(flag for one, its in pairs for flag in check(one, its, date, basis))
    try:
        earliest, latest = bounds(date) if date else (None, None)
    except ValueError:
        return None, None, ()
    return *office_on(speaker, earliest, latest, role), check(speaker, role, date, basis)
