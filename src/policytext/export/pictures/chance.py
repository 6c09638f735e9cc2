"""What was observed of claims against what chance would do, one small histogram a claim.

A bar is the share of the chance arrangements that cover so many periods. Where no arrangement could have
reached the level, the panel is stamped "not testable", whatever the histogram seems to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policytext.export.pictures.lettering import fitted, wrapped
from policytext.export.pictures.sheet import Sheet, Stroke, Type
from policytext.export.pictures.style import BLUE, GREY, INK, WIDTH, finished, said_instead
from policytext.export.wording import shown
from policytext.store.claims import StoredClaim

PANELS = 9
"""Histograms that one page holds."""
ROWS = 30
"""Claims without a histogram that are listed below."""

_BAR, _GREY, _GAP = "#cfcfcf", "#6e6e6e", 24.0
_HEAD, _PLOT, _FOOT = 54.0, 64.0, 82.0
_BOLD = 0.92  # bold letters are wider than those that `lettering` reckons with
_COUNTED = 260.0  # px that the count of a listed claim takes
_EXPECTED = Stroke(INK, 1.2, (4, 3))
_OBSERVED = Stroke(BLUE, 3)
_STAMP = "NOT TESTABLE"
_ONCE = "each paper counted in one only"
_LEGEND = (
    "Bars: share of chance arrangements that cover so many periods. Solid line: observed. Dashed: expected "
    "by chance. p: how often chance covers more, or as many at least as evenly; q: p where all claims tested "
    "are counted in."
)


def chance_chart(claims: Sequence[StoredClaim], title: str, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Returns the claims against chance as a Vega-Lite specification.

    Claims whose papers leave no other arrangement have no histogram; they are listed below with the reason.

    Args:
        claims: in the order in which they are to stand; of more than `PANELS` with a histogram those tested,
            the smallest p first, and then the first of the others are drawn.
        title: of the picture.
        notes: lines under it; what is left out is added.
    """
    drawn, listed = _sorted(claims)
    lines = [shown(note, 300) for note in notes]
    if not claims:
        return finished(said_instead("No claim."), title, lines)
    left = [f"{len(drawn) - PANELS} more with a histogram"] if len(drawn) > PANELS else []
    left += [f"{len(listed) - ROWS} more without one"] if len(listed) > ROWS else []
    if left:
        lines.append(f"Not drawn: {' and '.join(left)}; name claims to see them.")
    sheet = Sheet()
    y = 4.0
    if drawn:
        lines += [_LEGEND, *_draws(drawn)]
        y = _panels(sheet, drawn[:PANELS], y)
    if listed:
        y = _list(sheet, listed[:ROWS], y)
    return finished(sheet.chart(y), title, lines)


def _sorted(claims: Sequence[StoredClaim]) -> tuple[list[StoredClaim], list[StoredClaim]]:
    """Returns the claims that have a null distribution, and those that have none."""
    drawn = [c for c in claims if tested(c).get("null")]
    if len(drawn) > PANELS:
        drawn.sort(key=lambda c: 2.0 if tested(c)["p"] is None else tested(c)["p"])
    return drawn, [c for c in claims if not tested(c).get("null")]


def tested(claim: StoredClaim) -> Mapping[str, Any]:
    """Returns a claim against chance (`analysis.recurrence.tested.Chance` as JSON), {} where not known."""
    found: Mapping[str, Any] = claim.facts.get("recurrence", {}).get("chance") or {}
    return found


def verdict_words(test: Mapping[str, Any]) -> str:
    """Returns the verdict in words, with p and q where there are any."""
    if not test:
        return "not tested: nothing confirmed counts for it"
    if test.get("p") is None:
        return "not testable"
    q = "" if test.get("q") is None else f", q = {_small(test['q'])}"
    return f"{test['verdict']}: p = {_small(test['p'])}{q}"


def _draws(claims: Sequence[StoredClaim]) -> list[str]:
    """Returns how chance was drawn, each way once."""
    ways = dict.fromkeys((tested(c)["replicates"], tested(c)["seed"]) for c in claims)
    return [f"{number:,} arrangements were drawn for each claim, seed {seed}." for number, seed in ways]


def _small(value: float) -> str:
    return f"{value:.4f}" if value < 0.01 else f"{value:.2f}"


def _periods(claim: StoredClaim) -> str:
    years = claim.facts.get("recurrence", {}).get("period", 10)
    return "decades" if years == 10 else f"periods of {years} years"


def _panels(sheet: Sheet, claims: Sequence[StoredClaim], top: float) -> float:
    across = min(3, len(claims)) if len(claims) != 4 else 2
    width = (WIDTH - _GAP * (across - 1)) / across
    y = top
    for first in range(0, len(claims), across):
        for column, claim in enumerate(claims[first : first + across]):
            _panel(sheet, claim, column * (width + _GAP), y, min(width, 420.0))
        y += _HEAD + _PLOT + _FOOT
    return y


def _panel(sheet: Sheet, claim: StoredClaim, x: float, top: float, width: float) -> None:
    test = tested(claim)
    about = {"Claim": shown(claim.label, 300), "Verdict": verdict_words(test), "Why": test["reason"] or "-"}
    for number, line in enumerate(wrapped(claim.label, 10, _BOLD * width, 2)):
        sheet.write(x, top + 6 + 12 * number, line, Type(10, bold=True), about)
    if test.get("p") is None:
        sheet.write(x, top + 39, _STAMP, Type(19, _GREY, bold=True))
    else:
        sheet.write(x, top + 37, verdict_words(test), Type(10.5, BLUE, bold=True))
    _histogram(sheet, test, (x, top + _HEAD), width)
    _foot(sheet, claim, x, top + _HEAD + _PLOT, width)


def _histogram(sheet: Sheet, test: Mapping[str, Any], corner: tuple[float, float], width: float) -> None:
    x, top = corner
    floor, total = top + _PLOT, sum(n for _, n in test["null"])
    last = int(max(test["most"], *(v for v, _ in test["null"]), -(-test["observed"] // 1)))
    slot, tallest = width / (last + 1), max(n for _, n in test["null"])
    drawn = dict(test["null"])
    for value in range(last + 1):
        at, number = x + value * slot, drawn.get(value, 0)
        about = {"Periods covered": str(value), "Arrangements": f"{number:,} of {total:,}"}
        tip = floor - (_PLOT - 8) * number / tallest
        sheet.box((at + 0.15 * slot, at + 0.85 * slot), (tip, floor), _BAR, about)
        if slot >= 10 or value % 5 == 0:
            sheet.write(at + slot / 2, floor + 8, str(value), Type(9, align="center"))
        if number and slot >= 22:
            sheet.write(at + slot / 2, floor + 19, _percent(number / total), Type(8, GREY, align="center"))
    sheet.rule(x, x + width, floor, GREY)
    for place, stroke in ((test["expected"], _EXPECTED), (test["observed"], _OBSERVED)):
        at = x + (place + 0.5) * slot
        sheet.line((at, top), (at, floor), stroke)


def _percent(share: float) -> str:
    return "<1%" if share < 0.005 else f"{share:.0%}"


def _foot(sheet: Sheet, claim: StoredClaim, x: float, y: float, width: float) -> None:
    test = tested(claim)
    sheet.write(x, y + 31, fitted(f"{_periods(claim)} covered, {_ONCE}:", 9, width), Type(9))
    told = f"observed {test['observed']:g}, expected {test['expected']:.2f}"
    sheet.write(x, y + 42, fitted(told, 9, width), Type(9))
    for number, line in enumerate(wrapped(test["reason"], 8.5, width, 3) if test["reason"] else ()):
        sheet.write(x, y + 54 + 10 * number, line, Type(8.5, GREY))


def _list(sheet: Sheet, claims: Sequence[StoredClaim], top: float) -> float:
    """Writes claims without a histogram under the reasons why; returns where that ends."""
    reasons: dict[str, list[StoredClaim]] = {}
    for claim in claims:
        reasons.setdefault(tested(claim).get("reason") or verdict_words(tested(claim)), []).append(claim)
    y = top + 4
    for reason, several in reasons.items():
        sheet.rule(0, WIDTH, y, GREY)
        if tested(several[0]):
            sheet.write(0, y + 14, _STAMP, Type(13, _GREY, bold=True))
        sheet.write(112 if tested(several[0]) else 0, y + 14, fitted(reason, 9, WIDTH - 112), Type(9, GREY))
        y += 32
        for claim in several:
            _listed(sheet, claim, y)
            y += 14
        y += 4
    return y


def _listed(sheet: Sheet, claim: StoredClaim, y: float) -> None:
    test = tested(claim)
    about = {"Claim": shown(claim.label, 300), "Verdict": verdict_words(test)}
    sheet.write(0, y, fitted(claim.label, 9, WIDTH - _COUNTED), Type(9), about)
    if test:
        told = f"{_periods(claim)} covered, {_ONCE}: {test['observed']:g}"
        sheet.write(WIDTH, y, told, Type(9, align="right"))
