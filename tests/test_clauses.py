"""Conditions as the engine understands them, over real indexes in memory."""

import json
from pathlib import Path

import pytest
import tantivy

from policytext.index.clauses import expansion, matching, notes_of, ranking, terms_of
from policytext.index.vocabulary import Vocabulary, VocabularyWriter
from policytext.text.querying import AllOf, AnyOf, Fuzzy, NoneOf, Phrase, Prefix, Word, parse
from policytext.text.terms import terms

DATA = Path(__file__).parent / "data" / "index"
PASSAGES = (DATA / "clauses_passages.txt").read_text(encoding="utf-8").splitlines()


class Corpus:
    """Passages with their index and their vocabulary."""

    def __init__(self, folder, passages):
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", indexed=True, fast=True)
        for field in ("words", "body"):
            builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
        self.schema = builder.build()
        index, words = tantivy.Index(self.schema), VocabularyWriter(folder)
        writer = index.writer(heap_size=20_000_000, num_threads=1)
        for number, text in enumerate(passages):
            document = tantivy.Document()
            document.add_unsigned("number", number)
            for field in ("words", "body"):
                document.add_text(field, " ".join(terms(text)))
            writer.add_document(document)
            words.add(text)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        words.close()
        self.searcher, self.vocabulary = index.searcher(), Vocabulary.open(folder)

    def hits(self, query):
        """Passage numbers with their scores."""
        found = self.searcher.search(query, limit=1000).hits
        numbers = self.searcher.fast_field_values("number", [address for _, address in found])
        return dict(zip(numbers, [score for score, _ in found], strict=True))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return Corpus(tmp_path_factory.mktemp("clauses"), PASSAGES)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(json.loads(line), id=json.loads(line)["why"])
        for line in (DATA / "clauses.jsonl").read_text(encoding="utf-8").splitlines()
    ],
)
def test_what_a_condition_finds(corpus, case):
    needed = parse(case["query"]).needed
    hits = corpus.hits(matching(needed, corpus.schema, corpus.vocabulary))
    assert sorted(hits) == case["passages"]
    assert set(hits.values()) <= {0.0}


def test_a_condition_leaves_the_scores_of_what_ranks_alone(corpus):
    must = tantivy.Occur.Must
    word = tantivy.Query.term_query(corpus.schema, "words", "joint", index_option="freq")
    condition = matching(Prefix("agr"), corpus.schema, corpus.vocabulary)
    both = tantivy.Query.boolean_query([(must, word), (must, condition)])
    alone, held = corpus.hits(word), corpus.hits(both)
    assert held == {3: alone[3]}


def test_preferred_words_rank_and_the_misprint_does_not_win(tmp_path):
    passages = ["integration of care"] * 30 + ["inetgration of care"] + ["other things"] * 30
    corpus = Corpus(tmp_path, passages)
    fuzzy = Fuzzy("integration", 1)
    assert expansion(fuzzy, corpus.vocabulary).words == (("integration", 30), ("inetgration", 1))
    scores = corpus.hits(ranking([fuzzy], corpus.schema, corpus.vocabulary))
    assert len(scores) == 31
    assert scores[30] == pytest.approx(scores[0], rel=1e-3)


def test_a_passage_with_two_forms_of_a_prefix_does_not_count_twice(tmp_path):
    passages = ["hospital care now", "hospital hospice now", "nothing here now"]
    corpus = Corpus(tmp_path, passages)
    scores = corpus.hits(ranking([Prefix("hosp")], corpus.schema, corpus.vocabulary))
    assert set(scores) == {0, 1}
    assert scores[0] == pytest.approx(scores[1], rel=1e-3)


def test_several_preferred_words_add_up(corpus):
    one = corpus.hits(ranking([Prefix("join")], corpus.schema, corpus.vocabulary))
    both = corpus.hits(ranking([Prefix("join"), Fuzzy("agred", 1)], corpus.schema, corpus.vocabulary))
    assert both[2] == pytest.approx(one[2])
    assert both[3] > one[3]


def test_what_only_conditions_ask_does_not_rank(corpus):
    assert ranking([Word("joint"), Phrase("a b")], corpus.schema, corpus.vocabulary) is None
    assert ranking([], corpus.schema, corpus.vocabulary) is None
    assert ranking([Prefix("xylo")], corpus.schema, corpus.vocabulary) is None


def test_a_wide_prefix_takes_the_commonest_words_and_says_so(tmp_path):
    letters = "abcdefghijklmnopqrstuvwxyz"
    many = [f"zz{a}{b}x" for a in letters for b in letters for _ in (0, 1)]
    corpus = Corpus(tmp_path, [*many, *(f"zz{a}{b}{c}y" for a in letters for b in letters for c in "abc")])
    found = expansion(Prefix("zz"), corpus.vocabulary)
    assert len(found.words) == 1000
    assert found.left_out == 676 * 4 - 1000
    assert [count for _, count in found.words[:677]] == [2] * 676 + [1]
    assert notes_of([Prefix("zz")], corpus.vocabulary) == (
        "zz* stands for its 1,000 commonest words; 1,704 are left out",
    )
    assert len(corpus.hits(matching(Prefix("zz"), corpus.schema, corpus.vocabulary))) == 1000


def test_notes_tell_of_words_that_stand_for_nothing(corpus):
    clauses = [AllOf((Prefix("xylo"), NoneOf((Fuzzy("qwertyuiop", 2),)))), Prefix("joint")]
    assert notes_of(clauses, corpus.vocabulary) == (
        "no word of the corpus answers xylo*",
        "no word of the corpus answers qwertyuiop~2",
    )


def test_terms_to_mark_leave_out_what_is_excluded(corpus):
    clauses = [
        AllOf((Prefix("integrat"), AnyOf((Word("joint"), Phrase("hospital boards"))))),
        NoneOf((Word("care"),)),
    ]
    assert terms_of(clauses, corpus.vocabulary) == {"integr", "joint", "hospit", "board"}
