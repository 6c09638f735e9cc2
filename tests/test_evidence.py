"""What papers attest for one another, and what people decide: the same in whatever order they came."""

import csv
import io
import itertools
import json
import random
import shutil
from pathlib import Path

import pytest

from policytext.config import Settings
from policytext.export.layers import LAYERS, layer_rows
from policytext.pipeline.checking import check
from policytext.pipeline.ingesting import ingest
from policytext.pipeline.watching import Silent
from policytext.store.archive import FILE_NAME, Archive
from policytext.store.decisions import COLUMNS
from policytext.store.reader import raw_document

PLAIN = Settings(model="none")
SAID = "{name}. The warden of the {name} said that the {word} was kept in the yard, where all could see.\n"
READ, MEANT = "tal1owick", "tallowick"


def write(folder: Path, **words: str) -> Path:
    """Writes a paper a word; a name says nothing of what stands in it."""
    folder.mkdir(exist_ok=True)
    for name, word in words.items():
        (folder / f"{name}.txt").write_text(SAID.format(name=name, word=word), encoding="utf-8")
    return folder


def exports(archive: Path) -> dict[str, list[str]]:
    with Archive.open(archive) as store:
        return {
            layer: [json.dumps(r) for r in layer_rows(store, layer)] for layer in LAYERS if layer != "claims"
        }


def reads(archive: Path, name: str) -> str:
    """The word that stands in the clean text of a paper."""
    with Archive.open(archive) as store:
        clean = store.sql.execute("SELECT clean FROM documents WHERE name = ?", (f"{name}.txt",)).fetchone()[
            0
        ]
    return clean.partition("said that the ")[2].partition(" was kept")[0]


def test_two_other_papers_attest_a_word(tmp_path):
    papers, archive = write(tmp_path / "papers", attic=READ, barn=MEANT, cellar=MEANT), tmp_path / "archive"
    report = ingest([papers], archive, settings=PLAIN)
    assert dict(report.counts) == {"added": 3}
    assert reads(archive, "attic") == MEANT
    with Archive.open(archive) as store:
        (edit,) = [e for e in raw_document(store, "attic").edits if "confusion." in e.rule]
        assert check(store).problems == check(store).unfinished == []
    assert (edit.rule, edit.text, edit.replacement, edit.status) == (
        "confusion.corpus",
        READ,
        MEANT,
        "applied",
    )
    assert any("words that other papers hold" in note for note in report.notes)
    again = ingest([papers], archive, settings=PLAIN)
    assert dict(again.counts) == {"unchanged": 3}
    assert not any("words that other papers" in note for note in again.notes)


ALONE = [
    {"attic": READ},
    {"attic": READ, "barn": MEANT},
    {"attic": READ, "barn": READ, "cellar": READ},
    {"attic": READ, "barn": READ, "cellar": MEANT},
    {"attic": READ, "barn": MEANT, "cellar": "tallowicks"},
    {"attic": f"{READ} or the {MEANT}", "barn": MEANT},
]


@pytest.mark.parametrize("words", ALONE, ids=[str(n) for n in range(len(ALONE))])
def test_fewer_attest_nothing(tmp_path, words):
    ingest([write(tmp_path / "papers", **words)], tmp_path / "archive", settings=PLAIN)
    assert reads(tmp_path / "archive", "attic") == words["attic"]


def test_a_paper_that_holds_the_word_itself_is_not_counted_but_counts_for_others(tmp_path):
    papers = write(tmp_path / "papers", attic=f"{READ} or the {MEANT}", barn=MEANT, cellar=MEANT)
    ingest([papers], tmp_path / "archive", settings=PLAIN)
    assert reads(tmp_path / "archive", "attic") == f"{MEANT} or the {MEANT}"


def test_a_copy_of_a_paper_is_no_second_one(tmp_path):
    papers = write(tmp_path / "papers", attic=READ, barn=MEANT)
    shutil.copy(papers / "barn.txt", papers / "copy.txt")
    ingest([papers], tmp_path / "archive", settings=PLAIN)
    assert reads(tmp_path / "archive", "attic") == READ


def test_a_possessive_attests_its_word(tmp_path):
    papers = write(tmp_path / "papers", attic=READ, barn=f"{MEANT}'s lid", cellar=MEANT.title())
    ingest([papers], tmp_path / "archive", settings=PLAIN)
    assert reads(tmp_path / "archive", "attic") == MEANT


CORPUS = {"attic": READ, "barn": MEANT, "cellar": READ, "dairy": MEANT, "edge": "tabby", "forge": "tall0wick"}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("at_once")
    ingest([write(folder / "papers", **CORPUS)], folder / "archive", settings=PLAIN)
    assert [reads(folder / "archive", name) for name in ("attic", "cellar", "forge")] == [MEANT] * 3
    return folder


TANGLED = CORPUS | {"garden": "taliowick", "hedge": "taliowick", "icehouse": "tallowick's"}
"""A misreading that two papers share is a word that others may ask for, until it is repaired there."""


@pytest.mark.parametrize("words", [CORPUS, TANGLED], ids=["plain", "tangled"])
@pytest.mark.parametrize("seed", range(4))
def test_papers_may_come_in_any_order_and_any_company(tmp_path, words, seed):
    chance = random.Random(seed)
    names = sorted(words)
    chance.shuffle(names)
    while names:
        some = {name: words[name] for name in names[: chance.randint(1, 3)]}
        names = names[len(some) :]
        ingest([write(tmp_path / "papers", **some)], tmp_path / "archive", settings=PLAIN)
    ingest([write(tmp_path / "again", **words)], tmp_path / "once", settings=PLAIN)
    assert exports(tmp_path / "archive") == exports(tmp_path / "once")


@pytest.mark.parametrize("workers", [1, 2])
def test_the_number_of_workers_changes_nothing(tmp_path, at_once, workers):
    settings = Settings(model="none", workers=workers)
    ingest([at_once / "papers"], tmp_path / "archive", settings=settings)
    assert exports(tmp_path / "archive") == exports(at_once / "archive")


class StopsAfter(Silent):
    """Is interrupted when so many steps of the corpus evidence are done."""

    def __init__(self, steps: int) -> None:
        self._steps, self._there = steps, False
        self.total: int | None = None

    def stage(self, name: str, total: int | None) -> None:
        self._there = name == "corpus evidence"
        if self._there:
            self.total = total
        if self._there and not self._steps:
            raise KeyboardInterrupt

    def advance(self, steps: int = 1) -> None:
        self._steps -= self._there
        if self._there and not self._steps:
            raise KeyboardInterrupt


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_interrupted_it_is_completed_by_the_same_command(tmp_path, at_once, steps):
    archive, watcher = tmp_path / "archive", StopsAfter(steps)
    with pytest.raises(KeyboardInterrupt):
        ingest([at_once / "papers"], archive, settings=PLAIN, watcher=watcher)
    assert watcher.total == 3
    with Archive.open(archive) as store:
        assert check(store).problems == []
    ingest([at_once / "papers"], archive, settings=PLAIN)
    assert exports(archive) == exports(at_once / "archive")


@pytest.mark.parametrize("gone", list(itertools.combinations(("attic", "barn", "dairy", "edge"), 2)))
def test_papers_that_go_take_their_evidence_along(tmp_path, at_once, gone):
    papers, archive = tmp_path / "papers", tmp_path / "archive"
    shutil.copytree(at_once / "papers", papers)
    ingest([papers], archive, settings=PLAIN)
    for name in gone:
        (papers / f"{name}.txt").unlink()
    ingest([papers], archive, settings=PLAIN, prune=True)
    ingest([papers], tmp_path / "fresh", settings=PLAIN)
    assert exports(archive) == exports(tmp_path / "fresh")
    kept = {"barn", "dairy"}.isdisjoint(gone)
    assert reads(archive, "cellar") == (MEANT if kept else READ)


def test_a_paper_read_again_keeps_what_the_catalogue_says(tmp_path):
    papers, archive = write(tmp_path / "papers", attic=READ), tmp_path / "archive"
    (papers / "catalogue.csv").write_text(
        "file,title,authors,date\nattic.txt,A title given,Ann Ash,1955\n", encoding="utf-8"
    )
    ingest([papers], archive, settings=PLAIN)
    before = json.loads(exports(archive)["documents"][0])
    write(papers, barn=MEANT, cellar=MEANT)
    ingest([papers], archive, settings=PLAIN)
    after = json.loads(exports(archive)["documents"][0])
    assert reads(archive, "attic") == MEANT
    for name in ("title", "title_basis", "authors", "authors_basis", "publication_date", "date_basis"):
        assert after[name] == before[name]
    assert dict(ingest([papers], archive, settings=PLAIN).counts) == {"unchanged": 3}


# --- decisions ----------------------------------------------------------------------------------------------


def decide(path: Path, *rows: tuple[object, ...]) -> Path:
    """Writes a decisions file: (source, text, replacement, decision), the text where it first stands."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for source, text, replacement, decision in rows:
        name = source.removesuffix(".txt")
        start = SAID.format(name=name, word=CORPUS.get(name, "")).find(text)
        writer.writerow((source, start, start + len(text), text, replacement, decision, "Ann", ""))
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def test_a_decision_makes_its_document_anew_and_no_other(tmp_path, at_once):
    papers, archive = at_once / "papers", tmp_path / "archive"
    ingest([papers], archive, settings=PLAIN)
    decided = decide(
        tmp_path / "mine.csv", ("attic.txt", READ, MEANT, "reject"), ("edge.txt", "tabby", "cat", "")
    )
    report = ingest([papers], archive, settings=PLAIN, decisions=decided)
    assert dict(report.counts) == {"replaced": 1, "unchanged": 5}
    assert reads(archive, "attic") == READ
    assert reads(archive, "cellar") == MEANT
    decide(decided, ("attic.txt", READ, "tallowick-pan", "accept"))
    ingest([papers], archive, settings=PLAIN, decisions=decided)
    assert reads(archive, "attic") == "tallowick-pan"
    (archive / "decisions.csv").unlink()
    assert dict(ingest([papers], archive, settings=PLAIN).counts) == {"replaced": 1, "unchanged": 5}
    assert exports(archive) == exports(at_once / "archive")


def test_decisions_outlive_the_archive_they_were_made_for(tmp_path, at_once):
    papers, archive = at_once / "papers", tmp_path / "archive"
    decided = decide(tmp_path / "mine.csv", ("edge.txt", "tabby", "tabby cat", "accept"))
    ingest([papers], archive, settings=PLAIN, decisions=decided)
    before = exports(archive)
    assert reads(archive, "edge") == "tabby cat"
    decided.unlink()
    for file in archive.glob(f"{FILE_NAME}*"):
        file.unlink()
    shutil.rmtree(archive / "indexes")
    ingest([papers], archive, settings=PLAIN)
    assert exports(archive) == before


def test_a_decision_is_followed_when_other_papers_come(tmp_path):
    """A document that is read again for the sake of its words keeps what was decided on it."""
    papers, archive = write(tmp_path / "papers", attic=READ), tmp_path / "archive"
    decided = decide(tmp_path / "mine.csv", ("attic.txt", "warden", "Warden", "accept"))
    ingest([papers], archive, settings=PLAIN, decisions=decided)
    ingest([write(papers, barn=MEANT, cellar=MEANT)], archive, settings=PLAIN)
    with Archive.open(archive) as store:
        clean = raw_document(store, "attic").clean
    assert "The Warden of" in clean
    assert f"the {MEANT} was" in clean
    assert dict(ingest([papers], archive, settings=PLAIN).counts) == {"unchanged": 3}


def test_what_a_person_reads_in_one_paper_is_no_evidence_for_another(tmp_path):
    papers = write(tmp_path / "papers", attic=READ, barn=MEANT, edge="tabby")
    decided = decide(tmp_path / "mine.csv", ("edge.txt", "tabby", MEANT, "accept"))
    ingest([papers], tmp_path / "archive", settings=PLAIN, decisions=decided)
    assert reads(tmp_path / "archive", "edge") == MEANT
    assert reads(tmp_path / "archive", "attic") == READ


def test_what_is_wrong_with_decisions_is_a_line_each(tmp_path, at_once):
    papers, archive = at_once / "papers", tmp_path / "archive"
    decided = decide(
        tmp_path / "mine.csv",
        ("edge.txt", "tabby", "tabby cat", "perhaps"),
        ("nowhere.txt", "The", "A", "accept"),
        ("edge.txt", "warden", "Warden", "accept"),
    )
    with decided.open("a", encoding="utf-8") as file:
        file.write("edge.txt,0,5,Hedge,Ledge,accept,,\n")
    report = ingest([papers], archive, settings=PLAIN, decisions=decided)
    (line,) = [x for x in report.lines if x.message]
    assert line.name == "edge.txt"
    assert "0-5" in line.message
    assert [note for note in report.notes if "mine.csv, line 2" in note]
    assert [note for note in report.notes if "nowhere.txt" in note]
    assert [note for note in report.notes if note.startswith("3 decision(s) added to ")]
    assert (archive / "decisions.csv").read_text(encoding="utf-8-sig").count("\n") == 4
