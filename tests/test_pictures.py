"""The lanes: where things stand, what is said about what is not drawn, and text that stays text."""

import json
import random
import re
import struct
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import altair as alt
import pytest

from policytext.errors import BadRequest
from policytext.export.pictures.grid import luminance
from policytext.export.pictures.lanes import MAX_LANES, lay_out
from policytext.export.pictures.lanes_chart import DRAWN_AT_MOST
from policytext.export.pictures.lanes_chart import timeline_chart as chart_of
from policytext.export.pictures.placing import (
    DENIES,
    OWN,
    PRINTED,
    REPRINT,
    RESURFACING,
    SAME_WORK,
    SECOND_HAND,
    UNDATED,
    decimal_year,
)
from policytext.export.pictures.rendering import render
from policytext.export.pictures.signs import SIGNS
from policytext.export.pictures.telling import MOST_TOLD
from policytext.export.wording import display_date, display_year, shown
from svg_boxes import DRAWN, SVG, outside, overlapping
from witnesses import HOSTILE, timeline_of, witness

NAMES = ["Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak"]


def timeline_chart(witnesses, title, note="Invented for a test."):
    return chart_of(timeline_of(witnesses, title=title, notes=(note,)))


def many(number, seed=1):
    """Invented witnesses: own words, sayings at second hand and reprints from five documents."""
    choose = random.Random(seed)
    return [invented(choose, i) for i in range(number)]


def invented(choose, number):
    document = choose.randrange(5)
    printed = 1958 + 15 * document
    year = choose.randrange(1946, printed)
    said = choose.choice(
        [f"{year}", f"{year}-06", f"{year // 10}X~", f"{year}/{printed}", f"{year}/..", f"../{year}"]
    )
    kinds = [
        {"statement_edtf": said},
        {"statement_edtf": said, "relation": "reprint", "counts_as_independent": False},
        {"statement_edtf": None, "statement_date_basis": None},
        {"statement_edtf": str(printed), "voice": "own", "relation": "own-statement"},
    ]
    return witness(
        number,
        document=f"d{document}",
        title=f"Paper number {document}",
        speaker=f"Councillor {choose.choice(NAMES)}",
        publication_edtf=str(printed),
        score=choose.random(),
        **choose.choice(kinds),
    )


def texts(svg):
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]


def size(svg):
    root = ET.fromstring(svg)
    return float(root.get("width")), float(root.get("height"))


def test_a_second_hand_saying_leads_to_where_it_was_printed():
    layout = lay_out([witness()])
    said = next(m for m in layout.drawn.marks if m.kind == SECOND_HAND)
    printed = next(m for m in layout.drawn.marks if m.kind == PRINTED)
    assert (said.x, said.exact) == (1956.5, True)
    assert 2016.8 < printed.x < 2016.95
    assert (layout.drawn.links[0].x, layout.drawn.links[0].x2) == (said.x, printed.x)
    assert layout.drawn.bars == ()


@pytest.mark.parametrize(
    ("edtf", "low", "high", "at"),
    [
        ("195X", 1950, 1960, 1955),
        ("1950/1953", 1950, 1954, 1952),
        ("1950/..", 1950, 2016.874, 1983.437),  # nothing is printed before it is said
        ("../1950", None, 1951, 1951),
        ("1950~", 1950, 1951, 1950.5),
    ],
)
def test_an_uncertain_date_is_a_bar_with_a_hollow_sign(edtf, low, high, at):
    layout = lay_out([witness(1, statement_edtf=edtf), witness(2)])
    lane = next(i for i, label in enumerate(layout.lanes) if label.year != "1956")
    bar = next(b for b in layout.drawn.bars if b.lane == lane)
    sign = next(m for m in layout.drawn.marks if m.lane == lane and m.kind == SECOND_HAND)
    assert (bar.x, bar.x2) == (layout.domain[0] if low is None else low, high)
    assert (sign.x, sign.exact) == (at, False)


def test_own_words_stand_where_they_were_printed():
    own = {"relation": "own-statement", "voice": "own", "publication_edtf": "1963"}
    dated = witness(1, **own, statement_edtf="1963")
    undated = witness(2, **own, statement_edtf=None, statement_date_basis=None)
    for one in (dated, undated):
        layout = lay_out([one])
        assert [(m.x, m.kind, m.exact) for m in layout.drawn.marks] == [(1963.5, OWN, True)]
        assert layout.drawn.links == layout.drawn.bars == ()


def test_reprints_are_crosses_and_undated_sayings_stand_at_their_printing():
    reprint = witness(1, relation="reprint", counts_as_independent=False)
    undated = witness(2, statement_edtf=None, statement_date_basis=None)
    kinds = {m.kind for m in lay_out([reprint, undated]).drawn.marks}
    assert kinds == {REPRINT, PRINTED, UNDATED}
    assert lay_out([undated]).lanes[0].year == "n.d."
    again = replace(undated, relation="reprint", counts_as_independent=False, publication_edtf="2018")
    same = replace(again, relation="own-statement")
    for one in (again, same):
        assert lay_out([one]).lanes[0].year == "n.d."  # it was printed in 2018; nobody knows when it was said
        assert lay_out([replace(one, voice="own")]).lanes[0].year == "2018"
    unknown = witness(2, statement_edtf="XXXX")
    assert lay_out([unknown]).drawn.marks[0].kind == UNDATED


def test_what_cannot_be_drawn_is_said():
    nowhere = witness(
        1, statement_edtf=None, statement_date_basis=None, publication_edtf=None, publication_date_basis=None
    )
    assert "1 without any date cannot be drawn." in lay_out([nowhere, witness(2)]).notes
    svg = render(timeline_chart([nowhere], "roof"), "svg")
    assert "Nothing that was found has a date." in texts(svg)
    assert "Nothing was found." in texts(render(timeline_chart([], "roof"), "svg"))


def test_many_witnesses_share_lanes_and_the_best_are_kept():
    crowd = [witness(i, document=f"d{i % 40:02d}", score=i / 300, start=i, end=i + 9) for i in range(200)]
    layout = lay_out(crowd)
    assert len(layout.lanes) == MAX_LANES
    assert "Drawn: the 30 of 40 lanes" in layout.notes[1]
    assert "50 witnesses are not drawn" in layout.notes[1]
    assert {lane.times for lane in layout.lanes} == {"5"}
    best = max(crowd, key=lambda w: w.score)
    assert any(f"characters {best.start}–" in m.about.get("Words", "") for m in layout.drawn.marks)
    chart = json.dumps(timeline_chart(crowd, "roof"), ensure_ascii=False)
    assert "50 witnesses are not drawn" in chart


@pytest.mark.parametrize("number", [1, 5, 25, 200])
def test_labels_do_not_collide_and_the_page_is_a4(number):
    svg = render(timeline_chart(many(number), "Who asked for one roof, and when?", "Five papers."), "svg")
    assert overlapping(svg) == []
    assert outside(svg) == []
    width, height = size(svg)
    assert width <= 718  # 190 mm at 96 px to the inch
    assert height <= 1085
    lanes = lay_out(many(number)).lanes
    found = texts(svg)
    assert all(lane.year in found for lane in lanes)
    assert sum(t.startswith("Councillor") for t in found) == len(lanes)
    rows = {round(m.lane) for m in lay_out(many(number)).drawn.marks}
    assert rows == set(range(len(lanes)))


def test_what_does_not_count_is_a_reprint_or_the_same_work_again():
    witnesses = [
        witness(1, document="d1", relation="edited-reprint", counts_as_independent=False),
        witness(2, document="d2", relation="own-statement", counts_as_independent=False),
        witness(3, document="d3", relation="quoted-at-second-hand", counts_as_independent=False),
        witness(4, document="d4", relation="own-statement", stance="denies"),
        witness(5, document="d5", relation="resurfacing-candidate", stance="supports"),
    ]
    layout = lay_out(witnesses)
    kinds = {round(m.lane): m.kind for m in layout.drawn.marks if m.kind != PRINTED}
    assert [kinds[n] for n in sorted(kinds)] == [REPRINT, SAME_WORK, SAME_WORK, DENIES, RESURFACING]
    assert layout.lanes[3].name.endswith("(denies it)")
    assert layout.notes == ("Not printed before: 2 of 5 witnesses.",)
    claims = lay_out([replace(w, family_id="roof") for w in witnesses])
    assert claims.notes == (
        "Counted as independent: 2 of 5 witnesses, 1 of them denying it; none checked by a person.",
    )


def test_suggested_is_small_decided_is_ringed_and_the_picture_says_so():
    witnesses = [
        witness(1, tier="suggested", document="d1"),
        witness(2, tier="confirmed", document="d2", reviewed_by="N. W."),
        witness(3, tier="confirmed", document="d3"),
    ]
    marks = [m for m in lay_out(witnesses).drawn.marks if m.kind != PRINTED]
    assert [(m.small, m.ringed) for m in marks] == [(True, False), (False, True), (False, False)]
    said = " ".join(texts(render(timeline_chart(witnesses, "roof"), "svg")))
    assert "small: only suggested" in said
    assert "ringed: decided by a person" in said
    assert "decided by N. W." in marks[1].about["Relation"]
    plain = " ".join(texts(render(timeline_chart(witnesses[2:], "roof"), "svg")))
    assert "suggested" not in plain
    assert "ringed" not in plain


def test_every_quotation_of_a_sign_is_told_with_its_place():
    crowd = [
        witness(i, quote=f"words number {i}", start=10 * i, end=10 * i + 9, line_start=i, score=1 / i)
        for i in range(1, MOST_TOLD + 3)
    ]
    sign = next(m for m in lay_out(crowd).drawn.marks if m.kind == SECOND_HAND)
    lines = sign.about["Words"].split("\n")
    assert lines[0] == "1. \u201cwords number 1\u201d (line 1, characters 10\u201319)"
    assert lines[-1] == "and 2 more"
    assert len(lines) == MOST_TOLD + 1
    one = next(m for m in lay_out(crowd[:1]).drawn.marks if m.kind == SECOND_HAND)
    assert "\n" not in one.about["Words"]
    assert one.about["Place"] == "joint.txt, line 1, characters 10\u201319"
    assert one.about["Words"] == "\u201cwords number 1\u201d"
    assert one.about["Context"] == "He asked the committee to [\u2026], and sat down."
    assert sign.about["Context"].startswith("1. He asked")
    marked = witness(1, context_before="They wrote: \u201c", context_after="\u201d Nobody answered.")
    sign = next(m for m in lay_out([marked]).drawn.marks if m.kind == SECOND_HAND)
    assert sign.about["Context"] == "They wrote: \u201c[\u2026]\u201d Nobody answered."


@pytest.mark.parametrize(
    ("changes", "relation", "spoken"),
    [
        (
            {"family_id": "roof"},
            "second-hand, in a later paper, not checked by a person",
            "Alderman Pryce, 1956, second-hand",
        ),
        (
            {"relation": "own-statement", "speaker": None, "statement_edtf": "195X~"},
            "quoted in this paper",
            "speaker not named, c. 1950s, quoted at the time",
        ),
        (
            {"relation": "own-statement", "voice": "reported", "tier": "suggested"},
            "reported in this paper, only suggested",
            "Alderman Pryce, 1956, quoted at the time, only suggested",
        ),
        (
            {"relation": "own-statement", "voice": "own", "statement_edtf": "2016-11"},
            "own statement",
            "Alderman Pryce, 2016, own statement",
        ),
        (
            {"statement_edtf": None, "statement_date_basis": None, "reviewed_by": "N. W."},
            "second-hand, in a later paper, decided by N. W.",
            "Alderman Pryce, not dated, standing at its printing",
        ),
        (
            {"relation": "reprint", "counts_as_independent": False, "family_id": "roof"},
            "reprint, not counted, not checked by a person",
            "Alderman Pryce, 1956, reprint, not counted",
        ),
    ],
)
def test_what_is_told_and_read_out_is_in_words(changes, relation, spoken):
    sign = next(m for m in lay_out([witness(1, **changes)]).drawn.marks if m.kind != PRINTED)
    assert sign.about["Relation"] == relation
    assert sign.spoken == spoken
    said = "not dated" if sign.kind == UNDATED else sign.about["Said"]
    assert said == "not dated" or said.endswith("(dated in the text)")
    assert sign.about["Printed"] == "Nov 2016 (catalogue)"


def test_a_screen_reader_hears_no_scales():
    svg = render(timeline_chart(many(25), "roof"), "svg").decode()
    labels = re.findall(r'aria-label="([^"]*)"', svg)
    assert "Alderman" not in svg
    assert any(re.fullmatch(r"Councillor \w+, .*second-hand", label) for label in labels)
    assert any(re.fullmatch(r"printed \d{4}", label) for label in labels)
    assert [label for label in labels if re.search(r"lane: |size: |datum|words: ", label)] == []
    assert "" not in labels


@pytest.mark.parametrize(
    ("reviewed", "told"),
    [(0, "none checked by a person"), (1, "1 checked by a person"), (3, "3 checked by a person")],
)
def test_how_many_a_person_checked_is_told(reviewed, told):
    crowd = [
        witness(i, family_id="roof", reviewed_by="N. W." if i < reviewed else None, start=i, end=i + 9)
        for i in range(3)
    ]
    (note,) = lay_out(crowd).notes
    assert note == f"Counted as independent: 3 of 3 witnesses; {told}."
    crowded = [
        witness(i, family_id="roof", reviewed_by="N. W." if i < reviewed else None) for i in range(401)
    ]
    assert f"401 witnesses; {told}; no page has room" in json.dumps(timeline_chart(crowded, "roof"))


def test_the_lane_of_several_dates_tells_their_years_and_that_some_are_unknown():
    crowd = [witness(i, document=f"d{i % 40}", statement_edtf=f"{1950 + i // 40}") for i in range(200)]
    assert {lane.year for lane in lay_out(crowd).lanes} == {"1950\u20131954"}
    undated = [
        witness(300 + i, document=f"d{i}", statement_edtf=None, statement_date_basis=None) for i in range(40)
    ]
    assert {lane.year for lane in lay_out(crowd + undated).lanes} == {"1950\u20131954, n.d."}


def test_the_page_sets_title_notes_and_legend_as_text():
    long = "Who asked for one roof, and when, and what became of it in the years after? " * 3
    chart = timeline_chart(many(5), long, "A note that is not broken into lines by anybody. " * 4)
    page = render(chart, "html").decode("utf-8")
    head, call = page.split("<script>")[0], page.rsplit("<script>", 1)[1]
    assert f"<h1>{long.strip()}</h1>" in head
    assert f"<p>{('A note that is not broken into lines by anybody. ' * 4).strip()}</p>" in head
    assert re.findall(r"<li>.*?</svg>([^<]*)</li>", head) == [e["words"] for e in chart["usermeta"]["legend"]]
    assert "Scroll sideways to see the years" in head
    assert 0 < float(re.search(r"scrollWidth \* ([\d.]+);", call)[1]) < 0.5
    spec = json.loads(re.search(r"vegaEmbed\(\"#picture\", (.*), \{renderer", call, re.DOTALL)[1])
    assert "title" not in spec
    kinds = [layer["encoding"]["shape"] for layer in spec["layer"] if "shape" in layer.get("encoding", {})]
    assert [kind["legend"] for kind in kinds] == [None]


def test_signs_of_one_lane_at_one_date_do_not_hide_one_another():
    crowd = [witness(i, document=f"d{i:02d}") for i in range(30)]
    crowd += [
        witness(40, document="d00", relation="own-statement"),
        witness(41, document="d00", relation="reprint", counts_as_independent=False),
    ]
    layout = lay_out(crowd)
    places = [(m.lane, m.x) for m in layout.drawn.marks if m.kind != PRINTED]
    assert len(layout.lanes) == 30
    assert len(places) == len(set(places)) == 32


def test_more_than_can_be_drawn_are_counted():
    crowd = [witness(i, document=f"d{i:03d}") for i in range(2 * MAX_LANES + 1)]
    assert "no page has room" not in json.dumps(timeline_chart(crowd[:-1], "roof"))
    assert "no page has room" in json.dumps(timeline_chart(crowd, "roof"))
    one_lane = [witness(i) for i in range(DRAWN_AT_MOST + 1)]
    assert "no page has room" not in json.dumps(timeline_chart(one_lane[:-1], "roof"))
    assert "no page has room" in json.dumps(timeline_chart(one_lane, "roof"))


def test_signs_differ_by_shape_and_stand_out_from_paper():
    assert len({shape for shape, _ in SIGNS.values()}) == len(SIGNS)
    for _, colour in SIGNS.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 3  # WCAG 2.2, 1.4.11: graphical objects


def test_the_check_for_collisions_sees_one():
    svg = render(timeline_chart(many(5), "roof"), "svg").decode()
    lane = re.search(r'<text[^>]*transform="translate\([^>]*>Councillor[^<]*</text>', svg)[0]
    moved = re.sub(r"translate\(([-\d.]+)", lambda m: f"translate({float(m[1]) + 20}", lane)
    assert overlapping(svg) == []
    assert overlapping(svg.replace(lane, lane + moved)) != []


def test_ticks_are_few_and_round():
    for low, high in [(1946, 2018), (2010, 2012), (1601, 2018), (1, 2018)]:
        layout = lay_out([witness(1, statement_edtf=f"{low:04d}", publication_edtf=f"{high}")])
        assert 2 <= len(layout.ticks) <= 11
        assert len({b - a for a, b in pairwise(layout.ticks)}) == 1
        assert layout.domain[0] <= layout.ticks[0] <= layout.ticks[-1] <= layout.domain[1]


def test_the_order_of_witnesses_does_not_matter():
    crowd = many(60)
    assert timeline_chart(crowd, "roof") == timeline_chart(crowd[::-1], "roof")


def test_two_renders_give_the_same_bytes():
    for picture in ("svg", "png", "html"):
        assert render(timeline_chart(many(9), "roof"), picture) == render(
            timeline_chart(many(9), "roof"), picture
        )


def test_another_process_gives_the_same_svg():
    program = (
        "import sys; sys.path.insert(0, 'tests'); from test_pictures import *;"
        "sys.stdout.buffer.write(render(timeline_chart(many(8), 'roof'), 'svg'))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout == render(timeline_chart(many(8), "roof"), "svg")


def test_png_is_made_for_print():
    png = render(timeline_chart(many(5), "roof"), "png")
    assert png.startswith(b"\x89PNG")
    at = png.index(b"pHYs") + 4
    per_metre = struct.unpack(">I", png[at : at + 4])[0]
    width = struct.unpack(">I", png[16:20])[0]
    assert round(per_metre * 0.0254) == 200
    assert width / per_metre <= 0.192  # metres


def test_the_chart_is_valid_vega_lite():
    alt.LayerChart.from_dict(timeline_chart(many(25), "roof")).to_dict()


def test_no_such_format():
    with pytest.raises(BadRequest, match="svg"):
        render(timeline_chart([], "roof"), "bmp")


def test_half_a_surrogate_pair_does_not_end_the_process():
    chart = timeline_chart(many(2), "roof")
    chart["title"]["text"] = ["half \ud800 a pair"]
    assert "half \ufffd a pair" in texts(render(chart, "svg"))


def test_the_page_loads_nothing():
    page = render(timeline_chart(many(5), "roof"), "html").decode("utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:link|img|iframe|object|embed|base)\b", page.split("<script>")[0])
    assert not re.search(r"\bsrc\s*=|@import|url\(", page.split("<script>")[0])
    assert page.count("</script>") == 2
    assert '"url"' not in page.rsplit("<script>", 1)[1]


def hostile_witnesses():
    return [
        witness(i, speaker=t, quote=t, title=t, source=t, rule=t, document=f"d{i}")
        for i, t in enumerate(HOSTILE)
        if t.strip()
    ]


@pytest.mark.parametrize(
    "title", [t for t in HOSTILE if t[0] in "<=N\x00\ud800$"], ids=lambda t: ascii(t[:9])
)
def test_hostile_text_is_text_in_the_svg(title):
    svg = render(timeline_chart(hostile_witnesses(), title, title), "svg")
    tree = ET.fromstring(svg)  # well formed, whatever stood in it
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= DRAWN
    assert not any(name.startswith("on") for element in tree.iter() for name in element.attrib)
    assert size(svg)[0] <= 718


def test_hostile_text_is_text_in_the_page():
    page = render(timeline_chart(hostile_witnesses(), HOSTILE[1], HOSTILE[0]), "html").decode("utf-8")
    call = page.rsplit("<script>", 1)[1]
    assert call.count("<") == 3  # </script></body></html>
    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page
    inner = re.search(r"vegaEmbed\(\"#picture\", (.*), \{renderer", call, re.DOTALL)[1]
    spec = json.loads(inner)
    assert any(
        row.get("Speaker") == "<script>alert(1)</script>"
        for data in spec["datasets"].values()
        for row in data
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_shown_is_one_honest_line(text):
    line = shown(text, 80)
    assert len(line) <= 80
    assert not re.search(
        "[\\x00-\\x1f\\x7f-\\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\u00ad\ufeff\ud800-\udfff]", line
    )


@pytest.mark.parametrize(
    ("edtf", "date", "year"),
    [
        (None, "not dated", "n.d."),
        ("1956", "1956", "1956"),
        ("1956~", "c. 1956", "c. 1956"),
        ("1956?", "1956?", "1956?"),
        ("1958-11-13", "13 Nov 1958", "1958"),
        ("1958-11", "Nov 1958", "1958"),
        ("2018-23", "autumn 2018", "2018"),
        ("196X", "1960s", "1960s"),
        ("200X~", "c. 2000s", "c. 2000s"),
        ("19XX", "1900\u20131999", "1900\u20131999"),
        ("2000/2004", "2000\u20132004", "2000\u20132004"),
        ("2014-04/2015-03", "Apr 2014\u2013Mar 2015", "2014\u20132015"),
        ("1956/..", "from 1956", "from 1956"),
        ("../1956", "until 1956", "until 1956"),
        ("XXXX", "XXXX", "n.d."),
    ],
)
def test_dates_in_words(edtf, date, year):
    assert display_date(edtf) == date
    assert display_year(edtf) == year


@pytest.mark.parametrize(
    ("day", "end", "year"),
    [
        ("1956-01-01", False, 1956.0),
        ("1956-12-31", True, 1957.0),
        ("2015-12-31", True, 2016.0),
        ("1957-07-02", False, 1957 + 182 / 365),
        ("1956-03-01", False, 1956 + 60 / 366),
    ],
)
def test_decimal_years(day, end, year):
    assert decimal_year(day, end=end) == pytest.approx(year)


def test_a_sign_stands_before_the_tick_of_its_printing():
    layout = lay_out([witness(1, statement_edtf="196X~", publication_edtf="1964")])
    said = next(m for m in layout.drawn.marks if m.kind == SECOND_HAND)
    assert (layout.drawn.bars[0].x, layout.drawn.bars[0].x2) == (1960, 1970)  # as asserted
    assert said.x == 1962.25
    assert said.x < next(m.x for m in layout.drawn.marks if m.kind == PRINTED)
