"""Structure: a table of texts with the blocks they hold, the laws for any assembly of pages, over-detection.

Cases are data: ``blocks`` gives kind and first words of every block, ``text`` the whole clean text, ``first``
the kinds of the first blocks; ``expect: fail`` marks a known shortfall: one that comes right is reported.
"""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.text.blocks import contents, figures, furniture, imprint, notes, pulls, structure, tables
from policytext.text.cleaning import FINDERS, clean

CASES = json.loads((Path(__file__).parent / "data" / "text" / "structure.json").read_text(encoding="utf-8"))
CORPUS = Path(__file__).parents[1] / "corpus"
MARGIN = {"page_number", "running_header"}


def parameters():
    for case in CASES:
        failing = case.get("expect") == "fail"
        marks = [pytest.mark.xfail(strict=True, reason=case["comment"])] if failing else []
        yield pytest.param(case, id=case["label"], marks=marks)


def check_laws(cleaned):
    """Checks what holds for every cleaned text."""
    raw, text, alignment = cleaned.raw, cleaned.text, cleaned.alignment
    assert alignment.apply(raw) == text
    assert alignment.rebuild(text) == raw
    covered = 0
    for number, block in enumerate(cleaned.blocks):
        assert text[covered : block.start] == ("\n\n" if number else "")
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
        covered = block.end
    assert covered == len(text)
    for piece in alignment.pieces:
        if piece.edit is None:
            (there,) = alignment.to_clean(piece.raw_start, piece.raw_end)
            assert raw[piece.raw_start : piece.raw_end] == text[there.start : there.end]
            (back,) = alignment.to_raw(there.start, there.end)
            assert (back.start, back.end) == (piece.raw_start, piece.raw_end)


def blocks_of(cleaned):
    return [(b.kind, cleaned.text[b.start : b.end]) for b in cleaned.blocks]


@pytest.mark.parametrize("case", list(parameters()))
def test_case(case):
    cleaned = clean(case["raw"])
    check_laws(cleaned)
    found = blocks_of(cleaned)
    if "blocks" in case:
        assert [kind for kind, _ in found] == [kind for kind, _ in case["blocks"]]
        for (_, text), (_, start) in zip(found, case["blocks"], strict=True):
            assert text.startswith(start)
    if "text" in case:
        assert cleaned.text == case["text"]
    assert [kind for kind, _ in found][: len(case.get("first", []))] == case.get("first", [])


def test_every_case_says_what_it_is_about():
    labels = [case["label"] for case in CASES]
    assert len(labels) == len(set(labels))
    assert all(case["comment"] and ("blocks" in case or "text" in case or "first" in case) for case in CASES)


def test_every_finder_is_at_work():
    at_work = {f.__module__.rpartition(".")[2] for f in FINDERS}
    assert at_work == {
        m.__name__.rpartition(".")[2]
        for m in (contents, figures, furniture, imprint, notes, pulls, structure, tables)
    }


def test_a_paragraph_broken_by_a_moved_block_has_several_raw_spans():
    case = next(c for c in CASES if c["label"] == "margin")
    cleaned = clean(case["raw"])
    first = cleaned.blocks[0]
    spans = cleaned.alignment.to_raw(first.start, first.end)
    assert len(spans) > 1
    words = " ".join(case["raw"][s.start : s.end] for s in spans).split()
    assert words == cleaned.text[first.start : first.end].split()


def test_the_margin_begins_where_the_running_text_ends():
    case = next(c for c in CASES if c["label"] == "margin")
    cleaned = clean(case["raw"])
    assert [b.kind in MARGIN for b in cleaned.blocks] == [b.start >= cleaned.margin for b in cleaned.blocks]
    assert clean("The wards were shut.").margin == len("The wards were shut.")


SENTENCES = [
    "The clerk said that the wards in the old building would be closed until the spring of the year.",
    "What we need is time to mend what was broken, and no more plans from above.",
    "The treasurer reported, in answer to the matron, that coal had risen in price once more.",
]
PIECES = st.sampled_from(
    [
        *SENTENCES,
        "**What we need is time to mend what was broken**",
        "Barset Board of Health",
        "# The wards",
        "- more beds",
        "1 See the minutes of the Board, p. 9.",
        "Figure 2. Beds by year",
        "Ward\tBeds\nNorth\t12",
        "Contents\n\nBeds 3\nCoal 9",
        "<sup>1</sup> The minutes.",
        "home > wards",
        "wards-",
    ]
)
NUMBERS = st.integers(1, 40).map(str)
GAPS = st.sampled_from(["\n\n", "\n", "\f", "\n\n\f", "\n\n\n\n", " \n", "\r\n\r\n"])


@st.composite
def assembled(draw):
    """Returns pages put together of pieces, numbers and headers, paragraphs broken anywhere."""
    out = []
    for piece in draw(st.lists(st.one_of(PIECES, NUMBERS), max_size=25)):
        cut = draw(st.integers(0, len(piece)))
        broken = piece in SENTENCES and 0 < cut < len(piece) and draw(st.booleans())
        out += [piece[:cut], draw(GAPS), piece[cut:]] if broken else [piece]
        out.append(draw(GAPS))
    return "".join(out)


@settings(max_examples=300, deadline=None)
@given(assembled())
def test_laws_hold_for_pages_put_together(raw):
    check_laws(clean(raw))


@settings(max_examples=100, deadline=None)
@given(assembled())
def test_the_margin_holds_nothing_but_margin(raw):
    cleaned = clean(raw)
    running = {b.kind for b in cleaned.blocks if b.start < cleaned.margin}
    aside = {b.kind for b in cleaned.blocks if b.start >= cleaned.margin}
    assert aside <= MARGIN
    assert not cleaned.moves or not aside or not running & MARGIN


@settings(max_examples=50, deadline=None)
@given(st.permutations(CASES).map(lambda cases: cases[:4]))
def test_laws_hold_for_cases_put_together(cases):
    check_laws(clean("\n\n".join(c["raw"] for c in cases)))


@pytest.mark.parametrize("path", sorted((CORPUS / "clean").glob("*.txt")), ids=lambda p: p.stem)
def test_a_clean_paper_keeps_its_order(path):
    """Nothing is moved in a paper without pages, and no paragraph of it is taken for furniture."""
    raw = path.read_text(encoding="utf-8")
    cleaned = clean(raw)
    assert not cleaned.moves
    assert not [text for kind, text in blocks_of(cleaned) if kind in {"pull_quote", "figure", *MARGIN}]


@pytest.mark.parametrize("path", sorted((CORPUS / "damaged").glob("*.txt")), ids=lambda p: p.stem)
def test_a_scanned_paper_reads_on(path):
    """Every number and header of its pages is found, in order, and stands behind the text."""
    cleaned = clean(path.read_text(encoding="utf-8"))
    check_laws(cleaned)
    numbers = [int(text) for kind, text in blocks_of(cleaned) if kind == "page_number"]
    assert len(numbers) >= 4
    assert all(b == a + 1 for a, b in pairwise(numbers))
    headers = [text for kind, text in blocks_of(cleaned) if kind == "running_header"]
    assert len(headers) >= len(numbers) - 1
    assert not {b.kind for b in cleaned.blocks if b.start < cleaned.margin} & MARGIN


@pytest.mark.parametrize(
    "unit",
    [
        "12\n\n",
        "Contents\n\nBeds 12\n\n",
        "The ward was in the\n\n# Head\n\n",
        "WARD ONE\nNurse\n\n12\n\n",
        "@a\n",
    ],
)
def test_files_of_one_thing_over_and_over(unit):
    raw = unit * 3_000
    cleaned = clean(raw)
    assert cleaned.alignment.rebuild(cleaned.text) == raw
