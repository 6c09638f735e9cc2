"""Reprints of one passage are one hit; nothing else folds, and nothing is lost."""

import re
from collections import defaultdict
from itertools import combinations

import pytest

from policytext.ranking import Query, Ranked
from policytext.search.engine import SearchEngine
from policytext.search.folding import SHARE, folded, twins_of
from policytext.store.archive import Archive

QUERIES = [
    "joint planning",
    "hospital beds for elderly patients",
    "members present at the meeting",
    "care in the community",
    "integration of health and social services",
    "reorganisation",
    "chairman",
]


@pytest.fixture(scope="module")
def store(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield archive


@pytest.fixture(scope="module")
def twins(store):
    """For each passage those that are mostly a print of what it prints, worked out from the tables."""
    sizes = dict(
        store.sql.execute(
            "SELECT n.number, p.end - p.start FROM numbers n JOIN passages p ON p.key = n.passage"
        ).fetchall()
    )
    members = defaultdict(dict)
    for group, number, start, end in store.sql.execute(
        "SELECT r.grp, n.number, r.start, r.end FROM reprints r JOIN numbers n ON n.passage = r.passage"
    ):
        members[group][number] = (end - start) / sizes[number]
    found = defaultdict(set)
    for shares in members.values():
        for number in shares:
            found[number] |= {n for n, share in shares.items() if share >= SHARE and n != number}
    return found


@pytest.fixture(scope="module")
def engine(store):
    return SearchEngine(store, "lexical")


def test_our_papers_hold_reprints_of_both_kinds(store, twins):
    """Some are most of their passage, some a sentence of it."""
    printed = {row[0] for row in store.sql.execute("SELECT passage FROM reprints")}
    assert len(printed) >= 15
    mostly = set().union(*twins.values())
    assert 10 <= len(mostly) < len(printed)


def test_twins_are_those_of_the_tables(store, twins):
    (count,) = store.sql.execute("SELECT count(*) FROM numbers").fetchone()
    assert {n: twins_of(store, n) for n in range(count)} == {n: {n} | twins[n] for n in range(count)}


def best_rank(hit, order):
    """The rank of a hit in the whole list, or of the pull quote that lent it its own."""
    return min(order[n] for n in (hit.number, *(also.number for also in hit.also)) if n in order)


@pytest.mark.parametrize("text", QUERIES)
def test_a_folded_list_is_the_whole_list_without_reprints(engine, twins, text):
    whole = engine.search(Query("1", text, fold=False), 1000)
    folds = engine.search(Query("1", text), 1000)
    assert all(hit.also == () for hit in whole)
    order = {hit.number: place for place, hit in enumerate(whole)}
    shown = [hit.number for hit in folds]
    lent = {
        h.number: min([order[h.number], *(order[a.number] for a in h.also if a.number in order)])
        for h in folds
    }
    assert shown == sorted(shown, key=lent.__getitem__)
    for above, below in combinations(shown, 2):
        assert below not in twins[above]
    inside = [also.number for hit in folds for also in hit.also]
    assert len(inside) == len(set(inside))
    assert not set(inside) & set(shown)
    assert set(order) - set(shown) == set(inside) & set(order)
    for hit in folds:
        ranks = [order.get(also.number, len(order)) for also in hit.also]
        assert ranks == sorted(ranks)
        pulled = {also.number for also in hit.also if also.relation == "pull_quote"}
        assert {also.number for also in hit.also} - pulled <= twins[hit.number]
        others = [order.get(a.number, len(order)) for a in hit.also if a.number not in pulled]
        assert all(rank > best_rank(hit, order) for rank in others)


def test_some_query_folds(engine):
    assert any(hit.also for text in QUERIES for hit in engine.search(Query("1", text), 50))


def test_ten_hits_come_back_although_some_fold(engine):
    text = "patient who wanted integration"
    folds, whole = (engine.search(Query("1", text, fold=f), 10) for f in (True, False))
    assert len(folds) == len(whole) == 10
    assert sum(len(hit.also) for hit in folds) >= 3
    assert {h.number for h in folds} - {h.number for h in whole}


def test_a_place_leads_to_its_print(store, engine):
    from policytext.store.reader import passages, raw_document

    also = [a for text in QUERIES for hit in engine.search(Query("1", text), 50) for a in hit.also]
    assert also
    for place in also:
        (passage,) = passages(store, [place.number])
        assert (place.passage, place.source) == (passage.id, passage.source)
        raw = raw_document(store, passage.document).raw
        assert re.search(r"[A-Za-z]{3,}", passage.text)[0] in raw[place.start : place.end]
        assert place.relation in {"original", "reprint", "edited_reprint", "internal_repeat", "pull_quote"}


def test_a_ranking_of_nothing_and_of_strangers(store):
    assert folded(store, []) == []
    (alone,) = folded(store, [Ranked(10**9, 1.0)])
    assert alone.also == ()
    assert twins_of(store, 10**9) == {10**9}


def test_all_passages_in_any_order(store, twins):
    (count,) = store.sql.execute("SELECT count(*) FROM numbers").fetchone()
    for order in (range(count), range(count - 1, -1, -1)):
        found = folded(store, [Ranked(n, 1.0) for n in order])
        shown = [f.ranked.number for f in found]
        inside = [a.number for f in found for a in f.also]
        assert sorted([*shown, *inside]) == list(range(count))
        assert all(below not in twins[above] for above, below in combinations(shown, 2))


def test_a_pull_quote_gives_its_rank_to_the_passage_it_repeats(store, engine):
    rows = store.sql.execute(
        "SELECT n.number, p.text FROM numbers n JOIN passages p ON p.key = n.passage "
        "WHERE p.kind = 'pull_quote'"
    ).fetchall()
    assert rows
    seen = 0
    for row in rows:
        plain = Query("1", row["text"], plain=True)
        (first, *_) = engine.search(Query("1", row["text"], plain=True, fold=False), 1)
        hits = engine.search(plain, 3)
        folded_into = [
            h for h in hits if row["number"] in {a.number for a in h.also if a.relation == "pull_quote"}
        ]
        if first.number == row["number"] and folded_into:
            seen += 1
            assert folded_into[0].score == pytest.approx(first.score, abs=1e-5)
            assert engine.explain(plain, folded_into[0]).parts[0].score == pytest.approx(
                first.score, abs=1e-3
            )
    assert seen
