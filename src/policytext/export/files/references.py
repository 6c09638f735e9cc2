"""What a footnote cites: papers, and what is known only because a paper quotes or reports it.

A paper that speaks for itself is one reference, however often it says what was asked for. What others write
in it under their own name is one for each of them, within the paper: a footnote that named the paper's
authors for it would be wrong. What somebody is quoted or reported to have said is a reference of its own,
within the paper that prints it: its author is the speaker, its original date is when it was said, its date
when it was printed. What is printed again is no reference; the first names where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from policytext.analysis.papers import papers_of
from policytext.analysis.timeline import Paper, Timeline
from policytext.analysis.witness import REPRINTS, Witness, names_in
from policytext.export.files.reference_keys import Keys
from policytext.export.files.reference_names import Name, name_of, same_name
from policytext.export.files.reference_types import paper_type
from policytext.export.wording import display_date, shown
from policytext.store.archive import Archive
from policytext.text.edtf import bounds

_TITLE = 120
"""Characters of a quotation that stand for the title of what has none."""
_LONGEST = 20_000
_NAMED = 12
"""So many places are named one by one; of more the number is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of a bibliography: a paper, a section of it signed by somebody else, or an utterance in it.

    ``key`` is stable: it depends on the work alone. ``type`` is a type of CSL 1.0.2, ``genre`` the kind of
    paper as catalogued. ``issued`` and ``original`` are EDTF: when it was printed and, of an utterance, when
    it was said. ``page`` is as printed; ``locator`` says where to look where no page is known. ``quotation``
    are the words themselves, ``notes`` lines on how all this is known.
    """

    key: str
    kind: Literal["paper", "section", "utterance"]
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


_Place = tuple[str, str | None]
"""Characters as they are told, and the page where it is known."""
_Identity = tuple[str, ...]
"""What is cited: ("paper", document), ("section", document, who signed it) or ("work", work)."""


@dataclass(slots=True)
class _Cited:
    """The witnesses that one reference stands for; ``again`` those that print it again.

    ``says`` gives of each claim how they stand to it, and where.
    """

    lead: Witness
    kind: str
    places: list[_Place] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    again: list[Witness] = field(default_factory=list)
    says: dict[str, dict[str, list[_Place]]] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)
    confidences: tuple[float, float] = (1.0, 0.0)


def references(timeline: Timeline) -> list[Reference]:
    """Returns what a timeline cites, in the order in which it was said first."""
    return list(each_reference(timeline))


def each_reference(timeline: Timeline) -> Iterator[Reference]:
    """Yields what a timeline cites, in the order in which it was said first.

    Holds of every reference its first witness, and of the others only where they stand.
    """
    found: dict[_Identity, _Cited] = {}
    homes: dict[str, _Identity] = {}
    reprints: list[Witness] = []
    for witness in timeline.witnesses:
        if witness.relation in REPRINTS:
            reprints.append(witness)
            continue
        identity = _identity(witness, timeline.papers)
        homes.setdefault(_work(witness), identity)
        _add(found.setdefault(identity, _Cited(witness, identity[0])), witness, timeline.labels)
    missing: dict[str, _Identity] = {}
    for witness in reprints:
        work = _work(witness)
        if work in homes:
            found[homes[work]].again.append(witness)
        else:  # what it prints again is not in this timeline: it must be cited all the same
            identity = missing.setdefault(work, _identity(witness, timeline.papers))
            _add(found.setdefault(identity, _Cited(witness, identity[0])), witness, timeline.labels)
    keys = Keys()
    for cited in found.values():
        yield _reference(cited, timeline.papers, keys)


def paper_references(archive: Archive) -> Iterator[Reference]:
    """Yields the papers of an archive, by id."""
    keys = Keys()
    for paper in papers_of(archive):
        yield paper_reference(paper, keys.of(_paper_head(paper), paper.document))


def paper_reference(paper: Paper, key: str, notes: Sequence[str] = ()) -> Reference:
    """Returns the reference of a paper as a whole."""
    printed = _date_note("Printed", paper.publication_edtf, paper.publication_date_basis)
    file = f"File: {paper.source}; document {paper.document}; sha256 {paper.sha256}"
    rights = [f"Rights: {paper.rights}"] if paper.rights else []
    kind = paper_type(paper.kind)
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


def _identity(witness: Witness, papers: Mapping[str, Paper]) -> _Identity:
    """Returns what is cited: the paper where it speaks for itself, a section of it, else the utterance."""
    if witness.voice != "own":
        return "work", _work(witness)
    paper = papers.get(witness.document)
    if witness.speaker and paper and paper.authors and not _speaks_as(witness.speaker, paper):
        return "section", witness.document, witness.speaker
    return "paper", witness.document


def _speaks_as(speaker: str, paper: Paper) -> bool:
    """Whether all who speak are authors of the paper, or its publisher."""
    known = [name_of(name) for name in (*paper.authors, paper.publisher or "") if name.strip()]
    return name_of(speaker) in known or all(
        any(same_name(name, other) for other in known) for name in _names(speaker)
    )


def _names(several: str | None) -> tuple[Name, ...]:
    return tuple(map(name_of, names_in(several)))


def _work(witness: Witness) -> str:
    return witness.work or f"{witness.document}:{witness.start}-{witness.end}"


def _add(cited: _Cited, witness: Witness, labels: Mapping[str, str]) -> None:
    cited.ids.append(witness.witness_id)
    cited.rules[witness.rule] = None
    least, most = cited.confidences
    cited.confidences = min(least, witness.confidence), max(most, witness.confidence)
    place = (f"{witness.start}-{witness.end}", witness.page)
    if witness.document == cited.lead.document:
        cited.places.append(place)
    else:
        cited.again.append(witness)
        place = (f"{place[0]} of {witness.source}", witness.page)
    if witness.family_id is not None:
        doubt = " (suggested, not confirmed)" if witness.tier == "suggested" else ""
        label = labels.get(witness.family_id, witness.family_id)
        stances = cited.says.setdefault(label, {})
        stances.setdefault(f"{witness.stance or 'supports'}{doubt}", []).append(place)


def _reference(cited: _Cited, papers: Mapping[str, Paper], keys: Keys) -> Reference:
    lead = cited.lead
    paper = papers.get(lead.document) or _unlisted(lead)
    if cited.kind == "paper":
        key = keys.of(_paper_head(paper), paper.document)
        return paper_reference(paper, key, (*_where(cited), *_evidence(cited, papers)))
    if cited.kind == "section":
        return _section(cited, paper, papers, keys)
    authors = _names(lead.speaker)
    year = bounds(lead.statement_edtf)[0] if lead.statement_edtf else None
    place = f"characters {lead.start}-{lead.end} of {lead.source}"
    return Reference(
        key=keys.of(_head(authors, year), _work(lead)),
        kind="utterance",
        title=_title(lead),
        authors=authors,
        genre=_GENRES[lead.voice],
        original=lead.statement_edtf,
        page=_line(lead.page) if lead.page else None,
        locator=None if lead.page else _line(place),
        quotation=_line(lead.quote),
        notes=tuple(_line(n) for n in (*_said(lead), *_where(cited), *_evidence(cited, papers))),
        **_within(paper, lead.publication_edtf),
    )


def _section(cited: _Cited, paper: Paper, papers: Mapping[str, Paper], keys: Keys) -> Reference:
    """Returns what somebody signs in a paper of others; its heading is not known here."""
    lead, authors = cited.lead, _names(cited.lead.speaker)
    year = bounds(lead.publication_edtf)[0] if lead.publication_edtf else None
    pages = _pages(cited.places)
    places = f"characters {_some([span for span, _ in dict.fromkeys(cited.places)])} of {lead.source}"
    printed = _date_note("Printed", paper.publication_edtf, paper.publication_date_basis)
    return Reference(
        key=keys.of(_head(authors, year), f"{lead.document}:{lead.speaker}"),
        kind="section",
        title=_line(f"[Section by {_short(lead.speaker or '')}]"),
        authors=authors,
        genre="signed section",
        page=_line(_some(pages)) if pages else None,
        locator=None if pages else _line(places),
        notes=tuple(_line(n) for n in (_NOT_A_TITLE, printed, *_where(cited), *_evidence(cited, papers))),
        **_within(paper, lead.publication_edtf),
    )


_NOT_A_TITLE = "The words in brackets are no title: look for the heading at these places"


def _within(paper: Paper, issued: str | None) -> dict[str, Any]:
    """Returns what a part of a paper has from the whole."""
    return {
        "type": "chapter",  # the one type whose container has authors of its own everywhere, Zotero included
        "issued": issued,
        "container_title": _line(paper.title or paper.source),
        "container_authors": tuple(name_of(author) for author in paper.authors if author.strip()),
        "publisher": _line(paper.publisher) if paper.publisher else None,
    }


def _head(authors: Sequence[Name], year: str | None) -> str:
    return f"{authors[0].head if authors else 'anonymous'} {(year or '')[:4] or 'nd'}"


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
    pages = _pages(places)
    if pages:
        yield f"{'Page' if len(pages) == 1 else 'Pages'}: {_some(pages)}"
    yield f"Characters of {lead.source} (sha256 {lead.source_sha256}): {_some([p for p, _ in places])}"


def _pages(places: Iterable[_Place]) -> list[str]:
    return list(dict.fromkeys(page for _, page in places if page))


def _stances(cited: _Cited) -> Iterator[str]:
    """Yields how a reference stands to each claim, and where, if it stands to one in several ways."""
    for label, stances in cited.says.items():
        for stance, places in stances.items():
            where = _some([_told(place) for place in dict.fromkeys(places)]) if len(stances) > 1 else ""
            yield f"{stance[0].upper()}{stance[1:]}{f', {where}' if where else ''}: {label}"


def _told(place: _Place) -> str:
    span, page = place
    return f"page {page} (characters {span})" if page else f"characters {span}"


def _evidence(cited: _Cited, papers: Mapping[str, Paper]) -> Iterator[str]:
    lead = cited.lead
    yield from _stances(cited)
    if lead.relation in REPRINTS:
        yield f"{_REPRINTS[lead.relation]} of what this timeline does not hold"
    elif lead.relation == "resurfacing-candidate":
        yield "Perhaps a return, in another work"
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


def _paper_head(paper: Paper) -> str:
    names = [name_of(author).head for author in paper.authors if author.strip()]
    day = bounds(paper.publication_edtf)[0] if paper.publication_edtf else None
    return (
        f"{names[0] if names else paper.publisher or paper.title or paper.source} {(day or '')[:4] or 'nd'}"
    )


def _short(text: str) -> str:
    return _line(text) if len(text) <= _TITLE else shown(text, _TITLE)


def _line(text: str) -> str:
    if text.isprintable() and len(text) <= _LONGEST:  # nothing to be hidden: nearly always, and much faster
        return " ".join(text.split())
    return shown(text, _LONGEST)
