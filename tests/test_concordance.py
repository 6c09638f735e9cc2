"""A concordance shows every place once, in its own words, and leads back to the raw file."""

import json
from itertools import pairwise

import pytest

from conftest import ROOT
from policytext.cli.concordance import kwic_lines
from policytext.cli.options import NARROWEST
from policytext.export.readings import KWIC_COLUMNS, kwic_row
from policytext.ranking import Filters, Query
from policytext.search.concordance import ORDERS, Occurrence, concordance, quoted, sorted_by
from policytext.search.engine import SearchEngine
from policytext.search.results import results
from policytext.store.archive import Archive
from policytext.store.reader import raw_document
from policytext.text.querying import parse
from policytext.text.terms import query_terms, term_spans

DATA = ROOT / "tests" / "data" / "search" / "concordance"
CASES = json.loads((DATA / "cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    from policytext.config import NO_MODEL
    from policytext.pipeline.ingesting import Settings, ingest

    folder = tmp_path_factory.mktemp("kwic") / "archive"
    ingest([DATA / "papers"], folder, settings=Settings(model=NO_MODEL))
    with Archive.open(folder) as archive:
        yield archive


@pytest.fixture(scope="module")
def damaged(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield archive


def occurrences(store, text, filters=Filters(), **options):  # noqa: B008 - a frozen record
    asked = parse(text)
    query = Query("1", text, filters)
    found = results(store, query, SearchEngine(store, "lexical").search(query, 1000))
    return concordance(store, found, phrases=quoted(asked.needed), filters=filters, **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_the_lines_of_a_query(store, case):
    filters = Filters(speaker=case.get("speaker"), latest=case.get("latest"), document=case.get("document"))
    found = occurrences(store, case["query"], filters)
    if "order" in case:
        found = sorted_by(found, case["order"])
    else:  # in the order of the text, so that the table does not hang on scores
        found = sorted(found, key=lambda o: (o.number, o.at))
    assert len(found) == len(case["lines"])
    for line, o in zip(case["lines"], found, strict=True):
        left, node, right = line.split("|")
        assert o.node == node
        assert o.left.rstrip().endswith(left.rstrip())
        assert o.right.lstrip().startswith(right.lstrip())


WORDS = ["joint finance", "health", "district nurses", "reorganisation committee", "and the"]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("context", [0, 7, 60, 400])
def test_every_line_is_the_documents_own_text_and_leads_to_the_raw_file(damaged, words, context):
    found = occurrences(damaged, words, context=context)
    assert found
    documents = {name: raw_document(damaged, name) for name in {o.document for o in found}}
    for line in found:
        document = documents[line.document]
        clean = " ".join(document.clean.split())
        assert " ".join((line.left + line.node + line.right).split()) in clean
        assert " ".join(document.clean[line.at : line.at + len(line.node) + 2].split()).startswith(line.node)
        assert len(line.left) <= context
        assert len(line.right) <= context
        end = line.at
        while " ".join(document.clean[line.at : end].split()) != line.node:
            end += 1
        hull = document.alignment.hull(line.at, end)
        assert (line.start, line.end) == (hull.start, hull.end)


def test_some_of_these_lines_stand_in_repaired_passages(damaged):
    """Else the way over the alignment would not be tested above."""
    found = occurrences(damaged, "health")
    shifts = {(o.document, o.start - o.at) for o in found}
    assert len(shifts) > len({document for document, _ in shifts})


def test_every_marked_word_is_in_one_node(damaged):
    query = Query("1", "health committee")
    found = results(damaged, query, SearchEngine(damaged, "lexical").search(query, 1000))
    lines = concordance(damaged, found)
    wanted = set(query_terms(query.text))
    nodes = [term for o in lines for _, _, term in term_spans(o.node)]
    marks = [m for result in found for m in result.marks]
    assert len(nodes) == len(marks)
    assert set(nodes) == wanted
    for before, after in pairwise(sorted(lines, key=lambda o: (o.number, o.at))):
        assert before.number < after.number or before.at + len(before.node) <= after.at


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_loses_nothing_and_does_not_hang_on_the_order_before(damaged, order):
    found = occurrences(damaged, "health")
    one, other = sorted_by(found, order), sorted_by(reversed(found), order)
    assert one == other
    assert set(one) == set(found)


def test_who_says_a_line_is_who_says_the_statement_around_it(damaged):
    found = occurrences(damaged, "health committee county")
    said = [o for o in found if o.said_by == "statement"]
    assert said
    for line in said[:20]:
        row = damaged.sql.execute(
            "SELECT count(*) FROM statements s JOIN documents d ON d.key = s.document WHERE d.id = ? "
            "AND s.start <= ? AND s.end >= ? AND coalesce(s.speaker, s.speaker_text) IS ? "
            "AND s.statement_date IS ?",
            (line.document, line.at, line.at + len(line.node), line.speaker, line.date),
        ).fetchone()
        assert row[0]


def occurrence(left="", node="word", right="", passage="paper:00001", date="1956"):
    return Occurrence(
        1, left, node, right, passage, "paper", "paper.txt", 0, 4, None, date, "voice", None, 1, 0
    )


@pytest.mark.parametrize("width", [NARROWEST, 60, 80, 100, 160])
@pytest.mark.parametrize("colour", [True, False])
def test_lines_are_as_wide_as_asked_and_nodes_stand_in_one_column(damaged, width, colour):
    import click

    found = occurrences(damaged, "joint finance")
    lines = [click.unstyle(line) for line in kwic_lines(found, width, colour=colour)]
    assert len(lines) == len(found)
    for line, o in zip(lines, found, strict=True):
        assert line.endswith(f"  {o.passage}")  # whole: it can be pasted
        assert len(line) == width or width < 80
    begins = {
        frozenset(at for at in range(width) if line.startswith(o.node[:2], at))
        for line, o in zip(lines, found, strict=True)
    }
    assert frozenset.intersection(*begins), "no column in which all nodes begin"


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (occurrence("a left side that is long ", "word", " and a right side too"), "*word*"),
        (occurrence(node="w" * 500), "…"),
        (occurrence(passage="a-document-with-a-name-of-many-letters:00042"), "-of-many-letters:00042"),
        (occurrence(passage="x" * 200), " *word* "),
        (occurrence("\x1b[31m \u202e", "word"), "[31m"),
        (occurrence(date=None), "n.d."),
    ],
)
def test_what_is_too_long_or_would_steer_the_screen(found, line):
    for width in (NARROWEST, 80):
        (shown,) = kwic_lines([found], width, colour=False)
        assert line in shown
        assert shown.endswith(found.passage)
        assert len(shown) == max(width, len(shown.split("  ")[0]) + 20 + len(found.passage) + 4)
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_a_row_has_the_columns(store):
    (found,) = occurrences(store, "Zeal")
    row = kwic_row("q", found)
    assert tuple(row) == KWIC_COLUMNS
    assert (row["qid"], row["node"], row["speaker"], row["date"]) == ("q", "Zeal", "Ada Wren", "1988")
