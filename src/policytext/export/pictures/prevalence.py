"""How much of each decade's passages speaks of each topic: shares with bands, never raw counts.

A decade without a source is grey: nobody was silent in it, nobody was asked. A decade with too few papers for
a band has its share drawn without one. All panels have one scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policytext.export.pictures.lettering import fitted
from policytext.export.pictures.sheet import Sheet, Stroke, Type
from policytext.export.pictures.style import BLUE, GREY, HAIRLINE, INK, WIDTH, finished, said_instead
from policytext.export.wording import shown
from policytext.store.topics import Making, Topic, TopicDecade, TopicPeriod

PANELS = 14
"""Topics that one page holds; the largest are drawn."""

_BAND, _NOBODY = "#bfdcee", "#dedede"
_GAP, _HEAD, _PLOT, _FOOT = 26.0, 20.0, 66.0, 42.0
_SHARE = Stroke(BLUE, 2.6)
_ALONE = Stroke(INK, 2.0, (2, 2))
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_LEGEND = (
    "Solid line: share of the decade's independent passages, on its 95 % band (whole papers drawn anew). "
    "Dotted: fewer than three papers, so no band can be had."
)
_GREY = "Grey: no source at all."
_ONE_ROW = 19.0


@dataclass(frozen=True, slots=True)
class _Scale:
    """Shares from 0 to ``most`` over ``height`` px, with a line every ``step``."""

    most: float
    step: float
    height: float

    def at(self, share: float) -> float:
        return self.height * min(share, self.most) / self.most


def prevalence_chart(
    making: Making, topics: Sequence[Topic], title: str, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Returns topics by decade as a Vega-Lite specification; a corpus of one decade has one row a topic.

    Args:
        making: how the topics were made; it has the denominators.
        topics: in the order in which they are to stand; past `PANELS` none is drawn.
        title: of the picture.
        notes: lines under it; what is left out is added.
    """
    lines = [shown(note, 300) for note in notes]
    if not topics or not making.periods:
        words = "No topics." if not topics else "The papers have no dates: nothing can be put into decades."
        return finished(said_instead(words), title, lines)
    if len(topics) > PANELS:
        lines.append(f"Drawn: {PANELS} of {len(topics)} topics; name others to see them.")
    drawn, sheet = topics[:PANELS], Sheet()
    if len(making.periods) == 1:
        period = making.periods[0]
        lines.append(
            f"All passages fall into the {period.decade}s ({_papers(period)}): no change can be seen."
        )
        lines.append("Stroke: share of the independent passages, on its 95 % band (whole papers drawn anew).")
        height = _rows(sheet, drawn)
    else:
        empty = any(not p.passages for p in making.periods)
        lines.append(_LEGEND + (f" {_GREY}" if empty else ""))
        height = _panels(sheet, making, drawn)
    if making.undated:
        lines.append(f"{making.undated} passages without a date count nowhere.")
    return finished(sheet.chart(height), title, lines)


def stability_words(topic: Topic, making: Making) -> str:
    """Returns how far the topic comes back in subsamples, against topics made of chance."""
    return f"{topic.verdict}: {topic.stability:.2f} in subsamples (by chance up to {making.bar:.2f})"


def _papers(period: TopicPeriod) -> str:
    return f"{period.documents} paper{'s' * (period.documents != 1)}, {period.passages} passages"


def _scale(topics: Sequence[Topic], length: float, ticks: int) -> _Scale:
    most = max((d.high or d.share for t in topics for d in t.decades), default=1.0) or 0.01
    step = next((s for s in _STEPS if most / s <= ticks), 1.0)
    return _Scale(min(1.0, step * -int(-most // step)), step, length)


def _marks(scale: _Scale) -> list[float]:
    return [n * scale.step for n in range(round(scale.most / scale.step) + 1)]


def _panels(sheet: Sheet, making: Making, topics: Sequence[Topic]) -> float:
    scale = _scale(topics, _PLOT, 4)
    width = (WIDTH - _GAP) / 2
    sheet.boxes[_NOBODY] = []
    y = 4.0
    for first in range(0, len(topics), 2):
        for column, topic in enumerate(topics[first : first + 2]):
            _panel(sheet, making, topic, (column * (width + _GAP), y), width, scale)
        y += _HEAD + 12 + _PLOT + _FOOT
    return y


def _panel(
    sheet: Sheet, making: Making, topic: Topic, corner: tuple[float, float], width: float, scale: _Scale
) -> None:
    x, top = corner
    _named(sheet, topic, making, x, top + 6, width)
    left, floor = x + 30, top + _HEAD + 12 + _PLOT
    for share in _marks(scale):
        sheet.rule(left, x + width, floor - scale.at(share), HAIRLINE if share else GREY)
        sheet.write(left - 4, floor - scale.at(share), f"{share:.0%}", Type(8, GREY, align="right"))
    slot = (width - 30) / len(making.periods)
    found = {decade.decade: decade for decade in topic.decades}
    every = -(-len(making.periods) * 30 // int(width - 30))  # so many decades share a label
    for number, period in enumerate(making.periods):
        at = left + number * slot
        _decade(sheet, found.get(period.decade), period, (at, at + slot), (floor, scale))
        if number % every == 0:
            sheet.write(at + slot / 2, floor + 8, f"{period.decade}s", Type(8, align="center"))
        if slot >= 12:
            sheet.write(at + slot / 2, floor + 18, str(period.documents), Type(8, GREY, align="center"))
    sheet.write(left - 4, floor + 18, "papers", Type(7.5, GREY, align="right"))


def _named(sheet: Sheet, topic: Topic, making: Making, x: float, y: float, width: float) -> None:
    about = {"Topic": shown(topic.label, 300), "Terms": shown(", ".join(t.printed for t in topic.terms), 300)}
    name = fitted(f"{topic.number}  {topic.label}", 10, 0.93 * width)  # bold letters are wider
    sheet.write(x, y, name, Type(10, bold=True), about)
    loose = topic.verdict != "stable"
    sheet.write(x, y + 12, stability_words(topic, making), Type(8.5, GREY, italic=loose))


def _decade(
    sheet: Sheet,
    found: TopicDecade | None,
    period: TopicPeriod,
    x: tuple[float, float],
    y: tuple[float, _Scale],
) -> None:
    floor, scale = y
    inner = x[0] + 0.12 * (x[1] - x[0]), x[1] - 0.12 * (x[1] - x[0])
    if found is None or not period.passages:
        sheet.box(x, (floor - scale.height, floor), _NOBODY, {"Decade": f"{period.decade}s: no source"})
        return
    about = _about(found, period)
    level = floor - scale.at(found.share)
    if found.low is not None and found.high is not None:
        sheet.box(inner, (floor - scale.at(found.high), floor - scale.at(found.low)), _BAND, about)
        sheet.line((inner[0], level), (inner[1], level), _SHARE)
    else:
        sheet.line((inner[0], level), (inner[1], level), _ALONE)


def _about(found: TopicDecade, period: TopicPeriod) -> dict[str, str]:
    band = "none" if found.low is None else f"{found.low:.1%} to {found.high:.1%}"
    return {
        "Decade": f"{period.decade}s ({_papers(period)})",
        "Share": f"{found.share:.1%}",
        "95 % band": band,
    }


def _rows(sheet: Sheet, topics: Sequence[Topic]) -> float:
    """Draws topics of one decade, a row each, on a common scale."""
    left, right = 352.0, WIDTH - 40.0
    scale = _scale(topics, right - left, 8)
    floor = 20 + _ONE_ROW * len(topics)
    for share in _marks(scale):
        at = left + scale.at(share)
        sheet.line((at, 14), (at, floor), Stroke(HAIRLINE if share else GREY))
        sheet.write(at, 7, f"{share:.0%}", Type(8.5, GREY, align="center"))
    for number, topic in enumerate(topics):
        _row(sheet, topic, 20 + _ONE_ROW * (number + 0.5), left, scale)
    return floor + 4


def _row(sheet: Sheet, topic: Topic, y: float, left: float, scale: _Scale) -> None:
    loose = topic.verdict != "stable"
    about = {"Topic": shown(topic.label, 300), "Terms": shown(", ".join(t.printed for t in topic.terms), 300)}
    sheet.write(14, y, str(topic.number), Type(9.5, GREY, align="right"))
    sheet.write(20, y, fitted(topic.label, 9.5, 258), Type(9.5), about)
    sheet.write(left - 10, y, topic.verdict, Type(8.5, GREY if loose else INK, italic=loose, align="right"))
    for found in topic.decades:
        at = left + scale.at(found.share)
        if found.low is not None and found.high is not None:
            ends = left + scale.at(found.low), left + scale.at(found.high)
            told = f"{found.share:.1%} ({found.low:.1%} to {found.high:.1%})"
            sheet.box(ends, (y - 5, y + 5), _BAND, {"Share": told})
        sheet.line((at, y - 6), (at, y + 6), _SHARE if found.low is not None else _ALONE)
