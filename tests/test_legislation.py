"""Citations: tables of lines with what they cite, the gazetteer's own soundness, and laws for every text."""

from __future__ import annotations

import csv
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policytext.extract
from policytext.extract.citations.finding import find_citations
from policytext.extract.citations.gazetteer import fold_title, gazetteer, table
from policytext.extract.citations.provisions import find_provisions
from policytext.extract.citations.references import find_references
from policytext.extract.citations.regnal import act_id, session
from tables_of_cases import cases, parametrised

TABLES = ("citations", "citations_papers", "citations_debated")
CASES = [case for table_ in TABLES for case in cases(f"extract/{table_}.jsonl")]
DATA = Path(policytext.extract.__file__).parent / "data"
MINE = (
    "acts.csv", "bills.csv", "papers.csv", "plans.csv", "regnal.csv", "series.csv", "circulars.csv",
    "known_provisions.csv", "bodies.csv", "citations.toml",
)  # fmt: skip
ACTS = [e for e in gazetteer().entries if e.kind in {"act", "measure"}]


def shown(text, citation, wanted):
    """Returns of a citation the fields that a case speaks of; an antecedent as its words."""
    fields = {key: getattr(citation, "cls" if key == "class" else key) for key in wanted}
    if fields.get("antecedent"):
        start, end = fields["antecedent"]
        fields["antecedent"] = text[start:end]
    return {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    text = case["text"]
    found = find_citations(text, published=case.get("published"))
    assert [c.text for c in found] == [e["text"] for e in case["expect"]]
    assert [shown(text, c, e) for c, e in zip(found, case["expect"], strict=True)] == case["expect"]


def test_tables_are_large_and_have_negatives():
    assert len(CASES) >= 200
    assert sum(not case["expect"] for case in CASES) >= 30


@pytest.mark.parametrize("entry", ACTS, ids=lambda e: e.title)
def test_every_known_act_is_found_in_a_sentence(entry):
    found = find_citations(f"Under the {entry.title} the duty lies with the Minister.")
    assert [(c.title, c.uri) for c in found] == [(entry.title, entry.uri)]


@pytest.mark.parametrize("entry", [e for e in ACTS if " c. " in (e.chapter or "")], ids=lambda e: e.title)
def test_a_regnal_chapter_leads_to_its_act(entry):
    found = find_citations(f"as provided by {entry.chapter} and not otherwise")
    assert [(c.title, c.uri, c.rule) for c in found] == [(entry.title, entry.uri, "regnal")]


def test_bills_have_no_identifier_and_identifiers_have_their_form():
    entries = gazetteer().entries
    assert all(e.uri is None for e in entries if e.kind not in {"act", "measure"})
    form = re.compile(r"(?:ukpga|asp|anaw|nia|mwa|ukcm)/[\w-]+(?:/[\w-]+)?/\d+")
    assert all(e.uri and form.fullmatch(e.uri) for e in ACTS)
    assert len({e.uri for e in ACTS}) == len(ACTS)


@pytest.mark.parametrize("name", ["acts.csv", "bills.csv", "papers.csv"])
def test_no_title_stands_twice_in_a_year(name):
    rows = [(fold_title(row["title"]), row["year"]) for row in table(name)]
    assert len(set(rows)) == len(rows)


def test_no_title_of_a_year_stands_in_two_tables():
    rows = [(e.kind, fold_title(e.title), e.year) for e in gazetteer().entries]
    assert len(set(rows)) == len(rows)


def test_identifiers_fit_their_kind_year_and_chapter():
    patterns = {
        "act": r"(?:ukpga|asp|anaw|nia)/(?:\d{4}|(?:(?:Geo|Edw|Vict|Will|Eliz)\d?(?:and\d)?)+/\d+(?:-\d+)*)"
        r"/\d+",
        "measure": r"(?:ukcm|mwa)/(?:\d{4}|(?:Geo|Edw|Eliz)\d/\d+(?:-\d+)?)/\d+",
    }
    for entry in ACTS:
        assert re.fullmatch(patterns[entry.kind], entry.uri), entry.title
        path, number = entry.uri.split("/", 1)[1].rsplit("/", 1)
        assert number == re.findall(r"\d+", entry.chapter)[-1], entry.title
        assert not path.isdigit() or int(path) == entry.year, entry.title


def test_what_a_bill_became_is_a_row_of_the_acts():
    acts = {row["uri"] for row in table("acts.csv") if row["kind"] == "act"}
    bills = [*table("bills.csv"), *(row for row in table("acts.csv") if row["kind"] == "bill")]
    assert [row["title"] for row in bills if row["became"] not in acts] == []
    assert all(not row["became"] for row in table("acts.csv") if row["kind"] != "bill")


def test_what_a_bill_became_is_an_act_of_its_year_or_the_next():
    names = gazetteer()
    for bill in (e for e in names.entries if e.kind == "bill"):
        act = names.by_uri[bill.became]
        assert act.kind == "act"
        assert 0 <= act.year - bill.year <= 2, bill.title


def test_sessions_of_the_table_hold_the_years_of_their_acts():
    for entry in ACTS:
        if entry.uri.count("/") == 3 and entry.kind == "act":
            printed, _, number = entry.chapter.rpartition(" c. ")
            found = session(printed)
            assert act_id(printed, number) == entry.uri
            assert found.first_year <= entry.year <= found.last_year, entry.title


def test_a_session_that_never_was_has_no_identifier():
    assert act_id("40 & 41 Geo. 6", "3") is None
    assert act_id("9 & 10 GEO. VI", "81") == "ukpga/Geo6/9-10/81"


def test_command_numbers_of_the_tables_are_of_their_series_and_years():
    series = {r["series"]: r for r in table("series.csv")}
    for entry in gazetteer().entries:
        match = re.fullmatch(r"(Cmnd|Cmd|Cm|Cd|CP) (\d+)", entry.chapter or "")
        if match:
            row = series[match[1]]
            assert int(row["first_year"]) <= entry.year <= int(row["last_year"] or 9999), entry.title
            assert int(match[2]) <= int(row["last_number"] or 9999), entry.title


def test_tables_have_their_columns_and_their_attribution():
    columns = ["title", "year", "chapter", "uri", "aliases", "verified", "kind", "became"]
    with (DATA / "acts.csv").open(encoding="utf-8", newline="") as handle:
        assert next(csv.reader(handle)) == columns
    assert "Open Government Licence" in (DATA / "README.md").read_text(encoding="utf-8")
    told = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in told for name in MINE)
    assert all((DATA / name).exists() for name in MINE)


def test_an_unchecked_act_is_less_sure_than_a_checked_one():
    checked, unchecked = find_citations("the Mental Health Act 1959 and the Lunacy Act 1890")
    assert checked.confidence > unchecked.confidence


@pytest.mark.parametrize(
    "spelling", ["NHS Act", "N.H.S. Act", "National  Health Service\nAct", "national health service act"]
)
def test_folding_levels_spellings(spelling):
    assert fold_title(spelling) == "national health service act"


@pytest.mark.parametrize(
    ("printed", "name", "path"),
    [
        ("section 27(2)", "s. 27(2)", "/section/27/2"),
        ("s. 28A(2)(b)", "s. 28A(2)(b)", "/section/28A/2/b"),
        ("sections 10 to 12, 14", "ss. 10-12; s. 14", ""),
        ("the Third Schedule", "Sch. 3", "/schedule/3"),
        ("Part III", "Pt. III", "/part/III"),
        ("subsection (2) of section 47", "s. 47(2)", "/section/47/2"),
        ("paragraph 4 of Schedule 8", "Sch. 8 para. 4", "/schedule/8/paragraph/4"),
        ("ss 21-29", "ss. 21-29", ""),
        ("regulation 4(1)", "reg. 4(1)", "/regulation/4/1"),
    ],
)
def test_a_provision_is_named_one_way(printed, name, path):
    assert [(p.name, p.path) for p in find_provisions(printed)] == [(name, path)]


@pytest.mark.parametrize(
    ("entry", "title", "author", "year"),
    [
        ("1. Home Office (May 1950), *Children Together.*", "Children Together", "Home Office", 1950),
        ("DHSS (1981a) Towards home: a note. London: HMSO.", "Towards home: a note", "DHSS", 1981),
        ("Ministry of Health 1962, The Long Corridor, Cmnd 999. London: HMSO", "The Long Corridor",
         "Ministry of Health", 1962),
        ("7 Doors Ajar: A Review (London: NHS England, 2016),", "Doors Ajar: A Review", "", 2016),
        ("* The Doctor's Round. H.M.S.O., 1963.", "The Doctor's Round", "", 1963),
        ("4 See Sir Alan Firth et al, Mending Streets: An Inquiry (London: The Stationery Office, 2007).",
         "Mending Streets: An Inquiry", "Sir Alan Firth et al", 2007),
        ("3 Department of Health, Hands Across, 1998.", "Hands Across", "Department of Health", 1998),
    ],
)  # fmt: skip
def test_an_entry_of_the_state_is_read(entry, title, author, year):
    found = find_references(f"As was said.\n\nReferences\n\n{entry}\n")
    assert [(r.title, r.author, r.year) for r in found] == [(title, author, year)]


@pytest.mark.parametrize(
    "entry",
    [
        "Marsh, P. (2009) 'Queues and carers', Journal of Corridors, 14(2), 118-131.",
        "Meridian Trust (2011) Purses and Strings. London: Meridian Trust.",
        "5 Ann Hale, Shared Purses (London: Meridian Press, 2009).",
    ],
)
def test_entries_of_scholars_and_think_tanks_are_read_over(entry):
    assert find_references(f"References\n\n{entry}\n") == []


PIECES = st.sampled_from(
    ["Act", "Acts", "Bill", "1946", "2012", "l946", "Health", "Care", "the", "The", "and", "of", "(Scotland)",
     ",", ".", "(c. 42)", "section 7", "Part III", "Schedule 3 to", "“the 2012 Act”", "(", ")", "\n\n", "\n",
     "Cmnd", "9663", "White Paper", "green paper on", "NHS", "Regulations", "Report", "no basis in law",
     "its own report", "Department of Health", "(2010)", "References", "HC Deb", "col. 12", "SI 1974/241",
     "HM(58)12", "plan for", "the plan", "9 & 10 Geo. 6", "c. 81", "Seebohm", "legislation", "Order",
     "clause 8", "committee", "CROW Act",
     "the 1983 Act", "Consultative Document", "Official Report"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_citations_are_their_text_in_order_without_overlap(text):
    found = find_citations(text, published="2018")
    assert all(text[c.start : c.end] == c.text for c in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(c.uri is None for c in found if c.cls == "bill")
    assert all(c.became is None for c in found if c.cls != "bill")
    assert all(0 <= c.antecedent[0] < c.antecedent[1] <= len(text) for c in found if c.antecedent)


@given(st.lists(PIECES, max_size=30).map(" ".join))
def test_citations_are_the_same_every_time(text):
    assert find_citations(text) == find_citations(text)


FLOODS = {
    "years and": "1948 and ",
    "the Act": "the Act ",
    "the the": "the the ",
    "title words": "National Health ",
    "open brackets": "(Department of Health ",
    "sections": "section 7, 8 and ",
    "quote marks": '“‘"',
    "no blanks": "Act1946section(",
    "white papers": "White Paper ",
    "notes": "\n7 Health (London: ",
    "reports": "’s own report ",
    "bodies": "Ministry of Health and ",
    "regnal": "9 & 10 Geo. 6 & ",
    "law": "the statutory and legal ",
    "plans": "a new ten-year ",
    "numbers": "HM(58) Cm 12 ",
    "clauses": "the Bill, clause 8 and ",
    "reports of committees": "Guillebaud committee and its ",
    "initials": "the NHSR Act ",
    "acts": "the Care Act 2014 (“the Act”). The Bill and the 2014 Act. ",
}


def seconds(text):
    """The processor time of one search, the best of two."""
    best = 1e9
    for _ in range(2):
        begin = time.process_time()
        find_citations(text, published="2018")
        best = min(best, time.process_time() - begin)
    return best


@pytest.mark.parametrize("name", FLOODS)
def test_time_grows_with_length_whatever_comes(name):
    """Four times the text may take no more than nine times the time (sixteen would be quadratic)."""
    small = FLOODS[name] * (40_000 // len(FLOODS[name]))
    assert seconds(small * 4) < 9 * seconds(small) + 0.05
