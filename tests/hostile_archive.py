"""An archive whose papers, speakers and claims mean harm, and one with topics; for tests of files."""

import json
import shutil
from pathlib import Path

import pytest

from policytext.config import NO_MODEL, Settings
from policytext.pipeline.ingesting import ingest
from policytext.pipeline.topics import make_topics
from policytext.pipeline.watching import Silent
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, StoredWitness, put_claims
from witnesses import HOSTILE

_MADE: dict[object, Path] = {}
"""What was made in this run of the tests already."""


def hostile_archive(folders: pytest.TempPathFactory) -> Path:
    """Papers that hold every hostile text in title and body, each a witness by a speaker of that name.

    What no paper may hold (a lone surrogate, a null) stands in titles and names alone.
    """
    if "hostile" not in _MADE:
        _MADE["hostile"] = _make_hostile(folders.mktemp("hostile"))
    return _MADE["hostile"]


def _make_hostile(folder: Path) -> Path:
    papers = folder / "hostile.jsonl"
    lines = [{"id": f"h{n:02d}", "title": text, "text": _body(text)} for n, text in enumerate(HOSTILE)]
    papers.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    plain = folder / "=HYPERLINK(1) <b>\u202enihton.txt"
    plain.write_text("A paper of 1958.\n\nThe Board asked for \u202eone\u202c roof, =1+1.\n", "utf-8")
    archive = folder / "archive"
    assert not ingest([papers, plain], archive, settings=Settings(model=NO_MODEL)).skipped
    with Archive.create(archive) as store:
        passages = store.sql.execute(
            "SELECT p.id, p.start, p.end, p.raw_start, p.raw_end, p.line, p.text FROM passages p ORDER BY id"
        ).fetchall()
        claims = [StoredClaim(f"c{n}", t, (t,), (t,), _facts(t)) for n, t in enumerate(map(_kept, HOSTILE))]
        put_claims(store, claims, _witnesses(passages), {"model": None, "seed": 0})
    return archive


def _body(text: str) -> str:
    kept = "".join("?" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
    return f"Zebras of 1956.\n\nThey asked for {kept} in one year."


def _witnesses(passages):
    for n, text in enumerate(map(_kept, HOSTILE)):
        p = passages[n % len(passages)]
        yield StoredWitness(
            id=f"{p['id']}:c{n}",
            claim=f"c{n}",
            passage=p["id"],
            statement=None,
            start=p["start"],
            end=p["end"],
            spans=(Span(p["raw_start"], p["raw_end"]),),
            line=p["line"],
            text=p["text"],
            stance="supports",
            tier="confirmed",
            voice="own",
            speaker=text,
            party=text,
            statement_date="1956",
            said_earliest="1956-01-01",
            said_latest="1956-12-31",
            date_basis="explicit",
            asserted_by=None,
            relation="own-statement",
            work=f"w{n}",
            counts=True,
            score=0.5,
            rule="test",
            confidence=0.5,
            evidence={"nearest": text},
            reviewed_by=text,
        )


def _kept(text: str) -> str:
    """The text as the archive can keep it: SQLite has no bytes for a lone surrogate."""
    return text.encode("utf-8", "replace").decode()


def _facts(text):
    return {"recurrence": {"chance": {"verdict": "not testable", "reason": text}}}


def with_topics(archive: Path, folders: pytest.TempPathFactory) -> Path:
    """A copy of an archive that has topics too; tests only read it."""
    if archive not in _MADE:
        folder = folders.mktemp("topics") / "archive"
        shutil.copytree(archive, folder)
        make_topics(folder, Silent(), 4)
        _MADE[archive] = folder
    return _MADE[archive]
