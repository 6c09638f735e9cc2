"""Who says it, when, and whether it is printed elsewhere: what is known of the place of a quotation."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

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
    row = _statement(document, clean)
    voice: Voice = "own"
    speaker, names = own, own_folded
    if row is not None:
        speaker, names = row["speaker"], (row["speaker_folded"] or "") + (row["known_as"] or "")
        voice = "own" if speaker and own and fold(own) and fold(own) in names else "quoted"
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
        second_hand=voice == "quoted" and not _speaks_here(archive, row, names),
        relation=relation,
        group=group,
        changes=found.changes,
        differences=found.differences,
        similarity=round(found.similarity, 4),
        rule=found.rule,
        confidence=round(found.confidence, 4),
    )


def _statement(document: Document, clean: Sequence[Span]) -> sqlite3.Row | None:
    """Returns the statement that holds at least half of the clean spans; of several the innermost."""
    total = sum(len(s) for s in clean)
    best: tuple[int, int, sqlite3.Row] | None = None
    utterances: dict[int, int] = {}
    for row in document.statements:
        held = sum(max(0, min(s.end, row["end"]) - max(s.start, row["start"])) for s in clean)
        if not held:
            continue
        if row["utterance"] is not None and row["kind"] == "direct":
            held = utterances[row["utterance"]] = utterances.get(row["utterance"], 0) + held
        size = row["end"] - row["start"]
        if 2 * held >= total and (best is None or size < best[1]):
            best = (held, size, row)
    return best[2] if best else None


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
