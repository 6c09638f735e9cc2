"""Timelines: who said what was asked for, when it was said, and where it was printed.

The front door of `policytext.pipeline.timelines`: a timeline is asked for by claims, a topic, a speaker, an
Act or a query, each found by its name first.
"""

from __future__ import annotations

from policytext.errors import IndexUnavailable
from policytext.index.manifest import open_manifest
from policytext.pipeline.timelines.acts import act_named, act_timeline
from policytext.pipeline.timelines.claims import claim_timeline
from policytext.pipeline.timelines.querying import query_timeline
from policytext.pipeline.timelines.speakers import speaker_named, speaker_timeline
from policytext.pipeline.timelines.topics import topic_named, topic_timeline
from policytext.store.archive import Archive
from policytext.store.claims import claims_named

__all__ = [
    "act_named",
    "act_timeline",
    "claim_timeline",
    "claims_named",
    "model_digest",
    "query_timeline",
    "source_digests",
    "speaker_named",
    "speaker_timeline",
    "topic_named",
    "topic_timeline",
]


def source_digests(archive: Archive) -> list[str]:
    """Returns the sorted sha256 digests of the archive's sources."""
    return sorted(row["sha256"] for row in archive.sql.execute("SELECT sha256 FROM documents"))


def model_digest(archive: Archive, model: str | None) -> str | None:
    """Returns the sha256 of the weights of an embedding model, as the archive's index of meaning records it.

    None where no model was used, or the index is not of this model or cannot be read.
    """
    if model is None:
        return None
    try:
        made = open_manifest(archive.folder, "dense", archive.generation).model
    except IndexUnavailable:
        return None
    return str(made["weights_sha256"]) if made.get("name") == model else None
