"""Topics by decade: shares on their bands, grey where nobody was asked."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from policytext.export.pictures.prevalence import PANELS, prevalence_chart
from policytext.export.pictures.rendering import render
from policytext.export.pictures.style import WIDTH
from policytext.store.topics import Making, Topic, TopicDecade, TopicPeriod, TopicTerm
from witnesses import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
BANDED = TopicDecade(1950, 0.4, 0.3, 0.6)
ALONE = TopicDecade(1970, 0.2, None, None)


def making(periods=((1950, 20, 4), (1960, 0, 0), (1970, 5, 1)), **changes):
    facts = {
        "generation": 1,
        "corpus": "",
        "method": "nmf-1",
        "seed": 0,
        "asked": None,
        "passages": 25,
        "documents": 5,
        "terms": 90,
        "left_out": {},
        "second_hand": 0,
        "undated": 0,
        "periods": tuple(TopicPeriod(*p) for p in periods),
        "trials": (),
        "tried_on": 25,
        "subsample": 20,
        "subsamples": 10,
        "chance": 0.4,
        "bar": 0.61,
        "fitted_on": 25,
    }
    return Making(**{**facts, **changes})


def topic(number=1, decades=(BANDED, ALONE), **changes):
    facts = {
        "number": number,
        "label": f"home help, organiser {number}",
        "terms": (TopicTerm("home help", "home help", 1.0),),
        "share": 0.3,
        "stability": 0.72,
        "verdict": "stable",
        "npmi": 0.1,
        "passages": 9,
        "documents": 3,
        "largest": None,
        "largest_share": 0.5,
        "decades": tuple(decades),
        "examples": (),
    }
    return Topic(**{**facts, **changes})


def rows(chart, name):
    return [row for data in chart["datasets"].values() for row in data if name in row]


def texts(chart):
    return ["".join(t.itertext()) for t in ET.fromstring(render(chart, "svg")).iter(f"{SVG}text")]


def test_a_band_holds_its_share_and_a_decade_without_a_source_is_grey_from_top_to_bottom():
    chart = prevalence_chart(making(), [topic()], "Topics")
    boxes = {r["Decade"]: r for r in rows(chart, "Decade")}
    band, nobody = boxes["1950s (4 papers, 20 passages)"], boxes["1960s: no source"]
    assert band["Share"] == "40.0%"
    assert band["95 % band"] == "30.0% to 60.0%"
    assert nobody["y"] < band["y"] <= band["y2"] < nobody["y2"]
    level = next(
        r for r in rows(chart, "x2") if "Decade" not in r and (r["x"], r["x2"]) == (band["x"], band["x2"])
    )
    assert band["y2"] - level["y"] == pytest.approx((band["y2"] - band["y"]) / 3, abs=0.1)
    assert len(boxes) == 2  # one paper alone has no band
    assert "Grey: no source at all." in " ".join(texts(chart))


def test_a_share_without_a_band_is_drawn_another_way():
    chart = prevalence_chart(making(), [topic()], "Topics")
    dashed = [layer for layer in chart["layer"] if layer["mark"].get("strokeDash")]
    assert len(dashed) == 1
    assert len(chart["datasets"][dashed[0]["data"]["name"]]) == 1


def test_label_verdict_and_denominators_are_said():
    words = texts(prevalence_chart(making(undated=3), [topic(), topic(2, verdict="not stable")], "Topics"))
    assert "1 home help, organiser 1" in [" ".join(t.split()) for t in words]
    assert "stable: 0.72 in subsamples (by chance up to 0.61)" in words
    assert "not stable: 0.72 in subsamples (by chance up to 0.61)" in words
    assert words.count("1950s") == 2
    assert words.count("papers") == 2
    assert "3 passages without a date count nowhere." in " ".join(words)


def test_panels_share_one_scale():
    low = topic(2, [TopicDecade(1950, 0.04, 0.03, 0.06)])
    chart = prevalence_chart(making(), [topic(), low], "Topics")
    high, small = (r["y2"] - r["y"] for r in rows(chart, "95 % band"))
    assert high == pytest.approx(10 * small, rel=0.01)


def test_one_decade_is_a_row_a_topic():
    one = making([(2010, 500, 5)])
    chart = prevalence_chart(one, [topic(1, [TopicDecade(2010, 0.1, 0.05, 0.2)])], "Topics")
    words = " ".join(texts(chart))
    assert "no change can be seen" in words
    assert "5 papers, 500 passages" in words
    (band,) = rows(chart, "Share")
    assert band["Share"] == "10.0% (5.0% to 20.0%)"
    assert band["x2"] > band["x"]


def test_many_topics_and_decades_fit_a_page():
    long = making([(d, 5, 2) for d in range(1700, 2020, 10)])
    many = [topic(n, [TopicDecade(d, 0.1, None, None) for d in range(1700, 2020, 10)]) for n in range(1, 30)]
    chart = prevalence_chart(long, many, "Topics")
    root = ET.fromstring(render(chart, "svg"))
    assert float(root.get("width")) <= WIDTH + 50
    assert float(root.get("height")) <= 1200
    assert f"Drawn: {PANELS} of 29 topics" in " ".join(texts(chart))
    first = sorted({r["x"] for r in rows(chart, "words") if r["words"][:2] in ("17", "18", "19", "20")})
    assert min(b - a for a, b in pairwise(first)) >= 20


def test_nothing_to_draw_and_hostile_labels():
    assert "No topics." in texts(prevalence_chart(making(), [], "x"))
    assert any("no dates" in t for t in texts(prevalence_chart(making([]), [topic()], "x")))
    bad = [
        topic(n, label=t, terms=(TopicTerm(t, t, 1.0),), verdict="stable") for n, t in enumerate(HOSTILE, 1)
    ]
    for part in (bad[:PANELS], bad[PANELS:]):
        tree = ET.fromstring(render(prevalence_chart(making(), part, HOSTILE[0], [HOSTILE[1]]), "svg"))
        assert "script" not in {e.tag.removeprefix(SVG) for e in tree.iter()}
        assert float(tree.get("width")) <= WIDTH + 50
