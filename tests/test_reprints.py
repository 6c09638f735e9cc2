"""Reprints: variants that must be found, look-alikes that must not, and the cost of finding them."""

import json
import random
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.analysis.reprints.compared import PassageText
from policytext.analysis.reprints.finding import compare, find_reprints
from policytext.analysis.reprints.gathering import FORMULA_TIMES
from policytext.analysis.reprints.misread import restored
from policytext.analysis.reprints.overlap import folded_words, held, shared_stretches, word_hashes
from policytext.analysis.reprints.shingles import FEWEST_RUNS, SHINGLE, Running, candidates
from policytext.annotation import Reprint
from policytext.document import Move
from policytext.pipeline.deriving import _pieces
from policytext.store.archive import Archive
from policytext.text.alignment import Alignment

DATA = Path(__file__).parent / "data"
PAIRS = [
    json.loads(line)
    for name in ("analysis/reprint_pairs.jsonl", "reprints/pairs.jsonl")
    for line in (DATA / name).read_text("utf-8").splitlines()
]
WORDS = """
    ward nurse bed board county council health grant home help doctor old people purse plan joint report said
    that the of and to in a for with by from local service care hospital committee minister visit day night
    winter clinic school record list office town village road money staff chair member vote letter reply
""".split()  # noqa: SIM905 (a list of words reads as words)

ENDINGS = ["", "", "", "s", "ed", "ing"]


def passage(text, number=0, document="a", kind="paragraph", published=None, start=0):
    return PassageText(f"{document}:{number:05d}", document, start, start + len(text), text, kind, published)


def prose(seed, words=60):
    """Words of the field in no order: two seeds share idioms by chance, as two papers do."""
    choose = random.Random(f"prose {seed}")
    return " ".join(
        map("".join, zip(choose.choices(WORDS, k=words), choose.choices(ENDINGS, k=words), strict=True))
    )


def by_group(rows):
    groups = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    return list(groups.values())


@pytest.mark.parametrize("case", PAIRS, ids=[c["case"] for c in PAIRS])
def test_an_earlier_and_a_later_printing(case):
    earlier = passage(case["earlier"], 0, "early", case["earlier_kind"], "1958-11-13")
    later = passage(case["later"], 0, "late", case["later_kind"], "2018-01-01")
    rows = find_reprints([later, earlier])
    if case["relation"] is None:
        assert rows == []
        return
    assert [(r.passage, r.relation) for r in rows] == [
        ("early:00000", "original"),
        ("late:00000", case["relation"]),
    ]
    if case["similarity"] is not None:
        assert rows[1].similarity == case["similarity"]
    assert 0 < rows[1].similarity <= 1
    assert 0 < rows[1].confidence <= 1


def test_a_pull_quote_reprints_one_stretch_of_its_paragraph():
    case = next(c for c in PAIRS if c["case"].startswith("one sentence"))
    start = 1000
    body = passage(case["earlier"], 1, "a", published="1990-01-01", start=start)
    pulled = passage(case["later"], 0, "a", "pull_quote", "1990-01-01")
    original, repeat = find_reprints([pulled, body])
    assert original.passage == body.id
    assert case["earlier"][original.start - start : original.end - start] == case["later"].rstrip(".")
    assert (repeat.relation, repeat.start, repeat.end) == ("internal_repeat", 0, len(case["later"]))


@pytest.mark.parametrize(
    ("first", "second", "original"),
    [
        ({"published": "1960-01-01"}, {"published": "1959-12-31"}, 1),
        ({"published": None}, {"published": "2018-01-01"}, 1),
        ({"kind": "pull_quote"}, {"kind": "paragraph"}, 1),
        (
            {"kind": "footnote", "published": "1950-01-01"},
            {"kind": "paragraph", "published": "1951-01-01"},
            0,
        ),
        ({}, {}, 0),
    ],
)
def test_which_printing_is_the_original(first, second, original):
    text = prose(1, 40)
    pair = [replace(passage(text, 0, "a"), **first), replace(passage(text, 0, "b"), **second)]
    assert find_reprints(pair)[0].passage == pair[original].id


def test_no_chain_through_partial_overlaps():
    # a shares its second half with b, b its second half with c: a and c share nothing.
    halves = [prose(seed, 30) for seed in range(4)]
    chain = [passage(f"{one} {two}", i, f"d{i}") for i, (one, two) in enumerate(pairwise(halves))]
    groups = by_group(find_reprints(chain))
    assert sorted(sorted(r.passage for r in g) for g in groups) == [
        ["d0:00000", "d1:00001"],
        ["d1:00001", "d2:00002"],
    ]
    for group in groups:
        stretches = {chain[int(r.passage[1])].text[r.start : r.end] for r in group}
        assert len(stretches) == 1
        assert stretches < set(halves)


def test_a_quotation_and_its_paragraph_are_two_texts():
    sentence, rest = prose(1, 20), prose(2, 60)
    whole = f"{rest} {sentence}"
    texts = [
        passage(whole, 0, "a", published="1990-01-01"),
        passage(whole, 0, "b", published="1995-01-01"),
        passage(sentence, 1, "b", "pull_quote", "1995-01-01", start=5000),
    ]
    groups = sorted(by_group(find_reprints(texts)), key=len)
    assert [sorted(r.passage for r in g) for g in groups] == [
        ["a:00000", "b:00000"],
        ["a:00000", "b:00000", "b:00001"],
    ]


@pytest.mark.parametrize(("times", "groups"), [(FORMULA_TIMES, 1), (FORMULA_TIMES + 1, 0)])
def test_a_short_text_printed_everywhere_is_a_formula(times, groups):
    text = "I refer the honourable member to the answer that was given to her last week"
    found = compare([passage(text, 0, f"d{i:02d}") for i in range(times)])
    assert len(by_group(found.reprints)) == groups
    assert found.formulae == 1 - groups


def test_a_long_text_printed_everywhere_is_found_everywhere():
    found = find_reprints([passage(prose(1), 0, f"d{i:03d}", published="1990-01-01") for i in range(200)])
    assert len(found) == 200
    assert [r.relation for r in found].count("original") == 1


def misread(text, share, seed):
    """Returns ``text`` with a ``share`` of its letters misread."""
    choose = random.Random(seed)
    return "".join(choose.choice("aceilnort") if c.isalpha() and choose.random() < share else c for c in text)


@pytest.mark.parametrize(("share", "least"), [(0.01, 1.0), (0.03, 1.0), (0.05, 1.0), (0.10, 0.8)])
def test_reprints_survive_the_scanner(share, least):
    originals = [passage(prose(i, 70), i, "a", published="1960-01-01") for i in range(100)]
    scans = [
        passage(misread(o.text, share, i), i, "b", published="1990-01-01", start=0)
        for i, o in enumerate(originals)
    ]
    groups = by_group(find_reprints([*originals, *scans]))
    right = [g for g in groups if {r.passage[2:] for r in g} == {g[0].passage[2:]} and len(g) == 2]
    assert len(right) == len(groups)
    assert len(right) >= least * len(originals)


def test_the_cost_follows_the_repeats_not_the_pairs():
    planted = 400
    passages = [passage(prose(i), i, f"d{i % 500}") for i in range(20_000)]
    copies = [
        passage(p.text.replace(p.text.split()[30], "changed"), i, f"e{i}")
        for i, p in enumerate(passages[:planted])
    ]
    found = compare([*passages, *copies])
    assert len(by_group(found.reprints)) == planted
    assert found.compared < 2 * planted


def test_frequent_runs_propose_no_pairs():
    idiom = "we the members of the joint committee on the care of the aged and infirm say that"
    texts = [f"{idiom} {' '.join(f'own{i}word{k}' for k in range(40))}" for i in range(300)]
    pairs, frequent = candidates(Running.of(word_hashes(text) for text in texts))
    assert len(pairs) == 0
    assert frequent > 5


def test_overlapping_passages_of_one_document_are_no_reprint():
    text = prose(1, 80)
    half = len(text) // 2
    assert find_reprints([passage(text, 0), passage(text[half:], 1, start=half)]) == []


@pytest.mark.parametrize(
    "text", ["the " * 900, "a b " * 400, "\u201c" * 200_000, "x" * 1_000_000, "-" * 500_000 + prose(1)]
)
def test_strange_texts_are_borne(text):
    found = compare([passage(text, 0, "a"), passage(text + " end", 0, "b")])
    assert found.too_long == 0


def test_over_long_texts_are_counted_not_compared():
    assert compare([passage(prose(1, 1200), 0, "a"), passage(prose(1, 1200), 0, "b")]).too_long == 2


def test_order_of_passages_does_not_matter_and_progress_ends_at_the_end():
    texts = [passage(misread(prose(i % 7, 50), 0.02, i), i, f"d{i % 3}", start=i * 1000) for i in range(40)]
    told = []
    assert find_reprints(texts, lambda done, of: told.append((done, of))) == find_reprints(texts[::-1])
    assert told[-1][0] == told[-1][1] > 0


def test_a_passage_must_fit_its_span():
    with pytest.raises(ValueError, match="differ in length"):
        PassageText("a:0", "a", 0, 5, "four", "paragraph", None)


words = st.lists(st.integers(0, 6), min_size=1, max_size=25)


@given(words, words)
def test_alignments_lie_within_both_texts(a, b):
    a, b = sorted((a, b), key=len)
    whole = held(a, b)
    if whole is not None:
        assert 0 <= whole.other_start < whole.other_end <= len(b)
        assert whole.matched <= min(len(a), whole.other_end - whole.other_start)
    for shared in shared_stretches(a, b, 3):
        assert 3 <= shared.matched <= min(shared.end - shared.start, shared.other_end - shared.other_start)
        assert shared.end <= len(a)
        assert shared.other_end <= len(b)


@given(words)
def test_a_text_holds_itself(a):
    whole = held(a, a)
    assert whole is None if len(a) == 1 else whole is not None and whole.matched == len(a)


@given(st.text())
def test_folded_words_stand_where_they_say(text):
    for word, start, end in folded_words(text):
        assert 0 <= start < end <= len(text)
        assert word


def test_words_come_upon_twice_are_one_group():
    """Two pairs of long papers: each pair shares enough to be compared, all four share one sentence."""
    sentence = prose("shared by all", 14)
    texts = []
    for n in range(4):
        pair = prose(f"shared by pair {n // 2}", 24)
        parts = [prose(f"own {n} {k}", 110) for k in range(3)]
        texts.append(passage(f"{parts[0]}. {sentence}. {parts[1]}. {pair}. {parts[2]}.", document=f"d{n}"))
    rows = [r for r in find_reprints(texts) if sentence in texts[int(r.passage[1])].text[r.start : r.end]]
    assert [r.passage for r in rows] == [t.id for t in texts]
    assert [r.relation for r in rows].count("original") == 1


def test_sentences_turned_round_are_both_found():
    one, other = prose("turned one", 18), prose("turned other", 18)
    texts = [
        passage(f"{one}. {other}.", document="a", published="1990-01-01"),
        passage(f"{other}. {one}.", document="b", published="2001-01-01"),
    ]
    rows = find_reprints(texts)
    said = [texts["ab".index(r.passage[0])].text[r.start : r.end] for r in rows]
    assert sorted(said) == sorted([one, one, other, other])


@given(st.randoms(use_true_random=False), st.integers(2, 12))
def test_neither_the_order_of_passages_nor_an_unrelated_one_changes_groups(chance, count):
    texts = []
    for number in range(count):
        parts = [prose(f"part {chance.randrange(6)}", 16) for _ in range(chance.randint(1, 3))]
        texts.append(passage(". ".join(parts), number, f"d{number % 4}", start=1000 * number))
    found = find_reprints(texts)
    mixed = texts.copy()
    chance.shuffle(mixed)
    assert find_reprints(mixed) == found
    stranger = passage(" ".join(f"strange{n}word" for n in range(30)), 99, "e")
    assert find_reprints([stranger, *texts]) == found


@given(words, words, st.integers(0, 3))
def test_pairs_are_those_that_share_runs_whatever_the_parts(a, b, repeated):
    texts = sorted([a, b, *[a] * repeated], key=len)
    runs = [{tuple(t[i : i + SHINGLE]) for i in range(len(t) - SHINGLE + 1)} for t in texts]
    wanted = [
        [i, j]
        for j in range(len(texts))
        for i in range(j)
        if len(runs[i] & runs[j]) >= max(1, FEWEST_RUNS * (len(texts[i]) - SHINGLE + 1))
    ]
    assert sorted(candidates(Running.of(texts))[0].tolist()) == sorted(wanted)


def test_texts_by_the_thousand_are_sorted_in_parts():
    """More runs than are sorted at once: the same pairs come out."""
    import numpy as np

    chance = np.random.default_rng(1)
    texts = chance.integers(0, 2**63, size=(12_000, 104)).astype(np.uint64)
    texts[6_000:9_000, 50:60] = texts[:3_000, 20:30]
    pairs, frequent = candidates(Running.of(texts))
    assert pairs.tolist() == [[n, 6_000 + n] for n in range(3_000)]
    assert frequent == 0


# Short pull quotes


def pulled_from(quote, *paragraphs, kind="pull_quote", document="a"):
    """The rows for a pull quote that stands before the paragraphs of its paper."""
    texts = [passage(quote, 0, document, kind)]
    for number, text in enumerate(paragraphs, 1):
        texts.append(passage(text, number, "a", start=1000 * number))
    return find_reprints(texts)


HOME = "The warden said that there was " + prose("home", 20) + ". Nobody asked the warden. " + prose("h2", 9)


def test_a_short_pull_quote_repeats_its_sentence():
    original, repeat = pulled_from("“Nobody asked the warden.”", prose("before", 30), HOME)
    assert (original.passage, original.relation) == ("a:00002", "original")
    assert HOME[original.start - 2000 : original.end - 2000] == "Nobody asked the warden"
    assert (repeat.passage, repeat.relation, repeat.rule) == (
        "a:00000",
        "internal_repeat",
        "reprints.pull_quote",
    )


@pytest.mark.parametrize(
    ("quote", "how"),
    [
        ("Nobody asked the warden.", {"kind": "paragraph"}),  # a formula, anybody's
        ("Nobody asked the warden.", {"document": "b"}),  # another paper's
        ("Nobody told the warden.", {}),
        ("The warden.", {}),
    ],
)
def test_what_is_no_pull_quote_of_the_paper(quote, how):
    assert pulled_from(quote, HOME, **how) == []


def test_of_two_passages_that_hold_a_pull_quote_it_repeats_the_nearer():
    texts = [passage(f"{prose(n, 20)}. Nobody asked the warden.", n, "a", start=1000 * n) for n in range(5)]
    texts[3] = passage("Nobody asked the warden", 3, "a", "pull_quote", start=3000)
    (original, repeat) = find_reprints(texts)
    assert (original.passage, repeat.passage) == ("a:00002", "a:00003")


# Bad scans


def test_misread_words_are_put_right_by_the_other_printing():
    one, other = "nobody had told the district nurse", "nobody had tolcl tbe dislrict nurse"
    assert restored(word_hashes(one), word_hashes(other), one.split(), other.split()) == word_hashes(one)


def test_other_words_are_left_as_they_are():
    one, other = "nobody had told the district nurse", "nobody had thanked a home nurse"
    assert restored(word_hashes(one), word_hashes(other), one.split(), other.split()) == word_hashes(other)


# In an archive


def test_a_reprint_stands_in_pieces_around_what_was_set_into_it():
    """Raw: a pull quote in the middle of a sentence, which cleaning carries behind it."""
    raw = "The purse that two hands hold. BIG WORDS IN A BOX is opened by neither of them. Behind."
    box = raw.index("BIG"), raw.index("is opened")
    alignment = Alignment(len(raw), [], [Move(*box, raw.index("Behind"), "blocks.pull_quote", 0.9)])
    clean = alignment.apply(raw)
    end = clean.index(" BIG")
    pieces = _pieces(Reprint("r1", "a:1", 4, end, "original", 1.0, "reprints.identical", 0.9), alignment)
    assert [clean[r.start : r.end] for r, _ in pieces] == [
        "purse that two hands hold. ",
        "is opened by neither of them.",
    ]
    assert all(raw[s.start : s.end] == clean[r.start : r.end] for r, (s,) in pieces)


def test_what_an_older_finder_found_is_found_anew(tmp_path):
    from policytext.pipeline.ingesting import ingest

    (tmp_path / "papers").mkdir()
    text = PAIRS[0]["earlier"]
    for name in ("early", "late"):
        (tmp_path / "papers" / f"{name}.txt").write_text(f"{name} paper\n\n{text} {prose(name, 30)}.\n")
    ingest([tmp_path / "papers"], tmp_path / "archive")
    with Archive.create(tmp_path / "archive") as archive:
        rows = [tuple(r) for r in archive.sql.execute("SELECT * FROM reprints ORDER BY grp, passage, start")]
        assert len(rows) == 2
        with archive.transaction() as sql:
            sql.execute("DELETE FROM reprints")
            archive.set_meta("reprints_finder", "1")
    ingest([tmp_path / "papers"], tmp_path / "archive")
    with Archive.open(tmp_path / "archive") as archive:
        again = [tuple(r) for r in archive.sql.execute("SELECT * FROM reprints ORDER BY grp, passage, start")]
    assert again == rows
