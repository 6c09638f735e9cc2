"""The Python door: what goes in, what comes out, how it closes, and how it shows itself."""

import gc
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policytext
from conftest import ROOT
from policytext.api.asking import filters_of
from policytext.api.results import Results, SearchHit
from policytext.cli.root import run
from policytext.errors import ArchiveError, BadRequest, NotFound, PolicytextError
from policytext.export.hits import RESULT_COLUMNS
from policytext.export.notebook import passage_html
from policytext.index.dense import DenseIndex
from policytext.index.lexical import LexicalIndex
from policytext.ranking import Also
from policytext.search.results import joined
from policytext.spans import Span

CASES = tomllib.loads((ROOT / "tests" / "data" / "api" / "arguments.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def papers(corpus_archive):
    with policytext.open(corpus_archive) as session:
        yield session


def rows_of(capfd, *arguments):
    """What the command line writes as jsonl."""
    assert run([*arguments, "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_ingest_stays_a_function_whatever_was_imported():
    code = (
        "import policytext; first = policytext.ingest; import policytext.ingest.readers as readers; "
        "assert policytext.ingest.readers is readers; import tempfile, pathlib; "
        "folder = pathlib.Path(tempfile.mkdtemp()); (folder / 'a.txt').write_text('A note on beds.'); "
        "[f([folder / 'a.txt'], folder / 'archive') for f in (first, policytext.ingest)]; "
        "print(len(policytext.open(folder / 'archive').documents))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")


# Arguments


@pytest.mark.parametrize("case", CASES["good"], ids=lambda c: str(c["arguments"]))
def test_arguments_become_filters(case):
    got = filters_of(case["arguments"])
    wanted = {"dates": "statement", **{k: v for k, v in case.items() if k != "arguments"}}
    assert got == policytext.Filters(**wanted)


def test_a_span_of_time_may_be_open_on_either_side():
    assert filters_of({"said": (None, date(1979, 3, 1))}) == policytext.Filters(latest="1979-03-01")
    assert filters_of({"said": (1956, None)}) == policytext.Filters(earliest="1956-01-01")
    assert filters_of({"said": None, "from_": None}) == filters_of({}) == policytext.Filters()


@pytest.mark.parametrize("case", CASES["bad"], ids=lambda c: c["says"])
def test_bad_arguments_are_told_in_one_line(papers, case):
    with pytest.raises(PolicytextError) as caught:
        papers.search(**{"query": "service", **case["arguments"]})
    assert str(caught.value) == case["says"]


@given(st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.lists(st.integers(), max_size=3)))
def test_whatever_stands_for_a_date_is_a_date_or_a_bad_request(said):
    try:
        got = filters_of({"said": said})
    except BadRequest:
        return
    assert got.earliest or got.latest


# Results


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({"query": "pooled budgets", "k": 4}, ["pooled budgets", "-k", "4"]),
        ({"query": "a period of stability", "to": 1960}, ["a period of stability", "--to", "1960"]),
        ({"query": "hospital", "mode": "lexical"}, ["hospital", "--mode", "lexical"]),
        ({"query": "hospital", "mode": "dense", "k": 3}, ["hospital", "--mode", "dense", "-k", "3"]),
        (
            {"query": "service", "speaker": "Pinnock", "said": "1948..1958"},
            ["service", "--speaker", "Pinnock", "--from", "1948", "--to", "1958"],
        ),
        (
            {"query": "budgets", "cites": "Health Act 1999", "from_": 2001, "dates": "publication"},
            ["budgets", "--cites", "Health Act 1999", "--from", "2001", "--dates", "publication"],
        ),
        (
            {"query": "care", "document": "2016-voices-digest.txt"},
            ["care", "--document", "2016-voices-digest"],
        ),
    ],
    ids=lambda a: str(a) if isinstance(a, dict) else "",
)
def test_python_and_the_command_line_find_the_same(papers, corpus_archive, capfd, arguments, options):
    rows = rows_of(capfd, "search", *options, "--archive", str(corpus_archive))
    got = papers.search(**arguments)
    assert rows
    assert json.loads(json.dumps(got.to_dicts())) == rows


def test_results_are_a_sequence(papers):
    found = papers.search("health service", k=5)
    assert len(found) == 5
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5]
    assert found[0] is next(iter(found))
    assert found[-1].rank == 5
    assert found[4] in found
    assert [hit.rank for hit in found[1:3]] == [2, 3]
    assert found[1:3].query is found.query
    assert not papers.search("xyzzy", mode="lexical")
    with pytest.raises(IndexError):
        found[5]


def test_a_hit_has_the_columns_as_attributes(papers):
    hit = papers.search("give us ten quiet years", k=1)[0]
    assert {name: getattr(hit, name) for name in RESULT_COLUMNS} == hit.to_dict()
    assert set(RESULT_COLUMNS) <= set(dir(hit))
    assert (hit.speaker, hit.statement_date) == ("Harold Pinnock", "1956-06")
    assert hit.publication_date == "2018-07-05"
    assert {hit.text[m.start : m.end].casefold() for m in hit.marks} >= {"quiet", "years"}
    with pytest.raises(AttributeError, match="no 'colour'"):
        hit.colour  # noqa: B018


def test_what_is_handed_out_cannot_change_the_hit(papers):
    hit = papers.search("hospital", k=1)[0]
    hit.to_dict()["speaker"] = "somebody else"
    assert hit.to_dict()["speaker"] == hit.speaker != "somebody else"


def test_offsets_lead_to_the_raw_text(papers):
    for hit in papers.search("hospital", k=20):
        raw = papers.show(hit.document).raw[0]
        shown = papers.show(hit)
        assert [raw[s.start : s.end] for s in shown.spans] == list(shown.raw)
        assert (min(s.start for s in shown.spans), max(s.end for s in shown.spans)) == (hit.start, hit.end)


# Data frames


def test_frame_has_the_rows_and_columns_of_the_results(papers):
    pd = pytest.importorskip("pandas")
    found = papers.search("hospital", k=8)
    frame = found.to_frame()
    assert tuple(frame.columns) == RESULT_COLUMNS
    assert {str(frame[name].dtype) for name in ("rank", "start", "line", "statement_start")} == {"Int64"}
    assert any(row["statement_start"] is None for row in found.to_dicts())
    for row, hit in zip(frame.to_dict("records"), found, strict=True):
        for name, value in hit.to_dict().items():
            assert pd.isna(row[name]) if value is None else row[name] == value, name


def test_frame_of_no_hit_has_the_columns_all_the_same(papers):
    pytest.importorskip("pandas")
    frame = papers.search("xyzzy", mode="lexical").to_frame()
    assert tuple(frame.columns) == RESULT_COLUMNS
    assert len(frame) == 0
    assert str(frame["start"].dtype) == "Int64"


def test_without_pandas_the_error_says_what_to_install(papers, monkeypatch):
    found = papers.search("hospital", k=1)
    monkeypatch.setitem(sys.modules, "pandas", None)  # as Python marks what cannot be imported
    for table in (found, papers.documents):
        with pytest.raises(PolicytextError, match=r"needs pandas .*pip install pandas"):
            table.to_frame()


# Lists, passages, documents


@pytest.mark.parametrize("what", ["documents", "speakers", "legislation"])
def test_lists_are_those_of_the_command_line(papers, corpus_archive, capfd, what):
    table = getattr(papers, what)
    rows = rows_of(capfd, "list", what, "--archive", str(corpus_archive))
    for mine, theirs in zip(table.to_dicts(), rows, strict=True):
        mine["quality"] = theirs["quality"] = None  # a number, and there a text
        assert mine == theirs
    assert len(table) == len(rows)
    assert table[0] == table[:1][0] == table.to_dicts()[0]
    pytest.importorskip("pandas")
    assert list(table.to_frame()[table.columns[0]]) == [row[table.columns[0]] for row in table]


def test_show_gives_a_passage_in_its_place(papers):
    hit = papers.search("give us ten quiet years", k=1)[0]
    shown = papers.show(hit, around=80)
    assert shown == papers.show(hit.passage, around=80) == papers.show(hit.passage.replace(":0000", ":"), 80)
    assert shown.text == hit.text
    assert shown.before
    assert shown.after
    assert len(shown.before) <= 80
    assert "Harold Pinnock" in [s.speaker for s in shown.statements]
    assert (
        f"{shown.before} {shown.text} {shown.after}".split()
        == str(shown).replace("... ", "").replace(" ...", "").split()
    )


def test_show_gives_a_whole_document(papers):
    shown = papers.show("2016-voices-digest.txt")
    assert shown.raw == ((ROOT / "corpus" / "damaged" / "2016-voices-digest.txt").read_text("utf-8-sig"),)
    assert str(shown) == shown.text
    assert (shown.passage, shown.statements, shown.citations) == (None, (), ())


@pytest.mark.parametrize("name", ["no-such-paper", "2016-voices-digest:99999", "2016-voices-digest:x"])
def test_what_is_not_there_is_not_found(papers, name):
    with pytest.raises(NotFound):
        papers.show(name)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({"query": "pooled budgets", "sort": "left"}, ["pooled budgets", "--sort", "left"]),
        ({"query": '"joint finance" money', "k": 3}, ['"joint finance" money', "-k", "3"]),
        ({"query": "integration", "sort": "date", "k": 4}, ["integration", "--sort", "date", "-k", "4"]),
        ({"query": "speaker:Pinnock service"}, ["speaker:Pinnock service"]),
        (
            {"query": '"joint finance" money', "k": 5, "plain": True},
            ['"joint finance" money', "-k5", "--plain"],
        ),
        (
            {"query": "service", "said": "1948..1958", "sort": "date", "context": 50},
            ["service", "--from", "1948", "--to", "1958", "--sort", "date", "--width", "50"],
        ),
    ],
    ids=lambda a: str(a) if isinstance(a, dict) else "",
)
def test_lines_are_those_of_the_command_line(papers, corpus_archive, capfd, arguments, options):
    rows = rows_of(capfd, "search", *options, "--kwic", "--archive", str(corpus_archive))
    lines = papers.kwic(**arguments)
    assert rows
    assert lines.to_dicts() == rows
    assert lines.columns == tuple(rows[0])
    assert "text-align:right" in lines._repr_html_()  # the left context leans on the node


def test_lines_in_an_unknown_order_are_a_bad_request(papers):
    with pytest.raises(BadRequest, match="no such order: 'middle'"):
        papers.kwic("hospital", sort="middle")


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({"query": "pooled budgets"}, ["pooled budgets"]),
        ({"query": "service", "speaker": "Pinnock"}, ["service", "--speaker", "Pinnock"]),
    ],
    ids=lambda a: str(a) if isinstance(a, dict) else "",
)
def test_facets_are_those_of_the_command_line(papers, corpus_archive, capfd, arguments, options):
    rows = rows_of(
        capfd, "search", *options, "--facets", "--mode", "lexical", "--archive", str(corpus_archive)
    )
    counts = papers.facets(**arguments)
    assert rows
    assert counts.to_dicts() == rows
    assert counts.columns == tuple(rows[0])


def test_facets_count_what_a_search_finds(papers):
    for row in papers.facets("+hospital"):
        if row["facet"] == "document":
            found = papers.search("+hospital", k=1000, mode="lexical", document=row["value"], fold=False)
            assert len(found) == row["passages"]


def test_like_finds_neighbours_and_not_itself(papers):
    hit = papers.search("pooled budgets", k=1)[0]
    alike = papers.like(hit, 4)
    assert len(alike) == 4
    assert hit.passage not in [other.passage for other in alike]
    assert [o.passage for o in papers.like(hit.passage, k=4)] == [o.passage for o in alike]
    assert repr(alike).startswith(f"4 hits like {hit.passage} (")
    only = papers.like(hit, 3, document="2016-voices-digest")
    assert {other.document for other in only} == {"2016-voices-digest"}


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("2016-voices-digest", BadRequest, "not the name of a passage"),
        ("2016-voices-digest:99999", NotFound, "no passage 99999"),
        (4, BadRequest, "not a text: 4"),
    ],
)
def test_like_nothing_is_an_error(papers, name, error, says):
    with pytest.raises(error, match=says):
        papers.like(name)


def test_a_score_can_be_explained(papers):
    for mode in ("lexical", "hybrid", "dense"):
        hit = papers.search("pooled budgets", k=1, mode=mode)[0]
        explained = hit.explain()
        assert explained.parts
        assert explained.to_dicts()[0]["name"] == explained.parts[0].name
        assert len(repr(explained).splitlines()) >= len(explained.parts)
        assert f"{explained.parts[0].score:.4f}" in repr(explained)


def test_a_quotation_is_judged(papers, corpus_archive, capfd):
    exact = papers.quote("Give us ten quiet years")
    altered = papers.quote("Give us twelve quiet years")
    absent = papers.quote("The moon is a balloon that nobody has ever paid for out of the rates")
    assert (exact.judgement, altered.judgement, absent.judgement) == ("exact", "altered", "not found")
    assert (bool(exact), bool(altered), bool(absent)) == (True, False, False)
    rows = rows_of(capfd, "quote", "Give us ten quiet years", "--archive", str(corpus_archive))
    assert [(p.document, p.start, p.end) for p in exact.places] == [
        (row["document"], row["start"], row["end"]) for row in rows
    ]
    for place in exact.places:
        raw = papers.show(place.document).raw[0]
        assert [raw[span.start : span.end] for span in place.spans] == list(place.printed)
    assert repr(exact).splitlines()[0] == "exact"
    assert len(repr(exact).splitlines()) == 1 + len(exact.places)
    for quoted in (exact, altered, absent):
        page = Page(quoted._repr_html_())
        assert set(page.tags) <= PLAIN_TAGS
        assert quoted.judgement in quoted._repr_html_()
    if absent.nearest:
        assert "not the quotation" in repr(absent)


@pytest.mark.parametrize("text", ["", " ", "...", 7])
def test_no_words_no_quotation(papers, text):
    with pytest.raises(BadRequest):
        papers.quote(text)


def test_a_look_alike_in_a_speakers_mouth_needs_that_speaker(papers):
    assert papers.quote("Give us ten quiet years", speaker="Pinnock")
    assert not papers.quote("Give us ten quiet years", speaker="Tolley")
    with pytest.raises(NotFound):
        papers.quote("Give us ten quiet years", document="no-such-paper")


# Opening and closing


def test_no_archive_no_session(tmp_path):
    with pytest.raises(ArchiveError, match="no archive here"):
        policytext.open(tmp_path)


def test_the_archive_is_that_of_the_environment(corpus_archive, monkeypatch):
    monkeypatch.setenv("POLICYTEXT_ARCHIVE", str(corpus_archive))
    with policytext.open() as session:
        assert session.folder == corpus_archive


def test_a_closed_session_says_so(corpus_archive):
    session = policytext.open(str(corpus_archive))
    session.search("hospital", mode="lexical")
    session.close()
    session.close()
    assert repr(session).endswith("closed>")
    for asked in (
        lambda: session.search("hospital", mode="lexical"),
        lambda: session.documents,
        lambda: session.show("x"),
    ):
        with pytest.raises(ArchiveError, match="the session is closed"):
            asked()


def test_a_session_that_is_forgotten_closes_its_archive(corpus_archive):
    session = policytext.open(corpus_archive)
    hit = session.search("hospital", k=1, mode="lexical")[0]
    connection = session.archive.sql
    del session
    gc.collect()
    assert connection.execute("SELECT 1").fetchone()  # its hits still need it
    del hit
    gc.collect()
    with pytest.raises(Exception, match="closed"):
        connection.execute("SELECT 1")


def test_nothing_is_left_open_at_the_end(corpus_archive):
    code = (
        f"import policytext; s = policytext.open({str(corpus_archive)!r}); s.search('care', mode='lexical')"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_searching_again_opens_nothing_again(corpus_archive, monkeypatch):
    opened = []
    for index in (LexicalIndex, DenseIndex):

        def counted(*arguments, _open=index.open, _name=index.__name__):
            opened.append(_name)
            return _open(*arguments)

        monkeypatch.setattr(index, "open", counted)
    with policytext.open(corpus_archive) as session:
        first = session.search("hospital")
        assert sorted(opened) == ["DenseIndex", "LexicalIndex"]
        assert first.mode == "hybrid"
        for said in (1956, None, "..1979"):
            session.search("hospital", said=said)
            session.search("hospital", mode="hybrid", k=3)
    assert sorted(opened) == ["DenseIndex", "LexicalIndex"]


def test_a_search_by_words_loads_only_what_it_needs(corpus_archive):
    code = (
        f"import policytext; p = policytext.open({str(corpus_archive)!r}); r = p.search('care', to=1960, "
        "mode='lexical'); repr(r), r._repr_html_(), r.to_dicts(), p.show(r[0]), p.documents; "
        "import sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"numpy", "pandas", "spacy", "torch", "altair", "edtf", "click", "tokenizers"}


# The users' page


def test_the_page_shows_what_its_examples_print(corpus_archive, tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    (tmp_path / "indexes").mkdir()
    (tmp_path / "indexes" / "demo").symlink_to(corpus_archive, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("docs_python", ROOT / "docs" / "python.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    text = writer.TARGET.read_text(encoding="utf-8")
    assert text.count(">>>") > 20
    assert writer.page(text) == text, "run: python docs/python.py"


# How it shows itself


class Page(HTMLParser):
    """Reads a table back: tags seen, attributes, text of cells, marked words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.cells, self.marked, self.open = [], set(), [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "td" in self.open:
            self.cells[-1] += data
        if "mark" in self.open:
            self.marked[-1] += data


PLAIN_TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "mark", "span", "br", "p"}


def test_notebook_table_shows_the_hits(papers):
    found = papers.search("pooled budgets", k=3)
    page = Page(found._repr_html_())
    assert set(page.tags) <= PLAIN_TAGS
    assert page.attributes <= {"style", "class", "scope"}
    assert page.open == []
    rows = [page.cells[at : at + 6] for at in range(0, len(page.cells), 6)]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    for row, hit in zip(rows, found, strict=True):
        assert hit.speaker in row[1]
        assert row[4].split() == hit.text.split()
        assert hit.passage in row[5]
        assert f"line {hit.found.statement.line if hit.found.statement else hit.line}," in row[5]
    assert "pooled budgets" in page.marked


def test_nothing_in_a_table_comes_from_outside(papers):
    for shown in (papers.search("hospital", k=20), papers.documents, papers.speakers, papers.legislation):
        assert not re.search(r"(?i)<script|<style|<link|<img|url\(|src=|href=|https?:", shown._repr_html_())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """An archive whose one paper tries to get out of the table."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "papers").mkdir()
    (folder / "papers" / "a<b>&.txt").write_text(
        "NOTES & <b>QUERIES</b>\n\n"
        'The hospital said "<script>alert(1)</script>" and \u202espoke\u202c backwards of $5 and $6, '
        "</td></table><img src=x onerror=alert(2)> for every bed & board in the county hospital.\n",
        encoding="utf-8",
    )
    policytext.ingest([folder / "papers"], folder / "archive")
    with policytext.open(folder / "archive") as session:
        yield session


def test_every_piece_of_a_table_is_escaped(hostile):
    found = hostile.search("hospital script alert img <i>", mode="lexical")
    assert found
    for shown in (found, hostile.documents):
        page = Page(shown._repr_html_())
        assert set(page.tags) <= PLAIN_TAGS
        assert page.open == []
    assert "<img src=x onerror=alert(2)>" in "".join(Page(found._repr_html_()).cells)
    assert "\u202e" not in found._repr_html_() + repr(found)


@given(st.text(st.sampled_from('ab <>&"\n\u202e\x1b'), max_size=30), st.lists(st.integers(0, 30), max_size=8))
def test_marked_text_reads_as_the_text(text, places):
    places = sorted({min(p, len(text)) for p in places})
    marks = [Span(a, b) for a, b in zip(places[::2], places[1::2], strict=False)]
    page = Page(f"<td>{passage_html(text, marks)}</td>")
    seen = text.replace("\u202e", "").replace("\x1b", " ").replace("\n", " ")
    assert page.cells[0] == seen
    assert set(page.tags) <= {"td", "mark"}
    assert len(page.marked) == len(joined(text, marks))


def test_terminal_shows_ten_hits_and_how_many_more(papers):
    found = papers.search("service", k=12)
    lines = repr(found).splitlines()
    assert lines[0] == "12 hits for “service” (hybrid)"
    assert len(lines) == 1 + sum(2 + len(hit.found.hit.also) for hit in found[:10]) + 1
    assert lines[-1] == "... and 2 more"
    note, told = repr(papers.search("xyzzy", mode="lexical")).split("\n")
    assert note.startswith("note: no paper holds any of these words")
    assert told == "no hits for “xyzzy” (lexical)"
    assert repr(papers.search("service", k=1)).startswith("1 hit for ")


def test_a_line_of_a_hit_shows_its_words(papers):
    for hit in papers.search("community care", k=20, mode="lexical"):
        head, words, *places = str(hit).split("\n")
        assert len(places) == len(hit.found.hit.also)
        assert all(place.strip().startswith("also in: ") for place in places)
        assert hit.passage in head
        assert len(words) <= 120
        answer, at = hit.found.statement, hit.found.passage.start
        if any(answer is None or answer.start <= at + m.start < answer.end for m in hit.marks):
            assert "*" in words
        unmarked = words.strip(" …").replace("*", "")
        assert unmarked in " ".join(hit.text.split())


def test_without_a_model_the_search_goes_by_words(corpus_archive):
    with policytext.open(corpus_archive, model="none") as session:
        assert session.search("hospital").mode == "lexical"


def test_notes_stand_before_the_hits(papers):
    found = papers.search("hospital", k=1)
    told = Results(
        found.query, list(found), found.mode, notes=("searching <by> words",), offered="beds & boards"
    )
    assert repr(told).splitlines()[0] == "note: searching <by> words"
    assert told._repr_html_().index("searching &lt;by&gt; words") < told._repr_html_().index("<table")
    assert repr(told).splitlines()[1] == "note: did you mean: beds & boards"
    assert "did you mean: beds &amp; boards" in told._repr_html_()
    assert (told[:1].notes, told[:1].offered) == (told.notes, told.offered)


def test_reprints_folded_into_a_hit_are_shown(papers):
    found = papers.search("hospital", k=1)
    row = found[0].found
    also = Also(7, "a<b:00001", "a<b.txt", 3, 9, 2, "edited_reprint")
    folded = replace(row, hit=replace(row.hit, also=(also,)))
    hit = SearchHit(papers, found.query, found.mode, folded)
    assert hit.also == [
        {
            "passage": "a<b:00001",
            "source": "a<b.txt",
            "start": 3,
            "end": 9,
            "line": 2,
            "relation": "edited_reprint",
        }
    ]
    assert hit.also_in == (also,)
    assert str(hit).splitlines()[-1] == "    also in: a<b.txt, line 2 (edited reprint)"
    page = Page(Results(found.query, [hit], found.mode)._repr_html_())
    assert page.cells[-1].endswith("also in: a<b.txt, line 2 (edited reprint)")


def test_hybrid_asked_for_and_not_to_be_had_is_an_error(corpus_archive):
    with policytext.open(corpus_archive, model="no-such-model") as session, pytest.raises(PolicytextError):
        session.search("hospital")
