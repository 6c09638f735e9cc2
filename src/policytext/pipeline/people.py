"""Bringing the speakers of an archive together: from its statements to people, names and sayers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from policytext.analysis.people.bodies import abbreviations
from policytext.analysis.people.joining import Naming, join_speakers
from policytext.annotation import SpeakerType
from policytext.extract.speakers.persons import personal_name
from policytext.extract.words import words
from policytext.store.archive import Archive
from policytext.store.reader import sayings, voices
from policytext.store.writer import put_people

_BETWEEN = "; "
_TOLD = frozenset({"explicit", "anaphoric", "vague", "citation_year"})
"""Bases of a date that the text tells; one that only the printing gives says nothing of who is alive."""
_PEERAGE = re.compile(
    r"(?:Lord|Lady|Baron|Baroness|Viscount|Viscountess|Earl) [A-Z][\w’'-]+(?: of [A-Z]\w+)?"
)


@dataclass(slots=True)
class _Gathered:
    """What one document tells of one name, as far as it is read."""

    statements: int = 0
    firsts: set[str] = field(default_factory=set)
    lasts: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    peerages: set[str] = field(default_factory=set)


_Key = tuple[str, str, SpeakerType]  # document, name, type


def bring_together(archive: Archive) -> None:
    """Joins the speakers of ``archive`` anew and stores them, all or nothing."""
    gathered: dict[_Key, _Gathered] = {}
    spoken: list[tuple[int, int, _Key]] = []
    for key, place, naming, saying in _spoken(archive):
        spoken.append((key, place, naming))
        _gather(gathered.setdefault(naming, _Gathered()), saying)
    named = {(document, name) for document, name, _ in gathered}
    for document, name in voices(archive):
        if (document, name) not in named:
            gathered[document, name, _type_of(name)] = _Gathered()
    people, links = join_speakers((_naming(*item) for item in gathered.items()), _definitions(archive))
    home = {(x.document, x.alias, x.type): x.person for x in links if x.joined}
    put_people(
        archive,
        ((p.id, p.name, p.type, p.roles, p.parties, (p.name, *p.aliases)) for p in people),
        ((x.document, x.alias, x.person, x.joined, x.rule, x.confidence) for x in links),
        ((key, place, home[naming]) for key, place, naming in spoken),
    )


@dataclass(frozen=True, slots=True)
class _Saying:
    role: str | None
    party: str | None
    first: str | None
    last: str | None
    called: str | None


def _spoken(archive: Archive) -> Iterator[tuple[int, int, _Key, _Saying]]:
    """Yields statement, place, naming and what it tells; of several who speak, each with their own role."""
    for row in sayings(archive):
        names = [n for n in row["speaker"].split(_BETWEEN) if n.strip()]
        roles = (row["role"] or "").split(_BETWEEN)
        dated = row["date_basis"] in _TOLD
        for place, name in enumerate(names):
            role = row["role"] if len(names) == 1 else roles[place] if len(roles) == len(names) else None
            saying = _Saying(
                role or None,
                row["party"] if len(names) == 1 else None,
                row["said_latest"] if dated else None,
                row["said_earliest"] if dated else None,
                row["speaker_text"] if len(names) == 1 else None,
            )
            yield row["key"], place, (row["document"], name, row["speaker_type"]), saying


def _gather(gathered: _Gathered, saying: _Saying) -> None:
    gathered.statements += 1
    told = (
        (gathered.firsts, saying.first),
        (gathered.lasts, saying.last),
        (gathered.roles, saying.role),
        (gathered.parties, saying.party),
    )
    for known, value in told:
        if value is not None:
            known.add(value)
    title = _PEERAGE.match(saying.called or "")
    if title:
        gathered.peerages.add(title[0])


def _naming(key: _Key, told: _Gathered) -> Naming:
    return Naming(
        *key,
        statements=told.statements,
        first=min(told.firsts, default=None),
        last=max(told.lasts, default=None),
        roles=frozenset(told.roles),
        parties=frozenset(told.parties),
        peerages=frozenset(told.peerages),
    )


def _type_of(voice: str) -> SpeakerType:
    """Returns whether a document's voice is a person, by its given name or initials, or a body."""
    name = personal_name(voice)
    if name is None or not name.given:
        return "organisation"
    initials = not name.full and not voice.split(maxsplit=1)[0].isupper()
    return "person" if initials or name.given[0] in words()["given"] else "organisation"


def _definitions(archive: Archive) -> Callable[[str], Mapping[str, str]]:
    """Returns what reads the abbreviations of a document from its clean text, once each."""

    @cache
    def read(document: str) -> Mapping[str, str]:
        row = archive.sql.execute("SELECT clean FROM documents WHERE id = ?", (document,)).fetchone()
        return abbreviations(row["clean"])

    return read
