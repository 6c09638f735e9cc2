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
from policytext.pipeline.watching import Silent
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
        return {
            layer: [json.dumps(r) for r in layer_rows(store, layer)] for layer in LAYERS if layer != "claims"
        }


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


def test_a_file_moved_to_another_folder_is_named_by_its_new_place(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive)
    (notes / "old").mkdir()
    (notes / "note-1956.txt").rename(notes / "old" / "note-1956.txt")
    assert outcomes(ingest([notes], archive)) == {"moved": 1, "unchanged": 1}
    paths = [json.loads(r)["path"] for r in exports(archive)["documents"]]
    assert paths == ["old/note-1956.txt", "note-1957.txt"]


def test_what_grew_step_by_step_equals_what_was_made_at_once(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "grown"
    ingest([notes], archive)
    write_notes(notes, range(1958, 1961))
    (notes / "note-1956.txt").unlink()
    (notes / "note-1957.txt").write_text(NOTE.format(year=1948), encoding="utf-8")
    ingest([notes], archive, prune=True)
    ingest([notes], tmp_path / "fresh")
    assert exports(archive) == exports(tmp_path / "fresh")


def break_the_file(folder):
    (folder / "lines.jsonl").write_bytes(b"\x00\x01\x02" * 50)


def break_a_line(folder):
    (folder / "lines.jsonl").write_text(
        '{"id": "a", "text": "The first\n{"id": "b", "text": "The second."}\n'
    )


def take_the_folder_away(folder):
    folder.rename(folder.with_name("unmounted"))


@pytest.mark.parametrize("accident", [break_the_file, break_a_line, take_the_folder_away])
def test_pruning_keeps_what_could_not_be_read(tmp_path, accident):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1957)), tmp_path / "archive"
    lines = tmp_path / "lines"
    lines.mkdir()
    rows = [{"id": "a", "text": "The first line."}, {"id": "b", "text": "The second line."}]
    (lines / "lines.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ingest([notes, lines], archive)
    accident(lines)
    report = ingest([notes, lines], archive, prune=True)
    assert report.skipped
    sources = [json.loads(r)["source"] for r in exports(archive)["documents"]]
    assert sources == ["lines.jsonl#a", "lines.jsonl#b", "note-1956.txt"]


def test_a_new_archive_in_an_old_folder_takes_no_old_index(tmp_path):
    """Generations count anew with every archive: they alone do not tell one from another."""
    archive = tmp_path / "archive"
    ingest([write_notes(tmp_path / "old", range(1956, 1958))], archive)
    for file in archive.glob(f"{FILE_NAME}*"):
        file.unlink()
    other = tmp_path / "other"
    other.mkdir()
    for name, text in (("baths", "The slipper baths were green."), ("trams", "The trams ran late.")):
        (other / f"{name}.txt").write_text(text, encoding="utf-8")
    ingest([other], archive)
    with Archive.open(archive) as store:
        hits = SearchEngine(store, "lexical").search(Query("1", "clerk wrote services"))
        assert hits == []
        assert check(store).unfinished == []


def test_an_open_archive_does_not_see_what_is_written_meanwhile(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive)
    with Archive.open(archive) as store:
        engine = SearchEngine(store, "lexical")
        before = engine.search(Query("1", "services met"))
        (notes / "note-1956.txt").unlink()
        (notes / "a.txt").write_text("The slipper baths were repainted.", encoding="utf-8")
        ingest([notes], archive, prune=True)
        assert engine.search(Query("1", "services met")) == before
    with Archive.open(archive) as store:
        assert len(SearchEngine(store, "lexical").search(Query("1", "services met"))) == 1


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


def test_a_row_of_the_catalogue_is_for_one_file(tmp_path):
    folder = tmp_path / "papers"
    for name in ("b", "c"):
        (folder / name).mkdir(parents=True)
        (folder / name / "minutes.txt").write_text(f"The board of {name} met on Monday.\n", encoding="utf-8")
    (folder / "catalogue.csv").write_text("file,title\nminutes.txt,Given\n", encoding="utf-8")
    report = ingest([folder], tmp_path / "archive")
    assert [json.loads(r)["title"] == "Given" for r in exports(tmp_path / "archive")["documents"]] == [
        True,
        False,
    ]
    assert any("minutes.txt" in note for note in report.notes)


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


DAMAGE = [
    "UPDATE documents SET data = x'00'",
    "UPDATE passages SET raw_start = raw_start + 3",
    "UPDATE statements SET text = 'something else'",
    "UPDATE dates SET raw_end = 500000",
    "UPDATE blocks SET raw_start = 999999",
    "UPDATE edits SET replacement = 'x' WHERE replacement IS NOT NULL",
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_check_finds_damage(tmp_path, corpus_archive, damage):
    archive = tmp_path / "archive"
    shutil.copytree(corpus_archive, archive)
    with Archive.create(archive) as store:
        assert store.sql.execute(damage).rowcount
        assert check(store).problems


def test_check_finds_a_damaged_index(tmp_path, corpus_archive):
    archive = tmp_path / "archive"
    shutil.copytree(corpus_archive, archive)
    with next(archive.glob("indexes/lexical-*/meta.json")).open("ab") as file:
        file.write(b" ")
    with Archive.open(archive) as store:
        assert check(store).problems


def test_an_archive_without_vectors_is_finished_and_searched_by_words(tmp_path):
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    report = ingest([notes], archive, settings=Settings(model="none"))
    assert "no embedding model" in report.notes[0]
    with Archive.open(archive) as store:
        engine = SearchEngine(store)
        assert engine.mode == "lexical"
        assert "words only" in engine.note
        assert len(engine.search(Query("1", "services met", fold=False))) == 2
        verdict = check(store)
    assert verdict.problems == verdict.unfinished == []


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


@pytest.mark.slow
def test_killed_while_replacing(tmp_path):
    """Every document is then in its old or its new state, nothing between."""
    source = write_notes(tmp_path / "papers", range(1950, 1962))
    ingest([source], tmp_path / "old")
    old = by_source(tmp_path / "old")
    for year in range(1950, 1962):
        (source / f"note-{year}.txt").write_text(NOTE.format(year=year + 40) * 3, encoding="utf-8")
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    duration = Killed(source, tmp_path / "new", 1).run()
    new = by_source(tmp_path / "new")
    moments = random.Random(1974)
    for n in range(8):
        archive = tmp_path / f"killed-{n}"
        shutil.copytree(tmp_path / "old", archive)
        Killed(source, archive, 1).kill_after(moments.uniform(0.3, 1) * duration)
        for name, rows in by_source(archive).items():
            assert rows in (old[name], new[name])
        ingest([source], archive)
        assert by_source(archive) == new


def by_source(archive: Path) -> dict[str, list[str]]:
    """What the archive holds of each source, but for what is derived from several."""
    held: dict[str, list[str]] = {}
    for layer, rows in exports(archive).items():
        for row in rows if layer != "reprints" else []:
            held.setdefault(json.loads(row)["source"], []).append(row)
    return held


def test_check_tells_missing_vectors_from_none_wanted(tmp_path):
    """An archive that was made without a model, and is then given one, is unfinished until it has vectors."""
    notes, archive = write_notes(tmp_path / "notes", range(1956, 1958)), tmp_path / "archive"
    ingest([notes], archive, settings=Settings(model="none"))
    watcher = StopsAt("embeddings")
    with pytest.raises(KeyboardInterrupt):
        ingest([notes], archive, watcher=watcher)
    with Archive.open(archive) as store:
        assert any("dense" in line for line in check(store).unfinished)
        assert SearchEngine(store).mode == "lexical"


class StopsAt(Silent):
    """Is interrupted when a stage begins."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def stage(self, name: str, total: int | None) -> None:
        if name == self._stage:
            raise KeyboardInterrupt
