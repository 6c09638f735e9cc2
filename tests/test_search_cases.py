"""Searches that once went wrong, over a small archive made for them."""

import json

import pytest

import policytext
from policytext.cli.root import run
from policytext.errors import IndexDamaged
from policytext.index.lexical import LexicalIndex
from policytext.ranking import Query
from policytext.search.engine import SearchEngine
from policytext.store.archive import Archive

PAPERS = {
    "seamless.txt": (
        "The journey to seamless care\n\nThe World Health Organization (WHO) and the information technology "
        "(IT) board met in Geneva. Nothing was settled about wards.\n\nThe councils kept their own accounts "
        "and their own counsel, and the beds stood empty through the spring.\n"
    ),
    "plain.txt": (
        "Notes of a meeting\n\nMr. Harrow asked who decides what it costs. Nobody at the table could tell "
        "him, and the chairman moved on.\n\nSeamless care was a phrase of the newspapers, he said.\n"
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("cases")
    (root / "papers").mkdir()
    for name, text in PAPERS.items():
        (root / "papers" / name).write_text(text, encoding="utf-8")
    report = policytext.ingest([str(root / "papers")], str(root / "archive"), settings=_without_model())
    assert report.counts["added"] == len(PAPERS)  # and paths may be written as text
    return root / "archive"


def _without_model():
    from policytext.config import Settings

    return Settings(model="none")


@pytest.fixture(scope="module")
def engine(folder):
    with Archive.open(folder) as store:
        yield SearchEngine(store, "lexical")


def sources(engine, text, **manner):
    return [hit.source for hit in engine.search(Query("1", text, **manner), 10)]


@pytest.mark.parametrize("text", ['"seamless care"', "+seamless", "seamless AND care"])
def test_a_title_does_not_satisfy_what_is_needed(engine, text):
    assert set(sources(engine, text)) == {"plain.txt"}
    assert set(engine.matching(Query("1", text))) == {
        hit.number for hit in engine.search(Query("1", text), 10)
    }


def test_a_title_still_helps_to_rank(engine):
    assert "seamless.txt" in sources(engine, "seamless journey")


def test_a_title_excludes_nothing(engine):
    assert "seamless.txt" in sources(engine, "councils -journey")


def names(engine, text):
    index = engine._lexical
    return {part.name for part in index.wanted(text) if not part.own}


def test_a_function_word_is_a_short_form_only_in_capitals(engine):
    assert names(engine, "who decides what it costs") == set()
    assert "World Health Organization" in names(engine, "what the WHO decides")


def test_what_no_paper_holds_is_told(engine):
    assert any("no paper holds" in note for note in engine.understood(Query("1", "xyzzyq")).notes)
    assert not engine.understood(Query("1", "councils")).notes


def test_a_speaker_nobody_knows_is_told(engine):
    notes = engine.understood(Query("1", "wards speaker:Zachariah")).notes
    assert "nobody called Zachariah speaks in these papers" in notes


def test_a_paper_nobody_knows_is_told_and_no_error(engine):
    query = Query("1", "wards document:nowhere.txt")
    assert engine.search(query) == []
    assert any("nowhere.txt: no such document" in note for note in engine.understood(query).notes)


def test_a_paper_may_be_named_by_its_file_in_the_query(engine):
    assert set(sources(engine, "meeting document:plain.txt")) == {"plain.txt"}


def test_operators_of_other_systems_are_told(engine):
    assert engine.understood(Query("1", "care NEAR finance")).notes


def test_a_damaged_glossary_is_told_plainly(tmp_path, folder):
    import shutil

    copy = tmp_path / "archive"
    shutil.copytree(folder, copy)
    with Archive.open(copy) as store:
        index = LexicalIndex.open(copy, store.generation)
        whole = (index.folder / "glossary.jsonl").stat().st_size
        (index.folder / "glossary.jsonl").write_bytes(b"\xff" * whole)
        with pytest.raises(IndexDamaged, match="the glossary is damaged"):
            index.rank("councils", 3)


def test_more_like_a_passage_shows_none_of_its_pull_quotes(corpus_archive):
    with Archive.open(corpus_archive) as store:
        quotes = store.sql.execute(
            "SELECT n.number, h.number FROM reprints r JOIN passages q ON q.key = r.passage "
            "JOIN numbers n ON n.passage = q.key "
            "JOIN reprints o ON o.grp = r.grp AND o.relation = 'original' "
            "JOIN passages p ON p.key = o.passage AND p.document = q.document "
            "JOIN numbers h ON h.passage = p.key "
            "WHERE q.kind = 'pull_quote' AND r.relation = 'internal_repeat'"
        ).fetchall()
        assert len(quotes) >= 5
        engine = SearchEngine(store, "lexical")
        for number, home in quotes:
            assert number not in {hit.number for hit in engine.like(home, 50)}
            assert home not in {hit.number for hit in engine.like(number, 50)}


def test_the_command_tells_the_notes(folder, capsys):
    assert (
        run(["search", "wards", "--speaker", "Zachariah", "--archive", str(folder), "--format", "jsonl"]) == 0
    )
    told = capsys.readouterr()
    assert [json.loads(line) for line in told.out.splitlines()] == []
    assert "note: nobody called Zachariah speaks in these papers" in told.err
