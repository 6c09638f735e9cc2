"""Reports made for tests, and what their pages are asked."""

import contextlib
import io
import json
import shutil
import sqlite3
from functools import cache
from pathlib import Path

from lxml import html

from policytext.cli.root import run
from policytext.pipeline.topics import make_topics
from policytext.pipeline.watching import Silent
from policytext.store.archive import FILE_NAME
from witnesses import HOSTILE

LONG_NAME = "Alderman " + "Longname" * 1250
"""10,000 characters, most of them without a blank."""


def report(archive: Path, output: Path, *more: str) -> bytes:
    """The page that the command writes."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = run(["report", "--archive", str(archive), "-o", str(output), *more])
    assert code == 0, said.getvalue()
    return output.read_bytes()


def tree(page: bytes) -> html.HtmlElement:
    """The page as a browser would read it, or nearly."""
    return html.document_fromstring(page.decode("utf-8"))


def text_of(element: html.HtmlElement) -> str:
    """Its words, white space collapsed."""
    return " ".join(element.text_content().split())


@cache
def whole(archive: Path) -> tuple[Path, Path]:
    """An archive with claims and topics, and the page on it."""
    folder = archive.parent / "report"
    folder.mkdir()
    shutil.copytree(archive, folder / "archive")
    make_topics(folder / "archive", Silent(), 4)
    report(folder / "archive", folder / "report.html")
    return folder / "archive", folder / "report.html"


def _texts(number: int) -> str:
    kept = [text.encode("utf-8", "replace").decode() for text in (*HOSTILE, LONG_NAME)]
    return kept[number % len(kept)]


@cache
def some(archive: Path) -> Path:
    """The page on a few claims: browsers take their time over a long one."""
    output = whole(archive)[1].with_name("some.html")
    report(whole(archive)[0], output, *(f"--claim={claim}" for claim in _FEW))
    return output


@cache
def hostile(archive: Path) -> Path:
    """The page on an archive in which everybody's words and names mean harm."""
    folder = archive.parent / "hostile-report"
    folder.mkdir()
    shutil.copytree(archive, folder / "archive")
    with contextlib.closing(sqlite3.connect(folder / "archive" / FILE_NAME)) as sql, sql:
        sql.create_function("hostile", 1, _texts)
        for table, columns in _FOREIGN.items():
            for column in columns:
                sql.execute(f"UPDATE {table} SET {column} = hostile({_KEY.get(table, 'rowid')})")
        for claim in sql.execute("SELECT ordinal, facts FROM claims").fetchall():
            sql.execute("UPDATE claims SET facts = ? WHERE ordinal = ?", (_bewitched(*claim), claim[0]))
    report(folder / "archive", folder / "report.html", *(f"--claim={c}" for c in _FEW), "--title", HOSTILE[0])
    return folder / "report.html"


_FEW = ("stability", "prevention", "delayed_discharge", "inequality")
_KEY = {"documents": "key", "claims": "ordinal"}
_FOREIGN = {
    "documents": ("title", "authors", "name"),
    "claims": ("label",),
    "witnesses": ("speaker", "party", "reviewed_by"),
    "citations": ("title", "text"),
    "statements": ("speaker", "text"),
    "ledger": ("name", "message", "outcome"),
}


def _bewitched(number: int, facts: str) -> str:
    """The facts of a claim with names that mean harm."""
    known = json.loads(facts)
    told = known["recurrence"]
    for side, name in (("first", _texts(number)), ("last", LONG_NAME)):
        if told.get(side):
            told[side]["speaker"] = name
    if told:
        told["speakers"] = [[_texts(n), 1] for n in range(8)]
        told["chance"]["reason"] = _texts(number)
    return json.dumps(known)
