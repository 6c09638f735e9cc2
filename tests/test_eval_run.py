"""`policytext eval run`: measures worked out by hand, a small collection, and what is refused."""

import json
import shutil
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinybert
from policytext.cli.root import run
from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.collections import CollectionDocument, open_collection, read_documents
from policytext.evaluation.retrieval.measures import MEASURES, measure_run
from policytext.evaluation.retrieval.runs import trec_lines
from policytext.pipeline.collections import SYSTEMS, Experiment, Setting
from policytext.pipeline.watching import Silent
from tables_of_cases import DATA, cases, parametrised

HERE = DATA / "evaluation" / "collections"
TINY = HERE / "tiny"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tinybert.write_model(tmp_path_factory.mktemp("model") / "tiny"))


@pytest.fixture
def collection(tmp_path):
    """A copy of the small collection, to be changed."""
    return shutil.copytree(TINY, tmp_path / "copy")


def documents_found(folder, root, system, **setting):
    experiment = Experiment(open_collection(folder), root, Setting(**setting), Silent())
    return {qid: [d for d, _ in hits] for qid, hits in experiment.run(system).run.items()}


def asked(capsysbinary, *arguments):
    """Exit code, stdout and stderr of eval run on the small collection."""
    code = run(["eval", "run", *map(str, arguments)])
    told = capsysbinary.readouterr()
    return code, told.out.decode(), told.err.decode()


# Measures


@pytest.mark.parametrize("case", parametrised(cases("evaluation/collections/measures.jsonl")))
def test_measures_worked_out_by_hand(case):
    for name, (measure, _) in MEASURES.items():
        assert measure(case["ranking"], case["grades"]) == pytest.approx(case[name], abs=1e-6), name


DOCUMENTS = [f"d{n}" for n in range(30)]


@given(
    st.permutations(DOCUMENTS).flatmap(lambda d: st.integers(0, 30).map(lambda n: d[:n])),
    st.dictionaries(st.sampled_from([*DOCUMENTS, "gone"]), st.integers(-2, 4), max_size=10),
)
def test_laws_of_measures(ranking, grades):
    ideal = sorted(grades, key=lambda d: -grades[d])
    relevant = any(grade > 0 for grade in grades.values())
    for name, (measure, _) in MEASURES.items():
        value = measure(ranking, grades)
        assert 0.0 <= value <= 1.0 + 1e-12
        best = measure(ideal, grades)
        assert value <= best + 1e-12, name
        assert best == pytest.approx(1.0 if relevant else 0.0), name
        # a stranger at the end changes nothing, one at the start helps nothing
        assert measure([*ranking, "stranger"], grades) == value
        assert measure(["stranger", *ranking], grades) <= value


def test_judged_queries_without_a_hit_count_and_unjudged_ones_do_not():
    qrels = {"q1": {"a": 1}, "q2": {"b": 1}}
    found = measure_run({"q1": [("a", 2.0)], "q9": [("b", 1.0)]}, qrels, depth=100)
    assert found.mean("nDCG@10") == 0.5
    assert list(found.by_query) == ["q1", "q2"]


def test_measures_deeper_than_the_run_are_left_out():
    assert set(measure_run({}, {"q": {"a": 1}}, depth=20).by_query["q"]) == set(MEASURES) - {"recall@100"}


def test_a_trec_run_must_fall():
    assert list(trec_lines({"q": [("a", 2.5), ("b", 2.0)]}, "words")) == [
        "q Q0 a 1 2.500000 words\n",
        "q Q0 b 2 2.000000 words\n",
    ]
    with pytest.raises(ValueError, match="rank 2 does not fall"):
        list(trec_lines({"q": [("a", 2.0), ("b", 2.0)]}, "words"))


# Collections


def test_a_collection_is_read_as_it_stands():
    collection = open_collection(TINY)
    assert [q.qid for q in collection.queries] == ["q1", "q2", "q3", "q5"]
    assert collection.unjudged == 1
    assert collection.qrels["q1"] == {"minute-7": 1, "titled": 2, "untitled": 0}
    documents = list(collection.documents())
    assert len(documents) == 8
    assert documents[1] == CollectionDocument("empty", "", "")
    assert documents[4].title == ""


def test_qrels_need_no_header():
    assert open_collection(TINY, "dev").qrels == {"q4": {"twin-b": 1}}


@pytest.mark.parametrize("case", parametrised(cases("evaluation/collections/refused.jsonl")))
def test_what_is_wrong_is_one_line(case, collection):
    with (collection / case["file"]).open("a", encoding="utf-8") as file:
        file.write(case["line"] + "\n")
    with pytest.raises(UnreadableSource) as error:
        list(open_collection(collection).documents())
    assert case["says"] in str(error.value)
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_blank_lines_and_numbers_as_ids_do_no_harm(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"_id": 7, "text": null}\r\n\r\n{"_id": "8", "text": "Wards."}\r\n')
    assert list(read_documents(path)) == [
        CollectionDocument("7", "", ""),
        CollectionDocument("8", "", "Wards."),
    ]


def test_a_file_of_another_encoding_is_refused(collection):
    with (collection / "corpus.jsonl").open("ab") as file:
        file.write(b'{"_id": "z", "text": "caf\xe9"}\n')
    with pytest.raises(UnreadableSource, match="line 9: not UTF-8"):
        list(open_collection(collection).documents())


def test_a_split_that_judges_nothing_is_refused(collection):
    (collection / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n")
    with pytest.raises(UnreadableSource, match=r"test\.tsv: judges nothing"):
        open_collection(collection)


@pytest.mark.parametrize(
    ("gone", "says"),
    [
        ("corpus.jsonl", "no corpus.jsonl"),
        ("queries.jsonl", "no queries.jsonl"),
        ("qrels/test.tsv", "no qrels of split 'test' .try: dev."),
    ],
)
def test_a_folder_that_is_no_collection(gone, says, collection):
    (collection / gone).unlink()
    with pytest.raises(BadRequest, match=says):
        open_collection(collection)


# Systems


@pytest.mark.parametrize("system", ["lexical", "rank-bm25"])
def test_words_find_what_holds_them_best_first(system, tmp_path):
    found = documents_found(TINY, tmp_path, system)
    assert found["q1"] == ["titled", "minute-7", "untitled"]
    assert found["q2"] == ["circular"]
    assert found["q3"] == []
    assert found["q5"][0] == "long"


def test_documents_of_one_score_keep_the_corpus_order(collection, tmp_path):
    (collection / "qrels" / "test.tsv").write_text("q4\ttwin-b\t1\n")
    for system in ("lexical", "rank-bm25"):
        assert documents_found(collection, tmp_path, system) == {"q4": ["twin-a", "twin-b"]}


@pytest.mark.parametrize("system", ["dense", "hybrid"])
def test_every_document_has_a_vector_the_empty_one_too(system, model, tmp_path):
    found = documents_found(TINY, tmp_path, system, model=model)
    ids = sorted(d.id for d in read_documents(TINY / "corpus.jsonl"))
    assert all(sorted(documents) == ids for documents in found.values())


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_same_run_every_time_however_deep(system, model, tmp_path):
    whole = documents_found(TINY, tmp_path / "one", system, model=model)
    again = documents_found(TINY, tmp_path / "two", system, model=model)
    first = documents_found(TINY, tmp_path / "one", system, model=model, depth=2)
    assert whole == again
    assert first == {qid: documents[:2] for qid, documents in whole.items()}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_document_in_passages_stands_once_by_its_best(system, model, tmp_path):
    found = documents_found(TINY, tmp_path, system, model=model, passages=True, depth=5)
    assert all(len(set(documents)) == len(documents) for documents in found.values())
    assert found["q5"].count("long") == 1
    if system in ("dense", "hybrid"):
        assert all(len(documents) == 5 for documents in found.values())


def test_passages_are_packed_under_the_title(model, tmp_path):
    experiment = Experiment(open_collection(TINY), tmp_path, Setting(passages=True, model=model), Silent())
    passages = list(experiment._passages())
    owners = [experiment.documents[n] for n in experiment._owners]
    long = [p for p, owner in zip(passages, owners, strict=True) if owner == "long"]
    assert len(long) > 1
    assert {p.context for p in long} == {"Report of the working party"}
    assert [o for o, n in Counter(owners).items() if n == 1] == [
        d for d in experiment.documents if d != "long"
    ]


def test_no_text_is_embedded_twice(model, tmp_path):
    class Steps(Silent):
        stages = ()

        def stage(self, name, total):
            self.stages = (*self.stages, (name, total))

    watcher = Steps()
    setting = Setting(model=model)
    first = Experiment(open_collection(TINY), tmp_path, setting, watcher).run("dense")
    cache = tmp_path / "indexes" / "vectors.sqlite"
    before = cache.read_bytes()
    second = Experiment(open_collection(TINY), tmp_path, setting, watcher).run("dense")
    assert cache.read_bytes() == before
    assert first.run == second.run
    assert watcher.stages[-1] == ("dense: queries", 4)


# Command


def test_the_table(capsysbinary, model, tmp_path):
    systems = [part for system in SYSTEMS for part in ("--system", system)]
    code, out, err = asked(capsysbinary, TINY, *systems, "--model", model, "--cache", tmp_path)
    assert code == 0
    header, _, *rows = [line.split("  ") for line in out.splitlines()]
    columns = [cell.strip() for cell in header if cell.strip()]
    assert columns == ["system", *MEASURES, "queries", "ms a query"]
    assert [row[0].strip() for row in rows] == list(SYSTEMS)
    lexical = out.splitlines()[2].split()
    # q1 is ideal; q2 finds the one of two that is there; q3 nothing; q5 its only document
    expected = (1 + 1 / (1 + 0.6309298) + 0 + 1) / 4
    assert float(lexical[1]) == pytest.approx(expected, abs=1e-4)
    assert [float(cell) for cell in lexical[2:6]] == [0.625, 0.625, 0.625, 0.75]
    assert lexical[6] == "4"
    assert "note: 4 judged queries, 8 documents (1 empty); 1 query without qrels left out\n" in err
    assert "note: not in the corpus, so never found: 1 judged document\n" in err


def test_jsonl_has_a_row_a_system_and_a_row_a_query(capsysbinary, tmp_path):
    code, out, _ = asked(capsysbinary, TINY, "--format", "jsonl", "-k", 10)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["record"] for row in rows] == ["system", *["query"] * 4]
    assert rows[0]["system"] == "lexical"
    assert rows[0]["MRR@10"] == 0.75
    assert "recall@20" not in rows[0]
    assert [row["qid"] for row in rows[1:]] == ["q1", "q2", "q3", "q5"]


def test_runs_are_written_for_each_system(capsysbinary, tmp_path):
    arguments = ("--system", "lexical", "--system", "rank-bm25", "--run-out", tmp_path / "{system}.trec")
    assert asked(capsysbinary, TINY, *arguments)[0] == 0
    for system in ("lexical", "rank-bm25"):
        lines = [line.split() for line in (tmp_path / f"{system}.trec").read_text().splitlines()]
        assert {len(line) for line in lines} == {6}
        assert {line[5] for line in lines} == {system}
        for qid in ("q1", "q5"):
            hits = [line for line in lines if line[0] == qid]
            assert [int(line[3]) for line in hits] == list(range(1, len(hits) + 1))
            scores = [float(line[4]) for line in hits]
            assert scores == sorted(set(scores), reverse=True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--system", "lexical", "--system", "rank-bm25", "--run-out", "one.trec"], "(try: {system}.trec)"),
        (["--run-out", "no/such/folder/one.trec"], "cannot write: no such folder"),
        (["--split", "train"], "no qrels of split 'train' (try: dev, test)"),
        (["--system", "dense", "--model", "none"], "no embedding model (try: --system lexical"),
    ],
)
def test_what_is_refused_is_one_line(capsysbinary, arguments, says):
    code, out, err = asked(capsysbinary, TINY, *arguments)
    assert (code, out) == (1, "")
    assert says in err
    assert err.count("\n") == 1
