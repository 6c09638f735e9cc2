"""Invented witnesses and timelines, and text that means harm, for tests of every export."""

import json
from pathlib import Path

from policytext.analysis.timeline import Paper, Timeline
from policytext.analysis.witness import Witness, in_time_order

HOSTILE = json.loads((Path(__file__).parent / "data/analysis/hostile.json").read_text("utf-8"))


def witness(number=1, **changes):
    fields = {
        "witness_id": f"w{number:04d}",
        "relation": "quoted-at-second-hand",
        "counts_as_independent": True,
        "speaker": "Alderman Pryce",
        "statement_edtf": "1956",
        "statement_date_basis": "explicit",
        "publication_edtf": "2016-11",
        "publication_date_basis": "catalogue",
        "voice": "quoted",
        "quote": "bring the services under one roof",
        "quote_raw": "bring the services un<b>der</b> one roof",
        "context_before": "He asked the committee to ",
        "context_after": ", and sat down.",
        "document": "d1",
        "title": "Forty years of joint working",
        "source": "joint.txt",
        "source_sha256": "0" * 64,
        "start": 100,
        "end": 133,
        "line_start": 4,
        "score": 1.25,
        "passage": "d1:00003",
        "rule": "quote.marks",
        "confidence": 0.9,
    }
    return Witness(**{**fields, **changes})


def paper_of(w, **changes):
    """The paper that holds a witness."""
    fields = {
        "document": w.document,
        "source": w.source,
        "sha256": w.source_sha256,
        "title": w.title,
        "authors": ("Nora Whitcombe", "Idris Vaughan"),
        "publisher": "The Joint Working Trust",
        "publication_edtf": w.publication_edtf,
        "publication_date_basis": w.publication_date_basis,
        "kind": "report",
    }
    return Paper(**{**fields, **changes})


def timeline_of(witnesses, **changes):
    """A timeline of witnesses, as one of their claims where they have any."""
    ordered = in_time_order(witnesses)
    families = sorted({w.family_id for w in ordered if w.family_id})
    fields = {
        "kind": "claim" if families else "query",
        "title": "under one roof",
        "asked": tuple(families) or ("under one roof",),
        "witnesses": ordered,
        "labels": {family: f"The claim {family}, in words" for family in families},
        "papers": {w.document: paper_of(w) for w in ordered},
        "notes": ("Invented for a test.",),
    }
    return Timeline(**{**fields, **changes})
