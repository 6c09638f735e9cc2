"""Several claims in one picture: bands, names beside signs, and counts where there are too many."""

import json
import math
import random
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from policytext.export.pictures.bins import AGAIN, MOST_PERIODS, bin_witnesses, printed_row
from policytext.export.pictures.bins_chart import _short
from policytext.export.pictures.claim_lanes import MOST_HEIGHT, ROW_HEIGHT, lay_out_claims, surname
from policytext.export.pictures.lanes_chart import timeline_chart
from policytext.export.pictures.placing import DENIES, PRINTED, REPRINT, SECOND_HAND
from policytext.export.pictures.rendering import render
from policytext.export.pictures.style import PLOT
from policytext.pipeline.timeline import claim_timeline, claims_named
from policytext.store.archive import Archive
from svg_boxes import DRAWN, SVG, boxes, outside, overlapping
from witnesses import HOSTILE, timeline_of, witness

SPEAKERS = [
    "Edith Ash",
    "Alderman Birch",
    "The Joint Committee on Homes and Hospitals",
    "Arthur Cedar",
    "Dr Elm",
    None,
]
LABELS = {
    "roof": "Services should stand under one roof",
    "money": "The money should be pooled, and nobody should be able to say that it is not theirs",
    "rest": "Leave them alone",
}


def crowd(number, claims=tuple(LABELS), seed=1):
    choose = random.Random(seed)
    return [invented(choose, i, claims) for i in range(number)]


def invented(choose, number, claims):
    document = choose.randrange(9)
    printed = 1955 + 7 * document
    said = choose.choice([f"{printed}", f"{printed - 9}-06", f"{printed // 10}X~", f"{printed - 30}", None])
    kind = choose.choice(
        [
            {},
            {"relation": "reprint", "counts_as_independent": False},
            {"relation": "own-statement", "counts_as_independent": False},
            {"relation": "resurfacing-candidate", "tier": choose.choice(["confirmed", "suggested"])},
            {"relation": "own-statement", "stance": choose.choice(["supports", "denies"])},
        ]
    )
    return witness(
        number,
        family_id=choose.choice(claims),
        document=f"d{document}",
        speaker=choose.choice(SPEAKERS),
        statement_edtf=said,
        statement_date_basis=said and "explicit",
        publication_edtf=str(printed),
        work=f"w{number}",
        **kind,
    )


def chart(witnesses, labels=None, **changes):
    return timeline_chart(timeline_of(witnesses, labels=labels or LABELS, title="Claims", **changes))


def test_every_claim_has_its_band_in_the_order_of_the_codebook():
    witnesses = [witness(1, family_id="rest"), witness(2, family_id="roof", statement_edtf="1970")]
    layout = lay_out_claims(witnesses, LABELS)
    assert [band.claim for band in layout.bands] == ["roof", "money", "rest"]
    assert [band.told for band in layout.bands] == ["1 work", "0 works", "1 work"]
    bands = {b.claim: b for b in layout.bands}
    for claim, x in (("rest", 1956.5), ("roof", 1970.5)):
        mark = next(m for m in layout.drawn.marks if m.kind == SECOND_HAND and m.x == x)
        assert bands[claim].top <= mark.lane < bands[claim].top + bands[claim].rows


def test_what_is_told_of_a_claim_counts_works_denials_and_repeats():
    witnesses = [
        witness(1, family_id="roof", work="w1"),
        witness(2, family_id="roof", work="w2", stance="denies", relation="own-statement"),
        witness(3, family_id="roof", work="w1", relation="reprint", counts_as_independent=False),
        witness(4, family_id="other"),
    ]
    layout = lay_out_claims(witnesses, LABELS)
    assert layout.bands[0].told == "1 work, 1 denying it, 1 not counted"
    assert layout.bands[-1].lines == ("other",)
    assert {m.kind for m in layout.drawn.marks} == {SECOND_HAND, DENIES, REPRINT, PRINTED}


def test_a_dashed_line_begins_behind_the_name_and_ends_at_the_printing():
    layout = lay_out_claims([witness(1, family_id="roof", speaker="Edith Ash")], LABELS)
    (name,) = layout.names
    (link,) = layout.drawn.links
    assert (name.words, name.side) == ("Ash", "right")
    assert 1956.5 < name.x < link.x < link.x2
    assert link.x2 == next(m.x for m in layout.drawn.marks if m.kind == PRINTED)


@pytest.mark.parametrize("number", [1, 8, 25, 60, 110])
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_printed_over_anything(number, seed):
    witnesses = crowd(number, seed=seed)
    svg = render(chart(witnesses), "svg")
    assert overlapping(svg) == []
    assert outside(svg) == []
    root = ET.fromstring(svg)
    assert float(root.get("width")) <= 718
    assert float(root.get("height")) <= 1085


@pytest.mark.parametrize("number", [8, 60, 110])
def test_signs_of_a_row_do_not_touch(number):
    layout = lay_out_claims(crowd(number), LABELS)
    px = PLOT / (layout.domain[1] - layout.domain[0])
    places = [(m.lane, m.x * px) for m in layout.drawn.marks if m.kind != PRINTED]
    for lane in {lane for lane, _ in places}:
        row = sorted(x for other, x in places if other == lane)
        assert all(b - a >= 12 for a, b in pairwise(row))
    assert layout.rows * ROW_HEIGHT <= MOST_HEIGHT


def test_the_first_and_what_is_second_hand_have_their_names_before_others():
    first = witness(1, family_id="roof", speaker="Edith Ash", statement_edtf="1946", publication_edtf="1949")
    later = witness(2, family_id="roof", speaker="Arthur Cedar", statement_edtf="2010")
    layout = lay_out_claims([first, later], LABELS)
    assert [n.words for n in layout.names] == ["Ash", "Cedar"]
    (name, tick) = layout.names[0], min(m.x for m in layout.drawn.marks if m.kind == PRINTED)
    assert (name.side, name.x > tick) == ("right", True)  # behind the tick: the link has no room
    busy = [
        witness(
            10 + i,
            family_id=claim,
            document=f"d{i}",
            speaker=f"The Committee of Number {i}",
            relation="own-statement",
            statement_edtf=f"{1950 + i // 2}",
            publication_edtf=f"{1950 + i // 2}",
        )
        for claim in LABELS
        for i in range(60)
    ]
    layout = lay_out_claims([*busy, first, witness(3, family_id="roof", speaker="Dr Elm")], LABELS)
    assert any("without the speaker's name" in note for note in layout.notes)
    assert {"Ash", "Elm", "The Committee of Number 0"} <= {n.words for n in layout.names}


def test_a_ring_does_not_touch_the_name():
    plain = witness(1, family_id="roof", speaker="Edith Ash")
    for one in (plain, replace(plain, reviewed_by="N. W.")):
        layout = lay_out_claims([one], LABELS)
        mark = next(m for m in layout.drawn.marks if m.kind == SECOND_HAND)
        px = PLOT / (layout.domain[1] - layout.domain[0])
        room = (layout.names[0].x - mark.x) * px
        radius = math.sqrt((230 if mark.ringed else 70) / math.pi)
        assert room > radius + 2


def test_names_without_room_are_left_away_and_told():
    busy = [
        witness(i, family_id="roof", document=f"d{i}", speaker=f"Edith Larch {i}".rsplit(" ", 1)[0] + f"{i}")
        for i in range(60)
    ]
    tall = [witness(100 + i, family_id="money", document=f"e{i}", statement_edtf="1990") for i in range(40)]
    layout = lay_out_claims(busy[:40] + tall[:5], LABELS)
    assert layout is not None
    drawn = {n.words for n in layout.names}
    missing = 45 - len(layout.names)
    assert drawn
    if missing:
        assert f"{missing} signs without the speaker's name" in " ".join(layout.notes)
    assert lay_out_claims(busy + tall, LABELS) is None
    assert "no page has room" in json.dumps(chart(busy + tall))


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ("Edith Ash", "Ash"),
        ("Sir Arthur Cedar", "Cedar"),
        ("Dr Elm", "Elm"),
        ("Lord Fir of Hazelby", "Lord Fir of Hazelby"),
        ("Joint Care Committee", "Joint Care Committee"),
        ("Edith and Arthur Ash", "Edith and Arthur Ash"),
        ("Edith", "Edith"),
        ("most", "most"),
    ],
)
def test_only_persons_are_called_by_their_last_word(speaker, name):
    assert surname(speaker) == name


def test_the_order_of_witnesses_does_not_matter():
    witnesses = crowd(60)
    assert chart(witnesses) == chart(witnesses[::-1])
    assert bin_witnesses(witnesses, LABELS) == bin_witnesses(witnesses[::-1], LABELS)


@pytest.mark.parametrize("many", [False, True], ids=["lanes", "counts"])
def test_hostile_text_is_text(many):
    hostile = [t for t in [*HOSTILE, "Long Name " * 1000, "W" * 10_000] if t.strip()]
    labels = {f"c{i}": text for i, text in enumerate(hostile)}
    witnesses = [
        witness(100 * n + i, family_id=claim, speaker=text, quote=text, title=text, source=text, rule=text)
        for n in range(30 if many else 1)
        for i, (claim, text) in enumerate(labels.items())
    ]
    spec = chart(witnesses, labels)
    svg = render(spec, "svg")
    root = ET.fromstring(svg)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= DRAWN
    assert not any(name.startswith("on") for e in root.iter() for name in e.attrib)
    assert float(root.get("width")) <= 718
    assert overlapping(svg) == []
    shown = "".join(box[4] for box in boxes(svg))
    assert "<script>" in shown
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00]", shown)
    page = render(spec, "html").decode()
    assert page.rsplit("<script>", 1)[1].count("<") == 3  # </script></body></html>
    assert render(spec, "png").startswith(b"\x89PNG")


@pytest.mark.papers
def test_six_claims_of_real_papers(coded_papers_archive):
    ids = ["stability", "power_closer", "silos", "prevention", "pool_money", "tried_again"]
    with Archive.open(coded_papers_archive) as archive:
        timeline = claim_timeline(archive, claims_named(archive, ids), tier="confirmed", denials=False)
        layout = lay_out_claims(timeline.witnesses, timeline.labels)
        svg = render(timeline_chart(timeline), "svg")
    assert sorted(band.claim for band in layout.bands) == sorted(ids)
    early = [m for m in layout.drawn.marks if m.x < 1960]
    assert [(m.about["Speaker"], m.x, m.kind) for m in early] == [("Robin Turton", 1956.5, SECOND_HAND)]
    assert [n.words for n in layout.names if n.x < 1965] == ["Turton"]
    assert overlapping(svg) == []
    assert outside(svg) == []


# --- counts -------------------------------------------------------------------------------------------------


def cell(counts, label):
    return next(strip for strip in counts.strips if strip.label == label)


def test_only_what_is_surely_in_a_period_counts_there():
    witnesses = [
        witness(1, statement_edtf="1956"),
        witness(2, statement_edtf="1950/1959"),
        witness(3, statement_edtf="1955/1965"),
        witness(4, statement_edtf=None, statement_date_basis=None),
        witness(5, statement_edtf="../1950"),
        witness(6, statement_edtf="1990", relation="reprint", counts_as_independent=False),
        *(witness(10 + i, statement_edtf=str(1940 + i)) for i in range(50)),
    ]
    counts = bin_witnesses(witnesses, {})
    second = cell(counts, SECOND_HAND)
    assert counts.step == 10
    assert second.periods[195] == 12
    assert (second.several, second.undated) == (1, 2)
    assert cell(counts, AGAIN).periods == {199: 1}
    assert cell(counts, printed_row(len(witnesses))).periods == {201: len(witnesses)}


def test_words_of_its_own_without_a_date_stand_at_their_printing():
    own = witness(1, statement_edtf=None, statement_date_basis=None, voice="own", publication_edtf="1963")
    assert bin_witnesses([own], {}).strips[0].periods == {1963: 1}


def test_every_witness_is_in_one_cell_of_its_kind():
    witnesses = crowd(700)
    counts = bin_witnesses(witnesses, {})
    total = sum(sum(s.periods.values()) + s.several + s.undated for s in counts.strips if not s.apart)
    assert total == len(witnesses)
    by_claim = bin_witnesses(witnesses, LABELS)
    for strip, claim in zip(by_claim.strips, LABELS, strict=False):
        said = [
            w for w in witnesses if w.family_id == claim and w.counts_as_independent and w.stance != "denies"
        ]
        assert sum(strip.periods.values()) + strip.several + strip.undated == len(said)
        assert strip.told.startswith(f"{len(said)} works")


def test_one_far_date_does_not_stretch_the_periods():
    witnesses = [witness(i, statement_edtf=str(1950 + i % 60)) for i in range(600)]
    witnesses.append(witness(999, statement_edtf="1215"))
    counts = bin_witnesses(witnesses, {})
    assert counts.step == 10
    assert counts.last - counts.first < MOST_PERIODS
    assert "Before 1950: 1215." in counts.notes
    svg = render(chart(witnesses, {"a": "One claim"}), "svg")
    assert {"before", "1950"} <= {box[4] for box in boxes(svg)}  # one above the other
    assert overlapping(svg) == []
    more = [witness(2000 + i, statement_edtf=f"{1215 + i}") for i in range(2)]
    vague = witness(2010, statement_edtf="123X")
    counts = bin_witnesses([*witnesses * 3, *more, vague], {})
    assert "Before 1950: 1215, 1216, 1230\u20131239." in counts.notes


def test_cells_say_what_they_count():
    witnesses = crowd(700)
    for labels, unit in ((LABELS, "works"), ({}, "witnesses")):
        counts = bin_witnesses(witnesses, labels)
        assert counts.unit[1] == unit
        assert counts.strips[-1].label == "all 700 witnesses, by the year they were printed"
        assert "An empty cell does not tell silence from absence" in " ".join(counts.notes)
        svg = render(chart(witnesses, labels or {"a": "One claim"}), "svg").decode()
        assert f"as many {unit}; the darker, the more" in svg
        assert re.search(rf'aria-label="[^"]*, \d{{4}}s?[^"]*: \d+ {unit}"', svg)
        assert "printed, 1960s: " not in svg or re.search(r"printed, 1960s: \d+ witness", svg)


def test_fifty_thousand_witnesses_make_a_small_legible_picture():
    class Once:
        """Fifty thousand witnesses that are made while one goes through them, and only once."""

        passes = 0

        def __len__(self):
            return 50_000

        def __iter__(self):
            self.passes += 1
            ready = crowd(500, tuple(labels))
            return (ready[i % 500] for i in range(50_000))

    labels = {
        f"c{i:02d}": f"Claim number {i}: what is said of it takes more than one line" for i in range(25)
    }
    witnesses = Once()
    timeline = timeline_of([], labels=labels, title="Many")
    spec = timeline_chart(replace(timeline, witnesses=witnesses))
    assert witnesses.passes == 1
    assert len(json.dumps(spec)) < 200_000
    svg = render(spec, "svg")
    assert len(svg) < 400_000
    assert overlapping(svg) == []
    root = ET.fromstring(svg)
    assert float(root.get("width")) <= 718
    assert float(root.get("height")) <= 1085
    assert "Counted as independent: " in " ".join(box[4] for box in boxes(svg))
    assert "of 50,000 witnesses" in " ".join(box[4] for box in boxes(svg))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, ""),
        (7, "7"),
        (999, "999"),
        (1000, "1.0k"),
        (9_949, "9.9k"),
        (9_960, "10k"),
        (50_000, "50k"),
        (999_499, "999k"),
        (1_200_000, "1.2M"),
    ],
)
def test_numbers_fit_their_cells(number, words):
    assert _short(number) == words
