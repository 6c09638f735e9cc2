"""The decade grid: k of n sources, and silence told from absence."""

import json
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from policytext.export.pictures.decades import MOST_COLUMNS, MOST_ROWS, decade_grid, key_of
from policytext.export.pictures.decades_chart import decade_chart, printed_in
from policytext.export.pictures.grid import Cell, fill_of, ink_of, luminance
from policytext.export.pictures.rendering import render
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, stored_claims
from svg_boxes import DRAWN, SVG, boxes, outside, overlapping
from witnesses import HOSTILE


def period(first, sources, k=0, perhaps=None, works=None):
    perhaps = k if perhaps is None else perhaps
    return {
        "label": f"{first}s",
        "first_year": first,
        "last_year": first + 9,
        "sources": sources,
        "sources_possibly": sources,
        "asserting": k,
        "asserting_possibly": perhaps,
        "works": k if works is None else works,
        "state": "said" if k else "not said",
    }


def claim(name, *periods, label=None):
    facts = {"recurrence": {"periods": list(periods)} if periods else {}}
    return StoredClaim(name, label or f"The claim {name}, in words", (), (), facts)


def texts(grid, row):
    return [cell.text for cell in grid.cells if cell.row == row]


def test_a_cell_is_k_of_n_and_no_source_is_no_silence():
    grid = decade_grid([claim("a", period(1950, 5, 2), period(1960, 3), period(1970, 0))])
    assert texts(grid, 0) == ["2/5", "0/3", ""]
    assert [cell.shade for cell in grid.cells] == [0.4, 0, 0]
    assert [cell.hatched for cell in grid.cells] == [False, False, True]
    assert grid.cells[0].about["Sources"] == "2 of 5 sources that surely speak here say it"
    assert grid.cells[2].about["Sources"] == "no source surely speaks here"


def test_few_sources_do_not_shout():
    grid = decade_grid([claim("a", period(1950, 1, 1), period(1960, 2, 2), period(1970, 3, 3))])
    assert [round(cell.shade, 2) for cell in grid.cells] == [0.33, 0.67, 1]
    said = {key.words for key in key_of(grid)}
    assert "lighter: fewer than three sources speak" in said
    plenty = decade_grid([claim("a", period(1950, 5, 2))])
    assert "lighter: fewer than three sources speak" not in {key.words for key in key_of(plenty)}


def test_what_is_known_only_from_later_papers_is_marked():
    claims = [claim("a", period(1950, 1, 1), period(1960, 0), period(1970, 5, 2)), claim("b")]
    grid = decade_grid(claims, {"1950s": 0, "1960s": 0, "1970s": 5})
    assert [column.marked for column in grid.columns] == [True, False, False]
    assert [cell.marked for cell in grid.cells] == [True, False, False, False, False, False]
    assert grid.cells[0].about["Sources"] == "1 of 1 source that surely speak here say it; all printed later"
    assert grid.cells[0].spoken.startswith("The claim a, in words, 1950\u20131959: 1 of 1 source")
    assert "known only from papers printed later" in {key.words for key in key_of(grid)}
    for printed in (None, {"1950s": 1, "1960s": 0, "1970s": 5}):
        unmarked = decade_grid(claims, printed)
        assert not any(part.marked for part in (*unmarked.columns, *unmarked.cells))
        assert "known only from papers printed later" not in {key.words for key in key_of(unmarked)}
    svg = render(decade_chart(claims, "?", printed={"1950s": 0, "1970s": 5}), "svg")
    assert overlapping(svg) == []
    assert svg.count(b"#c04a00") == 3  # head, cell and key
    page = render(decade_chart(claims, "?", printed={"1950s": 0, "1970s": 5}), "html").decode()
    assert page.split("<script>")[0].count('class="cell diamond"') == 1
    assert "two of five" not in page.rsplit("<script>", 1)[1].partition("usermeta")[0]


def test_a_paper_of_uncertain_date_is_in_every_period_that_it_touches(coded_archive):
    with Archive.open(coded_archive) as archive:
        claims = stored_claims(archive)
        printed = printed_in(archive, claims)
        days = archive.sql.execute("SELECT published_earliest, published_latest FROM documents").fetchall()
    sure = [low[:3] for low, high in days if low and high and low[:3] == high[:3]]
    assert printed
    assert all(number >= sure.count(label[:3]) for label, number in printed.items())
    assert printed["1950s"] > 0
    assert sum(printed.values()) >= len(sure)


def test_perhaps_is_marked():
    grid = decade_grid([claim("a", period(1950, 5, 0, 1), period(1960, 3, 1, 2), period(1970, 0, 0, 1))])
    assert texts(grid, 0) == ["0/5?", "1/3?", "?"]
    assert [cell.outlined for cell in grid.cells] == [True, False, True]
    assert "2 say it if dates that are not sure fall in here" in grid.cells[1].about["Sources"]
    said = " ".join(
        box[4] for box in boxes(render(decade_chart([claim("a", period(1950, 5, 0, 1))], "?"), "svg"))
    )
    assert "perhaps, by a date that is not sure" in said


def test_a_claim_that_nobody_says_has_the_sources_of_the_others():
    grid = decade_grid([claim("a", period(1950, 5, 2), period(1960, 3)), claim("b")])
    assert texts(grid, 1) == ["0/5", "0/3"]
    assert "1 of the claims has no witness that counts." in grid.notes


def test_rows_keep_the_order_of_the_codebook():
    claims = [claim(name, period(1950, 2, k)) for name, k in (("z", 0), ("a", 2), ("m", 1))]
    assert [row.lines[0][10] for row in decade_grid(claims).rows] == ["z", "a", "m"]


def test_periods_that_are_not_told_are_one_column_without_a_source():
    grid = decade_grid([claim("a", period(1210, 1, 1), period(1950, 5, 2))])
    assert [column.label for column in grid.columns] == ["1210s", "\u20131949", "1950s"]
    assert grid.cells[1].hatched


def test_more_periods_than_fit_share_columns_where_nobody_says_anything():
    silent = [period(first, 2) for first in range(1700, 1900, 10)]
    said = [period(first, 3, 1) for first in range(1900, 2020, 10)]
    grid = decade_grid([claim("a", *silent, *said)])
    assert len(grid.columns) == 13
    assert (grid.columns[0].label, grid.columns[0].apart, grid.cells[0].text) == ("\u20131899", True, "0")
    assert any("italics" in note for note in grid.notes)


def test_what_still_does_not_fit_is_told():
    grid = decade_grid([claim("a", *(period(first, 3, 1) for first in range(1800, 2020, 10)))])
    assert len(grid.columns) == MOST_COLUMNS
    assert "Not drawn: 1800\u20131889 (9 cells in which a claim is said)." in grid.notes
    many = [claim(f"c{i}", period(1950, 2, i % 2)) for i in range(MOST_ROWS + 9)]
    grid = decade_grid(many)
    assert len(grid.rows) == MOST_ROWS
    assert f"Not drawn: 9 claims said in fewer periods than these {MOST_ROWS}." in grid.notes


def test_nothing_to_draw_is_said():
    for claims in ([], [claim("a"), claim("b")]):
        said = " ".join(box[4] for box in boxes(render(decade_chart(claims, "Nothing", ()), "svg")))
        assert "No claim has a dated witness." in said


def test_shades_are_told_apart_in_grey_and_numbers_on_them_are_legible():
    shades = [Cell(0, 0, "k/n", k / 10) for k in range(11)]
    lights = [luminance(fill_of(cell)) for cell in shades]
    assert all(a > b for a, b in pairwise(lights))
    assert lights[0] - lights[1] > 0.15  # said and not said differ at a glance
    every = [*shades, Cell(0, 0, "?", hatched=True), Cell(0, 0, "0/2?", outlined=True)]
    for cell in every:
        light, dark = sorted((luminance(fill_of(cell)), luminance(ink_of(cell))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize("sources", [9, 99])
def test_a_full_grid_fits_a_page_and_nothing_collides(sources):
    claims = [
        claim(
            f"c{i}",
            *(period(first, sources, (i + first // 10) % 9, 9) for first in range(1800, 2020, 10)),
            label=f"Number {i}: a claim that takes a good many words, more than would fit on one line",
        )
        for i in range(40)
    ]
    svg = render(decade_chart(claims, "Full", ["A note."]), "svg")
    assert overlapping(svg) == []
    assert outside(svg) == []
    root = ET.fromstring(svg)
    assert float(root.get("width")) <= 718
    assert float(root.get("height")) <= 1150


def test_our_own_papers(coded_archive):
    with Archive.open(coded_archive) as archive:
        claims = stored_claims(archive)
    grid = decade_grid(claims)
    assert len(grid.rows) == len(claims)
    for row, one in enumerate(claims):
        table = one.facts["recurrence"].get("periods", [])
        if table:
            expected = [f"{p['asserting']}/{p['sources']}" if p["sources"] else "" for p in table]
            assert [t.rstrip("?") for t in texts(grid, row)] == expected
    spec = decade_chart(claims, "Our own papers", ())
    assert spec == decade_chart(claims, "Our own papers", ())
    svg = render(spec, "svg")
    assert svg == render(spec, "svg")
    assert overlapping(svg) == []


def test_hostile_text_is_text():
    hostile = [t for t in [*HOSTILE, "Long Name " * 1000, "W" * 10_000] if t.strip()]
    claims = [claim(f"c{i}", period(1950, 2, 1), label=text) for i, text in enumerate(hostile)]
    spec = decade_chart(claims, hostile[0], hostile)
    svg = render(spec, "svg")
    root = ET.fromstring(svg)
    assert not any(name.startswith("on") for e in root.iter() for name in e.attrib)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= DRAWN
    assert overlapping(svg) == []
    page = render(spec, "html").decode()
    assert page.rsplit("<script>", 1)[1].count("<") == 3
    assert "default-src 'none'" in page
    json.loads(json.dumps(spec))
