"""What the papers of a corpus attest for one another: words that no list holds, seen in other papers.

A form that no list and no second place in its paper explains ("wardcnship") is a question; the words that
it may be a misreading of are what its document *asks*. A word is attested where ``ENOUGH`` other papers hold
it, in places that are not themselves repaired to it. What a document asks, and what it attests for others,
does not depend on the answers it was given; so the answers are the same in whatever order the papers came.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from policytext.document import Fact, Metadata
from policytext.ingest.discovery import Found
from policytext.pipeline.processing import Job
from policytext.store.archive import Archive
from policytext.store.decisions import Decisions
from policytext.text.words.lexicon import Lexicon, english, folded
from policytext.text.words.vocabulary import WORD

ENOUGH = 2
"""How many other papers must hold a word. One may share its misreading: scans of one press misread alike."""

CORPUS_RULE = "confusion.corpus"
_MADE = ("confusion.", "decision.")
"""Families of rules whose words are our reading, not what the paper holds."""


def reanswered(archive: Archive) -> list[tuple[int, tuple[str, ...]]]:
    """Returns the documents whose answers are out of date: key, and the words attested for it now, sorted."""
    asking = archive.sql.execute(
        "SELECT key, sha256, asked, answers FROM documents WHERE asked <> ? OR answers <> '[]' ORDER BY id",
        (zlib.compress(b""),),
    ).fetchall()
    if not asking:
        return []
    holders = _holders(archive)
    changed = []
    for row in asking:
        asked = zlib.decompress(row["asked"]).decode().split()
        words = tuple(w for w in sorted(asked) if len(holders.get(w, _NONE) - {row["sha256"]}) >= ENOUGH)
        if words != tuple(json.loads(row["answers"])):
            changed.append((row["key"], words))
    return changed


_NONE: frozenset[str] = frozenset()


def _holders(archive: Archive) -> dict[str, set[str]]:
    """Returns for words that no list holds the checksums of papers that do, at most one more than needed.

    A file that is there twice is one paper: a copy attests nothing new.
    """
    holders: dict[str, set[str]] = {}
    lexicon = english()
    for row in archive.sql.execute("SELECT key, sha256, clean FROM documents ORDER BY id"):
        for word in _unlisted(archive, row, lexicon):
            held = holders.setdefault(word, set())
            if len(held) <= ENOUGH:
                held.add(row["sha256"])
    return holders


def _unlisted(archive: Archive, row: sqlite3.Row, lexicon: Lexicon) -> Iterator[str]:
    """Yields the words of a document that no list holds, as it would read without any answers."""
    counts = _counted(row["clean"])
    for edit in archive.sql.execute(
        "SELECT text, replacement, rule FROM edits WHERE document = ? AND status = 'applied' "
        "AND (instr(rule, ?) OR instr(rule, ?))",
        (row["key"], *_MADE),
    ):
        counts.subtract(_counted(edit["replacement"]))
        if CORPUS_RULE in edit["rule"]:
            counts.update(_counted(edit["text"]))
    yield from (w for w, times in counts.items() if times > 0 and w.isalpha() and w not in lexicon)


def _counted(text: str) -> Counter[str]:
    """Returns the words of ``text``, folded and without a possessive ending, each with its number."""
    counts: Counter[str] = Counter()
    for form, times in Counter(WORD.findall(text)).items():
        counts[folded(form).removesuffix("'s")] += times
    return counts


def stored_job(archive: Archive, key: int, answers: tuple[str, ...], decisions: Decisions) -> Job:
    """Returns the job that processes a stored document again, from its stored bytes, with these answers."""
    row = archive.sql.execute("SELECT * FROM documents WHERE key = ?", (key,)).fetchone()
    found = Found(
        path=row["path"],
        name=row["name"],
        relative=row["relative"],
        format=row["format"],
        data=zlib.decompress(row["data"]),
        sha256=row["sha256"],
        size=row["size"],
    )
    told = decisions.of(found.name, found.relative)
    return Job(found, _catalogued(row["metadata"]), row["fingerprint"], told, frozenset(answers))


def _catalogued(metadata: str) -> Metadata:
    """Returns of a document's stored metadata what a catalogue said."""
    known = json.loads(metadata)
    facts = {f.name: Fact(**known[f.name]) for f in fields(Metadata) if known[f.name]}
    return Metadata(**{name: fact for name, fact in facts.items() if fact.basis == "catalogue"})
