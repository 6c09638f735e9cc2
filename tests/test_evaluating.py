"""An evaluation: comparisons, slices, gains and losses, and what is noted, on a collection read by eye."""

import dataclasses
import json
import random
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.collections.judgements import judgements_alone
from policytext.evaluation.retrieval.collections.opening import fingerprints, open_collection
from policytext.evaluation.retrieval.comparing.changes import excerpt
from policytext.evaluation.retrieval.evaluating import evaluate
from policytext.evaluation.retrieval.records import Judging, LeftOut, Moved, Ranking, Run
from policytext.evaluation.retrieval.runs.reading import read_run
from tables_of_cases import DATA, cases, parametrised

HERE = DATA / "evaluation" / "comparing"
LEAD = Judging(measures=("RR@3", "nDCG@3"), resamples=200)


@pytest.fixture(scope="module")
def clinic():
    return open_collection(HERE / "clinic")


@pytest.fixture(scope="module")
def runs():
    return [read_run(HERE / f"{name}.trec") for name in ("first", "second")]


@pytest.fixture(scope="module")
def whole(clinic, runs):
    return evaluate(clinic, runs, LEAD)


def ranked(name, **rankings):
    """A run from documents by query, best first; three a query were asked for."""
    return Run(
        name,
        {
            qid: Ranking(tuple(told.split()), [float(-n) for n in range(len(told.split()))])
            for qid, told in rankings.items()
        },
        {"policytext": {"depth": 3}},
    )


def with_header(run, **ours):
    return dataclasses.replace(run, header={"policytext": ours})


def noted(evaluation, words):
    return [note for note in evaluation.notes if words in note]


# Comparisons


def test_every_judged_query_counts_in_both_runs(whole):
    one = whole.comparisons[0]
    assert (one.measure, one.first, one.second) == ("RR@3", "first", "second")
    assert (one.queries, one.wins, one.losses) == (3, 2, 1)
    # q1 1 to 1/2, q2 1/2 to 1, q3 (not in the first run) 0 to 1/2
    assert one.difference == pytest.approx(1 / 6)
    assert (one.p, one.exact) == (1.0, True)
    assert one.low <= one.difference <= one.high


def test_a_run_without_a_query_is_lower(clinic, runs):
    second = runs[1]
    less = dataclasses.replace(
        second, name="less", rankings={q: r for q, r in second.rankings.items() if q != "q2"}
    )
    evaluation = evaluate(clinic, [second, less], LEAD)
    assert evaluation.scores[1].mean("RR@3") < evaluation.scores[0].mean("RR@3")
    assert noted(evaluation, "less found nothing for 1 judged query, which counts 0: q2")


def test_pairs_and_their_families(clinic):
    four = [ranked(name, q1=f"d{n} d1 d2") for n, name in enumerate("abcd", 3)]
    every = evaluate(clinic, four, LEAD).comparisons
    assert [(c.first, c.second) for c in every if c.measure == "RR@3"] == [
        ("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d"),
    ]  # fmt: skip
    based = evaluate(clinic, four, dataclasses.replace(LEAD, baseline="c")).comparisons
    assert [(c.first, c.second) for c in based if c.measure == "nDCG@3"] == [
        ("c", "a"), ("c", "b"), ("c", "d"),
    ]  # fmt: skip


def big(queries=40, seed=1):
    """Qrels of one relevant document a query, and three runs that place it by chance, two of them better."""
    rng = random.Random(seed)
    qids = [f"q{n}" for n in range(queries)]
    found = []
    for name, share in (("poor", 0.3), ("good", 0.9), ("also", 0.9)):
        told = {qid: "r x y z" if rng.random() < share else "x y z w" for qid in qids}
        found.append(ranked(name, **told))
    return qids, found


def collection_of(clinic, qids):
    queries = tuple(
        dataclasses.replace(clinic.queries[0], query=dataclasses.replace(clinic.queries[0].query, qid=qid))
        for qid in qids
    )
    return dataclasses.replace(clinic, queries=queries, qrels={qid: {"r": 1} for qid in qids})


def test_holm_counts_the_pairs_of_one_measure(clinic):
    qids, three = big()
    evaluation = evaluate(collection_of(clinic, qids), three, LEAD, facets=())
    for measure in evaluation.measures:
        found = sorted((c.p, c.p_holm) for c in evaluation.comparisons if c.measure == measure)
        assert found[0][1] == pytest.approx(min(1, 3 * found[0][0]))
    alone = evaluate(collection_of(clinic, qids), three[:2], LEAD, facets=())
    assert alone.comparisons[0].p_holm == alone.comparisons[0].p


def test_what_is_compared_beside_it_changes_no_figure(clinic):
    qids, three = big()
    collection = collection_of(clinic, qids)
    together = evaluate(collection, three, LEAD, facets=()).comparisons[0]
    alone = evaluate(collection, three[:2], LEAD, facets=()).comparisons[0]
    assert dataclasses.replace(together, p_holm=0) == dataclasses.replace(alone, p_holm=0)


def test_the_other_way_round_signs_turn(clinic):
    qids, three = big()
    collection = collection_of(clinic, qids)
    there = evaluate(collection, three[:2], LEAD, facets=()).comparisons[0]
    back = evaluate(collection, three[1::-1], LEAD, facets=()).comparisons[0]
    assert (back.p, back.wins, back.losses) == (there.p, there.losses, there.wins)
    assert (back.difference, back.low, back.high) == pytest.approx(
        (-there.difference, -there.high, -there.low)
    )
    assert there.p < 0.05 < there.difference


def test_two_evaluations_are_one(clinic, runs, whole):
    assert evaluate(clinic, runs, LEAD) == whole


def test_runs_swapped_query_by_query_are_significant_at_the_nominal_rate(clinic):
    """Labels of two systems swapped by chance: both runs are one, and 5 % of such pairs differ at 5 %."""
    rng = random.Random(4)
    qids = [f"q{n}" for n in range(30)]
    collection = collection_of(clinic, qids)
    systems = [
        ranked("any", **{qid: " ".join(rng.sample("abcdefgr", 8)) for qid in qids}).rankings for _ in range(2)
    ]
    found = []
    for _ in range(200):
        pairs = {qid: rng.sample([system[qid] for system in systems], 2) for qid in qids}
        swapped = [Run(f"{at}", {qid: pair[at] for qid, pair in pairs.items()}) for at in (0, 1)]
        judging = dataclasses.replace(LEAD, measures=("RR",), resamples=500)
        found.append(evaluate(collection, swapped, judging, facets=(), examples=0).comparisons[0].p)
    for level in (0.05, 0.5):
        low, high = binom.interval(0.999, len(found), level)
        assert low <= sum(p <= level for p in found) <= high


def test_one_query_is_not_testable(clinic, runs):
    one = dataclasses.replace(clinic, queries=clinic.queries[:1], qrels={"q1": clinic.qrels["q1"]})
    evaluation = evaluate(one, runs, LEAD)
    told = evaluation.comparisons[0]
    assert (told.p, told.p_holm, told.detectable, told.interval) == (None, None, None, "point")
    assert evaluation.scores[0].intervals == {}
    assert noted(evaluation, "not testable")


def test_few_queries_are_noted(whole):
    assert noted(whole, "3 judged queries are too few for anything to be significant at 0.05")
    assert whole.comparisons[0].detectable is None


def test_one_run_has_nothing_beside_it(clinic, runs):
    evaluation = evaluate(clinic, runs[:1], LEAD)
    assert (evaluation.comparisons, evaluation.changes) == ((), ())
    assert evaluation.slices


@pytest.mark.parametrize(
    ("names", "judging", "says"),
    [
        ([], LEAD, "no run"),
        (["a", "a"], LEAD, "2 runs are called a"),
        (["a", "b"], dataclasses.replace(LEAD, baseline="c"), "no run is called c (try: a, b)"),
        (
            ["a"],
            dataclasses.replace(LEAD, measures=("R@10",)),
            "a was asked for 3 documents a query, too few",
        ),
    ],
)
def test_what_is_refused(clinic, names, judging, says):
    with pytest.raises(BadRequest) as error:
        evaluate(clinic, [ranked(name, q1="d1 d2 d3") for name in names], judging)
    assert says in str(error.value)


def test_a_run_of_other_queries_is_refused(clinic):
    with pytest.raises(
        BadRequest, match=r"b: answers none of the judged queries of clinic \(but q9, not q1\)"
    ):
        evaluate(clinic, [ranked("a", q1="d1 d2 d3"), ranked("b", q9="d1 d2 d3")], LEAD)


def unheaded(name, **rankings):
    """A run that does not tell how many documents it was asked for."""
    return dataclasses.replace(ranked(name, **rankings), header={})


def test_measures_deeper_than_a_header_tells_are_left_out(clinic):
    judging = dataclasses.replace(LEAD, measures=("RR@3", "nDCG@10", "P@5"))
    long = unheaded("long", q1=" ".join(f"x{n}" for n in range(10)))
    evaluation = evaluate(clinic, [long, ranked("short", q1="d1 d2 d3")], judging)
    assert evaluation.measures == ("RR@3",)
    assert noted(evaluation, "nDCG@10 and P@5 are left out: short was asked for 3 documents a query")


def test_a_header_tells_how_deep_was_asked(clinic):
    judging = dataclasses.replace(LEAD, measures=("nDCG@10",))
    asked = with_header(ranked("few", q1="d1 d2 d3"), depth=10)
    evaluation = evaluate(clinic, [asked], judging)
    assert evaluation.measures == ("nDCG@10",)
    assert not noted(evaluation, "at most")


def test_a_run_that_holds_little_and_tells_no_depth_is_measured_and_noted(clinic):
    judging = dataclasses.replace(LEAD, measures=("nDCG@10", "RR@3"))
    evaluation = evaluate(clinic, [unheaded("sparse", q1="d1 d2 d3 d4")], judging)
    assert evaluation.measures == ("nDCG@10", "RR@3")
    assert noted(evaluation, "sparse holds at most 4 documents a query")
    assert noted(evaluation, "the cutoff of nDCG@10 counts")


@pytest.mark.parametrize(
    ("measures", "says"),
    [
        (("AP",), "AP looks at whole rankings"),
        (("AP", "RR@3", "Bpref"), "AP and Bpref look at whole rankings"),
    ],
)
def test_runs_of_unequal_depth_are_noted_where_no_cutoff_makes_them_equal(clinic, measures, says):
    judging = dataclasses.replace(LEAD, measures=measures)
    two = [unheaded("long", q1=" ".join(f"x{n}" for n in range(10))), ranked("short", q1="d1 d2 d3")]
    [note] = noted(evaluate(clinic, two, judging), says)
    assert note.endswith("(documents a query: long 10, short 3)")
    assert not noted(evaluate(clinic, two, dataclasses.replace(LEAD, measures=("RR@3",))), "depth")


def test_a_run_of_nothing_scores_nothing(clinic, runs):
    nothing = [ranked("nothing"), ranked("void")]
    evaluation = evaluate(clinic, [runs[0], nothing[0]], LEAD)
    assert evaluation.scores[1].mean("RR@3") == 0
    assert noted(evaluation, "nothing found nothing for 3 judged queries, which count 0: q1, q2, q3")
    assert {one.losses for one in evaluation.comparisons} == {2}
    alone = evaluate(clinic, nothing, LEAD)
    assert {(one.p, one.difference) for one in alone.comparisons} == {(1.0, 0.0)}
    assert {one.mean for one in alone.slices} == {0.0}


# Slices


@pytest.mark.parametrize("case", parametrised(cases("evaluation/comparing/slices.jsonl")))
def test_slices_worked_out_by_hand(whole, case):
    (found,) = (
        one
        for one in whole.slices
        if (one.run, one.facet, one.value) == (case["run"], case["facet"], case["value"])
    )
    reached = [1 / rank if rank else 0 for rank in case["ranks"].values()]
    assert found.mean == pytest.approx(sum(reached) / len(reached))
    assert (found.queries, found.pairs, found.measure) == (case["queries"], case["pairs"], "RR@3")


def test_values_come_in_their_order(whole):
    def values(facet):
        return [one.value for one in whole.slices if one.facet == facet and one.run == "first"]

    assert values("wording") == ["verbatim", "partly", "paraphrase"]
    assert values("era") == ["1950s", "2010s"]
    assert values("page") == ["1", "2", "3", "4", "5", "7"]


def test_facets_of_one_value_or_of_many_are_noted(clinic, runs):
    labelled = tuple(
        dataclasses.replace(query, labels={**query.labels, "language": "en"}) for query in clinic.queries
    )
    evaluation = evaluate(dataclasses.replace(clinic, queries=labelled), runs, LEAD)
    assert "language" not in {one.facet for one in evaluation.slices}
    assert noted(evaluation, "no slices by language (1 value)")


def test_facets_that_are_asked_for(clinic, runs):
    assert {one.facet for one in evaluate(clinic, runs, LEAD, facets=["era"]).slices} == {"era"}
    assert evaluate(clinic, runs, LEAD, facets=()).slices == ()
    with pytest.raises(BadRequest, match=r"no facet 'ear'.*kind, era, page, wording"):
        evaluate(clinic, runs, LEAD, facets=["ear"])


def test_a_label_that_is_called_as_another_facet_is_named_after_its_holder(clinic, runs, tmp_path):
    folder = tmp_path / "clinic"
    shutil.copytree(HERE / "clinic", folder)
    for file, told in (("queries.jsonl", "short"), ("corpus.jsonl", "scanned")):
        rows = [json.loads(line) for line in (folder / file).read_text(encoding="utf-8").splitlines()]
        for number, row in enumerate(rows):
            row["metadata"] = {
                **row.get("metadata", {}),
                "wording": f"{told} {number % 2}",
                "era": f"{number % 3}",
            }
        (folder / file).write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    found = evaluate(open_collection(folder), runs, LEAD).slices
    values = {}
    for one in found:
        values.setdefault(one.facet, set()).add(one.value)
    assert values["wording"] == {"verbatim", "partly", "paraphrase"}
    assert values["wording of the query"] == {"short 0", "short 1"}
    assert values["wording of the document"] == {"scanned 0", "scanned 1"}
    assert {"era", "era of the document"} <= values.keys()
    usual = evaluate(clinic, runs, LEAD, facets=["wording"]).slices
    assert [one for one in found if one.facet == "wording"] == list(usual)


def test_own_documents_are_in_no_slice(clinic, runs):
    q1 = dataclasses.replace(clinic.queries[0], own=frozenset({"d2"}))
    taken = dataclasses.replace(clinic, queries=(q1, *clinic.queries[1:]))
    judging = dataclasses.replace(LEAD, leave_own=True)
    found = evaluate(taken, runs, judging, facets=["era"]).slices
    assert {one.queries for one in found if one.value == "2010s"} == {1}


def test_reprints_count_once_in_a_slice_and_leave_with_their_group(clinic):
    grouped = dataclasses.replace(clinic, groups={"q2": {"d3": "ward", "d7": "ward", "d5": "ward"}})
    # d5 is no relevant document of q2, but prints the same as one: where that is out, it is neither
    run = ranked("one", q2="d5 d4")
    by_era = {one.value: one for one in evaluate(grouped, [run], LEAD, facets=["era"]).slices}
    assert by_era["2010s"].mean == pytest.approx((0 + 1) / 2)
    assert by_era["1950s"].pairs == 3  # d1, the group of d3 and d7, d5 of q3


def test_what_prints_the_same_as_an_own_document_is_in_no_slice(clinic, runs):
    q2 = dataclasses.replace(clinic.queries[1], own=frozenset({"d7"}))
    queries = (clinic.queries[0], q2, clinic.queries[2])
    taken = dataclasses.replace(clinic, queries=queries, groups={"q2": {"d3": "ward", "d7": "ward"}})
    found = evaluate(taken, runs, dataclasses.replace(LEAD, leave_own=True)).slices
    assert {(one.queries, one.pairs) for one in found if one.value == "1950s"} == {(2, 2)}  # d1, d5
    assert {(one.queries, one.pairs) for one in found if one.value == "sentence"} == {(2, 2)}  # d4, d5


@given(st.lists(st.permutations(["d1", "d2", "d3", "d4", "d5", "d6", "d7"]), min_size=3, max_size=3))
@settings(deadline=None, max_examples=25)
def test_a_slice_of_everything_is_the_whole(orders):
    clinic = open_collection(HERE / "clinic")
    one = tuple(dataclasses.replace(query, labels={"all": "yes"}) for query in clinic.queries)
    run = ranked("any", **{f"q{n}": " ".join(order) for n, order in enumerate(orders, 1)})
    evaluation = evaluate(dataclasses.replace(clinic, queries=one), [run], LEAD, facets=["all", "era"])
    (everything,) = (s for s in evaluation.slices if s.facet == "all")
    assert everything.mean == pytest.approx(evaluation.scores[0].mean("RR@3"))
    assert everything.pairs == sum(s.pairs for s in evaluation.slices if s.facet == "era")


# Gains and losses


def test_gains_come_first_then_losses_with_what_moved(whole):
    assert [(c.qid, c.before, c.after) for c in whole.changes] == [
        ("q2", 0.5, 1.0),
        ("q3", 0.0, 0.5),
        ("q1", 1.0, 0.5),
    ]
    assert whole.changes[0].text == "closing of wards in spring"
    assert [(m.document, m.grade, m.before, m.after) for m in whole.changes[0].moved] == [
        ("d3", 2, 3, 1),
        ("d4", 1, 4, 3),
    ]
    assert whole.changes[1].moved == (Moved("d5", 1, None, 2, "The almoner kept her ledger in pencil."),)


def test_few_of_them(clinic, runs):
    few = evaluate(clinic, runs, LEAD, facets=(), examples=1).changes
    assert [change.qid for change in few] == ["q2", "q1"]
    assert evaluate(clinic, runs, LEAD, facets=(), examples=0).changes == ()


def test_ranks_are_those_that_were_judged(clinic):
    grouped = dataclasses.replace(clinic, groups={"q2": {"d3": "ward", "d7": "ward"}})
    two = [ranked("a", q2="d7 d3 d4"), ranked("b", q2="d7 d4")]
    assert evaluate(grouped, two, LEAD).changes == ()
    [change] = evaluate(clinic, two, dataclasses.replace(LEAD, measures=("nDCG@3",))).changes
    assert [(m.document, m.before, m.after) for m in change.moved] == [("d3", 2, None), ("d4", 3, 2)]


@pytest.mark.parametrize("case", parametrised(cases("evaluation/comparing/excerpts.jsonl")))
def test_excerpts(case):
    assert excerpt(case["document"], case["query"], case["width"]) == case["excerpt"]


@given(st.text("abc é\n\u3000", max_size=300), st.text("abc ", max_size=10), st.integers(10, 60))
def test_an_excerpt_is_a_stretch_of_the_text(text, query, width):
    found = excerpt(text, query, width)
    assert found.strip("…") in " ".join(text.split())
    assert len(found) <= width + 2


# Notes


def test_runs_made_on_other_files(clinic, runs):
    here = fingerprints(clinic)
    same = with_header(runs[0], files=here, tuned_on=[], tuned_on_told=True)
    other = with_header(runs[1], files={**here, "corpus": "0", "qrels": "0"}, tuned_on_told=True)
    evaluation = evaluate(clinic, [same, other], LEAD)
    assert noted(evaluation, "WARNING: second was made on another corpus file than this one")
    assert noted(evaluation, "other qrels were at hand when second was made")
    assert not noted(evaluation, "first was made")
    assert not noted(evaluation, "tuned")


def test_what_runs_were_tuned_on(clinic, runs):
    flattered = with_header(runs[0], tuned_on=["Clinic", "elsewhere"])
    evaluation = evaluate(clinic, [flattered, runs[1]], LEAD)
    assert noted(
        evaluation,
        "WARNING: first: parameters were chosen on this collection, so these figures are optimistic",
    )
    assert noted(evaluation, "no record of what these were tuned on: second")


def test_what_the_package_does_by_itself_is_tuned_on_what_its_header_tells(clinic, runs):
    usual = with_header(runs[0], tuned_on=[], package_defaults=True)
    other = with_header(runs[1], tuned_on=[], package_defaults=False)
    evaluation = evaluate(clinic, [usual, other], LEAD)
    assert noted(evaluation, "first: package defaults, tuned on no collection")
    assert noted(evaluation, "no record of what these were tuned on: second")


def test_a_collection_under_another_name_is_known_by_its_files(clinic, runs):
    renamed = dataclasses.replace(clinic, name="copy")
    told = with_header(runs[0], tuned_on=["clinic"], collection="clinic", files=fingerprints(clinic))
    assert noted(evaluate(renamed, [told], LEAD), "WARNING: first: parameters were chosen on this")
    other = with_header(runs[0], tuned_on=["clinic"], collection="clinic", files={"corpus": "0"})
    assert not noted(evaluate(renamed, [other], LEAD), "tuned")


def test_what_figures_alone_do_not_say(whole):
    assert noted(whole, "first found nothing for 1 judged query, which counts 0: q3")
    assert noted(whole, "second also answers 1 query that nobody judged")
    assert noted(whole, "1 query without qrels not asked")
    assert noted(whole, "unjudged among the first ten, a query: 0.3 (first), 0.3 (second); ")


def test_runs_that_are_alike_are_noted(clinic, runs):
    twin = dataclasses.replace(runs[0], name="twin")
    assert noted(evaluate(clinic, [*runs, twin], LEAD), "first and twin have the same figures in every query")


def test_too_few_draws_for_so_many_comparisons_are_noted(clinic):
    qids, three = big(queries=6)
    judging = dataclasses.replace(LEAD, resamples=50)
    collection = collection_of(clinic, qids)
    assert noted(evaluate(collection, three, judging, facets=()), "50 draws are too few")
    based = dataclasses.replace(judging, baseline="poor")
    assert not noted(evaluate(collection, three, based, facets=()), "too few")


def test_ids_of_another_collection_are_noted(clinic):
    evaluation = evaluate(clinic, [ranked("odd", q1="doc1 doc2 doc3")], LEAD)
    assert noted(evaluation, "WARNING: nothing that odd found was ever judged")


def test_some_ids_of_no_document_are_noted(clinic):
    evaluation = evaluate(clinic, [ranked("odd", q1="d1 doc2 doc3"), ranked("good", q1="d1")], LEAD)
    [note] = noted(evaluation, "WARNING: 2 hits of odd among the first ten are of no document of the coll")
    assert "doc2" in note
    assert not noted(evaluation, "of good among")


def test_without_a_corpus_no_id_is_of_no_document():
    alone = judgements_alone(HERE / "clinic" / "qrels" / "test.tsv")
    assert not noted(evaluate(alone, [ranked("odd", q1="d1 doc2")], LEAD), "of no document")


def test_what_could_not_be_run_is_noted_first(clinic, runs):
    evaluation = evaluate(clinic, runs, LEAD, left_out=[LeftOut("dense", "no such model")])
    assert evaluation.notes[0] == "WARNING: dense could not be run and is left out: no such model"


def test_what_nobody_recorded_is_told_in_a_line(clinic, runs):
    assert noted(evaluate(clinic, runs, LEAD), "no record of what these were tuned on: first, second")


def test_ties_are_told_with_what_they_leave_open(clinic):
    tied = Run("tied", {"q1": Ranking(("d1", "d6"), [1.0, 1.0])})
    evaluation = evaluate(clinic, [tied], dataclasses.replace(LEAD, measures=("RR@2",)))
    [note] = noted(evaluation, "equal scores are read as the mean of all orders; by their order RR@2 lies")
    assert note.endswith(": tied between 0.1667 and 0.3333 (1 query)")


def test_ties_that_four_digits_do_not_show_are_not_told(clinic):
    tied = Run("tied", {"q1": Ranking(("d1", "d6"), [1.0, 1.0])})
    evaluation = evaluate(clinic, [tied], dataclasses.replace(LEAD, measures=("R@2", "RR@2")))
    assert evaluation.scores[0].tied == 1
    assert not noted(evaluation, "equal scores")


def test_ties_of_several_runs_are_told_in_a_line(clinic):
    tied = [Run(name, {"q1": Ranking(("d1", "d6"), [1.0, 1.0])}) for name in ("one", "two")]
    [note] = noted(evaluate(clinic, tied, dataclasses.replace(LEAD, measures=("RR@2",))), "equal scores")
    assert "one between" in note
    assert "two between" in note


# Judgements alone


def test_without_a_corpus(runs):
    alone = judgements_alone(HERE / "clinic" / "qrels" / "test.tsv")
    evaluation = evaluate(alone, runs, LEAD)
    assert evaluation.scores == evaluate(open_collection(HERE / "clinic"), runs, LEAD).scores
    assert evaluation.slices == ()
    assert {moved.text for change in evaluation.changes for moved in change.moved} == {""}


def test_judgements_alone_with_their_queries(runs):
    told = judgements_alone(HERE / "clinic" / "qrels" / "test.tsv", HERE / "clinic" / "queries.jsonl")
    evaluation = evaluate(told, runs, LEAD)
    assert {one.facet for one in evaluation.slices} == {"kind"}
    assert evaluation.changes[0].text == "closing of wards in spring"


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", UnreadableSource, "judges nothing"),
        ("q1 0 d1 0\n", UnreadableSource, "no grade above 0"),
        ('{"qid": "q1"}\n', BadRequest, "--archive DIR"),
    ],
)
def test_judgements_that_are_none(tmp_path, text, error, says):
    (tmp_path / "qrels.trec").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=says):
        judgements_alone(tmp_path / "qrels.trec")
