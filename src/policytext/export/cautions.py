"""Cautions on a claim's figures in words, with what only the archive knows: when the document was printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policytext.export.wording import display_year


def caution_parts(caution: Mapping[str, Any], printed: str | None) -> tuple[str, str]:
    """Returns a caution's words before and after the name of the document it concerns.

    Args:
        caution: as the facts of a claim hold it (`policytext.analysis.recurrence.cautions.Caution`).
        printed: EDTF of the document's publication, as it is asserted; None where it is not known.
    """
    document = caution["document"]
    before, _, after = caution["text"].partition(document) if document else (caution["text"], "", "")
    if caution.get("second_hand") and printed is not None:
        after += f", published in {display_year(printed)}"
    return before, after
