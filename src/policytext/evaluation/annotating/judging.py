"""When a find says the same as the gold row at its place.

Values that are no text (a number for a name, a list for a date) are never right, and never a fault of the
program: gold is written by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from policytext.evaluation.annotating.rows import Row

Judge = Callable[[Row, Row], Mapping[str, bool]]
"""Of a gold row and the find at its place: what the find gets right, by name. The last name is the whole."""

_LEGISLATION = frozenset({"act", "bill", "section", "regulations"})
_AGAINST = frozenset({"contra", "denies"})
_KIND = {"dates": "type", "citations": "class", "claims": "family", "reprints": "group"}
_TOLD: Mapping[str, tuple[str, ...]] = {
    "statements": ("speaker", "statement_date"),
    "dates": ("edtf",),
    "citations": ("class", "canonical", "title", "uri"),
    "edits": ("kind", "expected", "replacement", "reason"),
    "blocks": ("kind",),
    "reprints": ("group", "relation"),
    "claims": ("family", "stance", "speaker", "statement_date"),
}


def judge_of(layer: str) -> Judge:
    """Returns how the finds of a layer are judged; see the functions that it returns."""
    judges: dict[str, Judge] = {
        "statements": judge_statement,
        "dates": judge_date,
        "citations": judge_citation,
        "claims": judge_claim,
    }
    return judges[layer]


def kinds_of(layer: str) -> Mapping[str, Callable[[Row], bool]]:
    """Returns groups of kinds that are worth a figure of their own beside each kind, by name."""
    if layer == "citations":
        return {"acts, bills, sections": lambda row: row.named("class") in _LEGISLATION}
    return {}


def kind_of(layer: str, row: Row) -> str:
    """Returns the kind of a row: of statement, edit or block, type of date, class of citation, family."""
    return row.named(_KIND.get(layer, "kind")) or "-"


def told(layer: str, row: Row | None) -> dict[str, Any]:
    """Returns what a row says that is judged; nothing of no row."""
    return {name: row.values[name] for name in _TOLD[layer] if name in row.values} if row else {}


def judge_statement(gold: Row, found: Row) -> dict[str, bool]:
    """Judges who said it (``speaker``), when (``date``), and both (``attributed``).

    Any of the speakers and dates that the gold accepts is right. Somebody without a name is right where the
    find leaves the speaker open or calls him anonymous. Honours and letters behind names do not matter.
    """
    speaker = _speaker_agrees(gold.values, found.values)
    date = _is_among(found.values.get("statement_date"), _dates(gold.values, "statement_date"))
    return {"speaker": speaker, "date": date, "attributed": speaker and date}


def judge_claim(gold: Row, found: Row) -> dict[str, bool]:
    """Judges the ``stance``, and who said it when, as of a statement."""
    return {"stance": denies(gold) == denies(found), **judge_statement(gold, found)}


def denies(row: Row) -> bool:
    """Whether a row speaks against its claim; gold calls that ``contra``, exports ``denies``."""
    return row.named("stance") in _AGAINST


def judge_date(gold: Row, found: Row) -> dict[str, bool]:
    """Judges whether the EDTF value is one that the gold accepts (``resolved``)."""
    return {"resolved": _is_among(found.values.get("edtf"), _dates(gold.values, "edtf"))}


def judge_citation(gold: Row, found: Row) -> dict[str, bool]:
    """Judges the ``class``, and whether the find names the right instrument (``resolved``).

    Where both give an identifier, it decides; that of a section is right for its Act. Else one title must
    hold the other. What the gold finds too vague to name is resolved wherever it is found.
    """
    same = gold.values.get("class") == found.values.get("class")
    return {"class": same, "resolved": _names_the_same(gold, found)}


def _texts(value: Any) -> list[str]:
    """Returns what a field accepts: one text, or those of a list."""
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, str) and one]


def _dates(gold: Mapping[str, Any], field: str) -> list[str | None]:
    """Returns the values that the gold accepts; a null among the others says that none is right too."""
    said = [t for name in (field, "date_alt", "edtf_alt", "date_precise") for t in _texts(gold.get(name))]
    others = [one for name in ("date_alt", "edtf_alt") if isinstance(one := gold.get(name), list)]
    undated = gold.get(field) is None or any(None in listed for listed in others)
    return [*said, None] if undated else [*said]


def _is_among(value: Any, accepted: list[str | None]) -> bool:
    return (value is None or isinstance(value, str)) and value in accepted


def _names_the_same(gold: Row, found: Row) -> bool:
    wanted, got = gold.named("uri"), found.named("uri")
    if wanted and got:
        return got == wanted or got.startswith(f"{wanted}/")
    if not gold.named("canonical"):
        return True
    names = {_title(gold.named(field)) for field in ("canonical", "resolves_to")} - {""}
    title = _title(found.named("title"))
    return any(title == name or (title != "" and (title in name or name in title)) for name in names)


def _title(text: str) -> str:
    return folded(text).removeprefix("the ")


def folded(text: str | None) -> str:
    """Returns text in small letters and digits, without accents, other characters as single blanks."""
    plain = unicodedata.normalize("NFKD", text or "").casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


_HONOURS = frozenset(
    {"sir", "dame", "lord", "lady", "baroness", "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "rev"}
    | {"rt", "hon", "alderman", "councillor", "cllr", "mbe", "cbe", "obe", "mp", "the"}
)


def _speaker_agrees(gold: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    names = [*_texts(gold.get("speaker")), *_texts(gold.get("speaker_accept"))]
    said = found.get("speaker")
    nameless = said is None or found.get("speaker_type") == "anonymous"
    if gold.get("speaker") is None and nameless:
        return True
    return isinstance(said, str) and any(_bare(said) == _bare(name) for name in names)


def _bare(name: str) -> list[str]:
    """Returns the words of a name without honours; "A; B" is two names in whatever order, hence sorted."""
    people = (" ".join(w for w in folded(one).split() if w not in _HONOURS) for one in name.split(";"))
    return sorted(people)
