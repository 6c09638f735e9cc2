"""Measures of runs: what ir-measures makes of them, ties, queries left out, and what is credited."""

import contextlib
import itertools
import json
import math
import random
import shutil
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.measuring.crediting import QueryCredit, credit, credited, judged_side
from policytext.evaluation.retrieval.measuring.names import depth_of, parse_measures
from policytext.evaluation.retrieval.measuring.scoring import score_run
from policytext.evaluation.retrieval.records import Collection, CollectionQuery, Judging, Ranking, Run
from policytext.evaluation.retrieval.runs.reading import read_run
from policytext.evaluation.retrieval.runs.writing import RunWriter
from policytext.ranking import Query
from tables_of_cases import DATA, cases, parametrised

TINY = DATA / "evaluation" / "collections" / "tiny"
USUAL = ("nDCG@10", "AP", "RR@10", "R@100", "P@5")
OLD_NAMES = ("nDCG@10", "MAP", "recall@20", "recall@100", "MRR@10")


def collection_of(qrels, own=None, groups=None, exhaustive=False):
    queries = [CollectionQuery(Query(q, q), own=frozenset((own or {}).get(q, ()))) for q in qrels]
    return Collection(
        name="made",
        split="test",
        queries=tuple(queries),
        qrels=qrels,
        corpus=Path("corpus.jsonl"),
        files={},
        exhaustive=exhaustive,
        groups=groups or {},
    )


def ranking(documents, scores=None):
    return Ranking(tuple(documents), scores or [float(-n) for n in range(len(documents))])


def score(rankings, qrels, measures=USUAL, *, own=None, groups=None, exhaustive=False, **judging):
    """The score of rankings (lists of documents, or pairs of documents and scores) against qrels."""
    run = Run("run", {q: r if isinstance(r, Ranking) else ranking(r) for q, r in rankings.items()})
    return score_run(run, collection_of(qrels, own, groups, exhaustive), Judging(**judging), measures)


# Names


@pytest.mark.parametrize("case", parametrised(cases("evaluation/runs/names.jsonl")))
def test_names_of_the_field_become_those_of_ir_measures(case):
    names = parse_measures([case["text"]])
    assert list(names) == case["names"]
    assert parse_measures(names) == names
    assert depth_of(case["text"]) == case["depth"]


@pytest.mark.parametrize("case", parametrised(cases("evaluation/runs/no_names.jsonl")))
def test_what_nobody_computes_is_one_line(case):
    with pytest.raises(BadRequest) as error:
        parse_measures(["AP", case["text"]])
    assert case["says"] in str(error.value)
    assert "\n" not in str(error.value)


def test_a_measure_told_twice_is_one():
    assert parse_measures(["MAP", "nDCG@10", "ap", "ndcg_cut_10"]) == ("AP", "nDCG@10")


def test_a_very_long_name_is_refused():
    with pytest.raises(BadRequest):
        parse_measures(["P(" + "(" * 100_000])


# Values


@pytest.mark.parametrize("case", parametrised(cases("evaluation/collections/measures.jsonl")))
def test_measures_worked_out_by_hand(case):
    found = score({"q": case["ranking"]}, {"q": case["grades"]}, OLD_NAMES).per_query["q"]
    for old, name in zip(OLD_NAMES, parse_measures(OLD_NAMES), strict=True):
        assert found[name] == pytest.approx(case[old], abs=1e-6), name


DOCUMENTS = [f"d{n}" for n in range(30)]
GRADES = st.dictionaries(st.sampled_from([*DOCUMENTS, "gone"]), st.integers(-2, 4), max_size=10)
FOUND = st.permutations(DOCUMENTS).flatmap(lambda d: st.integers(0, 30).map(lambda n: d[:n]))


@settings(deadline=None)
@given(FOUND, GRADES)
def test_laws_of_measures(found, grades):
    ideal = sorted(grades, key=lambda d: -grades[d])
    relevant = any(grade > 0 for grade in grades.values())
    rankings = {
        "found": found,
        "ideal": ideal,
        "behind": [*found, "stranger"],
        "before": ["stranger", *found],
    }
    values = score(rankings, dict.fromkeys(rankings, grades), ("nDCG@10", "AP", "RR@10", "R@100")).per_query
    for name, value in values["found"].items():
        assert 0.0 <= value <= 1.0 + 1e-12
        assert value <= values["ideal"][name] + 1e-12, name
        assert values["ideal"][name] == pytest.approx(1.0 if relevant else 0.0), name
        assert values["behind"][name] == value
        assert values["before"][name] <= value


def test_gains_and_grades_can_be_told():
    qrels = {"q": {"a": 1, "b": 2}}
    found = score({"q": ["a", "b"]}, qrels, ("nDCG(gains={1:1,2:3})@10", "AP(rel=2)", "P(rel=2)@1"))
    log3 = math.log2(3)
    assert found.per_query["q"] == pytest.approx(
        {"nDCG(gains={2:3})@10": (1 + 3 / log3) / (3 + 1 / log3), "AP(rel=2)": 0.5, "P(rel=2)@1": 0.0}
    )


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a perl script")
def test_gains_of_two_to_the_grade_whatever_the_queries_are_called():
    qrels = {"q/1": {"a": 1, "b": 2}, "\u00e9": {"b": 4}}
    found = score({"q/1": ["a", "b"], "\u00e9": ["b"]}, qrels, ("nDCG(dcg='exp-log2')@10",)).per_query
    log3 = math.log2(3)
    values = [value for each in found.values() for value in each.values()]
    assert values == pytest.approx([(1 + 3 / log3) / (3 + 1 / log3), 1.0], abs=1e-5)  # it prints five digits
    with pytest.raises(BadRequest, match=r"ERR@10 takes grades up to 4, not 5 .try: nDCG@10"):
        score({"q": ["a"]}, {"q": {"a": 5}}, ("ERR@10",))


# Queries


def test_every_judged_query_counts_and_no_other():
    found = score({"q1": ["a"], "q9": ["b"]}, {"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"c": 1}})
    assert list(found.per_query) == ["q1", "q2", "q3"]
    assert found.missing == ("q2", "q3")
    assert found.strangers == 1
    assert found.mean("nDCG@10") == pytest.approx(1 / 3)
    assert found.per_query["q2"] == dict.fromkeys(USUAL, 0.0)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("qrst"), FOUND, min_size=1), st.sampled_from("qrst"), GRADES)
def test_a_run_without_a_query_scores_lower_unless_it_had_nothing(rankings, left_out, grades):
    qrels = {qid: {**grades, "d1": 1} for qid in "qrst"}
    whole = score(rankings, qrels)
    less = score({q: r for q, r in rankings.items() if q != left_out}, qrels)
    for name in USUAL:
        if whole.per_query[left_out][name] > 0:
            assert less.mean(name) < whole.mean(name)
        else:
            assert less.mean(name) == whole.mean(name)
    assert left_out in less.missing


def test_a_query_without_a_relevant_document_counts_0_as_in_trec_eval():
    qrels = {"q1": {"a": 1}, "q2": {"a": 0}, "q3": {"a": -1}}
    found = score({q: ["a"] for q in qrels}, qrels)
    assert found.mean("AP") == pytest.approx(1 / 3)
    assert found.missing == ()
    assert found.notes == ("2 queries without a relevant document count 0",)
    direct = pytrec_eval.RelevanceEvaluator({"q2": {"a": 0}}, {"map"}).evaluate({"q2": {"a": 1.0}})
    assert direct == {"q2": {"map": 0.0}}


@pytest.mark.parametrize("grade", [-1, -2, -1000])
def test_grades_that_are_all_below_0_break_nothing(grade):
    qrels = {f"q{n}": {f"d{m}": grade for m in range(20)} for n in range(300)}
    found = score(dict.fromkeys(qrels, DOCUMENTS), qrels, (*USUAL, "Bpref", "Judged@10"))
    assert found.mean("AP") == found.mean("Bpref") == 0.0
    assert found.mean("Judged@10") == 1.0


@pytest.mark.parametrize("grade", [10**7, -(10**30)])
def test_a_grade_beyond_reason_is_refused(grade):
    with pytest.raises(BadRequest, match="query q gives document a the grade"):
        score({"q": ["a"]}, {"q": {"a": grade}})


def test_what_nobody_judged_is_listed():
    found = score(
        {"q1": ["a", "x", "b"], "q2": ["y"], "q3": []}, {q: {"a": 1, "b": 0} for q in ("q1", "q2", "q3")}
    )
    assert [(u.run, u.qid, u.rank, u.document) for u in found.unjudged] == [
        ("run", "q1", 2, "x"),
        ("run", "q2", 1, "y"),
    ]
    assert found.judged == pytest.approx((2 / 3 + 0) / 2)  # q3 found nothing: it says nothing of judging
    whole = score({"q1": ["a", "x"]}, {"q1": {"a": 1}}, exhaustive=True)
    assert (whole.judged, whole.unjudged) == (1.0, ())


def test_only_the_first_ten_are_asked_after():
    found = score({"q": [f"d{n}" for n in range(12)]}, {"q": {f"d{n}": 0 for n in range(10)}})
    assert (found.judged, found.unjudged) == (1.0, ())


def test_many_queries_are_the_same_as_one_by_one():
    draw = random.Random(3)
    qrels = {
        f"q{n}": {f"d{draw.randrange(30)}": draw.choice([-1, 0, 1, 2]) for _ in range(6)} for n in range(450)
    }
    rankings = {q: draw.sample(DOCUMENTS, 20) for q in qrels}
    together = score(rankings, qrels).per_query
    for qid in ("q0", "q199", "q200", "q449"):
        assert score({qid: rankings[qid]}, {qid: qrels[qid]}).per_query[qid] == together[qid]


# Ties


def tied(documents, scores):
    order = sorted(range(len(documents)), key=lambda n: (-scores[n], documents[n]))
    return Ranking(tuple(documents[n] for n in order), [float(scores[n]) for n in order])


def by_brute_force(documents, scores, grades, measures):
    """The mean over all permutations that keep the scores falling, each measured by itself."""
    documents = sorted(documents, key=lambda d: -scores[d])
    groups = [list(group) for _, group in itertools.groupby(documents, key=lambda d: scores[d])]
    orders = list(itertools.product(*(itertools.permutations(group) for group in groups)))
    rankings = {str(n): [d for part in order for d in part] for n, order in enumerate(orders)}
    found = score(rankings, dict.fromkeys(rankings, grades), measures)
    return {name: found.mean(name) for name in found.per_query["0"]}


SMALL = st.lists(st.integers(0, 2), min_size=1, max_size=6)
SMALL_GRADES = st.dictionaries(st.integers(0, 6), st.integers(-1, 2), max_size=5)


@settings(max_examples=40, deadline=None)
@given(SMALL, SMALL_GRADES)
def test_a_tied_query_has_the_mean_over_all_orders(scores, grades):
    documents = [f"d{n}" for n in range(len(scores))]
    judged = {f"d{n}": grade for n, grade in grades.items()}
    measures = ("nDCG@3", "AP", "RR@10", "P@2", "Bpref", "Judged@2", "AP(rel=2)", "P(judged_only=True)@2")
    found = score({"q": tied(documents, scores)}, {"q": judged}, measures)
    wanted = by_brute_force(documents, dict(zip(documents, scores, strict=True)), judged, measures)
    assert found.per_query["q"] == pytest.approx(wanted, abs=1e-9)
    for name in ("nDCG@3", "AP", "RR@10", "P@2", "AP(rel=2)"):
        low, high = found.bounds.get(name, (wanted[name], wanted[name]))
        assert low - 1e-9 <= wanted[name] <= high + 1e-9


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=40),
    st.lists(st.sampled_from([None, -1, 0, 1, 2]), min_size=40, max_size=40),
    st.randoms(use_true_random=False),
)
def test_no_figure_depends_on_ids_or_on_the_order_of_lines(scores, grades, draw):
    def run_with(ids, order):
        documents, told = [ids[n] for n in order], [scores[n] for n in order]
        judged = {ids[n]: grades[n] for n in order if grades[n] is not None}
        return score({"q": Ranking(tuple(documents), [float(s) for s in told])}, {"q": judged})

    count = len(scores)
    plain = run_with([f"d{n:02}" for n in range(count)], list(range(count)))
    names = [f"{draw.choice('xyz')}{n}" for n in range(count)]
    order = list(range(count))
    draw.shuffle(names)
    draw.shuffle(order)
    other = run_with(names, order)
    assert other.per_query == plain.per_query
    assert (other.tied, other.bounds, other.judged) == (plain.tied, plain.bounds, plain.judged)


def test_a_file_all_of_one_score_has_one_figure_whatever_its_ids_and_lines(tmp_path):
    draw = random.Random(0)
    figures = set()
    for names in ([f"a{n:03}" for n in range(100)], [f"z{100 - n:03}" for n in range(100)]):
        for _ in range(2):
            lines = [f"q Q0 {name} {n} 1.0 t\n" for n, name in enumerate(names, 1)]
            draw.shuffle(lines)
            (tmp_path / "run").write_text("".join(lines))
            qrels = {"q": {names[n]: n % 2 + 1 for n in range(7)}}
            found = score_run(read_run(tmp_path / "run"), collection_of(qrels), Judging(), USUAL)
            figures.add(json.dumps([dict(found.per_query), dict(found.bounds)]))
    assert len(figures) == 1


def mean_precision_of_chance(count, relevant):
    """The expected AP of a random order: Bestgen, "Exact expected average precision", JASIST 2015."""
    harmonic = sum(1 / n for n in range(1, count + 1))
    return (harmonic + (relevant - 1) / (count - 1) * (count - harmonic)) / count


@pytest.mark.parametrize(("count", "relevant"), [(1000, 30), (1000, 300), (100, 10), (30, 5), (20, 10)])
def test_orders_too_many_to_try_are_drawn_without_bias(count, relevant):
    documents = [f"d{n}" for n in range(count)]
    found = score({"q": ranking(documents, [1.0] * count)}, {"q": dict.fromkeys(documents[:relevant], 1)})
    values = found.per_query["q"]
    first = [math.comb(count - n, relevant - 1) / math.comb(count, relevant) for n in range(1, 11)]
    assert values["AP"] == pytest.approx(mean_precision_of_chance(count, relevant), abs=0.01)
    assert values["RR@10"] == pytest.approx(sum(p / n for n, p in enumerate(first, 1)), abs=0.03)
    assert values["P@5"] == pytest.approx(relevant / count, abs=0.01)
    assert "tied in too many orders to try all" in found.notes[0]


def test_the_bounds_are_the_worst_and_the_best_order():
    found = score({"q": ranking("abc", [1.0] * 3), "r": ranking("a")}, {"q": {"b": 1}, "r": {"a": 1}})
    assert found.tied == 1
    assert found.bounds["RR@10"] == pytest.approx(((1 / 3 + 1) / 2, 1.0))
    assert found.per_query["q"]["RR@10"] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_equal_scores_of_equal_grades_leave_nothing_open():
    found = score({"q": ranking("abcd", [2.0, 2.0, 1.0, 1.0])}, {"q": {"a": 1, "b": 1}})
    assert (found.tied, found.bounds) == (0, {})


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 1.0, 16.0, 16.0000001, 16.0000002, 3e38]), min_size=1, max_size=12),
    st.lists(st.integers(0, 2), min_size=12, max_size=12),
)
def test_ties_as_trec_eval_breaks_them(scores, grades):
    documents = [f"d{n}" for n in range(len(scores))]
    qrels = {"q": dict(zip(documents, grades, strict=False))}
    found = score({"q": tied(documents, scores)}, qrels, ("nDCG@10", "AP", "RR"), ties="trec_eval")
    evaluator = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10", "map", "recip_rank"})
    direct = evaluator.evaluate({"q": dict(zip(documents, scores, strict=True))})["q"]
    values = [direct["ndcg_cut_10"], direct["map"], direct["recip_rank"]]
    assert list(found.per_query["q"].values()) == pytest.approx(values, abs=1e-12)


# Crediting

PARTS = {"q": {"a": "one", "b": "one", "c": "two", "d": "two"}}


def test_of_a_group_the_first_found_counts():
    qrels = {"q": {"a": 1, "b": 2, "e": 1}}
    assert judged_side(collection_of(qrels, groups=PARTS), Judging()) == {"q": {"b": 2, "e": 1}}
    found = score({"q": ["a", "x", "b", "e"]}, qrels, ("nDCG@10", "R@2"), groups=PARTS)
    # what prints the same as b stands first, and e moves up where b is gone
    ideal = 2 + 1 / math.log2(3)
    assert found.per_query["q"] == pytest.approx({"nDCG@10": (2 + 1 / 2) / ideal, "R@2": 0.5})
    each = score({"q": ["a", "x", "b", "e"]}, qrels, ("R@2",), groups=PARTS, groups_once=False)
    assert each.per_query["q"]["R@2"] == pytest.approx(1 / 3)


def test_a_group_that_nobody_judged_stands_under_what_was_found():
    counts = credit(collection_of({"q": {"a": 1}}, groups=PARTS), Judging())["q"]
    assert credited(ranking("dcba"), counts).documents == ("d", "a")


def test_own_documents_are_in_neither_ranking_nor_qrels():
    qrels = {"q": {"a": 1, "e": 1}}
    judging = Judging(leave_own=True)
    assert judged_side(collection_of(qrels, own={"q": {"a"}}), judging) == {"q": {"e": 1}}
    kept = score({"q": ["a", "e"]}, qrels, ("P@1", "AP"), own={"q": {"a"}})
    assert kept.per_query["q"] == {"P@1": 1.0, "AP": 1.0}
    left = score({"q": ["a", "x", "e"]}, qrels, ("P@1", "AP"), own={"q": {"a"}}, leave_own=True)
    assert left.per_query["q"] == {"P@1": 0.0, "AP": 0.5}
    alone = score({"q": ["a"]}, qrels, ("P@1",), own={"q": {"a"}}, leave_own=True)
    assert alone.missing == ("q",)


def test_what_prints_the_same_as_an_own_document_finds_itself_too():
    qrels = {"q": {"a": 1, "b": 1, "e": 1}}
    told = {"own": {"q": {"a"}}, "groups": PARTS, "leave_own": True}
    assert score({"q": ["b", "e"]}, qrels, ("P@1", "R@1"), **told).per_query["q"] == {"P@1": 1.0, "R@1": 1.0}
    each = score({"q": ["b", "e"]}, qrels, ("R@1",), **told, groups_once=False)
    assert each.per_query["q"]["R@1"] == 0.5


LETTERS = list("abcdefgh")
GROUPS = st.dictionaries(st.sampled_from(LETTERS), st.sampled_from(["one", "two"]))
LETTER_GRADES = st.dictionaries(st.sampled_from(LETTERS), st.integers(-1, 2))
ORDER = st.permutations(LETTERS).flatmap(lambda d: st.integers(0, 8).map(lambda n: d[:n]))


@settings(deadline=None)
@given(ORDER, LETTER_GRADES, GROUPS, st.sampled_from(LETTERS))
def test_laws_of_crediting(found, grades, groups, own):
    collection = collection_of({"q": grades}, own={"q": {own}}, groups={"q": groups})
    for leave_own in (False, True):
        judging = Judging(leave_own=leave_own)
        counts = credit(collection, judging)["q"]
        judged = judged_side(collection, judging)["q"]
        once = credited(ranking(found), counts)
        assert credited(once, counts) == once
        assert len({groups.get(d, d) for d in once.documents}) == len(once)
        assert len({groups.get(d, d) for d in judged}) == len(judged)
        # the judged document of a group is the same on both sides
        for document in once.documents:
            if any(groups.get(d, d) == groups.get(document, document) for d in judged):
                assert document in judged
        # a reprint behind what it reprints changes nothing
        for behind in (d for d in LETTERS if d not in found and d in groups):
            if any(groups.get(d) == groups[behind] for d in found):
                assert credited(ranking([*found, behind]), counts).documents == once.documents


@settings(deadline=None)
@given(ORDER, LETTER_GRADES)
def test_without_groups_and_own_documents_nothing_changes(found, grades):
    collection = collection_of({"q": grades})
    assert judged_side(collection, Judging(leave_own=True)) == {"q": grades}
    assert credited(ranking(found), QueryCredit()) == ranking(found)


@settings(deadline=None)
@given(ORDER, LETTER_GRADES, GROUPS)
def test_a_group_of_one_is_no_group(found, grades, groups):
    alone = {document: document for document in groups}
    assert (
        score({"q": found}, {"q": grades}, groups={"q": alone}).per_query
        == score({"q": found}, {"q": grades}).per_query
    )


# Agreement


def seeded(queries=60, hits=100):
    """Graded qrels, some negative, and a run of scores in full precision."""
    draw = random.Random(11)
    names = [f"d{n}" for n in range(400)]
    qrels = {
        f"q{n}": {d: draw.choice([-1, 0, 0, 1, 1, 2, 3]) for d in draw.sample(names, 25)}
        for n in range(queries)
    }
    rankings = {
        qid: ranking(
            sorted(draw.sample(names, hits), key=lambda d: -(grades.get(d, 0) + draw.gauss(0, 2))),
            sorted((draw.uniform(0, 40) for _ in range(hits)), reverse=True),
        )
        for qid, grades in qrels.items()
        if qid != "q7"
    }
    return qrels, rankings


def tiny():
    lines = (TINY / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    qrels = {}
    for qid, document, grade in (line.split("\t") for line in lines):
        qrels.setdefault(qid, {})[document] = int(grade)
    found = ["titled", "minute-7", "untitled", "circular", "long"]
    return qrels, {qid: ranking(found[n:] + found[:n]) for n, qid in enumerate(qrels)}


@pytest.mark.parametrize("made", [seeded, tiny])
def test_ir_measures_and_pytrec_eval_say_the_same_of_the_same_files(made, tmp_path):
    qrels, rankings = made()
    with RunWriter(tmp_path / "run.trec", {"method": {"k1": 1.5}}, "words") as writer:
        for qid, hits in rankings.items():
            writer.write(qid, hits)
    stripped = "".join(
        line for line in (tmp_path / "run.trec").read_text().splitlines(keepends=True) if line[0] != "#"
    )
    told = "".join(f"{q} 0 {d} {grade}\n" for q, grades in qrels.items() for d, grade in grades.items())
    names = (
        "nDCG@10",
        "nDCG",
        "AP",
        "RR@10",
        "RR",
        "R@100",
        "P@5",
        "Bpref",
        "Rprec",
        "Success@1",
        "AP(rel=2)",
    )
    ours = score_run(read_run(tmp_path / "run.trec"), collection_of(qrels), Judging(), names)
    assert ours.tied == 0

    measures = [ir_measures.parse_measure(name) for name in names]
    theirs = ir_measures.calc_aggregate(
        measures, list(ir_measures.read_trec_qrels(told)), list(ir_measures.read_trec_run(stripped))
    )
    assert {name: ours.mean(name) for name in names} == pytest.approx(
        {str(m): value for m, value in theirs.items()}, abs=1e-6
    )

    trec = {"nDCG@10": "ndcg_cut_10", "AP": "map", "RR": "recip_rank", "R@100": "recall_100", "P@5": "P_5"}
    evaluator = pytrec_eval.RelevanceEvaluator(pytrec_eval.parse_qrel(told.splitlines()), set(trec.values()))
    direct = evaluator.evaluate(pytrec_eval.parse_run(stripped.splitlines()))
    for qid, values in direct.items():
        for name, theirs_named in trec.items():
            assert ours.per_query[qid][name] == pytest.approx(values[theirs_named], abs=1e-6)


PARAMETERS = {
    "cutoff": [None, 1, 5, 20],
    "rel": [None, 2],
    "judged_only": [None, True],
    "gains": [None, "{1:1,2:3,3:7}"],
    "dcg": [None, "'exp-log2'"],
    "beta": [None, 0.5],
    "relative": [None, True],
    "recall": [0.1, 0.5],
    "p": [None, 0.5],
    "normalize": [None, False],
}


def every_measure():
    """The measures of ir-measures with all their parameters, as far as some package here computes them."""
    for kind in {kind.NAME: kind for kind in ir_measures.measures.registry.values()}.values():
        known = list(kind.SUPPORTED_PARAMS)
        for values in itertools.product(*(PARAMETERS.get(parameter, [None]) for parameter in known)):
            told = {p: value for p, value in zip(known, values, strict=True) if value is not None}
            behind = told.pop("cutoff", told.pop("recall", None))
            inner = ",".join(f"{p}={value}" for p, value in told.items())
            name = f"{kind.NAME}({inner})" + (f"@{behind}" if behind else "")
            with contextlib.suppress(BadRequest):
                yield from parse_measures([name.replace("()", "")])


def test_every_measure_with_every_parameter_is_that_of_ir_measures():
    qrels, rankings = seeded(20)
    qrels, rankings = ({qid[1:]: found for qid, found in each.items()} for each in (qrels, rankings))
    names = list(dict.fromkeys(every_measure()))
    judged_only = {name for name in names if "judged_only" in name and "@" in name}
    assert {
        "nDCG(judged_only=True)@5",
        "P(judged_only=True)@20",
        "Success(judged_only=True)@1",
    } <= judged_only
    ours = score(rankings, qrels, names)
    run = {qid: dict(found) for qid, found in rankings.items()}
    # one by one: together it gives measures the gains of others
    theirs = {
        name: ir_measures.calc_aggregate([ir_measures.parse_measure(name)], qrels, run) for name in names
    }
    assert {name: ours.mean(name) for name in names} == pytest.approx(
        {name: next(iter(found.values())) for name, found in theirs.items()},
        abs=1e-5,  # gdeval prints five digits
    )


def test_what_is_judged_alone_moves_up_whatever_stands_before_it():
    found = [f"x{n}" for n in range(50)] + ["a", "b"]
    values = score({"q": found}, {"q": {"a": 1, "b": 0}}, ("P(judged_only=True)@2", "P@2", "Success@5"))
    assert values.per_query["q"] == {"P(judged_only=True)@2": 0.5, "P@2": 0.0, "Success@5": 0.0}
    open_order = score(
        {"q": Ranking(tuple(found), [1.0] * 52)}, {"q": {"a": 1, "b": 0}}, ("P(judged_only=True)@1",)
    )
    assert open_order.per_query["q"]["P(judged_only=True)@1"] == 0.5
    assert open_order.bounds["P(judged_only=True)@1"] == (0.0, 1.0)


def test_a_run_that_found_nothing_scores_0_and_is_listed():
    found = score({}, {"q1": {"a": 1}, "q2": {"b": 1}})
    assert found.missing == ("q1", "q2")
    assert [found.mean(name) for name in USUAL] == [0.0] * len(USUAL)
    assert (found.tied, found.unjudged, found.notes) == (0, (), ())


def test_a_score_is_the_same_twice():
    qrels, rankings = seeded(10)
    halves = {q: replace(r, scores=[float(int(s / 8)) for s in r.scores]) for q, r in rankings.items()}
    one, two = score(halves, qrels), score(halves, qrels)
    assert one == two
    assert one.tied > 0


def test_a_run_carries_its_notes_and_header():
    run = Run("run", {"q": ranking("a")}, {"method": {"k1": 1}}, ("ranks contradict scores",))
    found = score_run(run, collection_of({"q": {"a": 1}}), Judging(), ("AP",))
    assert (found.header, found.notes) == ({"method": {"k1": 1}}, ("ranks contradict scores",))
