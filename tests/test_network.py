"""Who echoes whom: only what the dates bear out, drawn along time."""

import json
import random
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.analysis.echoes import MOST_SAYINGS, Saying, echoes_of
from policytext.export.pictures.network import LINES, SPEAKERS, arranged, network_chart, year_of
from policytext.export.pictures.rendering import render
from policytext.export.pictures.style import WIDTH
from policytext.pipeline.echoing import found_echoes
from policytext.pipeline.timeline import claims_named
from policytext.store.archive import Archive
from witnesses import HOSTILE

CASES = json.loads((Path(__file__).parent / "data/echoes/cases.json").read_text("utf-8"))
SVG = "{http://www.w3.org/2000/svg}"


def saying(speaker, low, high, claim="roof", **changes):
    days = {
        "earliest": low if low is None or len(low) > 4 else f"{low}-01-01",
        "latest": high if high is None or len(high) > 4 else f"{high}-12-31",
    }
    return Saying(claim=claim, speaker=speaker, **{**days, **changes})


def pairs(found):
    return [[e.later, e.earlier] for e in found.echoes]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["what"])
def test_echoes(case):
    found = echoes_of(saying(*s) for s in case["sayings"])
    assert pairs(found) == case["echoes"]
    assert found.unsure == case["unsure"]
    assert found.undated == sum(low is high is None for _, low, high in case["sayings"])


def test_an_echo_counts_claims_and_says_what_it_is_between():
    found = echoes_of(
        [
            saying("Pryce", "1956", "1956", words="one roof", place="a.txt, line 2"),
            saying("Whitcombe", "1974", "1974", words="one roof again", place="b.txt, line 7"),
            saying("Pryce", "1956", "1956", "money"),
            saying("Whitcombe", "1986", "1986", "money"),
        ]
    )
    (echo,) = found.echoes
    assert echo.claims == ("money", "roof")
    assert (echo.first, echo.last) == (("1974-01-01", "1974-12-31"), ("1986-01-01", "1986-12-31"))
    assert (echo.before.words, echo.after.place) == ("one roof", "b.txt, line 7")
    assert [(s.name, s.claims, s.said) for s in found.speakers] == [
        ("Pryce", ("money", "roof"), True),
        ("Whitcombe", ("money", "roof"), True),
    ]


def test_a_paper_that_quotes_is_an_echo_of_its_own_kind():
    quoted = saying(
        "Pryce",
        None,
        None,
        printed_earliest="2016-11-01",
        printed_latest="2016-11-30",
        quoted_by="The Trust",
    )
    found = echoes_of([quoted])
    (echo,) = found.echoes
    assert (echo.kind, echo.later, echo.earlier) == ("quotes", "The Trust", "Pryce")
    assert [(s.name, s.claims, s.said) for s in found.speakers] == [
        ("Pryce", ("roof",), False),  # known by its printing only
        ("The Trust", (), False),
    ]


YEARS = st.integers(1946, 2018)
SAYINGS = st.lists(
    st.builds(
        lambda who, a, b, claim: saying(who, str(min(a, b)), str(max(a, b)), claim),
        st.sampled_from("ABCDE"),
        YEARS,
        YEARS,
        st.sampled_from(["roof", "money"]),
    ),
    max_size=14,
)


def covering(sayings):
    """The definition itself, by comparing all with all."""
    found = set()
    for later in sayings:
        for earlier in sayings:
            if earlier.claim != later.claim or not earlier.latest < later.earliest:
                continue
            between = any(
                s.claim == later.claim and earlier.latest < s.earliest and s.latest < later.earliest
                for s in sayings
            )
            if not between and earlier.speaker != later.speaker:
                found.add((later.speaker, earlier.speaker, later.claim))
    return found


@settings(max_examples=300, deadline=None)
@given(SAYINGS)
def test_echoes_are_the_covering_relation_of_the_dates(sayings):
    found = echoes_of(sayings)
    assert {(e.later, e.earlier, c) for e in found.echoes for c in e.claims} == covering(sayings)
    distinct = {(s.claim, s.speaker, s.earliest, s.latest) for s in sayings}
    overlapping = {
        frozenset((a, b))
        for a in distinct
        for b in distinct
        if a[0] == b[0] and a[1] != b[1] and a[2] <= b[3] and b[2] <= a[3]
    }
    assert found.unsure == len(overlapping)


@given(SAYINGS, st.randoms())
def test_the_order_of_sayings_does_not_matter(sayings, chance):
    shuffled = sayings[:]
    chance.shuffle(shuffled)
    assert echoes_of(shuffled) == echoes_of(sayings)


def test_many_sayings_are_no_trouble():
    many = [saying(f"S{n % 50}", str(1946 + n % 70), str(1946 + n % 70)) for n in range(50_000)]
    assert len(echoes_of(many).echoes) <= 50 * 49


def crowd(number, seed=3):
    choose = random.Random(seed)
    return echoes_of(
        saying(f"Councillor {choose.randrange(number)}", str(year), str(year), f"c{choose.randrange(6)}")
        for year in (choose.randrange(1946, 2019) for _ in range(6 * number))
    )


def texts(svg):
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_page_thins_out_and_says_so():
    found = crowd(80)
    svg = render(network_chart(found, {}, "Who echoes whom"), "svg")
    root, words = ET.fromstring(svg), texts(svg)
    assert float(root.get("width")) <= WIDTH + 50
    assert float(root.get("height")) <= 1085
    assert sum(t.startswith("Councillor") for t in words) <= SPEAKERS
    assert re.search(rf"Drawn: \d+ of {len(found.echoes)} lines", " ".join(words))
    earliest = {s.name for s in found.speakers[:5]}
    assert earliest <= set(words)  # a history begins with them
    spec = network_chart(found, {}, "x")
    curves = {(n, r["curve"]) for n, rows in spec["datasets"].items() for r in rows if "curve" in r}
    assert 0 < len(curves) <= LINES


def test_lines_run_with_time():
    spec = network_chart(crowd(12), {}, "x")
    lines = {}
    for name, rows in spec["datasets"].items():
        for row in rows:
            if "curve" in row:
                lines.setdefault((name, row["curve"]), []).append((row["step"], row["x"]))
    assert lines
    for points in lines.values():
        ordered = [x for _, x in sorted(points)]
        assert ordered[-1] >= ordered[0] - 8  # an arrow ends a little before its sign


def test_it_says_which_way_arrows_point():
    spec = network_chart(crowd(12), {}, "x", ["A note."])
    assert spec["title"]["subtitle"][0].startswith("An arrow points to who repeats or quotes")
    assert not network_chart(echoes_of([]), {}, "x")["title"]["subtitle"]


def signs_of(spec):
    """Yields x, y, area, shape and filling of every sign."""
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] == "point":
            for row in spec["datasets"][layer["data"]["name"]]:
                yield row["x"], row["y"], mark["size"], mark["shape"], mark["fill"] != "white"


@pytest.mark.parametrize("found", [crowd(12), crowd(30, 5)], ids=["few", "many"])
def test_every_arrow_ends_at_a_sign(found):
    every = list(signs_of(network_chart(found, {}, "x")))
    circles = [(x, y) for x, y, _, shape, _ in every if shape == "circle"]
    heads = [(x, y) for x, y, _, shape, _ in every if shape != "circle"]
    assert heads
    for x, y in heads:
        assert min(abs(x - a) for a, b in circles if b == y) <= 14


def test_a_later_saying_has_a_small_sign_and_vague_ones_are_hollow():
    found = echoes_of(
        [
            saying("Pryce", "1956", "1956", edtf="1956"),
            saying("Hewitt", "2000", "2009", edtf="200X~"),
            saying("Whitcombe", "1954", "1954", "money", edtf="1954~"),
            saying("Pryce", "2012", "2012", edtf="2012"),
            saying("Maddox", "2010", "2010", edtf="2010"),
        ]
    )
    assert {s.name: s.exact for s in found.speakers} == {
        "Pryce": True,
        "Hewitt": False,
        "Whitcombe": False,
        "Maddox": True,
    }
    circles = [s for s in signs_of(network_chart(found, {}, "x")) if s[3] == "circle"]
    large = {filled for _, _, area, _, filled in circles if area > 40}
    (small,) = [s for s in circles if s[2] < 40]
    assert large == {True, False}  # Pryce and Maddox; Hewitt
    assert small[4]  # Pryce again, of 2012
    assert [e.exact for e in found.echoes if e.later == "Hewitt"] == [False]


@pytest.mark.parametrize(
    ("low", "high", "exact"),
    [
        ("1956-01-01", "1956-12-31", True),
        ("1957-04-01", "1958-03-31", True),  # a year of accounts
        ("1957-04-01", "1958-04-01", False),
        ("1957-01-01", "1958-12-31", False),
        (None, "1958-12-31", False),
    ],
)
def test_dated_to_the_year_or_better(low, high, exact):
    (speaker,) = echoes_of([saying("Pryce", low, high)]).speakers
    assert speaker.exact == exact


def test_a_printing_never_dates_what_was_said():
    quoted = saying("Pryce", None, None, printed_earliest="2016-11-01", printed_latest="2016-11-30")
    (speaker,) = echoes_of([quoted]).speakers
    assert (speaker.said, speaker.exact) == (False, False)


def test_years_are_written_up_to_the_end_of_the_data():
    found = echoes_of([saying("A", "1946", "1946"), saying("B", "2018", "2018")])
    spec = network_chart(found, {}, "x")
    years = {
        int(r["words"]): r["x"]
        for rows in spec["datasets"].values()
        for r in rows
        if str(r.get("words", "")).isdigit()
    }
    assert max(years) >= 2018
    assert min(years) <= 1946
    last = max(x for x, *_ in signs_of(spec))
    assert last <= years[max(years)]


def test_rows_do_not_collide_and_crossings_are_fewer():
    found = crowd(20)
    spec = network_chart(found, {}, "x")
    names = [
        r["y"] for rows in spec["datasets"].values() for r in rows if r.get("words", "").startswith("Coun")
    ]
    assert min(b - a for a, b in pairwise(sorted(names))) >= 12
    ends = [("A", "D"), ("B", "C"), ("A", "F"), ("E", "C")]

    class Line:
        def __init__(self, earlier, later):
            self.earlier, self.later = earlier, later
            self.x, self.x2 = 1950.0 + ord(earlier), 2000.0 + ord(later)

    lines = [Line(*pair) for pair in ends]
    order = arranged("ABCDEF", lines)
    assert sorted(order) == list("ABCDEF")
    assert arranged("ABCDEF", lines) == order


def test_nobody_echoes_anybody():
    words = texts(render(network_chart(echoes_of([saying("A", "1956", "1956")]), {}, "x"), "svg"))
    assert any("Nobody echoes anybody" in t for t in words)


@pytest.mark.parametrize(
    ("days", "year"),
    [
        (("1956-01-01", "1956-12-31"), 1956.5),
        (("1950-01-01", "1959-12-31"), 1955.0),
        ((None, "1956-12-31"), 1957.0),
        (("1956-01-01", None), 1956.0),
        ((None, None), None),
        (("0000-01-01", "9999-12-31"), None),
    ],
)
def test_the_year_that_stands_for_bounds(days, year):
    assert year_of(days) == (None if year is None else pytest.approx(year, abs=0.01))


def test_hostile_names_are_text():
    names = [text for text in HOSTILE if text.strip()]
    sayings = [saying(n, str(1950 + i), str(1950 + i), words=n, place=n) for i, n in enumerate(names)]
    svg = render(network_chart(echoes_of(sayings), {"roof": names[0]}, names[0], [names[0]]), "svg")
    root = ET.fromstring(svg)
    assert float(root.get("width")) <= WIDTH + 50
    assert "script" not in {e.tag.removeprefix(SVG) for e in root.iter()}
    assert "<script>alert(1)</script>" in texts(svg)


def test_echoes_of_an_archive(coded_archive):
    with Archive.open(coded_archive) as store:
        claims = claims_named(store, [])
        found = found_echoes(store, claims)
        every = found_echoes(store, claims, "all")
        said = {
            (row["claim"], name): row["counts"]
            for row in store.sql.execute(
                "SELECT claim, speaker, max(counts) AS counts FROM witnesses GROUP BY 1, 2"
            )
            for name in (row["speaker"] or "").split("; ")
        }
    assert found.echoes.echoes
    assert len(every.echoes.speakers) >= len(found.echoes.speakers)
    for echo in found.echoes.echoes:
        assert all(said[claim, echo.earlier] for claim in echo.claims)
        if echo.kind == "says again":
            assert echo.before.latest < echo.after.earliest
            assert echo.before.speaker != echo.after.speaker


def test_of_a_claim_that_everybody_says_the_first_are_looked_at_and_the_others_counted():
    early = [saying(f"Member {n:04d}", "1956", "1956") for n in range(MOST_SAYINGS - 1)]
    late = [saying(f"Officer {n:04d}", "1958", "1958") for n in range(500)]
    found = echoes_of([*late, *early])
    assert found.later == 499
    assert {echo.later for echo in found.echoes} == {"Officer 0000"}
    assert len(found.echoes) == MOST_SAYINGS - 1
    words = " ".join(network_chart(found, {"roof": "A roof"}, "Who echoes whom")["title"]["subtitle"])
    assert "499 sayings after the first 1,000 of a claim" in words
