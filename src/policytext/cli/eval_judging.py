"""Options of how runs are judged and looked at, the same for all commands that judge any."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from typing import Any, get_args

import click

from policytext.evaluation.retrieval.records import Judging, Ties

_ONCE, _EACH = "once", "each"
_STANDARD = Judging()


def judging_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds how runs are judged to a command, which then takes it as keyword ``judging`` (a ``Judging``).

    Measures carry their canonical names; one that nobody can compute is refused before any work is done.
    """

    @wraps(command)
    def judging_told(*arguments: Any, **told: Any) -> Any:
        asked = {option: told.pop(option) for option in _NAMES}
        return command(*arguments, judging=_judging(asked), **told)

    added: Callable[..., Any] = judging_told
    for option in reversed(_OPTIONS):
        added = option(added)
    return added


_OPTIONS = (
    click.option(
        "--measure",
        "measures",
        multiple=True,
        metavar="NAME",
        default=_STANDARD.measures,
        show_default=True,
        help="As ir-measures names it: nDCG@10, AP, RR@10, R@100, P@5 ...; may be given again. "
        "Comparisons, slices and changes lead with the first.",
    ),
    click.option(
        "--ties",
        type=click.Choice(get_args(Ties)),
        default=_STANDARD.ties,
        show_default=True,
        help="How equal scores are read: the mean over every order, or by id, falling, as trec_eval.",
    ),
    click.option(
        "--exclude-self",
        "leave_own",
        is_flag=True,
        help="Leave the documents a query was taken from out of its hits and its qrels.",
    ),
    click.option(
        "--reprints",
        type=click.Choice((_ONCE, _EACH)),
        default=_ONCE,
        show_default=True,
        help="Whether documents that print the same are credited once, at the first found, or each.",
    ),
    click.option(
        "--resamples",
        type=click.IntRange(min=100),
        default=_STANDARD.resamples,
        show_default=True,
        metavar="N",
        help="Draws of the randomisation test and of the bootstrap.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=_STANDARD.seed,
        show_default=True,
        metavar="N",
        help="What the draws begin from; the same seed draws the same.",
    ),
    click.option(
        "--alpha",
        type=click.FloatRange(0.0, 0.5, min_open=True),
        default=_STANDARD.alpha,
        show_default=True,
        help="The level of the tests; intervals are of 1 - alpha.",
    ),
)
_NAMES = ("measures", "ties", "leave_own", "reprints", "resamples", "seed", "alpha")


def check_depths(measures: Sequence[str], depth: int, *, may_drop: bool = False) -> None:
    """Finds out before the work, not after it, that a measure looks deeper than systems are asked.

    Args:
        measures: their canonical names.
        depth: documents that a query asks for.
        may_drop: measures that the command has by itself may be too deep, but not all.

    Raises:
        click.BadParameter: a measure is too deep.
    """
    from policytext.evaluation.retrieval.measuring.names import depth_of

    deep = [measure for measure in measures if depth_of(measure) > depth]
    source = click.get_current_context().get_parameter_source("measures")
    is_told = source is click.core.ParameterSource.COMMANDLINE
    if deep and (is_told or not may_drop or len(deep) == len(measures)):
        least = max(map(depth_of, deep))
        what = f"{', '.join(deep)} looks deeper than the {depth} documents of -k (try: -k {least})"
        raise click.BadParameter(what, param_hint="--measure")


def check_baseline(baseline: str | None, runs: Collection[str]) -> None:
    """Sees to it that a baseline is one of the runs. Raises click.BadParameter where it is none."""
    if baseline is not None and baseline not in runs:
        what = f"no run is called {baseline} (try: {', '.join(runs)})"
        raise click.BadParameter(what, param_hint="--baseline")


def looking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --baseline, --facet, --no-slices and --examples: which runs, parts and queries are looked at.

    The command takes them as keywords ``baseline`` (None: all pairs; that it is one of the runs is for the
    command to see to), ``facets`` (None: all that part the pairs; none of them: none) and ``examples`` (None
    where it is not told).
    """

    @wraps(command)
    def looking(*arguments: Any, facets: tuple[str, ...], no_slices: bool, **told: Any) -> Any:
        if facets and no_slices:
            raise click.UsageError("--facet and --no-slices cannot go together")
        return command(*arguments, facets=() if no_slices else facets or None, **told)

    added: Callable[..., Any] = looking
    for option in reversed(_LOOKING):
        added = option(added)
    return added


EXAMPLES = 5
"""Gains, and losses, that are kept of a pair of runs where nobody says how many."""
_LOOKING = (
    click.option(
        "--baseline",
        metavar="NAME",
        help="Compare all others with this run; without it each with each.",
    ),
    click.option(
        "--facet",
        "facets",
        multiple=True,
        metavar="NAME",
        help="Slice by this alone: a label of queries or documents, or wording; may be given again. "
        "Else by all that have 2 to 12 values.",
    ),
    click.option("--no-slices", is_flag=True, help="Slice by nothing."),
    click.option(
        "--examples",
        type=click.IntRange(min=0),
        metavar="N",
        help="Gains, and losses, told by query of every pair of runs.  [default: "
        f"{EXAMPLES} are kept, and 2 of the leading pairs shown]",
    ),
)


def _judging(asked: dict[str, Any]) -> Judging:
    from policytext.evaluation.retrieval.measuring.names import parse_measures  # ir-measures: not for --help

    return Judging(
        measures=parse_measures(asked["measures"]),
        ties=asked["ties"],
        leave_own=asked["leave_own"],
        groups_once=asked["reprints"] == _ONCE,
        resamples=asked["resamples"],
        seed=asked["seed"],
        alpha=asked["alpha"],
    )
