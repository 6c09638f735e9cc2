"""What a footnote cites: papers, and what is known only because a paper quotes or reports it.

A paper that speaks for itself is one reference, however often it says what was asked for. What somebody else
is quoted or reported to have said is a reference of its own, within the paper that prints it: its author is
the speaker, its original date is when it was said, its date when it was printed. What is printed again is no
reference; the first names where.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from policytext.analysis.timeline import Paper, Timeline
from policytext.analysis.witness import REPRINTS, Witness
from policytext.export.files.reference_names import Name, name_of
from policytext.export.wording import display_date, shown
from policytext.store.archive import Archive
from policytext.text.edtf import bounds

_TITLE = 120
"""Characters of a quotation that stand for the title of what has none."""
_LONGEST = 20_000
_NAMED = 12
"""So many places are named one by one; of more the number is told."""
_NOT_IN_KEY = re.compile("[^a-z0-9]")
_POINT = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
_QUALIFIER = re.compile("[~?%]")

_PAPER_TYPES = {
    "act": "legislation",
    "article": "article",
    "bill": "bill",
    "book": "book",
    "chapter": "chapter",
    "debate": "hearing",
    "hansard": "hearing",
    "interview": "interview",
    "letter": "personal_communication",
    "newspaper": "article-newspaper",
    "page": "webpage",
    "pamphlet": "pamphlet",
    "speech": "speech",
    "thesis": "thesis",
    "web": "webpage",
}
_REPORTS = frozenset({"briefing", "memorandum", "paper", "report", "digest", "review", "plan", "strategy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of a bibliography.

    ``key`` is stable: it depends on the work alone. ``type`` is a type of CSL 1.0.2, ``genre`` the kind of
    paper as catalogued. ``issued`` and ``original`` are EDTF: when it was printed and, of an utterance, when
    it was said. ``page`` is as printed; ``locator`` says where to look where no page is known. ``quotation``
    are the words themselves, ``notes`` lines on how all this is known.
    """

    key: str
    kind: Literal["paper", "utterance"]
    type: str
    title: str
    authors: tuple[Name, ...]
    issued: str | None
    genre: str | None = None
    container_title: str | None = None
    container_authors: tuple[Name, ...] = ()
    publisher: str | None = None
    original: str | None = None
    page: str | None = None
    locator: str | None = None
    quotation: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Cited:
    """The witnesses that one reference stands for; ``again`` those that print it again."""

    lead: Witness
    places: list[tuple[str, str | None]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    again: list[Witness] = field(default_factory=list)
    says: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)
    confidences: tuple[float, float] = (1.0, 0.0)


def references(timeline: Timeline) -> list[Reference]:
    """Returns what a timeline cites, in the order in which it was said first."""
    return list(each_reference(timeline))


def each_reference(timeline: Timeline) -> Iterator[Reference]:
    """Yields what a timeline cites, in the order in which it was said first.

    Holds of every work its first witness, and of the others only where they stand.
    """
    found: dict[tuple[str, str], _Cited] = {}
    printed_again: dict[tuple[str, str], list[Witness]] = {}
    for witness in timeline.witnesses:
        if witness.relation in REPRINTS:
            printed_again.setdefault(_work(witness), []).append(witness)
            continue
        cited = found.setdefault(_identity(witness), _Cited(witness))
        _add(cited, witness, timeline.labels)
    by_work = {_work(cited.lead): cited for cited in reversed(found.values())}
    for work, witnesses in printed_again.items():
        if work in by_work:
            by_work[work].again = witnesses
        else:  # what it prints again is not in this timeline: it must be cited all the same
            cited = found.setdefault(("again", work[1]), _Cited(witnesses[0]))
            for witness in witnesses:
                _add(cited, witness, timeline.labels)
    keys = _Keys()
    for cited in found.values():
        yield _reference(cited, timeline.papers, keys)


def paper_references(archive: Archive) -> Iterator[Reference]:
    """Yields the papers of an archive, by id."""
    keys = _Keys()
    for paper in _papers(archive):
        yield paper_reference(paper, keys.of(_paper_head(paper), paper.document))


def paper_reference(paper: Paper, key: str, notes: Sequence[str] = ()) -> Reference:
    """Returns the reference of a paper as a whole."""
    printed = _date_note("Printed", paper.publication_edtf, paper.publication_date_basis)
    file = f"File: {paper.source}; document {paper.document}; sha256 {paper.sha256}"
    rights = [f"Rights: {paper.rights}"] if paper.rights else []
    kind = _paper_type(paper.kind)
    return Reference(
        key=key,
        kind="paper",
        type=kind,
        title=_line(paper.title or paper.source),
        authors=tuple(name_of(author) for author in paper.authors if author.strip()),
        issued=paper.publication_edtf,
        genre=_line(paper.kind) if paper.kind and paper.kind != kind else None,
        publisher=_line(paper.publisher) if paper.publisher else None,
        notes=tuple(_line(note) for note in (printed, *notes, file, *rights)),
    )


def _identity(witness: Witness) -> tuple[str, str]:
    """Returns what is cited: the paper where it speaks for itself, else the utterance."""
    return ("paper", witness.document) if witness.voice == "own" else _work(witness)


def _work(witness: Witness) -> tuple[str, str]:
    return "work", witness.work or f"{witness.document}:{witness.start}-{witness.end}"


def _add(cited: _Cited, witness: Witness, labels: Mapping[str, str]) -> None:
    cited.ids.append(witness.witness_id)
    cited.rules[witness.rule] = None
    least, most = cited.confidences
    cited.confidences = min(least, witness.confidence), max(most, witness.confidence)
    if witness.document == cited.lead.document:
        cited.places.append((f"{witness.start}-{witness.end}", witness.page))
    else:
        cited.again.append(witness)
    if witness.family_id is not None:
        doubt = " (suggested, not confirmed)" if witness.tier == "suggested" else ""
        label = labels.get(witness.family_id, witness.family_id)
        cited.says[f"{witness.stance or 'supports'}{doubt}: {label}"] = None


def _reference(cited: _Cited, papers: Mapping[str, Paper], keys: _Keys) -> Reference:
    lead = cited.lead
    paper = papers.get(lead.document) or _unlisted(lead)
    if lead.voice == "own":
        key = keys.of(_paper_head(paper), paper.document)
        return paper_reference(paper, key, (*_where(cited), *_evidence(cited, papers)))
    authors = tuple(name_of(n) for n in (lead.speaker or "").split(";") if n.strip())
    year = bounds(lead.statement_edtf)[0] if lead.statement_edtf else None
    head = f"{authors[0].head if authors else 'anonymous'} {(year or '')[:4] or 'nd'}"
    place = f"characters {lead.start}-{lead.end} of {lead.source}"
    return Reference(
        key=keys.of(head, _work(lead)[1]),
        kind="utterance",
        type="chapter",  # the one type whose container has authors of its own everywhere, Zotero included
        title=_title(lead),
        authors=authors,
        issued=lead.publication_edtf,
        genre=_GENRES[lead.voice],
        container_title=_line(paper.title or paper.source),
        container_authors=tuple(name_of(author) for author in paper.authors if author.strip()),
        publisher=_line(paper.publisher) if paper.publisher else None,
        original=lead.statement_edtf,
        page=_line(lead.page) if lead.page else None,
        locator=None if lead.page else _line(place),
        quotation=_line(lead.quote),
        notes=tuple(_line(n) for n in (*_said(lead), *_where(cited), *_evidence(cited, papers))),
    )


def _title(lead: Witness) -> str:
    """Returns the first words of an utterance, and when it was said: most styles print no original date.

    Reported speech says so, since its words are the paper's.
    """
    said = f"said {display_date(lead.statement_edtf)}" if lead.statement_edtf else "date unknown"
    told = "reported, " if lead.voice == "reported" else ""
    return f"{_short(lead.quote)} [{told}{said}]"


_REPRINTS = {
    "edited-reprint": "An edited reprint",
    "reprint": "A reprint",
    "internal-repeat": "A repeat, within its paper,",
}
_GENRES = {"quoted": "statement, quoted directly", "reported": "statement, in reported speech"}


def _said(lead: Witness) -> Iterator[str]:
    if lead.relation == "quoted-at-second-hand":
        yield "Known here at second hand, from the paper that prints it"
    if lead.party:
        yield f"Party: {lead.party}"
    yield _date_note("Said", lead.statement_edtf, lead.statement_date_basis, lead.date_asserted_by)
    yield _date_note(
        "Printed", lead.publication_edtf, lead.publication_date_basis, lead.publication_asserted_by
    )


def _date_note(verb: str, edtf: str | None, basis: str | None, asserted_by: str | None = None) -> str:
    if edtf is None:
        return f"{verb}: not dated"
    by = f"; asserted by {asserted_by}" if asserted_by else ""
    return f"{verb}: {display_date(edtf)} (EDTF {edtf}; {basis}{by})"


def _where(cited: _Cited) -> Iterator[str]:
    lead, places = cited.lead, list(dict.fromkeys(cited.places))
    pages = list(dict.fromkeys(page for _, page in places if page))
    if pages:
        yield f"{'Page' if len(pages) == 1 else 'Pages'}: {_some(pages)}"
    yield f"Characters of {lead.source} (sha256 {lead.source_sha256}): {_some([p for p, _ in places])}"


def _evidence(cited: _Cited, papers: Mapping[str, Paper]) -> Iterator[str]:
    lead = cited.lead
    for said in cited.says:
        yield said[0].upper() + said[1:]
    if lead.relation in REPRINTS:
        yield f"{_REPRINTS[lead.relation]} of what this timeline does not hold"
    elif lead.relation == "resurfacing-candidate":
        yield "Perhaps the same claim, come back in another work"
    again = [f"{_printing(w, papers)}, characters {w.start}-{w.end} ({w.relation})" for w in cited.again]
    if again:
        yield f"Reprinted in: {_some(again)}"
    if lead.reviewed_by:
        yield f"Reviewed by: {lead.reviewed_by}"
    sure = "–".join(dict.fromkeys(f"{confidence:.2f}" for confidence in cited.confidences))
    yield f"Found by: {_some(list(cited.rules))}, confidence {sure}"
    yield f"policytext: {_some(cited.ids)}"


def _printing(witness: Witness, papers: Mapping[str, Paper]) -> str:
    paper = papers.get(witness.document) or _unlisted(witness)
    title = _short(paper.title or paper.source)
    return f"{title} ({display_date(paper.publication_edtf)})"


def _some(several: Sequence[str]) -> str:
    shown_ones = ", ".join(several[:_NAMED])
    return shown_ones if len(several) <= _NAMED else f"{shown_ones} and {len(several) - _NAMED} more"


def _unlisted(witness: Witness) -> Paper:
    """Returns what a witness itself tells of its paper."""
    return Paper(
        document=witness.document,
        source=witness.source,
        sha256=witness.source_sha256,
        title=witness.title,
        authors=(),
        publisher=None,
        publication_edtf=witness.publication_edtf,
        publication_date_basis=witness.publication_date_basis,
    )


def _papers(archive: Archive) -> Iterator[Paper]:
    for row in archive.sql.execute("SELECT id, name, sha256, metadata FROM documents ORDER BY id"):
        facts = {name: fact or {} for name, fact in json.loads(row["metadata"]).items()}
        values = {name: fact.get("value") for name, fact in facts.items()}
        yield Paper(
            document=row["id"],
            source=row["name"],
            sha256=row["sha256"],
            title=values.get("title"),
            authors=tuple(a.strip() for a in (values.get("authors") or "").split(";") if a.strip()),
            publisher=values.get("publisher"),
            publication_edtf=values.get("publication_date"),
            publication_date_basis=facts.get("publication_date", {}).get("basis"),
            kind=values.get("kind"),
            rights=values.get("rights"),
        )


def _paper_head(paper: Paper) -> str:
    names = [name_of(author).head for author in paper.authors if author.strip()]
    day = bounds(paper.publication_edtf)[0] if paper.publication_edtf else None
    return (
        f"{names[0] if names else paper.publisher or paper.title or paper.source} {(day or '')[:4] or 'nd'}"
    )


def _paper_type(kind: str | None) -> str:
    """Returns the CSL type of a kind of paper: by its last word that says one, else a document."""
    for word in reversed(re.findall(r"\w+", (kind or "").lower())):
        if word in _PAPER_TYPES:
            return _PAPER_TYPES[word]
        if word in _REPORTS:
            return "report"
    return "document"


def _short(text: str) -> str:
    return _line(text) if len(text) <= _TITLE else shown(text, _TITLE)


def _line(text: str) -> str:
    if text.isprintable() and len(text) <= _LONGEST:  # nothing to be hidden: nearly always, and much faster
        return " ".join(text.split())
    return shown(text, _LONGEST)


class _Keys:
    """Gives keys such as ``pryce1956-3f2a``: the last part is of the work's own identity, so it stays."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}

    def of(self, head: str, identity: str) -> str:
        """Returns the key of a work; ``head`` is a name and a year."""
        name, _, year = head.rpartition(" ")
        plain = unicodedata.normalize("NFKD", name[:200]).casefold()
        word = _NOT_IN_KEY.sub("", plain)[:40] or "anonymous"
        digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
        for length in range(4, len(digest) + 1):
            key = f"{word}{year}-{digest[:length]}"
            if self._taken.setdefault(key, identity) == identity:
                return key
        raise AssertionError("two works of one identity")


# Dates as the formats can hold them.


def date_sides(edtf: str) -> tuple[str | None, str | None]:
    """Returns first and last day, month or year of an EDTF value, each to its own precision.

    "1956" is 1956 twice, "195X" 1950 and 1959; a season is its year; None is an open side.
    """
    plain = _QUALIFIER.sub("", edtf)
    first, slash, last = plain.partition("/")
    earliest, latest = bounds(edtf)
    return _side(first, earliest), _side(last if slash else first, latest)


def _side(part: str, day: str | None) -> str | None:
    if day is None or day[:4] in ("0000", "9999"):
        return None
    if _POINT.fullmatch(part):
        return part
    if re.fullmatch(r"\d{4}-2[1-4]", part) or re.fullmatch("[0-9X]{4}", part):
        return day[:4]
    return day


def is_uncertain(edtf: str) -> bool:
    """Whether an EDTF value is qualified: approximate, uncertain, or both."""
    return _QUALIFIER.search(edtf) is not None


def extra_date(edtf: str) -> str | None:
    """Returns a date as Zotero reads it in its field Extra: a point, or ``first/last``."""
    first, last = date_sides(edtf)
    if first is None or last is None:
        return None
    return first if first == last else f"{first}/{last}"
