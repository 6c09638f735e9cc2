"""Whether an archive holds a quotation, where to the character, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterator

from policytext.index.lexical import LexicalIndex
from policytext.index.manifest import require_corpus
from policytext.search.quote_aligning import MOST_WORDS
from policytext.search.quote_judging import FEWEST_WORDS, Quotation, judged
from policytext.search.quote_placing import placed
from policytext.search.quote_records import Judgement, QuotedPlace, Verdict
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

    Raises:
        BadRequest: no words in the quotation, or more omissions than can be judged.
        NotFound: no such document.
        IndexUnavailable: the archive is big and its word index cannot be used.
    """
    quotation = Quotation(text)
    total = archive.sql.execute("SELECT count(*), coalesce(sum(size), 0) FROM documents").fetchone()
    if document is not None:
        names = [document_id(archive, document)]
    elif everywhere or total[1] <= READ_ALL:
        names = [row[0] for row in archive.sql.execute("SELECT id FROM documents ORDER BY id")]
    else:
        names = candidates(archive, quotation)
    places = [p for name in names for p in _in_document(archive, name, quotation)]
    if speaker is not None:
        places = [p for p in places if _says(archive, p, speaker)]
    return _verdict(quotation, places, len(names), total[0])


def _in_document(archive: Archive, name: str, quotation: Quotation) -> Iterator[QuotedPlace]:
    document = opened(archive, name)
    for found in judged(document, quotation):
        yield placed(archive, document, found)


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
    reason = ""
    if quotation.says_little:
        judgement, told, reason = "too short", [], "function words alone stand everywhere"
    elif not told and quotation.words < FEWEST_WORDS:
        judgement, like = "too short", None
        reason = (
            f"it is nowhere as it stands, and {quotation.words} words are too few to tell what was altered"
        )
    elif not told and quotation.words > MOST_WORDS:
        reason = f"a quotation of more than {MOST_WORDS} words is looked for only as it stands"
    elif not told and searched < documents:
        reason = (
            f"read {searched} of {documents} documents, those with most of its words; --everywhere reads all"
        )
    return Verdict(
        quotation.text, judgement, tuple(told), None if told else like, searched, documents, reason
    )
