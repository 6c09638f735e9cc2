"""Who says it, when, and whether it is printed elsewhere: what is known of the place of a quotation."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Hashable, Sequence

from policytext.errors import ArchiveError
from policytext.search.quote_judging import Found
from policytext.search.quote_records import QuotedPlace, Voice
from policytext.search.quote_views import Document
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.folding import fold
from policytext.store.reader import raw_document


def placed(archive: Archive, document: Document, found: Found) -> QuotedPlace:
    """Returns a found stretch with everything that is known of its place."""
    clean = [s for part in found.parts for s in document.clean_spans(found.view, part.start, part.end)]
    own, own_folded = _voice(archive, document, clean)
    row = _statement(document, _answering(document, found, clean))
    voice: Voice = "own"
    speaker, names = own, own_folded
    if row is not None:
        speaker, names = row["speaker"], (row["speaker_folded"] or "") + (row["known_as"] or "")
        voice = "reported" if row["kind"] == "indirect" else "quoted"
        if speaker and own and fold(own) and fold(own) in names:
            voice = "own"
    relation, group = _printing(archive, document, clean)
    hull, raw = found.hull, document.texts.raw
    return QuotedPlace(
        judgement=found.judgement,
        document=document.texts.id,
        source=document.texts.name,
        relative=document.relative,
        sha256=document.texts.sha256,
        title=document.title,
        publication_date=document.publication_date,
        spans=found.spans,
        start=hull.start,
        end=hull.end,
        line=raw.count("\n", 0, found.spans[0].start) + 1,
        printed=tuple(raw[s.start : s.end] for s in found.spans),
        voice=voice,
        speaker=speaker,
        saying=document.saying_of(row) if row is not None else None,
        second_hand=voice != "own" and not _speaks_here(archive, row, names),
        relation=relation,
        group=group,
        changes=found.changes,
        differences=found.differences,
        similarity=round(found.similarity, 4),
        rule=found.rule,
        confidence=round(found.confidence, 4),
    )


def _statement(document: Document, pieces: Sequence[Span]) -> sqlite3.Row | None:
    """Returns the statement that the pieces stand in; of several the innermost.

    Each piece begins and ends inside a statement, all of one saying or else of one speaker, and half of the
    letters at least are theirs ("he said" may stand between). So a stretch that begins before the statement,
    with the words that tell who says it, is the paper's. Where one part is only reported, all of it is.
    """
    touched = [r for r in document.statements if any(_shared(p, r) for p in pieces)]
    for together in (_saying, _sayer):
        groups: dict[Hashable, list[sqlite3.Row]] = {}
        for row in touched:
            groups.setdefault(together(row), []).append(row)
        held = [rows for rows in groups.values() if _hold(rows, pieces)]
        if held:
            inner = min(held, key=lambda rows: sum(r["end"] - r["start"] for r in rows))
            return min(inner, key=lambda r: r["kind"] != "indirect")
    return None


def _saying(row: sqlite3.Row) -> Hashable:
    return row["kind"], row["id"] if row["utterance"] is None else row["utterance"]


def _sayer(row: sqlite3.Row) -> Hashable:
    return str(row["speaker_folded"] or row["id"])


def _hold(rows: Sequence[sqlite3.Row], pieces: Sequence[Span]) -> bool:
    held = sum(_shared(piece, row) for piece in pieces for row in rows)
    edges = [at for piece in pieces for at in (piece.start, piece.end - 1)]
    inside = all(any(r["start"] <= at < r["end"] for r in rows) for at in edges)
    return inside and 2 * held >= sum(len(p) for p in pieces)


def _shared(piece: Span, row: sqlite3.Row) -> int:
    return max(0, min(piece.end, int(row["end"])) - max(piece.start, int(row["start"])))


def _answering(document: Document, found: Found, clean: Sequence[Span]) -> list[Span]:
    """Returns the clean spans from their first letter to their last, without what altered words stand for.

    A quotation whose first word was changed is laid beside the word before the statement, perhaps.
    """
    away = [
        span
        for difference in found.differences
        if found.judgement == "altered" and difference.kind == "replaced"
        for span in document.texts.alignment.to_clean(difference.text.start, difference.text.end)
    ]
    text = document.texts.clean

    def told(at: int) -> bool:
        return text[at].isalnum() and not any(a.start <= at < a.end for a in away)

    pieces = []
    for span in clean:
        first = next((n for n in range(span.start, span.end) if told(n)), None)
        if first is not None:
            last = next(n for n in reversed(range(first, span.end)) if told(n))
            pieces.append(Span(first, last + 1))
    return pieces


def _voice(archive: Archive, document: Document, clean: Sequence[Span]) -> tuple[str | None, str]:
    """Returns whose own words the running text is there, and all names of that voice, folded."""
    if not clean:
        return None, ""
    row = archive.sql.execute(
        "SELECT voice, voice_folded FROM passages WHERE document = ? AND start < ? AND end > ? "
        "ORDER BY start LIMIT 1",
        (document.key, clean[0].end, clean[0].start),
    ).fetchone()
    if row is None:
        row = archive.sql.execute(
            "SELECT voice, '' AS voice_folded FROM documents WHERE key = ?", (document.key,)
        ).fetchone()
    return row["voice"], row["voice_folded"] or fold(row["voice"])


def _speaks_here(archive: Archive, row: sqlite3.Row | None, names: str) -> bool:
    """Whether anything in the archive is in the speaker's own voice: a paper, or a turn.

    A record of turns is what there is of a speech; a remark inside a report of it is second-hand.
    """
    if row is None or row["kind"] == "turn":
        return True
    wanted = fold(row["speaker"])
    if not wanted:
        return False
    return any(archive.sql.execute(sql, (wanted, names)).fetchone() for sql in (_OWN_VOICE, _OWN_TURN))


_OWN_VOICE = (
    "SELECT 1 FROM passages WHERE voice_folded <> '' "
    "AND (instr(voice_folded, ?) OR instr(?, voice_folded)) LIMIT 1"
)
_OWN_TURN = (
    "SELECT 1 FROM statements WHERE kind = 'turn' AND speaker_folded <> '' "
    "AND (instr(speaker_folded, ?) OR instr(?, speaker_folded)) LIMIT 1"
)


def _printing(archive: Archive, document: Document, clean: Sequence[Span]) -> tuple[str | None, str | None]:
    """Returns the relation and the group of the reprint that shares most with the clean spans."""
    rows = archive.sql.execute(
        "SELECT r.grp, r.relation, r.start, r.end FROM reprints r JOIN passages p ON p.key = r.passage "
        "WHERE p.document = ? ORDER BY r.grp, r.start",
        (document.key,),
    )
    best, found = 0, None
    for row in rows:
        shared = sum(max(0, min(s.end, row["end"]) - max(s.start, row["start"])) for s in clean)
        if shared > best:
            best, found = shared, row
    return (found["relation"], found["grp"]) if found is not None else (None, None)


def verify(archive: Archive, place: QuotedPlace) -> None:
    """Reads the raw text back and holds the place against it.

    Raises:
        ArchiveError: the stored bytes or the characters at the place are not what they were.
    """
    texts = raw_document(archive, place.document)
    if hashlib.sha256(texts.data).hexdigest() != place.sha256:
        raise ArchiveError("the stored bytes are not those of the file", place.document, "policytext check")
    if tuple(texts.raw[s.start : s.end] for s in place.spans) != place.printed:
        raise ArchiveError("the offsets do not lead back to the words", place.document, "policytext check")
