"""Names of measures: those of ir-measures, of the field and of trec_eval."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from policytext.errors import BadRequest

_NAME = re.compile(r"(?P<name>\w+)(?P<parameters>\([^()]{0,200}\))?(?P<cutoff>@[0-9.]{1,12})?")
_OTHER_NAMES = {
    "hit": "Success",
    "hits": "Success",
    "hitrate": "Success",
    "hit_rate": "Success",
    "rprecision": "Rprec",
    "r_precision": "Rprec",
}
_EXAMPLES = "nDCG@10, AP, RR@10, R@100, P@5, Bpref"


def parse_measures(names: Iterable[str]) -> tuple[str, ...]:
    """Returns the measures' canonical names, each once, in the order given.

    Read are the names of ir-measures, whatever their case, the field's other names (MAP, MRR@10, recall@20,
    precision@5, hits@1) and trec_eval's (ndcg_cut_10, map_cut_100, recip_rank).

    Raises:
        BadRequest: there is no such measure, it lacks or has a wrong parameter, no installed package computes
            it, or it is a count and no mean over queries.
    """
    return tuple(dict.fromkeys(str(measure) for name in names for measure in parsed(name)))


def depth_of(measure: str) -> int:
    """Returns how deep a ranking must be for a measure to mean what it says; 1 for one without a cutoff."""
    return int(parsed(measure)[0].params.get("cutoff", 1))


def parsed(name: str) -> list[Any]:
    """Returns the measures, as ir-measures has them, of a name; of most there is one. Raises as above."""
    import ir_measures

    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise BadRequest(f"not a measure: {name!r}", advice=_EXAMPLES)
    measures = _trec(name.strip()) or [_ours(found, name)]
    for measure in measures:
        _check(measure, name)
        if not any(p.is_available() and p.supports(measure) for p in ir_measures.DefaultPipeline.providers):
            raise BadRequest(f"no installed package computes {name}", advice=_EXAMPLES)
    return measures


def _ours(found: re.Match[str], name: str) -> Any:
    """Returns the measure of a name in ir-measures' form."""
    import ir_measures

    known = {
        registered.lower(): registered for registered in sorted(ir_measures.measures.registry)
    } | _OTHER_NAMES
    told = found["name"]
    exact = told if told in ir_measures.measures.registry else known.get(told.lower())
    if exact is None:
        near = difflib.get_close_matches(told.lower(), known, 3)
        raise BadRequest(f"no measure {name!r}", advice=", ".join(known[n] for n in near) or _EXAMPLES)
    try:
        return ir_measures.parse_measure(f"{exact}{found['parameters'] or ''}{found['cutoff'] or ''}")
    except (ValueError, NameError, TypeError, SyntaxError) as error:
        raise BadRequest(f"a measure that cannot be read: {name!r}", advice=_EXAMPLES) from error


def _trec(name: str) -> list[Any]:
    """Returns the measures of one of trec_eval's names; none if it is no such name."""
    import ir_measures

    if "_" not in name or "@" in name:
        return []
    try:
        return list(ir_measures.parse_trec_measure(name))
    except (ValueError, NameError, KeyError):
        return []


def _check(measure: Any, name: str) -> None:
    """Raises BadRequest where a parameter is missing or wrong, or the measure is no mean over queries."""
    try:
        measure.validate_params()
    except AssertionError as error:
        missing = measure.SUPPORTED_PARAMS.get("cutoff")
        lacks = missing is not None and missing.required and "cutoff" not in measure.params
        what = f"{name} needs a cutoff" if lacks else f"{name}: {error}"
        raise BadRequest(what, advice=f"{measure.NAME}@10" if lacks else _EXAMPLES) from error
    if measure.params.get("cutoff", 1) < 1:
        raise BadRequest(f"{name}: a cutoff is 1 or more", advice=f"{measure.NAME}@10")
    # Accuracy leaves out queries that found nothing relevant, and the others here count what is in the files
    if measure.NAME in {"Accuracy", "NumQ", "NumRel", "NumRet"}:
        raise BadRequest(f"{name} is no mean over the judged queries", advice=_EXAMPLES)
