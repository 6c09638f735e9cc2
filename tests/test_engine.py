"""The engine's laws in all its modes: filters, conditions, proofs, likeness, and what no query may break."""

import json
import random
import shutil
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

import tinybert
from policytext.config import NO_MODEL
from policytext.errors import BadRequest, IndexUnavailable
from policytext.index.lexical import LexicalIndex
from policytext.index.manifest import indexes_of
from policytext.index.models import read_model
from policytext.pipeline.indexing import build_meaning
from policytext.pipeline.watching import Silent
from policytext.ranking import Filters, Part, Query
from policytext.search.engine import MODES, SearchEngine
from policytext.search.folding import twins_of
from policytext.search.fusion import convex, in_context
from policytext.store.archive import Archive
from policytext.store.selection import allowed_numbers, beside
from policytext.text.compounds import joined_terms
from policytext.text.querying import AllOf, AnyOf, Fuzzy, NoneOf, Phrase, Prefix, Word, parse
from policytext.text.terms import terms, words
from tables_of_cases import cases, parametrised

QUERIES = [
    "joint planning of services",
    "hospital beds for elderly patients",
    "what became of the health visitors",
    "co-operation between authorities",
    "money",
]
PREFIXED = ["integrat*", "planning hospitel~1", "joint -hospital", "-hospital", "said:1956..1979", "the of"]


@pytest.fixture(scope="module")
def folder(corpus_archive, tmp_path_factory):
    """Our papers with the vectors of a very small model, so that all modes run anywhere."""
    made = tmp_path_factory.mktemp("engine")
    shutil.copytree(corpus_archive, made / "archive")
    model = tinybert.write_model(made / "tiny")
    with Archive.create(made / "archive") as archive:
        build_meaning(archive, read_model(model, "tiny"), Silent(), 1)
        archive.record_model(str(model))
    return made / "archive"


@pytest.fixture(scope="module")
def store(folder):
    with Archive.open(folder) as archive:
        yield archive


@pytest.fixture(scope="module")
def engines(store):
    return {mode: SearchEngine(store, mode) for mode in MODES}


@pytest.fixture(scope="module")
def index(store):
    return LexicalIndex.open(store.folder, store.generation)


@pytest.fixture(scope="module")
def count(index):
    return index.manifest.count


@pytest.fixture(scope="module")
def some_filters(store):
    """Seeded filters by all there is to filter by, alone and in pairs."""
    rng = random.Random(4)

    def some(sql, of):
        found = sorted({row[0] for row in store.sql.execute(sql) if row[0]})
        return rng.sample(found, min(of, len(found)))

    single = [
        *({"speaker": name} for name in some("SELECT speaker FROM statements", 12)),
        *({"speaker": name.split()[-1]} for name in some("SELECT speaker FROM statements", 4)),
        *({"cites": title} for title in some("SELECT title FROM citations", 8)),
        *({"cites": uri} for uri in some("SELECT uri FROM citations", 4)),
        *({"document": name} for name in some("SELECT name FROM documents", 4)),
        *({"document": name} for name in some("SELECT id FROM documents", 3)),
        *({"document": name} for name in some("SELECT relative FROM documents", 3)),
        *({"min_quality": share} for share in (0.0, 0.9, 0.97, 1.0)),
        *({"earliest": f"{year}-01-01", "latest": f"{year + 9}-12-31"} for year in range(1940, 2020, 10)),
        {"earliest": "1974-04-01", "dates": "publication"},
        {"latest": "1963-01-01", "dates": "publication"},
        {"speaker": "Xqvzz"},
    ]
    pairs = [a | b for a, b in zip(rng.sample(single, 20), rng.sample(single, 20), strict=True)]
    days = [p for p in pairs if (p.get("earliest") or "") <= (p.get("latest") or "9")]
    return [Filters(**asked) for asked in [*single, *days]]


# Filters


def listed(hits):
    return [hit.number for hit in hits]


@pytest.mark.parametrize("mode", ["lexical", "dense"])
def test_a_filter_leaves_the_ranking_as_it_is(engines, store, some_filters, count, mode):
    engine = engines[mode]
    for place, filters in enumerate(some_filters):
        asked = Query("1", QUERIES[place % len(QUERIES)], filters, exact=True, fold=False)
        bare = Query("1", engine.understood(asked).words, plain=True, exact=True, fold=False)
        allowed = set(allowed_numbers(store, filters))
        expected = [n for n in listed(engine.search(bare, count)) if n in allowed]
        assert listed(engine.search(asked, count)) == expected, filters
        assert listed(engine.search(asked, 10)) == expected[:10], filters


def test_a_filter_holds_in_the_fused_ranking(engines, store, index, some_filters, count):
    """Worked out anew: best by words among what is allowed, neighbours wherever they are."""
    dense = engines["dense"]
    every = range(count)
    around = beside(store, every)
    for place, filters in enumerate(some_filters[::2]):
        asked = Query("1", QUERIES[place % len(QUERIES)], filters, exact=True, fold=False)
        text = engines["hybrid"].understood(asked).words
        allowed = set(allowed_numbers(store, filters))
        bare = Query("1", text, plain=True, exact=True, fold=False)
        cosines = {hit.number: max(0.0, hit.score) for hit in dense.search(bare, count)}
        lexical = {r.number: r.score for r in index.rank(text, count)}
        best = max((s for n, s in lexical.items() if n in allowed), default=0.0)
        scores = in_context(convex(lexical if best else {}, cosines, best), around)
        found = engines["hybrid"].search(asked, count)
        assert set(listed(found)) == allowed
        assert [hit.score for hit in found] == pytest.approx(
            sorted((scores[n] for n in allowed), reverse=True), abs=1e-3
        )
        assert all(hit.score == pytest.approx(scores[hit.number], abs=1e-3) for hit in found)
        ten = engines["hybrid"].search(asked, 10)
        assert len(ten) == min(10, len(allowed))
        assert set(listed(ten)) <= allowed


@pytest.mark.parametrize("mode", MODES)
def test_filters_alone_list_what_they_leave_in_the_order_of_the_papers(engines, store, mode):
    found = engines[mode].search(Query("1", "speaker:Pinnock said:1950s", fold=False), 1000)
    filters = Filters("1950-01-01", "1959-12-31", speaker="Pinnock")
    assert listed(found) == allowed_numbers(store, filters) != []


@pytest.mark.parametrize("mode", MODES)
def test_more_hits_than_there_are_passages(engines, count, mode):
    found = engines[mode].search(Query("1", "the care of hospital patients", fold=False), 10**6)
    assert 100 < len(found) <= count
    assert len(set(listed(found))) == len(found)
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    assert all(a.score > b.score for a, b in pairwise(found))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_refused(engines, mode, k):
    with pytest.raises(BadRequest, match="-k must be 1 or more"):
        engines[mode].search(Query("1", "care"), k)
    with pytest.raises(BadRequest, match="-k must be 1 or more"):
        engines[mode].like(0, k)


# Conditions


@pytest.fixture(scope="module")
def searched(store):
    """What conditions are asked of in every passage, by number: the terms of its text, and of its compounds.

    Titles and headings help to rank, but a passage does not hold their words.
    """
    rows = store.sql.execute(
        "SELECT p.text FROM numbers n JOIN passages p ON p.key = n.passage ORDER BY n.number"
    )
    texts = [row[0] for row in rows]
    return [([*terms(text), "|", *joined_terms(text)], words(text)) for text in texts]


def runs(found, wanted, slop):
    """Whether the terms stand in order, with at most so many others between them."""
    ends = {at: 0 for at, term in enumerate(found) if term == wanted[0]}
    for term in wanted[1:]:
        reached = {}
        for at, used in ends.items():
            for step in range(1, slop - used + 2):
                if at + step < len(found) and found[at + step] == term:
                    reached[at + step] = min(used + step - 1, reached.get(at + step, slop))
        ends = reached
    return bool(ends)


def satisfied(clause, found, known):
    """Whether the terms of a passage satisfy a condition; ``known`` are all words of the papers."""
    match clause:
        case Word(text):
            ways = [terms(text)] + ([terms(text.replace("-", ""))] if "-" in text else [])
            holds = any(runs(found, way, 0) for way in ways)
        case Phrase(text, slop):
            holds = runs(found, terms(text), slop)
        case Prefix(text):
            holds = any(term in found for word in known if word.startswith(text) for term in terms(word))
        case Fuzzy(text, distance):
            near = [word for word in known if OSA.distance(word, text) <= distance]
            holds = any(term in found for word in near for term in terms(word))
        case AllOf(parts):
            holds = all(satisfied(part, found, known) for part in parts)
        case AnyOf(parts):
            holds = any(satisfied(part, found, known) for part in parts)
        case NoneOf(parts):
            holds = not any(satisfied(part, found, known) for part in parts)
    return holds


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", parametrised(cases("search/engine_needed.jsonl")))
def test_hits_are_just_those_that_satisfy_what_is_needed(engines, searched, count, case, mode):
    query = Query("1", case["text"], exact=True, fold=False)
    needed, known = parse(case["text"]).needed, {word for _, found in searched for word in found}
    expected = {n for n, (found, _) in enumerate(searched) if satisfied(needed, found, known)}
    assert 0 < len(expected) < count
    hits = listed(engines[mode].search(query, count))
    if mode == "lexical" and case["text"] == "hospital -mental":  # what only excludes finds nothing itself
        expected = set(hits) & expected
        assert expected
    assert set(hits) == expected
    assert len(engines[mode].search(query, 10)) == min(10, len(expected))


def test_what_is_needed_is_enough_and_what_ranks_comes_first(engines, searched):
    """A prefix in a condition ranks nothing; the bare word ranks and is not needed."""
    found = listed(engines["lexical"].search(Query("1", "+plann* committee", exact=True, fold=False), 1000))
    named = ["committe" in searched[n][0] for n in found]
    assert named == sorted(named, reverse=True)
    assert any(named)
    assert not all(named)
    assert found[sum(named) :] == sorted(found[sum(named) :])


@pytest.mark.parametrize(
    ("text", "as_if"),
    [
        ("integrat*", "+integrat*"),
        ("hospitel~1", "+hospitel~1"),
        ("joint plann*", "+joint AND plann*"),
        ("joint planning", "joint AND planning"),
        ("joint xqvzz", "+joint"),
        ("-hospital", "NOT hospital"),
    ],
)
def test_what_matches_is_what_holds_all_the_words(engines, text, as_if):
    found = engines["lexical"].matching(Query("1", text, exact=True))
    assert found == engines["lexical"].matching(Query("1", as_if, exact=True)) != []


# Proof


def sums_up(part: Part) -> None:
    """Holds a part to what its detail says of its children."""
    for child in part.children:
        sums_up(child)
    scores = [child.score for child in part.children]
    if part.name == "words" and scores:
        assert part.score == pytest.approx(sum(scores), abs=1e-5)
    elif " x " in part.detail and len(scores) >= 2:
        first, second = (float(summand.partition(" x ")[0]) for summand in part.detail.split(" + "))
        assert first + second == pytest.approx(1.0)
        of = {child.name: max(0.0, child.score) for child in part.children}
        first_of = of.get("words / best", of.get("the passage"))
        second_of = of.get("meaning", of.get("its neighbours"))
        assert part.score == pytest.approx(first * first_of + second * second_of, abs=1e-5)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", [*QUERIES, *PREFIXED, "Pinnock speaker:Pinnock cites:1946", "+care joint"])
def test_the_proof_of_a_hit_adds_up_to_its_score(engines, mode, text):
    query = Query("1", text)
    hits = engines[mode].search(query, 12)
    assert hits
    for hit in hits:
        found = engines[mode].explain(query, hit)
        (root,) = found.parts
        assert root.score == pytest.approx(hit.score, abs=1e-4)
        sums_up(root)


def test_a_proof_names_the_words(engines):
    query = Query("1", "joint planning", exact=True)
    (root,) = engines["lexical"].explain(query, engines["lexical"].search(query, 1)[0]).parts
    assert [part.name for part in root.children] == ["joint", "plan"]
    assert all("passages, idf" in part.detail for part in root.children)


# Slips


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", parametrised(cases("search/engine_misspelt.jsonl")))
def test_a_misspelt_query_finds_what_the_right_one_finds(engines, mode, case):
    engine = engines[mode]
    right = engine.search(Query("1", case["meant"]), 10)
    assert right
    assert engine.search(Query("1", case["text"]), 10) == right
    assert engine.search(Query("1", case["text"], exact=True), 10) != right


# More like this


@pytest.mark.parametrize("mode", MODES)
def test_what_is_like_a_passage_is_neither_it_nor_its_reprints(engines, store, count, mode):
    printed = {n for (n,) in store.sql.execute(
        "SELECT n.number FROM reprints r JOIN numbers n ON n.passage = r.passage"
    )}  # fmt: skip
    for number in sorted(printed | set(range(0, count, 23))):
        found = engines[mode].like(number, 10)
        assert not set(listed(found)) & twins_of(store, number)
        assert len(found) == 10 or mode == "lexical"
        assert all(a.score > b.score for a, b in pairwise(found))


@pytest.mark.parametrize("mode", MODES)
def test_filters_hold_for_what_is_like_a_passage(engines, store, some_filters, mode):
    for number, filters in enumerate(some_filters[::3]):
        found = engines[mode].like(number, 10, filters, fold=False)
        allowed = set(allowed_numbers(store, filters)) - twins_of(store, number)
        assert set(listed(found)) <= allowed
        assert len(found) == min(10, len(allowed)) or mode == "lexical"


def test_there_is_nothing_like_what_is_not_there(engines, count):
    with pytest.raises(BadRequest, match="no passage has the number"):
        engines["lexical"].like(count)


# Any text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", parametrised(cases("search/engine_strange.jsonl")))
def test_strange_queries(engines, mode, case):
    found = engines[mode].search(Query("1", case["text"]), 10)
    assert bool(found) == case["finds"][mode]


def refusal(engine, query):
    """What is said against a query, nothing where it is answered."""
    try:
        assert len(engine.search(query, 3)) <= 3
    except BadRequest as error:
        return str(error)
    return ""


SIGNS = st.text(alphabet="\"()+-*~:&.' a\u00e0ndORhospit1958\0\u2019", min_size=1)


@given(st.text(min_size=1, max_size=60) | SIGNS)
@settings(max_examples=150, deadline=None)
def test_plain_words_may_be_any_text(engines, text):
    for engine in engines.values():
        assert bool(refusal(engine, Query("1", text, plain=True))) == (not text.strip())


OPERANDS = st.sampled_from(
    ["AND", "OR", "NOT", "(", ")", '"', "+", "-", "care", "hospit*", "comitee~2", "~", "said:1958", "said:x"]
) | st.sampled_from(
    ["speaker:Pinnock", "cites:(1946", "document:a", "printed:", "health-care", "\u201cjoint plan\u201d~3"]
)


@given(st.lists(OPERANDS, min_size=1, max_size=12).map(" ".join) | st.text(min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_language_takes_any_text(engines, text):
    """But for nothing, and for filters that contradict one another."""
    query = Query("1", text)
    said = refusal(engines["lexical"], query)
    assert not said or not text.strip() or "asked for" in said
    assert said or "\n" not in "".join(engines["lexical"].understood(query).notes)


@pytest.mark.parametrize(("mode", "size"), [("lexical", 10_000), ("hybrid", 3000)])
def test_thousands_of_words(engines, mode, size):
    rng = random.Random(6)
    noise = ["".join(rng.choices("bcdfgaeiou", k=9)) for _ in range(size)]
    query = Query("1", " ".join(["planning", *noise]), plain=True)
    assert engines[mode].search(query, 3)


@pytest.mark.parametrize("mode", MODES)
def test_the_same_again_from_another_engine(folder, engines, mode):
    with Archive.open(folder) as archive:
        other = SearchEngine(archive, mode)
        for text in [*QUERIES, *PREFIXED]:
            assert other.search(Query("1", text), 20) == engines[mode].search(Query("1", text), 20)


# How an engine opens


def test_vectors_made_in_another_way_refuse(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "archive")
    pointer = indexes_of(tmp_path / "archive") / "dense.json"
    told = json.loads(pointer.read_text())
    told["parameters"]["searched"] = "of old"
    pointer.write_text(json.dumps(told))
    with Archive.open(tmp_path / "archive") as archive:
        assert SearchEngine(archive, "lexical").search(Query("1", "care"))
        with pytest.raises(IndexUnavailable, match="another version"):
            SearchEngine(archive, "dense")


def test_the_mode_falls_back_with_a_line_and_never_in_silence(folder):
    with Archive.open(folder) as archive:
        assert SearchEngine(archive).mode == "hybrid"
        assert SearchEngine(archive, model=NO_MODEL).mode == "lexical"
        assert SearchEngine(archive, model=NO_MODEL).note is None
