"""The engine over archives of a few words: empty, single, tied, with short forms, outdated."""

import json

import pytest

from policytext.config import NO_MODEL, Settings
from policytext.errors import IndexUnavailable, ModelUnavailable
from policytext.index.manifest import indexes_of
from policytext.pipeline.ingesting import ingest
from policytext.ranking import Query
from policytext.search.engine import SearchEngine
from policytext.store.archive import Archive


def listed(hits):
    return [hit.number for hit in hits]


@pytest.fixture
def ingested(tmp_path):
    """Makes an archive of texts, without vectors."""

    def made(**texts):
        papers = tmp_path / "papers"
        papers.mkdir(exist_ok=True)
        for name, text in texts.items():
            (papers / f"{name}.txt").write_text(text, encoding="utf-8")
        ingest([papers], tmp_path / "archive", settings=Settings(model=NO_MODEL))
        return tmp_path / "archive"

    return made


def search_in(folder, text, **manner):
    with Archive.open(folder) as archive:
        engine = SearchEngine(archive)
        assert engine.mode == "lexical"
        assert "by words only" in engine.note
        return [(hit.source, hit.score) for hit in engine.search(Query("1", text, **manner), 10)]


def test_an_empty_archive_finds_nothing(ingested):
    archive = ingested()
    for text in ("care", '"joint care"', "-care", "speaker:Pinnock", "car*", "said:1958 care"):
        assert search_in(archive, text) == []
    with Archive.open(archive) as store:
        assert SearchEngine(store).matching(Query("1", "care")) == []


def test_an_archive_of_one_passage(ingested):
    archive = ingested(one="The committee discussed the care of the elderly.")
    assert search_in(archive, "comittee car*")[0][0] == "one.txt"
    assert search_in(archive, "-hospital")[0][0] == "one.txt"
    assert search_in(archive, "hospital") == []
    with Archive.open(archive) as store:
        engine = SearchEngine(store)
        assert engine.like(0) == []
        assert engine.matching(Query("1", "elderly committee")) == [0]
        with pytest.raises(ModelUnavailable, match="no vectors"):
            SearchEngine(store, "dense")


def test_a_short_form_finds_its_words_and_the_words_find_it(ingested):
    archive = ingested(
        defines="Every county has a Joint Consultative Committee (JCC). It meets twice a year.",
        long="The joint consultative committee was asked about the ambulances.",
        short="The JCC wrote to the hospital about the kitchens.",
        other="A committee was consulted, and joint posts were made for the gardens.",
    )
    by_short = [source for source, _ in search_in(archive, "JCC")]
    by_long = [source for source, _ in search_in(archive, "joint consultative committee")]
    assert set(by_short) == {"defines.txt", "long.txt", "short.txt"}
    assert set(by_long) == {"defines.txt", "long.txt", "short.txt", "other.txt"}
    assert search_in(archive, "jccs on ambulances")[0][0] == "long.txt"
    with Archive.open(archive) as store:
        engine = SearchEngine(store)
        query = Query("1", "JCC")
        for hit in engine.search(query):
            (root,) = engine.explain(query, hit).parts
            assert root.score == pytest.approx(hit.score, abs=1e-4)
            if hit.source == "long.txt":
                assert "JCC in full" in [part.detail for part in root.children]


@pytest.mark.parametrize("parameter", ["analyser", "searched"])
def test_an_index_made_in_another_way_refuses_and_is_made_anew(ingested, parameter):
    archive = ingested(one="The committee discussed the care of the elderly.")
    pointer = indexes_of(archive) / "lexical.json"
    told = json.loads(pointer.read_text())
    told["parameters"][parameter] = "of old"
    pointer.write_text(json.dumps(told))
    with pytest.raises(IndexUnavailable) as caught:
        search_in(archive, "care")
    assert "was made by another version of policytext (try: policytext ingest)" in str(caught.value)
    assert "\n" not in str(caught.value)
    ingested()
    assert len(search_in(archive, "care")) == 1


def test_ties_are_broken_by_number_in_every_depth(ingested):
    same = {f"p{n:02}": f"Paper {n}.\n\nThe care of the elderly." for n in range(30)}
    archive = ingested(**same)
    with Archive.open(archive) as store:
        engine = SearchEngine(store)
        whole = listed(engine.search(Query("1", "elderly care", fold=False), 100))
        assert whole == sorted(whole)
        for k in (1, 3, 10, 29):
            assert listed(engine.search(Query("1", "elderly care", fold=False), k)) == whole[:k]
        (only,) = engine.search(Query("1", "elderly care"), 1)
        assert len(only.also) in {0, len(whole) - 1}
