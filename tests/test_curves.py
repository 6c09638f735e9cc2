"""Curves of damage: arithmetic by hand, copies of a collection, what is done once, what is drawn."""

import json
import shutil
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from xml.etree import ElementTree as ET

import pytest

from conftest import CORPUS
from policytext.errors import ArchiveError, BadRequest
from policytext.evaluation.noise.confusion_files import read_confusions, write_confusions
from policytext.evaluation.noise.confusions import Confusions, Segment, learned
from policytext.evaluation.noise.curves import Curves, SpoiledCopy, Unreached, curve_points
from policytext.evaluation.noise.spoiling import Realised
from policytext.evaluation.reading.pairing import pairs
from policytext.evaluation.reading.rates import Rate
from policytext.evaluation.retrieval.collections.opening import open_collection
from policytext.evaluation.retrieval.records import Judging, Score
from policytext.export.benchmarks.curve_chart import DRAWN, curves_chart
from policytext.export.benchmarks.curve_tables import copies_table, curve_files, curve_tables, remarks
from policytext.export.benchmarks.terminal import table_lines
from policytext.export.pictures.rendering import render
from policytext.pipeline.benchmarks.experiment import Setting
from policytext.pipeline.benchmarks.running import FINISHED
from policytext.pipeline.benchmarks.spoiled import Plan, draw_curves
from policytext.pipeline.benchmarks.systems import parse_system
from policytext.pipeline.watching import Silent
from policytext.ranking import Filters
from policytext.store.archive import writing_alone

SVG = "{http://www.w3.org/2000/svg}"
SPECS = [parse_system("rank-bm25"), parse_system("lexical:grams=always")]
PLAN = Plan((0.05, 0.2), (1, 2), Judging(measures=("nDCG@10", "R@5")))
OF_M = Judging(measures=("m",))
LIGHT = Confusions((Segment("e", 10, 9, MappingProxyType({"c": 1})),), (1.0,), ())


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """The paragraphs of our own papers; a query is how every fourth of the longer ones begins."""
    folder = tmp_path_factory.mktemp("paragraphs")
    rows, queries, qrels = [], [], ["query-id\tcorpus-id\tscore"]
    for path in sorted((CORPUS / "clean").iterdir()):
        for number, text in enumerate(path.read_text(encoding="utf-8").split("\n\n")):
            rows.append({"_id": f"{path.stem}-{number}", "title": path.stem[:4], "text": text})
    for number, row in enumerate([row for row in rows if len(row["text"]) > 150][::4]):
        queries.append({"_id": f"q{number}", "text": " ".join(row["text"].split()[:6])})
        qrels.append(f"q{number}\t{row['_id']}\t1")
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    for name, table in (("corpus", rows), ("queries", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in table)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return open_collection(folder)


@pytest.fixture(scope="module")
def confusions(tmp_path_factory):
    """What our own papers tell, read from its file."""
    path = tmp_path_factory.mktemp("confusions") / "confusions.json"
    write_confusions(learned(pairs(CORPUS / "clean", CORPUS / "damaged")[0]), path)
    return read_confusions(path)


@pytest.fixture(scope="module")
def drawn(collection, confusions, tmp_path_factory):
    """Curves of two systems, and the folder they were worked out in; tests only read it."""
    work = tmp_path_factory.mktemp("work")
    return draw_curves(collection, SPECS, Setting(), confusions, PLAN, work, Silent()), work


def scores(**values):
    """Scores by (system, rate, seed) of one measure, told as lists of values of queries."""
    found = {}
    for key, told in values.items():
        rate, seed = key[1:].split("s")
        per_query = {f"q{n}": {"m": value} for n, value in enumerate(told)}
        found["a", int(rate) / 100, int(seed)] = Score("a", per_query)
    return found


# Arithmetic


def test_points_worked_out_by_hand():
    told = scores(r0s1=[1.0, 0.5, 0.0, 0.5], r10s1=[1.0, 0.0, 0.0, 0.0], r10s2=[0.5, 0.5, 0.0, 0.0])
    clean, hurt = curve_points(told, ["a"], [0.0, 0.1], [1, 2], OF_M)
    assert (clean.mean, clean.by_seed, clean.difference, clean.lost) == (0.5, (0.5,), 0.0, 0.0)
    assert (clean.difference_low, clean.difference_high) == (0.0, 0.0)
    assert (hurt.mean, hurt.by_seed, hurt.difference, hurt.lost) == (0.25, (0.25, 0.25), -0.25, 0.5)
    assert hurt.low <= hurt.mean <= hurt.high
    assert hurt.difference_low <= hurt.difference <= hurt.difference_high <= 0


def test_seeds_are_no_more_queries():
    """The same figures drawn thrice leave the interval as wide as drawn once."""
    values = [1.0, 0.0, 0.5, 0.25, 0.75, 0.1]
    once = scores(r0s1=values, r10s1=values[::-1])
    thrice = scores(r0s1=values, r10s1=values[::-1], r10s2=values[::-1], r10s3=values[::-1])
    one = curve_points(once, ["a"], [0.0, 0.1], [1], OF_M)[1]
    many = curve_points(thrice, ["a"], [0.0, 0.1], [1, 2, 3], OF_M)[1]
    assert (one.low, one.high) == pytest.approx((many.low, many.high))


def test_intervals_are_as_wide_as_the_judging_says():
    told = scores(r0s1=[1.0, 0.0, 0.5, 0.25, 0.75, 0.1], r10s1=[0.5, 0.0, 0.5, 0.0, 0.25, 0.1])
    wide, narrow, other = (
        curve_points(told, ["a"], [0.0, 0.1], [1], judging)[1]
        for judging in (OF_M, replace(OF_M, alpha=0.5), replace(OF_M, resamples=100))
    )
    assert wide.low < narrow.low <= narrow.high < wide.high
    assert wide.difference_low < narrow.difference_low
    assert (other.mean, other.low) == (wide.mean, pytest.approx(wide.low, abs=0.1))
    assert other.low != wide.low


def test_of_nothing_nothing_can_be_lost():
    told = scores(r0s1=[0.0, 0.0], r10s1=[0.0, 0.0])
    assert [p.lost for p in curve_points(told, ["a"], [0.0, 0.1], [1], OF_M)] == [None, None]


# Copies and runs


def test_copies_are_spoiled_as_wished_and_nothing_else_is(drawn, collection):
    curves, work = drawn
    clean = [json.loads(line) for line in collection.corpus.read_text(encoding="utf-8").splitlines()]
    for copy in curves.copies:
        path = work / f"cer{100 * copy.wished:g}-s{copy.seed}" / "corpus.jsonl"
        hurt = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert [row["_id"] for row in hurt] == [row["_id"] for row in clean]
        assert abs(copy.realised.rate.value - copy.wished) < 0.01 * copy.wished
        low, middle, high = copy.realised.quartiles
        assert low < middle < high
    assert curves.rates == (0.0, 0.05, 0.2)
    assert (curves.queries, curves.documents) == (len(collection.queries), len(clean))


def test_damage_costs_and_fourgrams_lose_less(drawn):
    curves, _ = drawn
    for measure in curves.measures:
        words, grams = ([curves.point(s, measure, r) for r in curves.rates] for s in curves.systems)
        assert words[0].mean > words[1].mean > words[2].mean
        assert grams[2].lost < words[2].lost
    assert curves.systems == ("rank-bm25", "lexical:grams=always")


def test_what_is_done_is_not_done_again(drawn, collection, confusions, tmp_path):
    curves, done = drawn
    work = shutil.copytree(done, tmp_path / "work")
    (work / "cer5-s2" / "runs" / "rank-bm25.trec").unlink()
    with (work / "cer20-s1" / "corpus.jsonl").open("ab") as damaged:
        damaged.write(b"{}\n")
    kept = {p: p.stat().st_mtime_ns for p in work.rglob("*") if p.is_file()}
    again = draw_curves(collection, SPECS, Setting(), confusions, PLAN, work, Silent())
    assert again == curves
    made = {p for p in work.rglob("*") if p.is_file() and p.stat().st_mtime_ns != kept.get(p)}
    assert made == {
        work / "cer5-s2" / "runs" / "rank-bm25.trec",
        work / "cer5-s2" / "runs" / FINISHED,
        work / "cer20-s1" / "corpus.jsonl",
        work / "cer20-s1" / "made.json",
    }
    for path in made:
        assert path.read_bytes() == (done / path.relative_to(work)).read_bytes()


def test_other_confusions_make_other_copies(drawn, collection, tmp_path):
    curves, done = drawn
    work = shutil.copytree(done, tmp_path / "work")
    plan = Plan((0.05,), (1,), PLAN.judging)
    other = draw_curves(collection, SPECS[:1], Setting(), LIGHT, plan, work, Silent())
    assert other.point("rank-bm25", "R@5", 0.0) == curves.point("rank-bm25", "R@5", 0.0)
    assert other.copies[0].level != curves.copies[0].level
    assert b"rn" in (work / "cer5-s1" / "corpus.jsonl").read_bytes()


def test_a_system_that_finds_nothing_scores_nothing(tmp_path):
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "zzz qqq"}\n')
    documents = [
        {"_id": f"d{n}", "title": "", "text": "the meeting agreed the report " * 9} for n in range(3)
    ]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in documents))
    plan = Plan((0.02,), (1,), PLAN.judging)
    args = open_collection(tmp_path), SPECS[:1], Setting(), LIGHT, plan, tmp_path / "work", Silent()
    curves = draw_curves(*args)
    assert [(p.mean, p.low, p.high, p.lost) for p in curves.points] == [(0.0, 0.0, 0.0, None)] * 4
    assert draw_curves(*args) == curves


def test_two_at_once_are_refused_in_one_line(collection, tmp_path):
    with writing_alone(tmp_path), pytest.raises(ArchiveError, match="another policytext"):
        draw_curves(collection, SPECS[:1], Setting(), LIGHT, PLAN, tmp_path, Silent())


def test_what_flatters_and_what_is_not_heeded_is_told(collection, tmp_path):
    first, *others = collection.queries
    filtered = replace(first, query=replace(first.query, filters=Filters(speaker="Bevan")))
    known = replace(collection, name="cranfield", queries=(filtered, *others))
    plan = Plan((0.02,), (1,), PLAN.judging)
    told = " ".join(draw_curves(known, SPECS, Setting(), LIGHT, plan, tmp_path, Silent()).notes)
    assert "lexical:grams=always: parameters were chosen on cranfield" in told
    assert "the filters of 1 of the queries are not heeded" in told


def test_rates_out_of_reach_are_left_out_and_told(collection, tmp_path):
    plan = Plan((0.02, 0.6), (1,), PLAN.judging)
    curves = draw_curves(collection, SPECS[:1], Setting(), LIGHT, plan, tmp_path, Silent())
    assert curves.rates == (0.0, 0.02)
    (missed,) = curves.unreached
    assert (missed.wished, 0.05 < missed.most < 0.2) == (0.6, True)
    told = " ".join(remarks(curves))
    assert "60 % was not reached and is left out" in told
    assert f"at most {100 * missed.most:.2f} %" in told
    with pytest.raises(BadRequest, match="spoil at most"):
        draw_curves(
            collection, SPECS[:1], Setting(), LIGHT, Plan((0.6,), (1,), PLAN.judging), tmp_path, Silent()
        )


@pytest.mark.parametrize(("rates", "seeds"), [((), (1,)), ((0.0,), (1,)), ((0.2, 0.1), (1,)), ((1.0,), (1,))])
def test_plans_that_cannot_be(rates, seeds):
    with pytest.raises(ValueError, match="rates"):
        Plan(rates, seeds, Judging())


# What is drawn and written


def made_up(systems: int, rates=(0.0, 0.1, 0.2), name="collection") -> Curves:
    """Curves of many systems that lose a little more each."""
    names = tuple(f"system-{n}" for n in range(systems))
    told = {
        (system, rate, 1): Score(system, {f"q{q}": {"m": 0.6 - rate * n / 10 - q / 50} for q in range(5)})
        for n, system in enumerate(names)
        for rate in rates
    }
    copies = tuple(SpoiledCopy(r, 1, 1.0, Realised(Rate(int(1000 * r), 1000), (0, 0, 0))) for r in rates if r)
    points = curve_points(told, names, rates, [1], OF_M)
    return Curves(name, "test", 5, 9, 1000, OF_M, names, rates, (1,), copies, points, told)


def test_the_table_has_clean_beside_spoiled(drawn):
    curves, _ = drawn
    lines = list(table_lines(next(curve_tables(curves)), 100))
    assert lines[0].split() == ["nDCG@10", "clean", "5", "%", "20", "%"]
    point = curves.point("rank-bm25", "nDCG@10", 0.2)
    clean = curves.point("rank-bm25", "nDCG@10", 0.0)
    (row,) = (line for line in lines if line.startswith("rank-bm25"))
    assert f"{clean.mean:.4f}" in row
    assert f"{point.mean:.4f}" in row
    assert any(f"{100 * point.lost:.2f} %" in line for line in lines)
    assert any(
        line.startswith("\u00b7 95 %") and f"[{point.low:.4f}, {point.high:.4f}]" in line for line in lines
    )
    sure = replace(curves, judging=replace(curves.judging, alpha=0.1))
    assert "\u00b7 90 %" in "\n".join(table_lines(next(curve_tables(sure)), 100))
    assert lines[2].split() == ["realised", "5.00", "%", "20.00", "%"]
    copy = next(copy for copy in curves.copies if copy.wished == 0.2)
    assert [cell.text for cell in copies_table(curves).rows[2]][:2] == ["20 %", f"{copy.seed}"]


@pytest.mark.parametrize("systems", [1, 2, 5, DRAWN, DRAWN + 4])
def test_every_line_has_its_name_and_no_two_names_touch(systems):
    chart = curves_chart(made_up(systems))
    drawing = ET.fromstring(render(chart, "svg"))
    texts = ["".join(node.itertext()) for node in drawing.iter(f"{SVG}text")]
    assert sum(text.startswith("system-") for text in texts) == min(systems, DRAWN)
    assert any("Drawn: the first" in text for text in texts) == (systems > DRAWN)
    names = [row for layer in chart["layer"] for row in rows_of(chart, layer) if "system-" in str(row)]
    levels = sorted(row["y"] for row in names if str(row.get("words", "")).startswith("system-"))
    assert all(b - a >= 20 for a, b in pairwise(levels))
    assert levels[-1] <= 370


def test_no_two_systems_share_colour_dash_or_sign():
    marks = [layer["mark"] for layer in curves_chart(made_up(DRAWN))["layer"]]
    lines = [mark for mark in marks if mark["type"] == "line"]
    assert len({mark["color"] for mark in lines}) == DRAWN
    assert len({tuple(mark.get("strokeDash", ())) for mark in lines}) == DRAWN
    signs = [mark for mark in marks if mark["type"] == "point"]
    assert len({(mark["shape"], mark["fill"] == mark["stroke"]) for mark in signs}) == DRAWN


def rows_of(chart, layer):
    data = layer["data"]
    return data.get("values") or chart["datasets"][data["name"]]


def test_foreign_names_do_no_harm(confusions):
    curves = made_up(2, name="<b>evil</b>|x\u202e=1+1")
    files = curve_files(curves, confusions, [], {"command": "eval ocr", "arguments": []})
    page = files["README.md"].decode()
    assert "<b>" not in page
    assert "\u202e" not in page
    assert b"<b>" not in render(curves_chart(curves), "svg")
    assert "cleaning.csv" not in page


def test_the_files_are_the_same_again(drawn, confusions):
    curves, _ = drawn
    request = {"command": "eval ocr", "arguments": ["corpus/clean"]}
    files = curve_files(curves, confusions, [], request)
    assert files == curve_files(curves, confusions, [], request)
    summary = json.loads(files["summary.json"])
    assert summary["request"] == request
    assert summary["collection"]["sha256"] == dict(curves.files)
    assert files["per_query.csv"].count(b"\r\n") == 1 + len(curves.per_query) * curves.queries * 2
    missed = made_up(1)
    unreached = Curves(
        **{**{f: getattr(missed, f) for f in missed.__slots__}, "unreached": (Unreached(0.9, 0.5),)}
    )
    assert b"90 % was not reached" in curve_files(unreached, confusions, [], request)["README.md"]
