"""A user's own spaCy pipeline: it may add persons and clauses that the rules miss; nothing else changes."""

import hashlib
import json
import pickle
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from policytext.cli.root import run
from policytext.config import Settings
from policytext.document import FURNITURE, Block
from policytext.errors import ModelUnavailable
from policytext.extract import recogniser as module
from policytext.extract.annotate import annotate
from policytext.extract.indirect.parsed import ParsedClause, clauses_of, find_parsed
from policytext.extract.paragraphs import paragraphs
from policytext.extract.quotations import find_quotations
from policytext.extract.recogniser import PIECE, Recogniser, find_in, find_recogniser
from policytext.extract.speech.attribution import Frame
from policytext.extract.speech.dating import Dating
from policytext.extract.speech.finding import find_speech
from policytext.extract.speech.said import Reading, write_down
from policytext.extract.speech.voices import find_voices
from policytext.pipeline.ingesting import ingest
from policytext.spans import Span
from policytext.store.archive import Archive

# A name in small letters, as a poet may spell it: no rule of ours takes it for a person.
UNKNOWN = "wystan of cley"
SAID = f"The pier was opened by {UNKNOWN}. “It will be rebuilt in oak,” said {UNKNOWN}. Nobody else spoke."


def saved(folder, *persons, label="PERSON"):
    """Saves a pipeline that knows just these persons; returns its folder."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": label, "pattern": person} for person in persons])
    nlp.to_disk(folder)
    return str(folder)


@pytest.fixture
def own(tmp_path):
    return find_recogniser(saved(tmp_path / "own", UNKNOWN))


def speakers(found):
    return [s.speaker for s in found.statements if s.text.startswith("It will be rebuilt")]


def test_a_person_whom_the_rules_miss_becomes_the_speaker(own):
    assert UNKNOWN not in speakers(annotate(SAID))
    assert speakers(annotate(SAID, recogniser=own)) == [UNKNOWN]


def test_where_the_pipeline_knows_nobody_nothing_changes(tmp_path):
    nobody = find_recogniser(saved(tmp_path / "nobody", "zebulon quirk"))
    assert annotate(SAID, recogniser=nobody) == annotate(SAID)


def test_both_labels_of_persons_count_and_no_others(tmp_path):
    for label, found in (("PERSON", True), ("PER", True), ("ORG", False), ("person", False)):
        one = find_recogniser(saved(tmp_path / label, UNKNOWN, label=label))
        assert one.knows_persons is found
        assert bool(find_in(SAID, [Span(0, len(SAID))], one)[0]) is found


def test_spans_are_places_in_the_whole_text(own):
    text = f"First.\n\n{SAID}\n\n   \n\n{UNKNOWN}"
    parts = [Span(0, 6), Span(8, 8 + len(SAID)), Span(8 + len(SAID), len(text))]
    found = find_in(text, parts, own)[0]
    assert [text[s.start : s.end] for s in found] == [UNKNOWN] * 3
    assert list(found) == sorted(found)


def test_a_name_across_two_paragraphs_is_none(own):
    text = UNKNOWN.replace(" of", "\n\nof")
    assert annotate(f"“Aye, all of it,” said {text}.", recogniser=own) == annotate(
        f"“Aye, all of it,” said {text}."
    )


def test_furniture_is_not_read(own):
    head = Block(0, len(UNKNOWN), "running_header", 0, "", "a.rule", 1.0)
    body = Block(len(UNKNOWN) + 2, len(UNKNOWN) + 2 + len(SAID), "paragraph", 0, "", "a.rule", 1.0)
    text = f"{UNKNOWN}\n\n{SAID}"
    assert annotate(text, blocks=(head, body), recogniser=own) != annotate(text, blocks=(head, body))
    assert paragraphs(text, (head, body), FURNITURE) == [Span(body.start, body.end)]


def test_long_paragraphs_are_read_in_pieces(own, monkeypatch):
    lengths = []
    nlp = module._loaded(own.name)
    pipe = nlp.pipe
    monkeypatch.setattr(
        nlp, "pipe", lambda texts, **kw: pipe((lengths.append(len(t)) or t for t in texts), **kw)
    )
    text = f"{'word ' * 3 * PIECE}{UNKNOWN}{' word' * PIECE}"
    assert [text[s.start : s.end] for s in find_in(text, [Span(0, len(text))], own)[0]] == [UNKNOWN]
    assert len(lengths) > 3
    assert max(lengths) <= PIECE


@pytest.mark.parametrize("run_on", ["“" * 200_000, "(" * 200_000, "a." * 100_000, "''" * 100_000])
def test_a_run_without_blanks_costs_nothing(own, run_on, monkeypatch):
    """spaCy's own tokenizer would be at it for hours: what it gets to read is blank there."""
    read = []
    nlp = module._loaded(own.name)
    pipe = nlp.pipe
    monkeypatch.setattr(nlp, "pipe", lambda texts, **kw: pipe((read.append(t) or t for t in texts), **kw))
    text = f"{run_on} {UNKNOWN}"
    (found,) = find_in(text, [Span(0, len(text))], own)[0]
    assert text[found.start : found.end] == UNKNOWN
    assert "".join(read).split() == UNKNOWN.split()


@settings(deadline=None)  # the first text waits for spaCy
@given(st.text(max_size=300))
def test_any_text_is_read(tmp_path_factory, text):
    own = find_recogniser(shared(tmp_path_factory))
    for person in find_in(text, [Span(0, len(text))], own)[0]:
        assert text[person.start : person.end].strip() == text[person.start : person.end] != ""


_SHARED = {}


def shared(tmp_path_factory):
    if not _SHARED:
        _SHARED["path"] = saved(tmp_path_factory.mktemp("spacy") / "own", "a", "1", "ß")
    return _SHARED["path"]


def test_the_identity_is_that_of_the_files(tmp_path):
    first, twin = saved(tmp_path / "first", UNKNOWN), saved(tmp_path / "twin", UNKNOWN)
    other = saved(tmp_path / "other", "somebody else")
    assert find_recogniser(first).identity == find_recogniser(twin).identity
    assert find_recogniser(first).identity != find_recogniser(other).identity
    assert find_recogniser(first).identity.startswith("en_pipeline 0.0.0 ")


def test_a_recogniser_can_be_sent_to_another_process(own):
    assert pickle.loads(pickle.dumps(own)) == own


def test_no_pipeline_leaves_the_fingerprint_as_it_was():
    from policytext.config import PROCESSING_VERSION

    plain = hashlib.sha256(f"{PROCESSING_VERSION}\0counter".encode()).hexdigest()
    assert Settings().fingerprint("counter") == plain
    assert Settings().fingerprint("counter", "en_x 1.0 abc") != plain


@pytest.mark.parametrize("name", ["no_such_pipeline", "no/such/folder", "policytext"])
def test_a_missing_pipeline_is_one_clear_line(name, tmp_path, capsys):
    (tmp_path / "a.txt").write_text(SAID)
    arguments = [
        "ingest",
        str(tmp_path / "a.txt"),
        "--archive",
        str(tmp_path / "archive"),
        "--spacy-model",
        name,
    ]
    assert run(arguments) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"policytext: error: {name}: ")
    assert "try: " in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("fault", ["empty", "meta", "config", "factory"])
def test_a_broken_pipeline_is_one_clear_line(fault, tmp_path):
    folder = tmp_path / "broken"
    if fault == "empty":
        folder.mkdir()
    else:
        saved(folder, UNKNOWN)
    if fault == "meta":
        (folder / "meta.json").write_text("{")
    if fault == "config":
        (folder / "config.cfg").unlink()
    if fault == "factory":
        config = (folder / "config.cfg").read_text()
        (folder / "config.cfg").write_text(
            config.replace('factory = "entity_ruler"', 'factory = "nobody_has_it"')
        )
    with pytest.raises(ModelUnavailable, match="not a complete spaCy pipeline") as caught:
        find_recogniser(str(folder))
    assert "\n" not in str(caught.value)


def test_a_pipeline_that_fails_says_so(own, monkeypatch):
    def fails(_texts, **_):
        raise ValueError("out of luck")

    monkeypatch.setattr(module._loaded(own.name), "pipe", fails)
    with pytest.raises(ModelUnavailable, match=r"fails on the text \(ValueError: out of luck\)"):
        annotate(SAID, recogniser=own)


# The whole way, from the command line to the archive.


def exported(archive, capsys, layer="statements"):
    capsys.readouterr()
    assert run(["export", layer, "--archive", str(archive)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def outcomes(report):
    return {name: count for name, count in report.counts.items() if count}


def test_another_pipeline_processes_the_papers_anew(tmp_path, capsys):
    papers, archive = tmp_path / "papers", tmp_path / "archive"
    papers.mkdir()
    (papers / "pier.txt").write_text(SAID)
    own, other = saved(tmp_path / "own", UNKNOWN), saved(tmp_path / "other", "nobody")

    def ingested(spacy_model, workers=1):
        return ingest([papers], archive, settings=Settings("none", workers, spacy_model))

    assert outcomes(ingested(None)) == {"added": 1}
    plain = exported(archive, capsys)
    report = ingested(own, workers=2)
    assert outcomes(report) == {"replaced": 1}
    assert any(
        "persons were found with no spaCy pipeline, now with the spaCy pipeline en_pipeline" in n
        for n in report.notes
    )
    assert [r["speaker"] for r in exported(archive, capsys) if r["text"].startswith("It will")] == [UNKNOWN]
    with Archive.open(archive) as opened:
        assert opened.meta("spacy_model") == find_recogniser(own).identity
    assert outcomes(ingested(own)) == {"unchanged": 1}
    assert outcomes(ingested(other)) == {"replaced": 1}
    assert exported(archive, capsys) == plain
    assert outcomes(ingested(None)) == {"replaced": 1}
    with Archive.open(archive) as opened:
        assert opened.meta("spacy_model") == ""


def test_a_pipeline_without_persons_is_told_of(tmp_path):
    (tmp_path / "a.txt").write_text(SAID)
    model = saved(tmp_path / "places", "cley", label="GPE")
    report = ingest([tmp_path / "a.txt"], tmp_path / "archive", settings=Settings("none", 1, model))
    assert any("no label PERSON or PER" in note for note in report.notes)


def test_the_variable_names_the_pipeline(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("POLICYTEXT_SPACY_MODEL", saved(tmp_path / "own", UNKNOWN))
    (tmp_path / "a.txt").write_text(SAID)
    assert (
        run(["ingest", str(tmp_path / "a.txt"), "--archive", str(tmp_path / "archive"), "--model", "none"])
        == 0
    )
    assert UNKNOWN in {row["speaker"] for row in exported(tmp_path / "archive", capsys)}


def test_recognisers_are_records():
    assert Recogniser("a", "b", ("PER",)).knows_persons
    assert not Recogniser("a", "b", ()).knows_persons


# A parser: no trained one is at hand, so this one knows its sentences by heart.

PARSES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "extract" / "parses.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
"""Texts with, for each token, [words, head's index, label, and where it matters part of speech]."""
MISSED, FOUND = (
    next(c for c in PARSES if c["text"].startswith(t)) for t in ("The matron said", "Mrs Pell said")
)


@Language.factory("policytext_test_parser")
class ByHeart:
    """A pipeline's component that sets heads and labels in the texts of ``PARSES``."""

    def __init__(self, nlp, name):
        self.parses = {case["text"]: case["parse"] for case in PARSES}

    def __call__(self, doc):
        rows = self.parses.get(doc.text)
        if rows is None:
            return doc
        spaces = [bool(token.whitespace_) for token in doc]
        parts = [row[3] if len(row) > 3 else "" for row in rows]
        heads, deps = [row[1] for row in rows], [row[2] for row in rows]
        return Doc(doc.vocab, [row[0] for row in rows], spaces=spaces, heads=heads, deps=deps, pos=parts)


@pytest.fixture
def parser(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_test_parser")
    nlp.to_disk(tmp_path / "parser")
    return find_recogniser(str(tmp_path / "parser"))


def reading_of(text):
    quotations = find_quotations(text, [Span(0, len(text))])
    frame = Frame(text, [Span(q.start, q.end) for q in quotations])
    return Reading(text, frame, Dating((), None), find_voices(text, (), frame.speakers, None))


def told_by(text, clauses, taken=()):
    reading = reading_of(text)
    said = find_parsed(reading, [Span(0, len(text))], clauses, taken)
    return [write_down(reading, one) for one in said]


@pytest.mark.parametrize("case", PARSES, ids=lambda case: case["why"])
def test_clauses_of_a_parser(case, parser):
    text = case["text"]
    persons, clauses = find_in(text, [Span(0, len(text))], parser)
    assert persons == ()
    told = told_by(text, clauses)
    assert [[s.speaker, s.speaker_type, s.text] for s in told] == case["expected"]
    assert all(s.rule == "parsed-clause" and s.kind == "indirect" and s.confidence <= 0.6 for s in told)


def test_places_of_clauses_are_in_the_whole_text(parser):
    text = f"Of beds.\n\n{MISSED['text']}"
    (clause,) = find_in(text, [Span(0, 8), Span(10, len(text))], parser)[1]
    shown = [text[s.start : s.end] for s in (clause.subject, *clause.heads, clause.verb, clause.clause)]
    assert shown == ["The matron", "matron", "said", "only half the beds were full"]


def test_what_is_told_already_is_not_told_again(parser):
    text = FOUND["text"]
    clauses = find_in(text, [Span(0, len(text))], parser)[1]
    ours = find_speech(text).statements
    assert [s.text for s in ours] == ["the beds were empty"]
    assert told_by(text, clauses, ours) == []
    assert [s.text for s in told_by(text, clauses * 2)] == ["the beds were empty"]


def test_clauses_outside_the_paragraphs_are_none(parser):
    text = MISSED["text"]
    clauses = find_in(text, [Span(0, len(text))], parser)[1]
    for parts in ([], [Span(0, 4)], [Span(len(text) - 1, len(text))]):
        assert find_parsed(reading_of(text), parts, clauses, ()) == []


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 60)] * 8), max_size=6))
def test_any_clauses_give_statements_within_the_text(places):
    text = "Mrs Pell said “the beds” were full. The matron replied few families had ever paid."
    clauses = []
    for a, b, c, d, e, f, g, h in places:
        spans = [Span(min(x, y), max(x, y) + 1) for x, y in ((a, b), (c, d), (e, f), (g, h))]
        clauses.append(ParsedClause(spans[0], (spans[1],), spans[2], spans[3]))
    ends = [0]
    for said in told_by(text, clauses):
        assert said.start >= ends[-1]
        assert text[said.start : said.end] == said.text
        ends.append(said.end)


def test_long_sentences_joined_without_end_are_read():
    nlp = spacy.blank("en")
    words = ["said", "Pell", "and"] * 3_000
    heads = [max(0, 3 * (i // 3) - 3) if i % 3 == 0 else 3 * (i // 3) for i in range(len(words))]
    deps = [("conj" if i else "ROOT", "nsubj", "ccomp")[i % 3] if i else "ROOT" for i in range(len(words))]
    assert clauses_of(Doc(nlp.vocab, words, heads=heads, deps=deps)) == ()
    joined = Doc(
        nlp.vocab,
        ["Pell"] * 4_000 + ["said", "it", "rained"],
        heads=[4000, *range(3999), 4000, 4002, 4000],
        deps=["nsubj", *["conj"] * 3999, "ROOT", "nsubj", "ccomp"],
    )
    assert len(clauses_of(joined)) == 1


def test_a_parser_says_that_it_knows_clauses(parser):
    assert not parser.knows_clauses  # ours declares no labels
    assert Recogniser("a", "b", ("ccomp", "nsubj")).knows_clauses


# The whole way, from the parse to the statement.


def test_a_clause_that_the_rules_miss_becomes_a_statement(parser):
    text = MISSED["text"]
    assert annotate(text).statements == ()
    (said,) = annotate(text, recogniser=parser).statements
    assert (said.text, said.cue, said.role, said.rule) == (
        "only half the beds were full",
        "said",
        "matron",
        "parsed-clause",
    )


def test_where_the_rules_find_the_clause_nothing_changes(parser):
    assert annotate(FOUND["text"], recogniser=parser) == annotate(FOUND["text"]) != annotate("")


def test_a_heading_tells_nothing_to_a_parser_either(parser):
    text = MISSED["text"]
    for kind, count in (("heading", 0), ("paragraph", 1)):
        block = Block(0, len(text), kind, 0, "", "a.rule", 1.0)
        assert len(annotate(text, blocks=(block,), recogniser=parser).statements) == count


def test_our_component_behind_a_parser_uses_it():
    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_test_parser")
    nlp.add_pipe("policytext_statements")
    assert [s.rule for s in nlp(MISSED["text"])._.policytext_statements] == ["parsed-clause"]
