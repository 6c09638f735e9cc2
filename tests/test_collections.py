"""Collections: BEIR folders, TREC files and archives with judgements, read, refused and written."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.cli.eval_convert import command as convert
from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.collections import archived, beir, trec
from policytext.evaluation.retrieval.collections.formats import read_any_queries
from policytext.evaluation.retrieval.collections.judgements import judgements_alone
from policytext.evaluation.retrieval.collections.opening import (
    document_labels,
    documents,
    fingerprints,
    open_collection,
    texts,
)
from policytext.evaluation.retrieval.collections.spans import JudgedSpan, Places, RawSpan
from policytext.evaluation.retrieval.collections.writing import write_collection
from policytext.evaluation.retrieval.records import CollectionDocument, CollectionQuery
from policytext.ranking import Filters, Query
from policytext.store.archive import Archive
from tables_of_cases import DATA, cases, parametrised

HERE = DATA / "evaluation" / "collections"
TINY = HERE / "tiny"


@pytest.fixture
def collection(tmp_path):
    """A copy of the small collection, to be changed."""
    return shutil.copytree(TINY, tmp_path / "copy")


def written(path, text):
    path.write_bytes(text.encode())
    return path


# Folders as BEIR lays them out


def test_a_collection_is_read_as_it_stands():
    collection = open_collection(TINY)
    assert (collection.name, collection.split, collection.exhaustive) == ("tiny", "test", False)
    assert [q.qid for q in collection.queries] == ["q1", "q2", "q3", "q5"]
    assert all(q.query.plain for q in collection.queries)
    assert collection.unasked == 1
    assert collection.qrels["q1"] == {"minute-7": 1, "titled": 2, "untitled": 0}
    assert collection.notes == ("not in the corpus, so never found: 1 judged document",)
    found = list(documents(collection))
    assert len(found) == 8
    assert found[1] == CollectionDocument("empty", "", "")
    assert found[4].title == ""


def test_a_folder_or_its_corpus_name_the_same_collection():
    assert open_collection(TINY / "corpus.jsonl") == open_collection(TINY)


def test_qrels_need_no_header():
    assert open_collection(TINY, "dev").qrels == {"q4": {"twin-b": 1}}


@pytest.mark.parametrize("case", parametrised(cases("evaluation/collections/refused.jsonl")))
def test_what_is_wrong_is_one_line(case, collection):
    with (collection / case["file"]).open("a", encoding="utf-8") as file:
        file.write(case["line"] + "\n")
    with pytest.raises(UnreadableSource) as error:
        list(documents(open_collection(collection)))
    assert case["says"] in str(error.value)
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_blank_lines_and_numbers_as_ids_do_no_harm(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"_id": 7, "text": null}\r\n\r\n{"_id": "8", "text": "Wards."}\r\n')
    assert list(beir.read_documents(path)) == [
        CollectionDocument("7", "", ""),
        CollectionDocument("8", "", "Wards."),
    ]


def test_an_id_of_ten_thousand_characters_is_an_id(collection):
    name = "d" * 10_000
    with (collection / "corpus.jsonl").open("a") as file:
        file.write(json.dumps({"_id": name, "text": "Wards."}) + "\n")
    (collection / "qrels" / "test.tsv").write_text(f"q1\t{name}\t1\n")
    assert texts(open_collection(collection), {name}) == {name: "Wards."}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (b"caf\xe9\n", "not UTF-8"),
        (b"a\0b\n", "holds a NUL"),
        ("wards\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused(name, damage, says, collection):
    with (collection / name).open("ab") as file:
        file.write(damage)
    with pytest.raises(UnreadableSource, match=f"line [0-9]+: {says}"):
        list(documents(open_collection(collection)))


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


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_empty_files_are_refused(name, collection):
    (collection / name).write_bytes(b"")
    says = {"corpus.jsonl": "none of the 7 judged", "queries.jsonl": "no queries"}.get(name, "judges nothing")
    with pytest.raises(UnreadableSource, match=says):
        open_collection(collection)


@pytest.mark.parametrize("split", ["", ".", "..", "../qrels/test", "/test"])
def test_a_split_is_a_name_not_a_way_out(split, collection):
    with pytest.raises(BadRequest, match="not the name of a split"):
        open_collection(collection, split)


def test_every_file_may_be_packed(collection):
    for path in [
        collection / "corpus.jsonl",
        collection / "queries.jsonl",
        *(collection / "qrels").iterdir(),
    ]:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    packed, plain = open_collection(collection), open_collection(TINY)
    assert (packed.queries, packed.qrels) == (plain.queries, plain.qrels)
    assert list(documents(packed)) == list(documents(plain))


def test_a_packed_file_cut_short_is_refused(collection):
    path = collection / "corpus.jsonl"
    path.with_name("corpus.jsonl.gz").write_bytes(gzip.compress(path.read_bytes())[:-20])
    path.unlink()
    with pytest.raises(UnreadableSource, match="gzip is cut short or damaged"):
        list(documents(open_collection(collection)))


def test_scalars_of_metadata_are_labels(collection):
    with (collection / "corpus.jsonl").open("a") as file:
        told = {"era": "1950s", "year": 1951, "ocr": True, "share": 0.5, "tags": ["a"], "nothing": None}
        file.write(json.dumps({"_id": "z", "text": "", "metadata": told}) + "\n")
    opened = open_collection(collection)
    labels = {"era": "1950s", "year": "1951", "ocr": "true", "share": "0.5"}
    assert document_labels(opened, {"z", "gone"}) == {"z": labels}


def test_what_a_query_brings_beyond_beir(collection):
    row = {"_id": "q6", "text": 'beds NOT "night"', "type": "known", "plain": False, "own": ["long"]}
    row["filters"] = {"from": "1950", "to": "1959-06", "speaker": "Turton", "min_quality": 0.9}
    with (collection / "queries.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")
    (collection / "qrels" / "test.tsv").write_text("q6\tlong\t1\nq5\tlong\t1\n")
    opened = open_collection(collection)
    other, query = opened.queries
    filters = Filters("1950-01-01", "1959-06-30", speaker="Turton", min_quality=0.9)
    assert query.query == Query("q6", 'beds NOT "night"', filters)
    assert query.labels == {"kind": "known"}
    assert query.own == {"long"}
    assert other.own == {"q5"}
    assert opened.notes == ("1 query has filters, which only an archive heeds",)


def test_groups_hold_for_all_queries_or_for_one(collection):
    (collection / "groups.tsv").write_text("twin-a\tnote\ntwin-b\tnote\nq1\tlong\tnote\n")
    opened = open_collection(collection)
    twins = {"twin-a": "note", "twin-b": "note"}
    assert opened.groups["q2"] == twins
    assert opened.groups["q1"] == {**twins, "long": "note"}


def test_a_document_in_two_groups_is_refused(collection):
    (collection / "groups.tsv").write_text("twin-a\tone\ntwin-a\ttwo\n")
    with pytest.raises(UnreadableSource, match="line 2: document twin-a is in two groups"):
        open_collection(collection)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ('name = "Papers"\nexhaustive = true\n', ""),
        ("exhaustive = 1\n", "exhaustive is no bool: 1"),
        ("exhaustve = true\n", "no such setting: exhaustve"),
        ("name =\n", "not TOML"),
    ],
)
def test_the_settings_of_a_collection(told, says, collection):
    (collection / "collection.toml").write_text(told)
    if says:
        with pytest.raises(UnreadableSource, match=says):
            open_collection(collection)
    else:
        opened = open_collection(collection)
        assert (opened.name, opened.exhaustive) == ("Papers", True)
        assert "settings" in fingerprints(opened)


def test_judgements_alone_have_no_documents(collection):
    alone = judgements_alone(collection / "qrels" / "test.tsv")
    assert (alone.corpus, texts(alone, {"long"}), document_labels(alone, {"long"})) == (None, {}, {})
    with pytest.raises(BadRequest, match="judgements without documents"):
        documents(alone)
    assert set(fingerprints(alone)) == {"qrels"}


def test_fingerprints_follow_the_bytes(collection):
    before = fingerprints(open_collection(collection))
    assert set(before) == {"corpus", "queries", "qrels"}
    with (collection / "queries.jsonl").open("a") as file:
        file.write("\n")
    after = fingerprints(open_collection(collection))
    assert {role for role in before if before[role] != after[role]} == {"queries"}


# TREC


@pytest.mark.parametrize("case", parametrised(cases("evaluation/collections/topics.jsonl")))
def test_topics(case, tmp_path):
    path = written(tmp_path / "topics", case["file"])
    if "says" in case:
        with pytest.raises(UnreadableSource) as error:
            read_any_queries(path, case["fields"])
        assert case["says"] in str(error.value)
    else:
        asked = read_any_queries(path, case["fields"])
        assert {one.query.qid: one.query.query.text for one in asked} == case["asked"]
        assert all(one.query.query.plain for one in asked)


def test_a_field_that_topics_have_not(tmp_path):
    path = written(tmp_path / "topics", "<top><num> 1 <title> Wards </top>")
    with pytest.raises(BadRequest, match=r"no such field of a topic: body \(try: title, desc, narr\)"):
        trec.read_topics(path, ["body"])


@pytest.mark.parametrize("hostile", ["<top>" * 50_000, "<" * 200_000, "<!--" * 50_000, "<num " * 50_000])
def test_hostile_topics_are_refused_not_chewed(hostile, tmp_path):
    with pytest.raises(UnreadableSource):
        trec.read_topics(written(tmp_path / "topics", hostile))


@pytest.mark.parametrize("case", parametrised(cases("evaluation/collections/qrels.jsonl")))
def test_qrels(case, tmp_path):
    path = written(tmp_path / "qrels", case["file"])
    if "says" in case:
        with pytest.raises((BadRequest, UnreadableSource)) as error:
            open_collection(TINY, qrels=path)
        assert case["says"] in str(error.value)
        assert str(path) in str(error.value)
    else:
        assert open_collection(TINY, qrels=path).qrels == case["qrels"]


def test_numbers_are_matched_without_the_zeros_before_them(tmp_path):
    topics = "<top><num> Number: 051 <title> Wards </top><top><num> Number: 052 <title> Beds </top>"
    opened = open_collection(
        TINY / "corpus.jsonl",
        queries=written(tmp_path / "topics", topics),
        qrels=written(tmp_path / "qrels", "51 0 long 1\n"),
    )
    assert [query.qid for query in opened.queries] == ["51"]
    assert opened.notes == ("1 query is known to the qrels without leading zeros",)


def test_the_one_qrels_file_of_a_folder_is_of_one_split(collection):
    shutil.rmtree(collection / "qrels")
    written(collection / "qrels.trec", "q1 0 long 1\n")
    assert open_collection(collection).qrels == {"q1": {"long": 1}}
    with pytest.raises(BadRequest, match=r"no qrels of split 'dev' \(try: test\)"):
        open_collection(collection, "dev")
    written(collection / "collection.toml", 'split = "dev"\n')
    assert open_collection(collection, "dev").split == "dev"


# Archives


@pytest.fixture(scope="module")
def passages(corpus_archive):
    """Raw stretches of our own papers' passages by id."""
    with Archive.open(corpus_archive) as archive:
        rows = archive.sql.execute(
            "SELECT p.id, d.name, p.raw_start, p.raw_end, p.raw_spans FROM passages p "
            "JOIN documents d ON d.key = p.document ORDER BY p.id"
        ).fetchall()
    return {row["id"]: row for row in rows}


def judged(archive_folder, *rows):
    with Archive.open(archive_folder) as archive:
        return Places(archive).placed([JudgedSpan(*row) for row in rows])


def span_of(row, first=0.0, last=1.0):
    """A stretch of a passage, from one part of it to another."""
    length = row["raw_end"] - row["raw_start"]
    return RawSpan(row["name"], row["raw_start"] + int(first * length), row["raw_start"] + int(last * length))


def test_every_passage_has_the_grade_of_its_own_span(corpus_archive, passages):
    for name, row in passages.items():
        placed = judged(corpus_archive, ("q", span_of(row), 2))
        assert placed.qrels["q"][name] == 2
        assert placed.uncovered == ()


WHOLE = "2011-interview-calloway:00026"  # of which a third is printed again in 2016


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [(0.3, 0.6, True), (-0.2, 0.3, True), (-0.4, 0.3, False), (0.9, 1.05, True), (0.95, 1.5, False)],
)
def test_a_passage_must_hold_half_of_the_shorter(first, last, covered, corpus_archive, passages):
    placed = judged(corpus_archive, ("q", span_of(passages[WHOLE], first, last), 1))
    assert (WHOLE in placed.qrels["q"]) is covered


def test_the_best_grade_counts_and_a_shared_span_is_a_group(corpus_archive, passages):
    names = [name for name in passages if name.startswith("1949-health-committee-briefing")][2:4]
    first, second = (passages[name] for name in names)
    both = RawSpan(first["name"], first["raw_start"], second["raw_end"])
    placed = judged(corpus_archive, ("q", both, 1), ("q", span_of(second), 3), ("p", span_of(second), 0))
    assert placed.qrels == {"q": {names[0]: 1, names[1]: 3}, "p": {names[1]: 0}}
    assert placed.groups == {"q": dict.fromkeys(names, names[0]), "p": {}}


def test_a_reprint_takes_the_grade_and_is_of_the_group(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        rows = archive.sql.execute(
            "SELECT p.id, d.name, r.raw_start, r.raw_end FROM reprints r "
            "JOIN passages p ON p.key = r.passage JOIN documents d ON d.key = p.document "
            "WHERE p.id IN (?, ?) ORDER BY p.id",
            (WHOLE, "2016-voices-digest:00011"),
        ).fetchall()
    again, reprint = rows[0], "2016-voices-digest:00011"
    sentence = RawSpan(again["name"], again["raw_start"], again["raw_end"])
    placed = judged(corpus_archive, ("q", sentence, 3))
    assert placed.qrels["q"] == {WHOLE: 3, reprint: 3}
    assert placed.groups["q"] == {WHOLE: WHOLE, reprint: WHOLE}
    # what the reprint leaves out is not found there
    other = RawSpan(again["name"], again["raw_end"], again["raw_end"] + 120)
    assert reprint not in judged(corpus_archive, ("q", other, 3)).qrels["q"]
    # whoever judged the reprint knows better
    spoken = RawSpan(rows[1]["name"], rows[1]["raw_start"], rows[1]["raw_end"])
    assert judged(corpus_archive, ("q", sentence, 3), ("q", spoken, 1)).qrels["q"][reprint] == 1
    assert judged(corpus_archive, ("q", spoken, 1), ("q", sentence, 3)).qrels["q"][reprint] == 1


def test_a_span_between_passages_is_uncovered(corpus_archive, passages):
    row = passages[WHOLE]
    outside = JudgedSpan("q", RawSpan(row["name"], 10_000_000, 10_000_010), 1)
    with Archive.open(corpus_archive) as archive:
        placed = Places(archive).placed([outside, JudgedSpan("q", span_of(row), 1)])
    assert placed.uncovered == (outside,)


@pytest.fixture
def asked(tmp_path, passages):
    """A folder with two queries on our own papers: spans judged, one of them taken from a passage."""
    folder = tmp_path / "asked"
    folder.mkdir()
    row = passages[WHOLE]
    queries = [
        {"qid": "q1", "text": "who met them", "type": "person", "filters": {"to": "1990"}},
        {"qid": "q2", "text": "the bus", "from": {"source": row["name"], "start": 0, "end": row["raw_end"]}},
        {"qid": "q3", "text": "nobody judged it"},
    ]
    spans = [
        {"qid": "q1", "source": row["name"], "start": row["raw_start"], "end": row["raw_end"], "grade": 3},
        {"qid": "q2", "source": row["name"], "start": 0, "end": row["raw_end"], "grade": 1, "pid": "x"},
    ]
    for name, rows in (("queries", queries), ("qrels", spans)):
        written(folder / f"{name}.jsonl", "".join(json.dumps(one) + "\n" for one in rows))
    return folder


def test_an_archive_with_its_own_queries_is_a_collection(asked, corpus_archive, passages):
    opened = open_collection(asked, archive=corpus_archive)
    assert (opened.is_archive, opened.corpus, opened.unasked) == (True, corpus_archive, 1)
    assert opened.qrels["q1"] == {WHOLE: 3}
    assert opened.queries[0].query.filters == Filters(latest="1990-12-31")
    assert (opened.queries[0].own, opened.queries[0].labels) == (frozenset(), {"kind": "person"})
    assert WHOLE in opened.queries[1].own
    assert opened.queries[1].own <= set(passages)
    assert [document.id for document in documents(opened)] == list(passages)
    assert set(fingerprints(opened)) == {"corpus", "queries", "qrels"}
    told = document_labels(opened, {WHOLE})[WHOLE]
    assert {name: told[name] for name in ("era", "kind", "document")} == {
        "era": "2010s",
        "kind": "interview",
        "document": "2011-interview-calloway",
    }
    assert texts(opened, {WHOLE, "gone"}).keys() == {WHOLE}


def test_the_archive_itself_may_be_the_folder(asked, corpus_archive):
    told = open_collection(corpus_archive, queries=asked / "queries.jsonl", qrels=asked / "qrels.jsonl")
    assert told.qrels == open_collection(asked, archive=corpus_archive).qrels


def test_passages_may_be_judged_by_their_ids(asked, corpus_archive):
    (asked / "qrels.jsonl").unlink()
    (asked / "qrels").mkdir()
    qrels = written(asked / "qrels" / "test.tsv", f"q1\t{WHOLE}\t1\nq1\tgone:00001\t1\n")
    opened = open_collection(asked, archive=corpus_archive)
    assert opened.qrels == {"q1": {WHOLE: 1, "gone:00001": 1}}
    assert opened.notes == ("not in the archive, so never found: 1 judged document",)
    qrels.write_text("q1\tgone:00001\t1\n")
    with pytest.raises(UnreadableSource, match="none of the 1 judged documents is in the archive"):
        open_collection(asked, archive=corpus_archive)


def test_reprints_of_passages_judged_by_id(corpus_archive):
    original, reprint = "2011-interview-calloway:00009", "2016-voices-digest:00006"
    with Archive.open(corpus_archive) as archive:
        placed = Places(archive).reprinted({"q": {original: 2}, "p": {original: 2, reprint: 0}})
    assert placed.qrels == {"q": {original: 2, reprint: 2}, "p": {original: 2, reprint: 0}}
    assert placed.groups == {"q": {original: original, reprint: original}, "p": {}}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"source": "nowhere.txt"}, "the archive has no paper nowhere.txt"),
        ({"start": 9_000_000, "end": 9_000_009}, "no passage holds any of the spans"),
        ({"grade": "3"}, "line 1: not a grade: '3'"),
        ({"start": True}, "line 1: no span"),
        ({"start": -1}, "line 1: no span: from -1"),
        ({"qid": "a b"}, "line 1: not an id: 'a b'"),
        ({"qid": "q9"}, "judges a query that queries.jsonl has not: q9"),
        ({"grade": 0}, "finds nothing relevant"),
    ],
)
def test_spans_that_are_refused(row, says, asked, corpus_archive):
    first = json.loads((asked / "qrels.jsonl").read_text().splitlines()[0])
    written(asked / "qrels.jsonl", json.dumps({**first, **row}) + "\n")
    with pytest.raises(UnreadableSource, match=says):
        open_collection(asked, archive=corpus_archive)


@pytest.mark.parametrize(
    ("printed", "said", "quality", "labels"),
    [
        (("1956-01-01", "1956-12-31"), None, 1.0, {"era": "1950s", "quality": "0.97 and more"}),
        (("1958-01-01", "1961-12-31"), None, 0.96, {"era": "1950s to 1960s", "quality": "0.90 to 0.97"}),
        (("2016-01-01", None), "1956-05-01/1956-05-31", 0.2, {"quality": "less than 0.90"}),
        (
            ("2016-01-01", "2016-01-01"),
            "1956-05-01/1956-05-31 2016-01-01/2016-01-01",
            None,
            {"era": "2010s", "said": "another decade"},
        ),
        (
            ("2016-01-01", "2016-01-01"),
            "2009-01-01/2010-12-31 /1990-01-01",
            None,
            {"era": "2010s", "said": "same decade"},
        ),
        (("2016-01-01", "2016-01-01"), "/1990-01-01", None, {"era": "2010s"}),
        ((None, None), "1956-05-01/1956-05-31", None, {}),
    ],
)
def test_labels_of_a_passage(printed, said, quality, labels):
    row = {
        "document": "paper",
        "metadata": '{"kind": null}',
        "published_earliest": printed[0],
        "published_latest": printed[1],
        "said": said,
        "quality": quality,
    }
    assert archived.labels_of(row) == {**labels, "document": "paper"}


# Writing

IDS = st.text("abcé0-:.", min_size=1, max_size=6)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
LABELS = st.dictionaries(st.text(min_size=1, max_size=4), WORDS, max_size=2).filter(
    lambda labels: all(name.isprintable() for name in labels)
)
FILTERS = st.builds(
    Filters,
    earliest=st.none() | st.just("1950-01-01"),
    latest=st.none() | st.just("1959-12-31"),
    dates=st.sampled_from(["statement", "publication"]),
    speaker=st.none() | st.just("Turton"),
    min_quality=st.none() | st.sampled_from([0.5, 1.0]),
)


@st.composite
def collections(draw):
    """Documents, queries, qrels with something relevant, and groups by query."""
    names = draw(st.lists(IDS, min_size=1, max_size=5, unique=True))
    qids = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    found = [CollectionDocument(name, draw(WORDS), draw(WORDS), draw(LABELS)) for name in names]
    some = st.lists(st.sampled_from(names), min_size=1, unique=True)
    qrels = {qid: {name: draw(st.integers(-2, 3)) for name in draw(some)} for qid in qids}
    qrels[qids[0]] = {names[0]: 1}
    groups = {qid: {name: draw(IDS) for name in draw(some)} for qid in draw(st.sets(st.sampled_from(qids)))}
    return found, qids, qrels, groups


def laid_out(folder, found, queries, qrels, groups):
    """A BEIR folder of these, opened."""
    (folder / "qrels").mkdir(parents=True)
    for name, write, what in (
        ("corpus.jsonl", beir.write_documents, found),
        ("queries.jsonl", beir.write_queries, queries),
        ("qrels/test.tsv", beir.write_qrels, qrels),
        ("groups.tsv", beir.write_groups, groups),
    ):
        with (folder / name).open("wb") as file:
            write(what, file)
    return open_collection(folder)


def parts(collection):
    """All of a collection but where it lies and what is noted of it."""
    told = [getattr(collection, name) for name in ("name", "split", "queries", "qrels", "exhaustive")]
    return [*told, {qid: dict(groups) for qid, groups in collection.groups.items()}]


@settings(max_examples=60)
@given(collections(), st.data())
def test_beir_folders_make_the_round_trip(tmp_path_factory, told, data):
    found, qids, qrels, groups = told
    queries = [
        CollectionQuery(
            Query(qid, data.draw(WORDS), data.draw(FILTERS), plain=data.draw(st.booleans())),
            data.draw(LABELS),
            frozenset(data.draw(st.lists(IDS, max_size=2))),
        )
        for qid in qids
    ]
    root = tmp_path_factory.mktemp("round")
    first = laid_out(root / "one" / "name", found, queries, qrels, groups)
    assert list(first.queries) == queries
    assert first.qrels == qrels
    assert list(documents(first)) == found
    counted = write_collection(first, root / "two" / "name")
    second = open_collection(root / "two" / "name")
    assert parts(second) == parts(first)
    assert list(documents(second)) == found
    assert (counted.documents, counted.queries, counted.notes) == (len(found), len(qids), ())


@settings(max_examples=60)
@given(collections(), st.data())
def test_trec_files_make_the_round_trip(tmp_path_factory, told, data):
    found, qids, qrels, groups = told
    folded = WORDS.map(lambda words: " ".join(words.replace("\0", "").split()) or "wards")
    texts_of = st.one_of(folded, st.sampled_from(["Topic: beds", "R&D <b>now</b> &amp; then", "Number: 3"]))
    queries = [
        CollectionQuery(Query(qid, data.draw(texts_of), plain=True), own=frozenset({qid})) for qid in qids
    ]
    root = tmp_path_factory.mktemp("round")
    first = laid_out(root / "one" / "name", found, queries, qrels, groups)
    write_collection(first, root / "two" / "name", "trec")
    assert parts(open_collection(root / "two" / "name")) == parts(first)


def test_what_topics_cannot_hold_is_told(asked, corpus_archive, tmp_path):
    opened = open_collection(asked, archive=corpus_archive)
    written_ = write_collection(opened, tmp_path / "new", "trec")
    assert written_.notes == (
        "left out of TREC topics: labels (1 query)",
        "left out of TREC topics: filters (1 query)",
        "left out of TREC topics: documents of their own (1 query)",
    )


@pytest.mark.parametrize("text", ["", " \n ", "wards </title> beds", "a <NUM> b", "<topic>", "<top>", "a\0b"])
def test_a_text_that_no_topic_can_hold(text, tmp_path):
    with (tmp_path / "topics").open("wb") as file, pytest.raises(BadRequest, match="no topic can hold"):
        trec.write_topics([CollectionQuery(Query("q1", text))], file)


@pytest.mark.parametrize("name", ["", "a b", " a", "a\n", "a\tb", "a\u00a0b"])
def test_ids_with_blanks_are_not_written(name, tmp_path):
    with (tmp_path / "file").open("wb") as file:
        for write, what in (
            (beir.write_documents, [CollectionDocument(name, "", "")]),
            (beir.write_queries, [CollectionQuery(Query(name, "wards"))]),
            (beir.write_qrels, {"q": {name: 1}}),
            (trec.write_trec_qrels, {name: {"d": 1}}),
            (trec.write_topics, [CollectionQuery(Query(name, "wards"))]),
        ):
            with pytest.raises(BadRequest, match="no run can hold"):
                write(what, file)


def test_a_folder_is_written_whole_or_not_at_all(collection, tmp_path):
    opened = open_collection(collection)
    with (collection / "corpus.jsonl").open("a") as file:
        file.write("not JSON\n")
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(UnreadableSource):
        write_collection(opened, place / "new")
    assert list(place.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(collection, tmp_path):
    opened = open_collection(collection)
    with pytest.raises(BadRequest, match="is there already"):
        write_collection(opened, collection)
    (tmp_path / "empty").mkdir()
    assert write_collection(opened, tmp_path / "empty").documents == 8
    assert {path.name for path in (tmp_path / "empty").iterdir()} == {
        "collection.toml",
        "corpus.jsonl",
        "qrels",
        "queries.jsonl",
    }


# Command


def converted(capsys, *arguments):
    """Exit code, stdout and stderr of eval convert."""
    code = convert.main([str(argument) for argument in arguments], standalone_mode=False)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_what_an_archive_heeds_and_a_folder_does_not_is_told_once(asked, corpus_archive, capsys, tmp_path):
    told = "note: 1 query has filters, which only an archive heeds\n"
    assert converted(capsys, asked, "--archive", corpus_archive, "-o", tmp_path / "one")[2] == told
    assert converted(capsys, tmp_path / "one", "-o", tmp_path / "two")[2] == told


def test_convert_says_what_it_wrote(capsys, tmp_path):
    code, out, err = converted(capsys, TINY, "--split", "dev", "-o", tmp_path / "new", "--format", "trec")
    assert (code, err) == (0, "note: left out of TREC topics: labels (1 query)\n")
    assert out == f"{tmp_path / 'new'}: 8 documents, 1 query, 1 judged pair\n"
    assert (tmp_path / "new" / "qrels.trec").read_text() == "q4 0 twin-b 1\n"
    assert (
        tmp_path / "new" / "topics.trec"
    ).read_text() == "<top>\n<num> Number: q4\n<title> ambulances\n</top>\n\n"
    assert open_collection(tmp_path / "new", "dev").qrels == {"q4": {"twin-b": 1}}


def test_an_archive_becomes_a_folder_that_says_the_same(asked, corpus_archive, capsys, tmp_path):
    code, _, err = converted(capsys, asked, "--archive", corpus_archive, "-o", tmp_path / "asked2")
    assert (code, err) == (0, "note: 1 query has filters, which only an archive heeds\n")
    one, two = open_collection(asked, archive=corpus_archive), open_collection(tmp_path / "asked2")
    assert parts(one)[1:] == parts(two)[1:]
    assert list(documents(one)) == list(documents(two))
    assert Path(two.corpus).name == "corpus.jsonl"
