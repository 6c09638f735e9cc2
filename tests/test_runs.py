"""Runs: what is read of anybody's files, what is refused, and that every tool sees the order we wrote."""

import gzip
import io
import json
import struct
from array import array

import pytest
import pytrec_eval
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.records import Ranking
from policytext.evaluation.retrieval.runs.headers import header_lines, read_header
from policytext.evaluation.retrieval.runs.reading import read_run
from policytext.evaluation.retrieval.runs.writing import RunWriter, is_finished, strictly_falling
from policytext.files import sha256_of
from tables_of_cases import cases, parametrised

HEADER = {
    "platform": {"python": "3.12.4", "operating system": "Linux"},
    "research goal": "Which engine finds what damaged type hides?",
    "method": {"system": "rank-bm25:k1=1.5", "k1": 1.5, "epsilon": 1e-05, "stop words": True, "seed": None},
    "data": {"files": {"corpus": "ab12", "queries": "cd34"}, "queries": 2},
    "policytext": {},
}
FOUND = {"q1": [("a", 3.0), ("b", 2.0)], "q2": [("c", 1.0)], "q3": [("a", 0.5)]}


def written(path, rankings, header=HEADER, tag="words"):
    with RunWriter(path, header, tag) as writer:
        for qid, hits in rankings.items():
            writer.write(qid, hits)
    return path


def lines_of(hits):
    """The lines of a run of one query, ``q``."""
    stream = io.StringIO()
    with RunWriter(stream, {}, "t") as writer:
        writer.write("q", hits)
    return stream.getvalue().splitlines()


def as_lists(run):
    return {qid: [list(pair) for pair in ranking] for qid, ranking in run.rankings.items()}


# Reading


@pytest.mark.parametrize("case", parametrised(cases("evaluation/runs/read.jsonl")))
def test_runs_of_any_tool(case, tmp_path):
    path = tmp_path / "some.trec"
    path.write_bytes(case["run"].encode())
    run = read_run(path)
    assert as_lists(run) == case["rankings"]
    assert list(run.rankings) == list(case["rankings"])
    assert (run.name, list(run.notes), dict(run.header)) == (case["name"], case["notes"], {})


@pytest.mark.parametrize("case", parametrised(cases("evaluation/runs/refused.jsonl")))
def test_what_is_no_run_is_one_line(case, tmp_path):
    path = tmp_path / "some.trec"
    path.write_bytes(case["run"].encode())
    with pytest.raises(UnreadableSource) as error:
        read_run(path)
    assert case["says"] in str(error.value)
    assert "some.trec" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "line",
    [
        b"x" * 5_000_000,
        b"q Q0 a 1 " + b"9" * 5_000_000 + b" t",
        b"q Q0 a 1 " + b"x" * 5_000_000 + b" t",
        b" " * 10**6,
    ],
)
def test_one_endless_line_is_one_short_error(line, tmp_path):
    (tmp_path / "run").write_bytes(line)
    with pytest.raises(UnreadableSource) as error:
        read_run(tmp_path / "run")
    assert len(error.value.what) < 100


def test_endless_ids_and_ranks_are_read(tmp_path):
    (tmp_path / "run").write_bytes(b"q Q0 a %b 2 t\nq Q0 %b 7 1 t\n" % (b"1" * 10_000, b"d" * 1_000_000))
    assert len(read_run(tmp_path / "run").rankings["q"].documents[1]) == 1_000_000


@pytest.mark.parametrize("line", [b"caf\xe9 Q0 a 1 2.0 t\n", b"q1 Q0 caf\xe9 1 2.0 t\n"])
def test_ids_that_are_not_utf8_are_refused(line, tmp_path):
    path = tmp_path / "latin.trec"
    path.write_bytes(b"q0 Q0 a 1 2.0 t\n" + line)
    with pytest.raises(UnreadableSource, match="line 2: not UTF-8"):
        read_run(path)


def test_a_gzipped_run_is_read_whatever_its_name(tmp_path):
    path = written(tmp_path / "run.trec", FOUND)
    for name in ("run.trec.gz", "run"):
        zipped = tmp_path / name
        zipped.write_bytes(gzip.compress(path.read_bytes()))
        assert as_lists(read_run(zipped)) == as_lists(read_run(path))
        assert read_run(zipped).header == read_run(path).header


def test_a_torn_gzip_is_refused(tmp_path):
    zipped = gzip.compress(b"q1 Q0 a 1 2.0 t\n" * 5000)
    for damaged in (zipped[: len(zipped) // 2], zipped[:20] + b"\xff\xff\xff" + zipped[23:]):
        (tmp_path / "run.gz").write_bytes(damaged)
        with pytest.raises(UnreadableSource, match="its gzip is damaged"):
            read_run(tmp_path / "run.gz")


@pytest.mark.parametrize("name", ["missing.trec", "."])
def test_what_is_no_file_is_refused(name, tmp_path):
    with pytest.raises(BadRequest, match="cannot read the run"):
        read_run(tmp_path / name)


def test_ids_are_held_once_and_scores_in_arrays(tmp_path):
    path = tmp_path / "run.trec"
    path.write_text("".join(f"q{q} Q0 doc{d} 1 {-d} t\n" for q in range(3) for d in range(5)))
    rankings = list(read_run(path).rankings.values())
    assert all(isinstance(ranking.scores, array) for ranking in rankings)
    for names in zip(*(ranking.documents for ranking in rankings), strict=True):
        assert len({id(name) for name in names}) == 1


# Headers


def test_a_header_is_yaml_and_comes_back(tmp_path):
    path = written(tmp_path / "run.trec", FOUND)
    lines = path.read_text().splitlines()
    assert lines[0] == "# ir_metadata.start"
    end = lines.index("# ir_metadata.end")
    block = "\n".join(line.removeprefix("# ") for line in lines[1:end])
    assert block.startswith('platform:\n  python: "3.12.4"\n')
    assert yaml.safe_load(block) == HEADER
    assert read_run(path).header == HEADER
    assert read_run(path).notes == ()


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
    | st.sampled_from(["=", "<<", "1:30", "0o17", "1e-05", "2020-01-01", ".inf", "&a", "*a", "!t", "---"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=20), VALUES, max_size=4))
@example({"yes": 1, "on": {"no": "off"}, "a: b": "c # d", "": "", "-": -0.0, "1": 1e22})
@example({"lines": {"a\nb": "c\u2028d\x85\ufeff\x00"}, "deep": {"list": [[], {}, [{"x": []}]]}})
def test_any_header_comes_back_from_us_and_from_yaml(header):
    lines = list(header_lines(header))
    assert all(line.startswith("# ") and line.count("\n") == 1 for line in lines)
    assert read_header(lines) == (header, ())
    block = "".join(line.removeprefix("# ") for line in lines[1:-1])
    assert (yaml.safe_load(block) or {}) == header


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, {"a": {1: 2}}, {"a": b"x"}, object()])
def test_what_json_does_not_know_is_no_header(value):
    with pytest.raises((ValueError, TypeError)):
        list(header_lines({"key": value}))


@pytest.mark.parametrize("case", parametrised(cases("evaluation/runs/headers.jsonl")))
def test_headers_of_others_are_read_where_they_can_be(case):
    header, notes = read_header(f"{line}\n" for line in case["lines"])
    assert (header, list(notes)) == (case["header"], case["notes"])


def test_a_run_with_a_strange_header_is_read(tmp_path):
    path = tmp_path / "run.trec"
    path.write_text("# ir_metadata.start\n# platform: {\n# ir_metadata.end\nq1 Q0 a 1 2 t\n")
    run = read_run(path)
    assert (run.header, as_lists(run)) == ({}, {"q1": [["a", 2.0]]})
    assert run.notes == ("header not read: expected the node content, but found '<stream end>' (its line 1)",)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*a, *a]\n" for n in range(30)),
        "x" * 10_000_000,
        "a: 1\n" * 200_000,
        *("[" * 60_000, "{" * 60_000, "- " * 30_000, "? " * 30_000),
        *("a: 0x" + "f" * 60_000, "a: " + "9" * 60_000, "a: " + "1:" * 30_000 + "1.0"),
        "a: !!python/object/apply:os.getcwd []",
        *("a: \x01", "a: =", "<<: 1", "- a", "a", "[a]: 1", "\ta: b", "a: [1"),
    ],
)
def test_hostile_headers_are_one_short_note(text):
    header, notes = read_header(
        ["# ir_metadata.start\n", *(f"# {line}\n" for line in text.split("\n")), "# ir_metadata.end\n"]
    )
    assert header == {}
    assert len(notes) == 1
    assert notes[0].startswith("header not read: ")
    assert len(notes[0]) < 130
    assert "\n" not in notes[0]


def test_a_run_of_ours_that_found_nothing_is_a_run(tmp_path):
    run = read_run(written(tmp_path / "run.trec", {}, {"policytext": {"tag": "words"}}))
    assert (run.name, run.rankings, run.notes) == ("words", {}, ())
    assert run.header == {"policytext": {"tag": "words"}}


# Writing


def test_lines_are_trecs_and_fall():
    assert lines_of(Ranking(("a", "b"), (2.5, 2.5))) == ["q Q0 a 1 2.5 t", "q Q0 b 2 2.4999998 t"]


SINGLE = st.floats(width=32, min_value=-(2.0**126), max_value=2.0**126)
SCORES = st.one_of(
    st.lists(
        st.sampled_from([0.0, -0.0, 1e-40, 1e-20, 0.1, 16.0, 16.0000001, 17.3, 1e6, -1e-7]), max_size=12
    ),
    st.lists(st.floats(-100, 100), max_size=12),
    st.lists(SINGLE, max_size=8),
).map(lambda scores: sorted(scores, reverse=True))


def as_single(text):
    return struct.unpack("<f", struct.pack("<f", float(text)))[0]


@settings(deadline=None)
@given(SCORES)
@example([0.0] * 30)
@example([16.0] * 30)
@example([33554432.0] * 5)
def test_every_reader_sees_the_order_that_was_written(scores):
    documents = [f"d{(7 * n) % 31:02}" for n in range(len(scores))]
    lines = [line.split() for line in lines_of(zip(documents, scores, strict=True))]
    told = [line[4] for line in lines]
    assert [line[2] for line in lines] == documents
    for read in (float, as_single):  # ours, and trec_eval's
        values = [read(text) for text in told]
        assert values == sorted(set(values), reverse=True)
    # the package behind ir-measures: each document in turn the only relevant one
    qrels = {str(n): {document: 1} for n, document in enumerate(documents)}
    seen = {document: float(text) for document, text in zip(documents, told, strict=True)}
    if documents:
        found = pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank"}).evaluate(dict.fromkeys(qrels, seen))
        assert [round(1 / found[str(n)]["recip_rank"]) for n in range(len(documents))] == list(
            range(1, len(documents) + 1)
        )


@settings(deadline=None)
@given(SCORES)
def test_scores_that_fall_keep_their_values(scores):
    falling = strictly_falling(scores).tolist()
    singles = [as_single(score) for score in scores]
    if singles == sorted(set(singles), reverse=True):
        assert falling == singles
    assert all(value <= single for value, single in zip(falling, singles, strict=True))


@pytest.mark.parametrize("scores", [[1.0, 2.0], [float("nan")], [float("inf")], [1e39], [2.0, float("nan")]])
def test_scores_that_cannot_be_written(scores):
    with pytest.raises(ValueError, match=r"rises or is no number|beyond single precision"):
        lines_of((str(n), score) for n, score in enumerate(scores))


@pytest.mark.parametrize(
    ("rankings", "tag"),
    [({"q 1": [("a", 1.0)]}, "t"), ({"q": [("a b", 1.0)]}, "t"), ({"q": [("", 1.0)]}, "t"), (FOUND, "a tag")],
)
def test_ids_with_blanks_are_refused(rankings, tag, tmp_path):
    with pytest.raises(BadRequest, match="blank"):
        written(tmp_path / "run.trec", rankings, tag=tag)
    assert not (tmp_path / "run.trec").exists()


@pytest.mark.parametrize("rankings", [{"#": [("a", 1.0)]}, {"q": [("d\ud800", 1.0)]}])
def test_ids_that_nobody_could_read_are_refused(rankings, tmp_path):
    with pytest.raises(BadRequest, match=r"comment|half a character"):
        written(tmp_path / "run.trec", rankings)


def test_what_is_written_is_read_again(tmp_path):
    run = read_run(written(tmp_path / "run.trec", FOUND))
    assert {qid: list(ranking) for qid, ranking in run.rankings.items()} == FOUND
    assert run.name == "words"
    assert [path.name for path in tmp_path.iterdir()] == ["run.trec"]


def test_a_stream_is_written_to():
    stream = io.StringIO()
    written(stream, {"q1": [("a", 2.0)]}, header={}, tag="t")
    assert stream.getvalue() == "q1 Q0 a 1 2 t\n"


def test_a_query_is_written_once(tmp_path):
    with RunWriter(tmp_path / "run.trec", {}, "t") as writer:
        writer.write("q", [("a", 1.0)])
        with pytest.raises(ValueError, match="query q was written before"):
            writer.write("q", [("b", 1.0)])


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadRequest, match="cannot write"):
        RunWriter(tmp_path / "no" / "run.trec", {}, "t")


# Going on


class Stopped(Exception):
    """Somebody interrupts."""


def stop_after(count, path, header):
    with RunWriter(path, header, "words") as writer:
        for qid in list(FOUND)[:count]:
            writer.write(qid, FOUND[qid])
        raise Stopped


def interrupted(path, count, header=HEADER):
    with pytest.raises(Stopped):
        stop_after(count, path, header)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("torn", [0, 1, 9])
def test_an_interrupted_run_is_gone_on_with(count, torn, tmp_path):
    whole = written(tmp_path / "whole.trec", FOUND).read_bytes()
    path, part = tmp_path / "run.trec", tmp_path / "run.trec.part"
    interrupted(path, count)
    assert not path.exists()
    if count:  # the last line only half on disk
        part.write_bytes(part.read_bytes()[: -torn or None])
    # whole for certain is what a whole line of another query follows
    done = set(list(FOUND)[: max(count - 1 - bool(torn), 0)])
    with RunWriter(path, HEADER, "words", resume=True) as writer:
        assert writer.done == done
        for qid, hits in FOUND.items():
            if qid not in writer.done:
                writer.write(qid, hits)
    assert path.read_bytes() == whole
    assert not part.exists()
    assert is_finished(path, HEADER, sha256_of(path))


@pytest.mark.parametrize(
    "damage",
    [lambda raw: raw[:-20], lambda raw: raw + b"q9 Q0 a 1 1 words\n", lambda raw: raw[:-8] + b"x" * 8],
)
def test_a_run_that_is_not_what_it_was_is_not_finished(damage, tmp_path):
    path = written(tmp_path / "run.trec", FOUND)
    noted = sha256_of(path)
    assert is_finished(path, HEADER, noted)
    assert not is_finished(path, HEADER, None)
    assert not is_finished(path, {**HEADER, "seed": 1}, noted)
    path.write_bytes(damage(path.read_bytes()))
    assert not is_finished(path, HEADER, noted)
    assert not is_finished(tmp_path / "none.trec", HEADER, noted)


def test_another_header_or_tag_begins_anew(tmp_path):
    path = tmp_path / "run.trec"
    interrupted(path, 3)
    other = {**HEADER, "method": {"k1": 1.2}}
    with RunWriter(path, HEADER, "others", resume=True) as writer:
        assert writer.done == frozenset()
    interrupted(path, 3)
    with RunWriter(path, other, "words", resume=True) as writer:
        assert writer.done == frozenset()
        writer.write("q1", FOUND["q1"])
    assert read_run(path).header["method"] == {"k1": 1.2}
    assert list(read_run(path).rankings) == ["q1"]
    assert not is_finished(path, HEADER, sha256_of(path))


def test_an_interrupted_run_leaves_a_finished_one_alone(tmp_path):
    path = written(tmp_path / "run.trec", FOUND)
    before = path.read_bytes()
    interrupted(path, 1)
    assert path.read_bytes() == before


def test_the_same_run_is_the_same_bytes(tmp_path):
    one, two = written(tmp_path / "1", FOUND), written(tmp_path / "2", json.loads(json.dumps(FOUND)))
    assert one.read_bytes() == two.read_bytes()
