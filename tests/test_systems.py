"""Systems by name: what is understood, what is refused, what they are called, and what they really do."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tinybert
from policytext.errors import BadRequest, ModelUnavailable
from policytext.evaluation.retrieval.collections.opening import open_collection
from policytext.pipeline.benchmarks.corpora import Names
from policytext.pipeline.benchmarks.experiment import Experiment, Setting
from policytext.pipeline.benchmarks.systems import SYSTEMS, distinct, is_usual, parse_system, plain, tuned_on
from policytext.pipeline.watching import Silent
from policytext.ranking import Filters, Query
from policytext.search.engine import SearchEngine
from policytext.store.archive import Archive
from tables_of_cases import DATA, cases, parametrised

TINY = DATA / "evaluation" / "collections" / "tiny"
FOLDERS = [name for name in SYSTEMS if name != "search"]
MEANING = ("dense", "hybrid", "reciprocal")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tinybert.write_model(tmp_path_factory.mktemp("model") / "tiny"))


def told(name, model):
    return f"{name}:model={model}" if name in MEANING else name


class Stages(Silent):
    """Notes the stages that are told."""

    def __init__(self):
        self.seen = []

    def stage(self, name, total):
        self.seen.append(name)


def found(collection, root, *specs, depth=1000, watcher=None, **setting):
    """By system and query the documents found, best first."""
    with Experiment(collection, root, Setting(**setting), watcher or Silent()) as experiment:
        return [
            {q.qid: [d for d, _ in answer(q, depth)] for q in collection.queries}
            for answer in (experiment.system(parse_system(spec)) for spec in specs)
        ]


# Names


@pytest.mark.parametrize("case", parametrised(cases("evaluation/systems/parsed.jsonl")))
def test_what_is_understood(case):
    spec = parse_system(case["text"])
    assert (str(spec), spec.tag, spec.slug) == (case["full"], case["tag"], case["slug"])
    assert parse_system(str(spec)) == spec


@pytest.mark.parametrize("case", parametrised(cases("evaluation/systems/refused.jsonl")))
def test_what_is_refused_is_one_line(case):
    with pytest.raises(BadRequest) as error:
        parse_system(case["text"])
    assert case["says"] in str(error.value)
    assert "\n" not in str(error.value)


@given(
    st.from_regex(r"([A-Za-z0-9][A-Za-z0-9._+-]{0,9}=)?dense", fullmatch=True),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1),
    st.text(st.characters(exclude_categories=("Cs", "Cc"))),
)
def test_laws_of_names(head, folder, words):
    assume(folder == folder.strip() and ",query=" not in folder and ",query=" not in words)
    assume(all(f",{key}=" not in folder + "," + words for key in ("model", "query", "passage", "restore")))
    spec = parse_system(f"{head}:model={folder},passage={words}")
    assert parse_system(str(spec)) == spec
    assert len(spec.tag.split()) == 1
    assert spec.slug == "".join(c for c in spec.slug if c.isascii() and (c.isalnum() or c in "._+-"))
    assert spec.slug[:1] not in {"", ".", "-"}
    assert len(spec.slug) <= 100
    assert "/" not in str(plain(spec).parameters["model"])


def test_a_system_told_twice_runs_once_and_two_of_one_name_are_refused():
    assert len(distinct(map(parse_system, ["lexical", "lexical:grams=auto", "x=lexical"]))) == 2
    for two in (["x=lexical", "X=dense"], ["dense:model=a/tiny", "dense:model=b/tiny"]):
        with pytest.raises(BadRequest, match="two systems are called"):
            distinct(map(parse_system, two))


def test_what_is_as_usual():
    told = (
        "rank-bm25",
        "rank-bm25:k1=1.5,b=0.75",
        "x=lexical:restore=yes",
        "rank-bm25:k1=2",
        "rank-bm25:variant=l",
    )
    assert [is_usual(parse_system(spec)) for spec in told] == [True, True, True, False, False]


def test_what_was_tuned_on_what_goes_with_its_parameter():
    assert tuned_on(parse_system("rank-bm25")) == []
    assert "scifact" in tuned_on(parse_system("hybrid"))
    assert tuned_on(parse_system("lexical:grams=never,restore=no")) == ["cranfield"]
    assert tuned_on(parse_system("dense:restore=no")) == []


@given(st.lists(st.text(max_size=5)))
def test_names_are_a_sequence(names):
    held = Names(names)
    assert list(held) == names
    assert len(held) == len(names)
    assert held[1:-1] == names[1:-1]
    assert [held[-n] for n in range(1, len(names) + 1)] == names[::-1]


# What they find


@pytest.mark.parametrize("system", ["lexical", "rank-bm25", "rank-bm25:variant=lucene"])
def test_words_find_what_holds_them_best_first(system, tmp_path):
    (run,) = found(open_collection(TINY), tmp_path, system)
    assert run["q1"] == ["titled", "minute-7", "untitled"]
    assert run["q2"] == ["circular"]
    assert run["q3"] == []
    assert run["q5"][0] == "long"


def test_documents_of_one_score_keep_the_corpus_order(tmp_path):
    for run in found(open_collection(TINY, "dev"), tmp_path, "lexical", "rank-bm25"):
        assert run == {"q4": ["twin-a", "twin-b"]}


@pytest.mark.parametrize("system", MEANING)
def test_every_document_has_a_vector_the_empty_one_too(system, model, tmp_path):
    (run,) = found(open_collection(TINY), tmp_path, told(system, model))
    everything = sorted(["minute-7", "empty", "circular", "titled", "untitled", "twin-a", "twin-b", "long"])
    assert all(sorted(documents) == everything for documents in run.values())


@pytest.mark.parametrize("system", FOLDERS)
def test_the_same_however_deep(system, model, tmp_path):
    collection = open_collection(TINY)
    (whole,) = found(collection, tmp_path / "one", told(system, model))
    (first,) = found(collection, tmp_path / "two", told(system, model), depth=2)
    assert first == {qid: documents[:2] for qid, documents in whole.items()}


@pytest.mark.parametrize("system", FOLDERS)
def test_a_document_in_passages_stands_once_by_its_best(system, model, tmp_path):
    (run,) = found(open_collection(TINY), tmp_path, told(system, model), depth=5, passages=True)
    assert all(len(set(documents)) == len(documents) for documents in run.values())
    assert run["q5"].count("long") == 1
    if system in MEANING:
        assert all(len(documents) == 5 for documents in run.values())


def test_what_several_systems_need_is_built_once(model, tmp_path):
    watcher = Stages()
    specs = ["lexical", f"hybrid:model={model}", f"reciprocal:model={model}", f"dense:model={model}"]
    found(open_collection(TINY), tmp_path, *specs, watcher=watcher)
    assert watcher.seen.count("word index") == watcher.seen.count("embeddings") == 1


def test_a_weight_of_one_is_words_alone_and_of_none_meaning_alone(model, tmp_path):
    collection = open_collection(TINY)
    specs = [f"hybrid:weight=1,model={model}", f"hybrid:weight=0,model={model}", f"dense:model={model}"]
    words, meaning, dense = found(collection, tmp_path, *specs)
    assert words["q1"][:3] == ["titled", "minute-7", "untitled"]
    assert meaning == dense


def test_words_before_query_and_passage_reach_the_model(model, tmp_path):
    collection = open_collection(TINY)
    with Experiment(collection, tmp_path, Setting(), Silent()) as experiment:
        query = collection.queries[0]
        scores = [
            experiment.system(parse_system(f"x=dense:model={model}{more}"))(query, 8)
            for more in ("", ",query=ask: ", ",passage=told: ", ",query=ask: ,passage=told: ")
        ]
    assert len({tuple(sorted(found)) for found in scores}) == 4


@pytest.fixture
def damaged(tmp_path):
    """A collection in which every other document is misread, and two queries in sound words."""
    sound = "committee hospital authority treatment patients discharge services council nursing transport"
    words = sound.split()
    told = {f"sound{n}": " ".join(words * 4) for n in range(12)}
    told |= {f"bad{n}": " ".join(w[:2] + "rn" + w[3:] for w in words * 2) for n in range(12)}
    folder = tmp_path / "damaged"
    (folder / "qrels").mkdir(parents=True)
    rows = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in told.items()]
    (folder / "corpus.jsonl").write_text("\n".join(rows) + "\n")
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "hospital transport"}\n')
    (folder / "qrels" / "test.tsv").write_text("q\tbad1\t1\n")
    return open_collection(folder)


def test_grams_and_restoring_do_what_they_say(damaged, tmp_path):
    def bad(spec):
        (run,) = found(damaged, tmp_path / "cache", spec)
        return sum(name.startswith("bad") for name in run["q"])

    assert bad("lexical:grams=never,restore=no") == 0
    assert bad("lexical:grams=always,restore=no") == 12  # by the 4-grams that no damage touches
    assert bad("lexical:grams=auto,restore=no") == 12
    assert bad("lexical:grams=never,restore=yes") == 12
    assert bad("rank-bm25") == 0
    assert bad("rank-bm25:restore=yes") == 12


def test_sound_text_has_no_grams_unless_they_are_asked_for(tmp_path):
    collection = open_collection(TINY)
    with Experiment(collection, tmp_path, Setting(), Silent()) as experiment:
        answers = [
            experiment.system(parse_system(f"x=lexical:grams={grams}"))(collection.queries[0], 10)
            for grams in ("auto", "never", "always")
        ]
    assert answers[0] == answers[1] != answers[2]


@pytest.mark.parametrize("name", MEANING)
def test_a_model_that_is_not_here(name, tmp_path):
    with pytest.raises(ModelUnavailable, match="no such embedding model"):
        found(open_collection(TINY), tmp_path, f"{name}:model=nobody/has-it")


def test_search_needs_an_archive(tmp_path):
    with pytest.raises(BadRequest, match="searches an archive"):
        found(open_collection(TINY), tmp_path, "search")


# Archives


@pytest.fixture
def asked(corpus_archive, tmp_path):
    """Our own papers as a collection: two queries of the same words, one of them narrowed to a paper."""
    with Archive.open(corpus_archive) as archive:
        row = archive.sql.execute(
            "SELECT d.id, p.id AS passage FROM passages p JOIN documents d ON d.key = p.document "
            "JOIN numbers n ON n.passage = p.key ORDER BY n.number LIMIT 1"
        ).fetchone()
    (tmp_path / "asked" / "qrels").mkdir(parents=True)
    queries = [
        {"_id": "all", "text": "health services committee"},
        {"_id": "one", "text": "health services committee", "filters": {"document": row["id"]}},
    ]
    (tmp_path / "asked" / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in queries))
    qrels = "".join(f"{qid}\t{row['passage']}\t1\n" for qid in ("all", "one"))
    (tmp_path / "asked" / "qrels" / "test.tsv").write_text(qrels)
    return open_collection(tmp_path / "asked", archive=corpus_archive), row["id"]


def test_search_finds_what_searching_finds(asked, corpus_archive, tmp_path):
    collection, _ = asked
    one, each = found(
        collection, tmp_path, "search:mode=lexical", "each=search:mode=lexical,fold=no,exact=yes", depth=30
    )
    with Archive.open(corpus_archive) as archive:
        engine = SearchEngine(archive, "lexical")
        text = "health services committee"
        assert one["all"] == [hit.passage for hit in engine.search(Query("all", text), 30)]
        query = Query("all", text, fold=False, exact=True)
        assert each["all"] == [hit.passage for hit in engine.search(query, 30)]


@pytest.mark.parametrize("system", ["search:mode=lexical", "lexical", "rank-bm25", "dense", "hybrid"])
def test_filters_of_queries_hold_for_every_system(system, asked, model, tmp_path):
    collection, document = asked
    (run,) = found(collection, tmp_path, told(system, model))
    inside = [passage for passage in run["all"] if passage.startswith(document)]
    assert 0 < len(run["one"]) < len(run["all"])
    assert all(passage.startswith(document) for passage in run["one"])
    assert sorted(run["one"]) == sorted(inside)
    assert Filters(document=document) == collection.queries[1].query.filters


def test_an_archive_is_not_packed_again(asked, tmp_path):
    with pytest.raises(BadRequest, match="has its passages already"):
        Experiment(asked[0], tmp_path, Setting(passages=True), Silent())
