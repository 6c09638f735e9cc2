"""The extractors as spaCy components: by name in anybody's pipeline, exact records beside token spans."""

from __future__ import annotations

import subprocess
import sys

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from policytext.annotation import Citation, DateMention, Statement
from policytext.extract.annotate import annotate
from policytext.extract.components import PlainTokenizer

NAMES = ("policytext_citations", "policytext_dates", "policytext_statements")
TEXT = (
    "In 1956 Mr Tunnock said, “The Act,1946 is enough.” Under s.75 of the National Health Service Act 2006 "
    "budgets for 2017/18 were pooled. Last year nobody complained."
)


@pytest.fixture(scope="module")
def pipeline():
    nlp = spacy.blank("en")
    for name in NAMES:
        nlp.add_pipe(name)
    return nlp


def test_spans_hold_their_records(pipeline):
    doc = pipeline(TEXT)
    for name, kind in zip(NAMES, (Citation, DateMention, Statement), strict=True):
        records, spans = doc._.get(name), doc.spans[name]
        assert len(records) == len(spans) > 0
        for record, span in zip(records, spans, strict=True):
            assert isinstance(record, kind)
            assert TEXT[record.start : record.end] == record.text
            assert span.start_char <= record.start < record.end <= span.end_char


def test_labels_are_types(pipeline):
    doc = pipeline(TEXT)
    assert {span.label_ for span in doc.spans["policytext_citations"]} == {"section"}
    assert "financial_year" in {span.label_ for span in doc.spans["policytext_dates"]}
    assert [span.label_ for span in doc.spans["policytext_statements"]] == ["direct"]


def test_titles_of_acts_hold_no_dates(pipeline):
    assert [m.text for m in pipeline(TEXT)._.policytext_dates] == ["1956", "2017/18", "Last year"]


def test_settings_and_context_give_the_publication_date():
    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_dates", config={"publication_date": "1958"})
    assert nlp("Last year it rained.")._.policytext_dates[0].edtf == "1957"
    doc = nlp.make_doc("Last year it rained.")
    doc._.policytext_context = {"publication_date": "2018"}
    assert nlp(doc)._.policytext_dates[0].edtf == "2017"


def test_pipeline_and_annotate_agree(pipeline):
    doc, found = pipeline(TEXT), annotate(TEXT)
    assert (doc._.policytext_statements, doc._.policytext_dates, doc._.policytext_citations) == (
        found.statements,
        found.dates,
        found.citations,
    )


def test_factories_are_found_without_importing_the_package():
    code = """if True:
        import spacy
        nlp = spacy.blank("en")
        nlp.add_pipe("policytext_dates")
        print(list(nlp("In 1956.").spans))
    """
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    assert "policytext_dates" in done.stdout


def test_extractors_do_not_load_spacy_until_asked():
    code = "import sys; import policytext.extract.annotate; print('spacy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "False"


@given(st.text(max_size=200))
def test_plain_tokens_rebuild_the_text(text):
    assert PlainTokenizer(spacy.blank("en").vocab)(text).text == text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n", "   a", "\ufeff1956", "\x00", "𝔸ct 1946", "e\u0301 1956"]
)
def test_odd_texts_are_annotated(text):
    found = annotate(text)
    assert all(text[m.start : m.end] == m.text for m in found.dates)


def test_a_bad_publication_date_is_refused():
    with pytest.raises(ValueError, match="EDTF"):
        annotate("last year", publication_date="sometime")
