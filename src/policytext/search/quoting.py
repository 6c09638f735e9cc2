"""Whether an archive holds a quotation, where to the character, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policytext.errors import BadRequest
from policytext.index.lexical import LexicalIndex
from policytext.index.manifest import require_corpus
from policytext.search.quote_aligning import MOST_WORDS
from policytext.search.quote_judging import FEWEST_WORDS, Quotation, judged
from policytext.search.quote_placing import placed
from policytext.search.quote_records import FOUND, Judgement, QuotedPlace, Verdict
from policytext.search.quote_views import opened
from policytext.store.archive import Archive
from policytext.store.folding import fold
from policytext.store.reader import document_id
from policytext.text.terms import term_spans

READ_ALL = 8_000_000
"""Bytes of papers up to which all are read: a few seconds. Beyond, the word index names the candidates."""
_STRETCH, _STRETCHES, _DEPTH = 12, 12, 40
"""Words of a stretch of the quotation that is looked up in the index, stretches at most, passages of each."""


def find_quotation(
    archive: Archive,
    text: str,
    *,
    document: str | None = None,
    speaker: str | None = None,
    everywhere: bool = False,
) -> Verdict:
    """Returns what the archive says of a quotation.

    Args:
        archive: open for reading.
        text: the quotation, with or without its quotation marks.
        document: id or file name of the only document to look into.
        speaker: whole words of a name; only places where that speaker says it count.
        everywhere: read every document, also of a big archive.

    Where a document or a speaker is asked for that does not have the words, the whole archive is looked
    through, and the verdict says whether it holds them elsewhere.

    Raises:
        BadRequest: no words in the quotation, more omissions than can be judged, no word in the speaker.
        NotFound: no such document.
        IndexUnavailable: the archive is big and its word index cannot be used.
    """
    quotation = Quotation(text)
    if speaker is not None and not fold(speaker):
        raise BadRequest("no word of a name in the speaker", repr(speaker), "giving a name or leaving it out")
    total = archive.sql.execute("SELECT count(*), coalesce(sum(size), 0) FROM documents").fetchone()
    only = document_id(archive, document) if document is not None else None
    everywhere = everywhere or total[1] <= READ_ALL
    names = [only] if only is not None else _names(archive, quotation, everywhere=everywhere)
    places = [p for name in names for p in _in_document(archive, name, quotation)]
    asked = [p for p in places if speaker is None or _says(archive, p, speaker)]
    if only is not None and not any(p.judgement in FOUND for p in asked):
        others = [n for n in _names(archive, quotation, everywhere=everywhere) if n != only]
        places += [p for name in others for p in _in_document(archive, name, quotation)]
        names = [only, *others]
    verdict = _verdict(quotation, asked, len(names), total[0])
    if verdict.found or quotation.says_little or (document is None and speaker is None):
        return verdict
    outside = sorted((p for p in places if p.judgement != "not found" and p not in asked), key=_ORDER)
    return _elsewhere(archive, verdict, tuple(outside), only, speaker)


_ORDER = QuotedPlace.order


def _names(archive: Archive, quotation: Quotation, *, everywhere: bool) -> list[str]:
    """Returns the ids of the documents to read."""
    if not everywhere:
        return candidates(archive, quotation)
    return [row[0] for row in archive.sql.execute("SELECT id FROM documents ORDER BY id")]


def _in_document(archive: Archive, name: str, quotation: Quotation) -> Iterator[QuotedPlace]:
    document = opened(archive, name)
    for found in judged(document, quotation):
        yield placed(archive, document, found)


def _elsewhere(
    archive: Archive,
    verdict: Verdict,
    outside: tuple[QuotedPlace, ...],
    document: str | None,
    speaker: str | None,
) -> Verdict:
    """Returns the verdict on what was asked for, with what the archive holds outside the filters."""
    told = [] if speaker is None or _known(archive, speaker) else [f"the archive knows no speaker {speaker}"]
    if outside:
        best = outside[0].judgement
        outside = tuple(p for p in outside if p.judgement in FOUND) if best in FOUND else outside
        asked = f" by {speaker}" if speaker is not None else ""
        where = f" in {document}" if document is not None else ""
        options = " and ".join(
            [
                *(["--document"] if document is not None else []),
                *(["--speaker"] if speaker is not None else []),
            ]
        )
        count = f"{len(outside)} place{'s' if len(outside) > 1 else ''}"
        stands = "it stands elsewhere" if best in FOUND else "it stands elsewhere, altered"
        held = "not as it stands" if verdict.places else "not said" if speaker is not None else "not"
        told.append(f"{held}{asked}{where}; {stands}: {count} (leave {options} out)")
        told += [] if verdict.places else [_searched(verdict.searched, verdict.documents)]
    else:
        told += [verdict.reason] if verdict.reason else []
    judgement: Judgement = verdict.judgement
    if outside and not verdict.places:
        judgement = "not found"  # of few words too: it is no chance that they are not there
    return replace(verdict, judgement=judgement, reason="; ".join(told), elsewhere=outside)


def _known(archive: Archive, speaker: str) -> bool:
    """Whether anybody whom the archive knows, as a speaker or as an author, has a name with these words."""
    return any(archive.sql.execute(sql, (fold(speaker),)).fetchone() for sql in _NAMED)


_NAMED = (
    "SELECT 1 FROM people WHERE instr(known_as, ?) LIMIT 1",
    "SELECT 1 FROM statements WHERE instr(speaker_folded, ?) LIMIT 1",
    "SELECT 1 FROM passages WHERE instr(voice_folded, ?) LIMIT 1",
)


def candidates(archive: Archive, quotation: Quotation) -> list[str]:
    """Returns the ids of the documents that hold passages with the words of the quotation, in order.

    The quotation is looked up in stretches of a dozen words, since it may run over several passages.
    """
    index = LexicalIndex.open(archive.folder, archive.generation)
    require_corpus(index.manifest, archive.meta("corpus"))
    numbers: set[int] = set()
    for stretch in _stretches(quotation.text):
        numbers.update(ranked.number for ranked in index.rank(stretch, _DEPTH))
    ids: set[str] = set()
    for number in sorted(numbers):
        row = archive.sql.execute(
            "SELECT d.id FROM numbers n JOIN passages p ON p.key = n.passage "
            "JOIN documents d ON d.key = p.document WHERE n.number = ?",
            (number,),
        ).fetchone()
        ids.update(row)
    return sorted(ids)


def _stretches(text: str) -> list[str]:
    """Returns stretches of a dozen words, the last one whole too, spread evenly where there are many."""
    spans = term_spans(text)
    starts = [*range(0, max(1, len(spans) - _STRETCH + 1), _STRETCH), max(0, len(spans) - _STRETCH)]
    starts = sorted(set(starts))
    if len(starts) > _STRETCHES:
        starts = [starts[n * (len(starts) - 1) // (_STRETCHES - 1)] for n in range(_STRETCHES)]
    return [text[spans[s][0] : spans[min(s + _STRETCH, len(spans)) - 1][1]] for s in starts if spans]


def _says(archive: Archive, place: QuotedPlace, speaker: str) -> bool:
    """Whether a place is said by the speaker of this name, as the archive joins names."""
    wanted = fold(speaker)
    if not wanted or place.speaker is None:
        return False
    if wanted in fold(place.speaker):
        return True
    row = archive.sql.execute(
        "SELECT 1 FROM names v JOIN people w ON w.id = v.person JOIN documents d ON d.key = v.document "
        "WHERE d.id = ? AND v.alias = ? AND v.joined AND instr(w.known_as, ?) LIMIT 1",
        (place.document, place.speaker, wanted),
    ).fetchone()
    return row is not None


def _verdict(quotation: Quotation, places: list[QuotedPlace], searched: int, documents: int) -> Verdict:
    told = sorted((p for p in places if p.judgement != "not found"), key=QuotedPlace.order)
    like = min((p for p in places if p.judgement == "not found"), key=QuotedPlace.order, default=None)
    judgement: Judgement = told[0].judgement if told else "not found"
    reasons = []
    if quotation.says_little:
        judgement, told, reasons = "too short", [], ["function words alone stand everywhere"]
    elif not told and quotation.words < FEWEST_WORDS:
        judgement, like = "too short", None
        reasons = [
            f"it is nowhere as it stands, and {quotation.words} words are too few to tell what was altered"
        ]
    elif not told and quotation.words > MOST_WORDS:
        reasons = [f"a quotation of more than {MOST_WORDS} words is looked for only as it stands"]
    if not told:
        reasons.append(_searched(searched, documents))
    like = None if told else like
    return Verdict(quotation.text, judgement, tuple(told), like, searched, documents, "; ".join(reasons))


def _searched(searched: int, documents: int) -> str:
    if searched == documents:
        return f"searched all {documents} papers"
    return f"searched {searched} of {documents} papers, those with most of its words; --everywhere reads all"
