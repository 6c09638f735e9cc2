"""Search as it is read: concordance, facets, proofs, formats, and what does not go together."""

import csv
import io
import json
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.cli.options import ORDERS as ORDERS_ON_THE_COMMAND_LINE
from policytext.cli.reading import WIDEST, explanation_lines, margined
from policytext.cli.root import run
from policytext.ranking import Explanation, Part
from policytext.search.concordance import ORDERS
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import document_id, passage_numbers, raw_document
from policytext.text.terms import query_terms


@pytest.fixture
def policytext(corpus_archive, capfdbinary):
    """Runs a command on our own papers; returns its stdout and stderr."""

    def asked(*arguments, code=0):
        capfdbinary.readouterr()
        assert run([*map(str, arguments), "--archive", str(corpus_archive)]) == code
        captured = capfdbinary.readouterr()
        return captured.out.decode(), captured.err.decode()

    return asked


@pytest.fixture
def search(policytext):
    return lambda *arguments, code=0: policytext("search", *arguments, code=code)


@pytest.fixture
def store(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield archive


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def table(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_orders_are_those_of_the_concordance():
    assert ORDERS_ON_THE_COMMAND_LINE == ORDERS


def test_a_concordance_has_a_line_for_each_place(search, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    out, err = search('"joint finance"', "--kwic")
    lines = out.splitlines()
    assert len(lines) >= 5
    assert {len(line) for line in lines} == {100}
    assert all("*joint finance*" in line.casefold() for line in lines)
    assert len({line.casefold().index("*joint finance*") for line in lines}) == 1
    assert err == ""


@pytest.mark.parametrize("order", ORDERS)
def test_orders_and_formats_hold_the_same_lines(search, order):
    asked = ("health committee", "--kwic", "--sort", order, "--width", "60")
    in_json = rows(search(*asked, "--format", "jsonl")[0])
    in_csv = table(search(*asked, "--format", "csv")[0])
    assert [(row["passage"], row["start"]) for row in in_json] == [
        (row["passage"], int(row["start"])) for row in in_csv
    ]
    assert len(search(*asked)[0].splitlines()) == len(in_json)
    assert all(len(row["left"]) <= 60 and len(row["right"]) <= 60 for row in in_json)


def test_concordance_offsets_lead_to_the_raw_file(search, store):
    for row in rows(search("Pinnock", "--kwic", "--format", "jsonl")[0]):
        raw = raw_document(store, document_id(store, row["source"])).raw
        assert raw[row["start"] : row["end"]].replace("-\n", "") == row["node"]


def test_lines_that_are_not_shown_are_counted(search):
    every = len(search("committee", "--kwic")[0].splitlines())
    assert every > 12
    out, err = search("committee", "--kwic", "-k", "7", "--sort", "left")
    assert len(out.splitlines()) == 7
    assert f"7 of {every} lines" in err


@pytest.mark.parametrize("query", ["integration", "integratoin", "stability"])
def test_lines_are_of_the_querys_own_words(search, query):
    """Hits without them are found by other words for the same, which a search marks."""
    found = rows(search(query, "--kwic", "--format", "jsonl")[0])
    assert {term for row in found for term in query_terms(row["node"])} <= set(query_terms("integration"))
    assert bool(found) == (query != "stability")
    marked = re.findall(r"\*(.+?)\*", search(query, "-k", "50", "--mode", "lexical")[0])
    assert not set(query_terms(" ".join(marked))) <= set(query_terms("integration"))


@pytest.mark.parametrize("order", ORDERS)
def test_the_first_lines_are_the_first_of_all_in_that_order(search, order):
    asked = ("service committee", "--kwic", "--sort", order)
    every, told = search(*asked, "--format", "jsonl")
    some, told_of_some = search(*asked, "--format", "jsonl", "-k", "5")
    assert rows(some) == rows(every)[:5]
    (reprints,) = (line for line in told.splitlines() if "reprint" in line)
    assert reprints in told_of_some.splitlines()


def test_a_phrase_is_found_in_all_forms_of_its_words(search):
    nodes = {
        row["node"].casefold() for row in rows(search('"pooled budget"', "--kwic", "--format", "jsonl")[0])
    }
    assert "pooled budgets" in nodes
    assert search('"budgets pooled"', "--mode", "lexical")[0] == ""


def test_a_query_that_begins_with_a_minus(search, policytext):
    out, err = search("-journey integration", code=2)
    assert out == ""
    assert "try: policytext search -- '-word ...'" in err
    assert "try: " not in search("--journey", code=2)[1]
    assert "begins with a minus" not in policytext("list", "-x", code=2)[1]


def test_a_query_behind_two_dashes(corpus_archive, capfdbinary):
    asked = ["search", "--archive", str(corpus_archive), "--format", "jsonl", "--", "-journey integration"]
    assert run(asked) == 0
    found = rows(capfdbinary.readouterr().out.decode())
    assert found
    assert not any("journey" in row["text"].casefold() for row in found)


def test_what_filters_alone_find_has_no_score(search):
    out, _ = search("said:..2018", "-k", "150")
    assert len(re.findall(r"characters \d+-\d+", out)) > 60
    assert "score" not in out
    out, _ = search("committee said:..2018", "--mode", "lexical", "-k", "5")
    assert len(re.findall(r" · score \d\.\d{4}", out)) == 5


def test_a_hit_says_who_speaks_and_whether_the_words_are_theirs(search):
    assert re.search(r"^ ?\d+  [^·]+ · in own words, printed ", search("county")[0], re.MULTILINE)
    outside, told = " · the words stand outside what is quoted\n", Counter()
    for speaker, word in (("Pinnock", "health"), ("Calloway", "money"), ("Calloway", "years")):
        asked = (word, "--mode", "lexical", "--speaker", speaker, "-k", "50")
        found = rows(search(*asked, "--format", "jsonl")[0])
        for hit, row in zip(search(*asked)[0].split("\n\n"), found, strict=True):
            if word in row["text"].casefold():
                inside = row["said_by"] == "voice" or word in row["statement"].casefold()
                assert (outside in hit) != inside
                told[inside] += 1
    assert len(told) == 2
    assert outside not in search("health", "--mode", "lexical", "-k", "50")[0]


def test_the_examples_of_the_help_name_what_is_there(policytext, store):
    for command in ("show", "search"):
        names = re.findall(r"(?:policytext show|--like) (\d[\w:-]+)", policytext(command, "--help")[0])
        assert names
        for name in names:
            document, _, passage = name.partition(":")
            assert document_id(store, document)
            if passage:
                assert passage_numbers(store, document, passage)


def test_a_line_is_said_by_whom_the_filter_names(search):
    for row in rows(search("health", "--kwic", "--speaker", "Pinnock", "--format", "jsonl")[0]):
        assert "Pinnock" in row["speaker"]
    said = rows(search("health", "--kwic", "--to", "1950", "--format", "jsonl")[0])
    assert said
    assert all(row["date"][:4] <= "1950" for row in said)


def test_nothing_found_is_said_and_is_no_error(search):
    for view in ((), ("--kwic",)):
        out, err = search("xyzzyq", "--mode", "lexical", *view)
        assert out == ""
        assert "nothing found" in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["x", "--kwic", "--facets"], "do not go together"),
        (["x", "--kwic", "--explain"], "do not go together"),
        (["x", "--sort", "left"], "need --kwic"),
        (["x", "--width", "80"], "need --kwic"),
        (["x", "--kwic", "--width", "10"], "--width"),
        (["x", "--kwic", "--sort", "up"], "up"),
        (["x", "--kwic", "--format", "trec"], "TREC"),
        (["x", "--facets", "--format", "trec"], "TREC"),
        (["x", "--facets", "-k", "3"], "leave -k out"),
        (["x", "--explain", "--format", "csv"], "text or jsonl"),
        (["x", "--like", "a:1"], "either a QUERY"),
        (["x", "--batch", "b"], "either a QUERY"),
        (["--like", "a:1", "--batch", "b"], "either a QUERY"),
        (["--like", "a:1", "--kwic"], "needs a QUERY"),
        (["--like", "a:1", "--explain"], "needs a QUERY"),
        (["--batch", "b", "--facets"], "needs a QUERY"),
        (["--batch", "b", "--explain"], "needs a QUERY"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(search, arguments, complaint):
    out, err = search(*arguments, code=2)
    assert out == ""
    assert complaint in err


def test_a_batch_goes_into_every_format(search, tmp_path):
    queries = tmp_path / "queries.jsonl"
    asked = [{"qid": "a", "text": "pooled budgets"}, {"qid": "b", "text": "zzzz qqqq"}]
    queries.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    batch = ("--batch", queries, "-k", "3", "--mode", "lexical", "--format")
    in_json = rows(search(*batch, "jsonl")[0])
    in_csv = table(search(*batch, "csv")[0])
    assert list(in_csv[0]) == ["qid", "rank", "score", "passage", "source", "start", "end"]
    assert [{**row, "rank": str(row["rank"])}["passage"] for row in in_json] == [r["passage"] for r in in_csv]
    assert [line.split()[2] for line in search(*batch, "trec")[0].splitlines()] == [
        row["passage"] for row in in_json
    ]
    text, err = search(*batch, "text")
    assert text.startswith("# a  pooled budgets\n\n 1  ")
    assert "# b  zzzz qqqq" in text
    assert "nothing found" in err
    assert "note: b: " in search("--batch", _queries(tmp_path, {"qid": "b", "text": "reorgannisation"}))[1]


def _queries(folder, *asked):
    file = folder / "asked.jsonl"
    file.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    return file


# policytext show


def shown_text(out):
    """What stands beside the margin, the context too."""
    body = out.partition("\n\n")[2].partition("\nraw text, ")[0]
    return " ".join(re.sub(r"^(.*?[│┃]| +) ?", "", line) for line in body.splitlines())


def test_show_marks_the_words_and_puts_who_says_it_beside_them(policytext, store):
    row = store.sql.execute(
        "SELECT p.id, s.speaker, s.text FROM passages p JOIN passage_statements x ON x.passage = p.key "
        "JOIN statements s ON s.key = x.statement WHERE s.speaker IS NOT NULL AND s.start >= p.start "
        "AND s.end <= p.end AND length(s.speaker) < 14 ORDER BY p.id"
    ).fetchone()
    word = max(re.findall(r"[a-z]+", row["text"]), key=len)
    out, _ = policytext("show", row["id"], "--query", word)
    assert re.search(rf"\[\d\] {row['speaker']}, .* ┃ ", out)
    assert re.search(rf"^\[\d\] said by {row['speaker']}", out, re.MULTILINE)
    assert f"*{word}" in out
    beside = out.partition("\n\n")[2].partition("\n[1]")[0]
    assert max(map(len, beside.splitlines())) <= 100


def test_show_takes_as_much_context_as_asked(policytext, store):
    row = store.sql.execute("SELECT id FROM passages ORDER BY id LIMIT 1 OFFSET 5").fetchone()
    lengths = [len(shown_text(policytext("show", row["id"], "--around", n)[0])) for n in (0, 200, 1000)]
    assert lengths[0] < lengths[1] < lengths[2]


def test_show_at_characters_prints_them_to_the_character(policytext, store):
    row = store.sql.execute(
        "SELECT d.id, p.raw_start, p.raw_end FROM passages p JOIN documents d ON d.key = p.document "
        "WHERE p.raw_spans IS NULL ORDER BY p.id LIMIT 1 OFFSET 8"
    ).fetchone()
    start, end = row["raw_start"] + 11, row["raw_end"] - 7
    out, _ = policytext("show", row["id"], "--at", f"{start}-{end}")
    raw = raw_document(store, row["id"]).raw
    assert f"characters {start}-{end}\n{raw[start:end]}\n" in out
    assert f"line {raw[:start].count(chr(10)) + 1}," in out


@pytest.mark.parametrize("at", ["5-5", "9-3", "0-99999999", "x", "-", "12", "1-2-3"])
def test_show_at_what_is_no_stretch_is_one_clear_line(policytext, store, at):
    document = store.sql.execute("SELECT id FROM documents ORDER BY id").fetchone()["id"]
    out, err = policytext("show", document, f"--at={at}", code=1)
    assert out == ""
    assert "no such characters" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["{id}:1", "--raw"], "whole document"),
        (["{id}:1", "--at", "1-2"], "either a PASSAGE"),
        (["{id}", "--around", "3"], "needs a PASSAGE"),
    ],
)
def test_show_refuses_what_it_cannot_do(policytext, store, arguments, complaint):
    document = store.sql.execute("SELECT id FROM documents ORDER BY id").fetchone()["id"]
    out, err = policytext("show", *(a.format(id=document) for a in arguments), code=2)
    assert out == ""
    assert complaint in err


def test_show_of_a_document_marks_words_and_keeps_its_lines(policytext, store):
    row = store.sql.execute("SELECT d.id, d.clean FROM documents d ORDER BY d.id").fetchone()
    plain, _ = policytext("show", row["id"])
    out, _ = policytext("show", row["id"], "--query", "health")
    assert out != plain
    assert out.count("\n") == plain.count("\n")
    assert re.sub(r"\*(health)\*", r"\1", out, flags=re.IGNORECASE) == plain


@given(
    st.text(st.sampled_from("ab é\n*"), max_size=120),
    st.lists(st.tuples(st.integers(0, 120), st.integers(1, 30)), max_size=4),
    st.tuples(st.integers(0, 120), st.integers(0, 120)),
    st.integers(0, 30),
)
def test_a_margin_loses_no_word_and_no_label(text, spans, here, margin):
    first, last = sorted(min(at, len(text)) for at in here)
    labels = [
        (Span(max(first, start), min(last, start + length)), f"[{n}]")
        for n, (start, length) in enumerate(spans, 1)
        if max(first, start) < min(last, start + length)
    ]
    lines = list(margined(text, Span(first, last), labels, [], margin=margin + 3, colour=False))
    assert all(len(line) <= WIDEST for line in lines)
    parts = (text[:first], text[first:last], text[last:])
    assert [word for line in lines for word in line[margin + 6 :].split()] == [
        word for part in parts for word in part.split()
    ]
    told = [line[: margin + 3].strip() for line in lines]
    assert sorted(label for label in told if label) == sorted(label for _, label in labels)


def test_an_explanation_is_a_tree_with_four_decimals():
    tree = Explanation(
        (
            Part("score", 1.5, "", (Part("words", 1.25, "2 terms", (Part("joint", 1.25004),)),)),
            Part("meaning", 0.25, "\x1b[31mcosine"),
        )
    )
    assert list(explanation_lines(tree, colour=False)) == [
        "       1.5000  score",
        "         1.2500  words  2 terms",
        "           1.2500  joint",
        "       0.2500  meaning  [31mcosine",
    ]


# What the engine does with a query, as a reader sees it


def test_facets_count_what_a_search_finds(search):
    out, _ = search("+reorganisation", "--facets")
    matched = re.match(r"(\d+) passages satisfy the query\n\nWho speaks\n", out)
    assert matched
    found = rows(search("+reorganisation", "-k", 1000, "--no-fold", "--format", "jsonl")[0])
    assert len(found) == int(matched[1])
    in_json = rows(search("+reorganisation", "--facets", "--format", "jsonl")[0])
    papers = {row["value"]: row["passages"] for row in in_json if row["facet"] == "document"}
    assert papers == Counter(row["document"] for row in found)
    in_csv = table(search("+reorganisation", "--facets", "--format", "csv")[0])
    assert [(r["facet"], r["value"], int(r["passages"])) for r in in_csv] == [
        (r["facet"], r["value"] or "", r["passages"]) for r in in_json
    ]


def test_facets_under_a_filter_count_only_what_passes_it(search):
    in_json = rows(search("+health", "--facets", "--speaker", "Pinnock", "--format", "jsonl")[0])
    speakers = [(row["label"], row["passages"]) for row in in_json if row["facet"] == "speaker"]
    passages = sum(row["passages"] for row in in_json if row["facet"] == "document")
    assert passages
    # A scan misread him, and the archive knows that it is he.
    assert sum(n for name, n in speakers if re.search("Pin[nu]ock", name)) >= passages


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("joint finance", r"\d+ passages hold all the words"),
        ("kettle pooled", r"\d+ passages hold any of the words"),
        ('"a kettle be provided"', r"1 passage satisfies the query"),
        ("speaker:Pinnock", r"\d+ passages satisfy the query"),
    ],
)
def test_facets_say_which_passages_they_count(search, query, heading):
    assert re.fullmatch(heading, search(query, "--facets")[0].splitlines()[0])


def test_facets_of_nothing_are_one_line(search):
    assert search("+xyzzyq", "--exact", "--facets")[0] == "0 passages satisfy the query\n"


@pytest.mark.parametrize("by", ["passage", "characters"])
def test_more_like_a_passage_is_not_the_passage_nor_its_reprints(search, store, by):
    row = store.sql.execute(
        "SELECT p.id, p.raw_start, p.raw_end, d.id AS document, r.grp FROM reprints r "
        "JOIN passages p ON p.key = r.passage JOIN documents d ON d.key = p.document "
        "WHERE r.relation = 'reprint' ORDER BY p.id"
    ).fetchone()
    middle = (row["raw_start"] + row["raw_end"]) // 2
    place = row["id"] if by == "passage" else f"{row['document']}@{middle}-{middle + 5}"
    found = rows(search("--like", place, "-k", "20", "--format", "jsonl")[0])
    assert len(found) == 20
    same = {
        r["id"]
        for r in store.sql.execute(
            "SELECT p.id FROM reprints r JOIN passages p ON p.key = r.passage WHERE r.grp = ?", (row["grp"],)
        )
    }
    assert len(same) > 1
    assert not same & {r["passage"] for r in found}


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("nowhere:1", "no such document"),
        ("2016-voices-digest", "no passage"),
        ("2016-voices-digest:99999", "no passage 99999"),
        ("2016-voices-digest@9999999-9999999", "no passage stands there"),
        ("nowhere@1-2", "no such document"),
    ],
)
def test_more_like_nothing_is_one_clear_line(search, place, complaint):
    out, err = search("--like", place, code=1)
    assert out == ""
    assert complaint in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
def test_an_explanation_stands_under_its_hit_and_gives_its_score(search, mode):
    out, _ = search("joint finance", "--mode", mode, "-k", "2", "--explain")
    for hit in out.split("\n\n"):
        assert re.search(r"^ +\d+\.\d{4}  \w", hit, re.MULTILINE)
    for row in rows(search("joint finance", "--mode", mode, "-k", "2", "--explain", "--format", "jsonl")[0]):
        assert row["explanation"]["parts"]


def test_reprints_are_folded_and_named_unless_asked_for(search, store):
    text = store.sql.execute(
        "SELECT p.text FROM reprints r JOIN passages p ON p.key = r.passage WHERE r.relation = 'reprint' "
        "AND length(p.text) < 400 ORDER BY p.id"
    ).fetchone()["text"]
    folded = rows(search(text, "--plain", "--format", "jsonl")[0])
    loose = rows(search(text, "--plain", "--no-fold", "-k", "500", "--format", "jsonl")[0])
    also = [place for row in folded for place in row["also"]]
    assert also
    assert {"passage", "source", "start", "end", "line", "relation"} <= set(also[0])
    assert not {place["passage"] for place in also} & {row["passage"] for row in folded}
    assert not any(row["also"] for row in loose)
    assert also[0]["passage"] in {row["passage"] for row in loose}
    out, _ = search(text, "--plain")
    assert f"also in: {also[0]['source']}, line {also[0]['line']} (" in out
    assert "also in: " not in search(text, "--plain", "--no-fold")[0]


def test_the_language_and_plain_words(search):
    """The heading above a passage is searched with it."""

    def found(*arguments):
        hits = rows(search("+joint NOT finance", *arguments, "--format", "jsonl")[0])
        return [f"{hit['section']} {hit['text']}".casefold() for hit in hits]

    texts = found()
    assert texts
    assert all("joint" in text and "finance" not in text for text in texts)
    assert any("finance" in text for text in found("--plain"))


def test_a_batch_is_plain_unless_it_brings_syntax(search, store, tmp_path):
    queries = tmp_path / "queries.jsonl"
    asked = [
        {"qid": "plain", "text": "+joint -finance"},
        {"qid": "syntax", "text": "+joint -finance", "syntax": True},
    ]
    queries.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    found = rows(search("--batch", queries, "-k", "50", "--mode", "lexical")[0])
    texts = {row["id"]: row["text"].casefold() for row in store.sql.execute("SELECT id, text FROM passages")}
    financed = {hit["qid"] for hit in found if "finance" in texts[hit["passage"]]}
    assert financed == {"plain"}


def test_a_concordance_obeys_the_fields_of_a_query(search):
    for row in rows(search("speaker:Pinnock health", "--kwic", "--format", "jsonl")[0]):
        assert "Pinnock" in row["speaker"]


def test_what_the_language_finds_is_marked(search):
    for query in ("integrat*", '"joint" said:..1990', "reorganisatoin~2"):
        lines, _ = search(query, "--kwic")
        assert lines, query
        assert "*" in search(query)[0]


def test_a_misspelt_word_is_corrected_with_a_note_unless_it_is_meant(search):
    out, err = search("reorgannisation", "--mode", "lexical")
    assert "*reorganisation*" in out.casefold()
    assert "note: " in err
    out, err = search("reorgannisation", "--mode", "lexical", "--exact")
    assert out == ""
    assert "nothing found" in err
