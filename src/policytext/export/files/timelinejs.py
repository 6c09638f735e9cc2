"""JSON for TimelineJS (https://timeline.knightlab.com/docs/json-format.html): one slide a witness.

Dates go in only as precisely as they are asserted; what the format has no mark for (about, perhaps, from,
until) is in ``display_date``, and the EDTF value itself in the text. TimelineJS shows text as HTML:
everything that comes from a paper is escaped, and nothing in it is made a link.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, BinaryIO

from policytext.analysis.timeline import Timeline
from policytext.analysis.witness import Witness, in_time_order
from policytext.export.witness_words import relation_words
from policytext.export.wording import display_date, display_year, shown
from policytext.text.edtf import bounds

MAX_SLIDES = 400
"""More than these no browser turns over with ease; those that match best are kept, and the title says so."""
MAX_GROUPS = 8
"""Rows whose names stay legible at the left edge of the navigation."""

_QUOTE_SHOWN, _NAME_SHOWN, _GROUP_SHOWN, _TEXT_SHOWN = 1500, 80, 48, 400
_POINT = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")

Date = dict[str, int]


def write(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes a timeline as TimelineJS JSON, UTF-8, slides in time order.

    Left out, and counted in the text of the title slide: witnesses that do not count (reprints, repeats),
    those without a date, and those beyond `MAX_SLIDES` with the lowest scores.
    """
    chosen = _choose(timeline.witnesses)
    group = _grouping(chosen.kept, timeline.labels)
    document = {
        "title": _title_slide(timeline, chosen, provenance),
        "events": [_slide(witness, group) for witness in chosen.kept],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    stream.write(text.encode("utf-8", "backslashreplace") + b"\n")


@dataclass(slots=True)
class _Chosen:
    """The witnesses that get a slide, and how many do not, by why."""

    kept: list[Witness] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def _choose(witnesses: Iterable[Witness]) -> _Chosen:
    """Returns the best witnesses that can have a slide; no more than these are held in memory."""
    chosen = _Chosen()
    seen: set[str] = set()

    def fit() -> Iterator[Witness]:
        for w in witnesses:
            if not w.counts_as_independent:
                chosen.left_out["not counted, since their work counts already"] += 1
            elif start_and_end(w.statement_edtf) is None:
                chosen.left_out["without a date"] += 1
            elif w.witness_id not in seen:  # what stands on the border of two passages is found in both
                seen.add(w.witness_id)
                yield w

    best = heapq.nsmallest(MAX_SLIDES, fit(), key=lambda w: (-w.score, w.witness_id))
    if len(best) < len(seen):
        chosen.left_out[f"beyond the best {MAX_SLIDES}"] = len(seen) - len(best)
    chosen.kept = in_time_order(best)
    return chosen


def start_and_end(edtf: str | None) -> tuple[Date, Date | None] | None:
    """Returns an EDTF value as one or two dates of TimelineJS; None where it names no year at all.

    ``1956`` stays a year and ``195X`` becomes its first and its last. An open interval has only the side that
    is known. What has other parts (seasons, sets) is put at the months or years of its bounds.
    """
    if edtf is None:
        return None
    start, slash, end = (part.strip() for part in edtf.partition("/"))
    if slash and (start in ("..", "") or end in ("..", "")):
        known = end if start in ("..", "") else start
        return None if known in ("..", "") else start_and_end(known)
    first, last = _dates(start), _dates(end) if slash else None
    if first is None or (slash and last is None):
        return None
    final = last[1] if last is not None else first[1]
    return first[0], None if final == first[0] else final


def _dates(value: str) -> tuple[Date, Date] | None:
    """Returns the first and the last date of an EDTF value that is no interval, to its own precision."""
    bare = re.sub("[~?%]", "", value)
    point = _POINT.fullmatch(bare)
    if point is not None:
        named = zip(("year", "month", "day"), point.groups(), strict=True)
        date = {name: int(part) for name, part in named if part is not None}
        return date, date
    low, high = bounds(value)
    if low is None or high is None or low.startswith("0000") or not (low[:4] + high[:4]).isdigit():
        return None
    parts = (
        {"year": slice(4), "month": slice(5, 7)} if re.fullmatch(r"\d{4}-2\d", bare) else {"year": slice(4)}
    )
    first, last = ({name: int(day[part]) for name, part in parts.items()} for day in (low, high))
    return first, last


@dataclass(frozen=True, slots=True)
class _Grouping:
    """What the rows are: "family", "speaker" or nothing, and the labels of families."""

    by: str | None
    labels: Mapping[str, str]

    def of(self, w: Witness) -> str | None:
        if self.by == "family":
            return self.labels.get(w.family_id or "", w.family_id)
        return _speaker(w) if self.by == "speaker" else None


def _grouping(witnesses: Iterable[Witness], labels: Mapping[str, str]) -> _Grouping:
    """Returns what tells the rows apart: claims where there are several, else speakers, if they are few.

    TimelineJS gives every group a row of its own and hides those that do not fit.
    """
    kept = list(witnesses)
    families, speakers = {w.family_id for w in kept}, {_speaker(w) for w in kept}
    if 2 <= len(families) <= MAX_GROUPS:
        return _Grouping("family", labels)
    if len(families) == 1 and 2 <= len(speakers) <= MAX_GROUPS:
        return _Grouping("speaker", labels)
    return _Grouping(None, labels)


def _slide(w: Witness, grouping: _Grouping) -> dict[str, Any]:
    dates = start_and_end(w.statement_edtf)
    assert dates is not None  # undated witnesses were left out
    slide: dict[str, Any] = {
        "unique_id": slug(w.witness_id),
        "start_date": dates[0],
        **({"end_date": dates[1]} if dates[1] is not None else {}),
        "display_date": _label(display_date(w.statement_edtf), _TEXT_SHOWN),
        "text": {"headline": _html(_headline(w)), "text": _told(w)},
        "autolink": False,
    }
    group = grouping.of(w)
    return slide if group is None else {**slide, "group": _label(group, _GROUP_SHOWN)}


def _headline(w: Witness) -> str:
    """Returns who said it and when, and that it was against, where it was."""
    against = ", against it" if w.stance == "denies" else ""
    return f"{_speaker(w)}, {display_year(w.statement_edtf)}{against}"


def _told(w: Witness) -> str:
    """Returns the text of a slide: the words, when they were said and printed, who says so, and where."""
    said = f"{display_date(w.statement_edtf)} (EDTF {w.statement_edtf}; basis: {w.statement_date_basis})"
    printed = display_date(w.publication_edtf)
    if w.publication_edtf is not None:
        printed += f" (EDTF {w.publication_edtf}; basis: {w.publication_date_basis})"
    place = f"line {w.line_start}, characters {w.start}–{w.end}"
    judged = ", ".join(part for part in (w.stance, w.tier) if part)
    lines = {
        "Said": said,
        "Printed": printed,
        "Document": f"{w.title or w.source} [{w.source}], {place}" + (f", page {w.page}" if w.page else ""),
        "Evidence": f"{relation_words(w.relation, w.voice)}; {w.voice} words; found by {w.rule}, "
        f"confidence {w.confidence:.2f}" + (f"; {judged}" if judged else ""),
    }
    quote = f"<blockquote>{_html(w.quote, _QUOTE_SHOWN)}</blockquote>"
    return quote + "".join(f"<p><b>{name}:</b> {_html(words)}</p>" for name, words in lines.items())


def _title_slide(timeline: Timeline, chosen: _Chosen, provenance: Mapping[str, Any]) -> dict[str, Any]:
    told_already = list(timeline.labels.values()) == [timeline.title]
    asked = "; ".join(name if told_already else timeline.labels.get(name, name) for name in timeline.asked)
    out = "; ".join(f"{number} {why}" for why, number in chosen.left_out.items())
    slides, total = len(chosen.kept), len(chosen.kept) + sum(chosen.left_out.values())
    number = f"A slide for {slides} of {total} witnesses, by the date of what was said."
    origin = f"policytext {_version(provenance)}, corpus sha256 {str(provenance.get('corpus_sha256'))[:16]}"
    told = [
        f"Asked for, as {timeline.kind}: {asked}",
        f"{number} Left out: {out}." if out else number,
        *timeline.notes,
        f"Made by: {provenance.get('command')} ({origin})",
    ]
    return {
        "unique_id": "title",
        "text": {
            "headline": _html(timeline.title),
            "text": "".join(f"<p>{_html(line)}</p>" for line in told if line),
        },
        "autolink": False,
    }


def _version(provenance: Mapping[str, Any]) -> str:
    return str(dict(provenance.get("versions") or {}).get("policytext", ""))


def slug(name: str) -> str:
    """Returns an id that is the same after TimelineJS makes a slug of it, with a digest to keep it unique."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    words = re.sub("[^a-z0-9]+", "-", name[:200].lower()).strip("-")[:60].strip("-")
    return f"w-{words}-{digest}" if words else f"w-{digest}"


def _speaker(w: Witness) -> str:
    return shown(w.speaker or "", _NAME_SHOWN) or "No speaker named"


def _html(text: str, limit: int = _TEXT_SHOWN) -> str:
    return escape(shown(text, limit))


def _label(text: str, limit: int) -> str:
    """Returns text for a field that TimelineJS strips of markup and then shows as HTML.

    It parses such text twice, so that markup escaped once would come alive: angle brackets become others.
    """
    plain = shown(text, limit).replace("<", "‹").replace(">", "›")
    return plain.replace("&", "&amp;")
