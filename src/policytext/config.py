"""Settings: where the archive lies and how papers are processed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_ARCHIVE = Path("indexes/default")
ARCHIVE_VARIABLE = "POLICYTEXT_ARCHIVE"
MODEL_VARIABLE = "POLICYTEXT_MODEL"
SPACY_VARIABLE = "POLICYTEXT_SPACY_MODEL"

NO_MODEL = "none"
"""The name of the model that is none: an archive that is searched by words only."""

PROCESSING_VERSION = 3
"""Counts up whenever cleaning, passages or extraction change, so that stored documents are made anew."""


def archive_path(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Returns the archive's folder: as given, else ``POLICYTEXT_ARCHIVE``, else ``indexes/default``."""
    if given is not None:
        return given
    named = environment.get(ARCHIVE_VARIABLE)
    return Path(named) if named else DEFAULT_ARCHIVE


@dataclass(frozen=True, slots=True)
class Settings:
    """What shapes the contents of an archive.

    ``model`` names an embedding model (a folder or a name; None: the one that is installed; NO_MODEL: do
    without). ``workers`` is the number of processes (None: documents in one, embedding in as many as there
    are cores); it never changes a result. ``spacy_model`` names a spaCy pipeline of the user's own that finds
    persons (a package or a folder; None: do without).
    """

    model: str | None = None
    workers: int | None = None
    spacy_model: str | None = None

    def fingerprint(self, piece_counter: str, recogniser: str | None = None) -> str:
        """Returns a hex digest of everything here that changes what is stored of a document.

        Args:
            piece_counter: the name of what counts word pieces.
            recogniser: the identity of the pipeline that ``spacy_model`` names, None for none.
        """
        shape = [str(PROCESSING_VERSION), piece_counter, *([recogniser] if recogniser else [])]
        return hashlib.sha256("\0".join(shape).encode()).hexdigest()
