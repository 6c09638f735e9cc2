"""A quotation and what the archive says of it, as the Python door shows it."""

from __future__ import annotations

from typing import Any

from policytext.export.notebook import plain, rows_html
from policytext.export.wording import display_date
from policytext.search.quote_records import Judgement, QuotedPlace, Verdict

_COLUMNS = ("judgement", "who", "said", "printed", "words in the file", "differences", "place")
_LOOK_ALIKE = "not the quotation, but the nearest that is here"


class Quoted:
    """The verdict on a quotation: ``judgement`` is that of the first of ``places``, which come best first.

    True where the archive holds the words: exact, normalised or elided. ``verdict`` is the record behind it.
    """

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __bool__(self) -> bool:
        return self.verdict.found

    @property
    def judgement(self) -> Judgement:
        """One of exact, normalised, elided, altered, too short, not found."""
        return self.verdict.judgement

    @property
    def places(self) -> tuple[QuotedPlace, ...]:
        """Where the words stand and what was done to them, with raw offsets; empty where they do not."""
        return self.verdict.places

    @property
    def nearest(self) -> QuotedPlace | None:
        """Where nothing was found, the place that is most like the quotation: never a find."""
        return self.verdict.nearest

    def __repr__(self) -> str:
        """The judgement, and a line for each place."""
        head = self.judgement + (f": {self.verdict.reason}" if self.verdict.reason else "")
        lines = [plain(head), *(_line(place, place.judgement) for place in self.places)]
        return "\n".join([*lines, _line(self.nearest, _LOOK_ALIKE)] if self.nearest else lines)

    def _repr_html_(self) -> str:
        rows = [_row(place, place.judgement) for place in self.places]
        if self.nearest:
            rows.append(_row(self.nearest, _LOOK_ALIKE))
        head = self.judgement + (f" ({self.verdict.reason})" if self.verdict.reason else "")
        return rows_html(rows, _COLUMNS, f"{head}: “{self.verdict.text}”")


def _line(place: QuotedPlace, told: str) -> str:
    row = _row(place, told)
    return "  " + plain(f"{told} · {row['who']} · {row['said']} · printed {row['printed']} · {row['place']}")


def _row(place: QuotedPlace, told: str) -> dict[str, Any]:
    said = place.saying
    who = (said.speaker or said.speaker_text if said else None) or place.speaker or "no author known"
    when = display_date(said.statement_date) if said else "in own words"
    if place.voice == "reported":
        when += ", as the paper reports it"
    hand = ", second-hand only" if place.second_hand else ""
    differences = [f"{d.kind}: {d.printed!r}, quoted as {d.quoted!r}" for d in place.differences]
    values = (
        told,
        who,
        f"said {when}{hand}" if said else when,
        display_date(place.publication_date),
        " [...] ".join(place.printed),
        [*place.changes, *differences],
        f"{place.relative}, line {place.line}, characters {place.start}-{place.end}",
    )
    return dict(zip(_COLUMNS, values, strict=True))
