"""Claims against chance: what was observed in the histogram, and a stamp where nothing can be tested."""

import json
from xml.etree import ElementTree as ET

import altair as alt
import pytest

from policytext.export.pictures.chance import PANELS, ROWS, chance_chart, verdict_words
from policytext.export.pictures.rendering import render
from policytext.export.pictures.style import WIDTH
from policytext.store.claims import StoredClaim
from witnesses import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def chance(**changes):
    facts = {
        "verdict": "more than chance",
        "reason": "",
        "p": 0.0123,
        "q": 0.0369,
        "level": 0.05,
        "smallest_p": 0.0002,
        "most": 7,
        "observed": 6.0,
        "expected": 3.4,
        "null": [[2, 1000], [3, 5000], [4, 3900], [5, 99]],
        "replicates": 9999,
        "seed": 7,
    }
    return {**facts, **changes}


UNTESTABLE = {
    "verdict": "not testable",
    "reason": "3 of 5 sources carry the claim: 2 arrangements exist, so that p cannot fall below 0.5",
    "p": None,
    "q": None,
    "observed": 1.0,
}


def claim(name="roof", test=None, period=10):
    facts = {"recurrence": {"period": period, "chance": chance() if test is None else test}}
    return StoredClaim(name, f"The claim {name}, in words", (), (), facts)


def texts(claims, title="Against chance"):
    return [
        "".join(t.itertext())
        for t in ET.fromstring(render(chance_chart(claims, title), "svg")).iter(f"{SVG}text")
    ]


def rows(chart, name):
    return [row for data in chart["datasets"].values() for row in data if name in row]


def test_p_and_q_the_draws_and_the_seed_are_printed():
    found = texts([claim()])
    assert "more than chance: p = 0.01, q = 0.04" in found
    # a paper is counted in one decade only, and so the figure may be less than the grid's
    assert "decades covered, each paper counted in one only:" in found
    assert "observed 6, expected 3.40" in found
    assert any("9,999 arrangements were drawn for each claim, seed 7." in t for t in found)
    assert "NOT TESTABLE" not in found


def test_what_cannot_be_tested_is_stamped_with_the_reason():
    found = texts([claim(test=chance(**UNTESTABLE))])
    assert "NOT TESTABLE" in found
    assert "3 of 5 sources carry the claim" in " ".join(found)
    assert not any("p =" in t for t in found)
    stamp = next(
        layer["mark"]
        for layer in chance_chart([claim(test=chance(**UNTESTABLE))], "x")["layer"]
        if layer["mark"].get("fontSize", 0) >= 18
    )
    assert stamp["fontWeight"] == "bold"


def test_without_a_null_there_is_no_histogram_but_the_reason():
    none = chance(**{**UNTESTABLE, "reason": "all carry the claim", "null": [], "expected": None})
    chart = chance_chart([claim(test=none)], "x")
    assert not rows(chart, "y2")[0].get("Arrangements")
    found = texts([claim(test=none)])
    assert "NOT TESTABLE" in found
    assert "all carry the claim" in found
    assert "decades covered, each paper counted in one only: 1" in found


def test_a_claim_that_nobody_says_is_told_apart():
    bare = StoredClaim("x", "Nobody says it", (), (), {"recurrence": {"period": 10}})
    found = texts([bare])
    assert "Nobody says it" in found
    assert any("not tested" in t for t in found)
    assert "NOT TESTABLE" not in found


def test_bars_are_as_high_as_their_share_and_lines_stand_where_they_belong():
    chart = chance_chart([claim()], "x")
    bars = [r for r in rows(chart, "Arrangements") if r["y2"] > r["y"]]
    heights = {r["Periods covered"]: r["y2"] - r["y"] for r in bars}
    assert heights["3"] / heights["2"] == pytest.approx(5)
    assert {r["Arrangements"] for r in bars} >= {"5,000 of 9,999"}
    slot = {r["Periods covered"]: (r["x"] + r["x2"]) / 2 for r in rows(chart, "Arrangements")}
    upright = [r for r in rows(chart, "y2") if r["x"] == r["x2"] and "Arrangements" not in r]
    width = slot["3"] - slot["2"]
    assert {round((r["x"] - slot["0"]) / width, 2) for r in upright} == {6.0, 3.4}


def test_many_claims_fit_a_page_and_what_is_left_out_is_said():
    none = chance(**{**UNTESTABLE, "null": [], "expected": None, "reason": "no other choice"})
    many = [claim(f"c{n}", chance(p=0.5 - n / 100)) for n in range(20)]
    many += [claim(f"n{n}", none) for n in range(40)]
    svg = render(chance_chart(many, "x"), "svg")
    root = ET.fromstring(svg)
    assert float(root.get("width")) <= WIDTH + 50
    words = " ".join("".join(t.itertext()) for t in root.iter(f"{SVG}text"))
    assert f"{20 - PANELS} more with a histogram and {40 - ROWS} more without one" in words
    assert "The claim c19" in words  # the smallest p is drawn
    assert "The claim c0," not in words
    eight = render(chance_chart([claim(f"c{n}") for n in range(PANELS)], "x"), "svg")
    assert float(ET.fromstring(eight).get("height")) <= 1085


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 9])
def test_labels_of_panels_keep_to_their_panels(number):
    chart = chance_chart([claim(f"c{n}") for n in range(number)], "x")
    alt.LayerChart.from_dict(chart)
    for row in rows(chart, "words"):
        assert 0 <= row["x"] <= WIDTH


def test_periods_of_other_lengths_are_named():
    assert "periods of 5 years covered, each paper counted in one only:" in texts([claim(period=5)])
    assert verdict_words(chance(p=0.0004, q=None)) == "more than chance: p = 0.0004"


def test_no_claim_and_hostile_labels():
    assert "No claim." in texts([])
    bad = [StoredClaim(t, t, (), (), claim().facts) for t in HOSTILE][:PANELS]
    bad += [StoredClaim("n", HOSTILE[0], (), (), claim(test=chance(**{**UNTESTABLE, "null": []})).facts)]
    bad += [StoredClaim("N", "N" * 10_000, (), (), {})]
    tree = ET.fromstring(render(chance_chart(bad, HOSTILE[0], [HOSTILE[1]]), "svg"))
    assert "script" not in {e.tag.removeprefix(SVG) for e in tree.iter()}
    assert float(tree.get("width")) <= WIDTH + 50
    assert json.dumps(chance_chart(bad, "x")) == json.dumps(chance_chart(bad, "x"))
