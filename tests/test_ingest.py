"""Ingest: only what changed, nothing lost, the same bytes out of the same files, whole after any end."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import CORPUS
from policytext.config import Settings
from policytext.errors import BadRequest, IndexUnavailable
from policytext.export.layers import LAYERS, layer_rows
from policytext.pipeline.checking import check
from policytext.pipeline.ingesting import ingest
from policytext.ranking import Query
from policytext.search.engine import SearchEngine
from policytext.store.archive import FILE_NAME, Archive

NOTE = "# A note of {year}\n\nIn {year} the clerk wrote that the two services met once a month to plan.\n"


def write_notes(folder: Path, years: range) -> Path:
    folder.mkdir(exist_ok=True)
    for year in years:
        (folder / f"note-{year}.txt").write_text(NOTE.format(year=year), encoding="utf-8")
    return folder


def exports(archive: Path) -> dict[str, list[str]]:
    with Archive.open(archive) as store:
        return {layer: [json.dumps(r) for r in layer_rows(store, layer)] for layer in LAYERS}


def outcomes(report) -> dict[str, int]:
    return dict(report.counts)


def test_only_what_changed_is_processed(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1960)), tmp_path / "archive"
    assert outcomes(ingest([notes], archive)) == {"added": 4}
    assert outcomes(ingest([notes], archive)) == {"unchanged": 4}
    (notes / "note-1957.txt").write_text(NOTE.format(year=1977), encoding="utf-8")
    (notes / "note-1958.txt").unlink()
    report = ingest([notes], archive)
    assert outcomes(report) == {"replaced": 1, "unchanged": 2, "gone": 1}
    assert len(exports(archive)["documents"]) == 4  # reported, not taken out
    assert outcomes(ingest([notes], archive, prune=True)) == {"unchanged": 3, "removed": 1}
    assert len(exports(archive)["documents"]) == 3


def test_a_changed_document_is_found_in_its_new_words_only(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive)
    (notes / "note-1957.txt").write_text(
        "# Baths\n\nThe slipper baths were repainted in green.\n", encoding="utf-8"
    )
    ingest([notes], archive)
    with Archive.open(archive) as store:
        engine = SearchEngine(store, "lexical")
        assert [h.source for h in engine.search(Query("1", "slipper baths"))] == ["note-1957.txt"]
        assert [h.source for h in engine.search(Query("2", "services met"))] == ["note-1956.txt"]


def test_a_moved_file_is_the_same_document(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive)
    before = exports(archive)
    shutil.move(notes, tmp_path / "elsewhere")
    assert outcomes(ingest([tmp_path / "elsewhere"], archive)) == {"moved": 2}
    assert exports(archive) == before


def test_a_new_catalogue_makes_documents_anew(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive)
    (notes / "catalogue.csv").write_text(
        "file,title,date\nnote-1956.txt,A title given,1955\n", encoding="utf-8"
    )
    assert outcomes(ingest([notes], archive)) == {"replaced": 1, "unchanged": 1}
    rows = [json.loads(r) for r in exports(archive)["documents"]]
    given = [rows[0][name] for name in ("title", "publication_date", "date_basis")]
    assert given == ["A title given", "1955", "catalogue"]
    assert rows[1]["title_basis"].startswith("inferred:")


def test_one_bad_file_is_one_line_and_the_others_go_on(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    (notes / "empty.txt").write_bytes(b"")
    (notes / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (notes / "lines.jsonl").write_text(
        '{"id": "a", "text": "A line that can be read."}\n{broken\n', encoding="utf-8"
    )
    report = ingest([notes], archive)
    assert outcomes(report) == {"added": 3, "skipped": 3}
    for line in report.skipped:
        assert "\n" not in line.message
        assert line.name in line.message
    with Archive.open(archive) as store:
        ledger = [
            tuple(r) for r in store.sql.execute("SELECT name, outcome FROM ledger WHERE outcome = 'skipped'")
        ]
    assert sorted(ledger) == [
        ("empty.txt", "skipped"),
        ("lines.jsonl#L2", "skipped"),
        ("picture.txt", "skipped"),
    ]


def test_a_file_that_went_bad_does_not_lose_what_was_stored(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1957)), tmp_path / "archive"
    ingest([notes], archive)
    before = exports(archive)
    (notes / "note-1956.txt").write_bytes(b"")
    report = ingest([notes], archive)
    assert "stays" in report.skipped[0].message
    assert exports(archive) == before


def test_nothing_to_read_is_an_error(tmp_path):
    with pytest.raises(BadRequest, match="no such file or folder"):
        ingest([tmp_path / "nowhere"], tmp_path / "archive")


def test_the_same_files_give_the_same_archive(tmp_path, corpus_archive):
    """Whatever the number of workers, and whatever the order in which they are named."""
    folder = tmp_path / "again"
    files = sorted((CORPUS / "damaged").iterdir(), reverse=True)
    ingest(files, folder, catalogue=CORPUS / "catalogue.csv", settings=Settings(workers=2))
    assert exports(folder) == exports(corpus_archive)


@pytest.mark.papers
def test_the_same_papers_give_the_same_archive(tmp_path, papers, papers_archive):
    ingest([papers], tmp_path / "again")
    assert exports(tmp_path / "again") == exports(papers_archive)


def test_an_index_that_is_not_of_the_archive_does_not_open(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive)
    with Archive.create(archive) as store:
        with store.transaction():
            store.set_meta("generation", str(store.generation + 1))
        with pytest.raises(IndexUnavailable, match="policytext ingest"):
            SearchEngine(store, "lexical")
        verdict = check(store)
    assert not verdict.problems
    assert verdict.unfinished


def test_check_finds_a_changed_byte(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive)
    with Archive.create(archive) as store:
        assert check(store).problems == []
        store.sql.execute(
            "UPDATE documents SET clean = replace(clean, 'clerk', 'clark') WHERE name = 'note-1956.txt'"
        )
        problems = check(store).problems
    assert problems
    assert all("note-1956" in p for p in problems)


class Killed:
    """Runs the command line's ingest in a process group of its own and kills all of it after a while."""

    def __init__(self, source: Path, archive: Path, workers: int) -> None:
        self.command = [sys.executable, "-m", "policytext", "ingest", str(source), "--archive", str(archive)]
        self.command += ["--workers", str(workers)]
        self.archive = archive

    def run(self) -> float:
        """Runs to the end; returns the seconds from the archive's first sign of life."""
        return self._live(None)

    def kill_after(self, seconds: float) -> None:
        self._live(seconds)

    def _live(self, seconds: float | None) -> float:
        process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while not self.archive.exists() and process.poll() is None:
            time.sleep(0.005)
        begun = time.monotonic()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return time.monotonic() - begun


@pytest.mark.slow
def test_killed_at_thirty_random_moments(tmp_path):
    """After each the archive opens, is sound, holds whole documents, and the same command completes it."""
    source = tmp_path / "papers"
    source.mkdir()
    for paper in sorted((CORPUS / "damaged").glob("*.txt"))[:5]:
        shutil.copy(paper, source)
    whole = Killed(source, tmp_path / "whole", 1)
    duration = whole.run()
    expected = exports(tmp_path / "whole")
    moments = random.Random(1956)
    stored = set()
    for n in range(30):
        archive = tmp_path / f"killed-{n}"
        Killed(source, archive, 2 if n % 10 == 9 else 1).kill_after(moments.uniform(0, duration))
        if (archive / FILE_NAME).exists():
            with Archive.open(archive) as store:
                assert check(store).problems == []
                held = store.sql.execute("SELECT count(*) FROM documents").fetchone()[0]
            stored.add(held)
            kept = exports(archive)["documents"]
            assert kept == [row for row in expected["documents"] if row in kept]
        ingest([source], archive)
        assert exports(archive) == expected
        with Archive.open(archive) as store:
            verdict = check(store)
            assert verdict.problems == verdict.unfinished == []
        shutil.rmtree(archive)
    assert len(stored) > 1, "every kill came at the same point; this test showed nothing"
