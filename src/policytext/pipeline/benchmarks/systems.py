"""Systems by name: what a user writes for one, and everything it stands for.

    [LABEL=]NAME[:key=value,...]      rank-bm25    plus=rank-bm25:variant=plus,k1=1.2    hybrid:weight=0.5

A specification is read once; from there on it holds a value for every parameter, told or not, so that a run
can say what it was made with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from policytext.errors import BadRequest
from policytext.pipeline.benchmarks.bm25 import DELTAS, EPSILON, K1, TERMS, VARIANTS, B
from policytext.search.fusion import RRF_K, WORDS_WEIGHT

Parameter = str | int | float | bool
OWN_MODEL = "own"
"""Stands for the model that made an archive's vectors."""
NONE = "none"

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}")
_NEXT = re.compile(r",(?=[a-z0-9]+=)")  # a comma inside a value, as a folder may have, parts nothing
_UNTAGGED = re.compile(r"\s+")
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")
_FOLDERS = re.compile(r"[/\\]")
_FOLDERED = frozenset({"model", "rerank"})
_LONGEST = 100  # characters of a file's name before its ending
_WHERE = "--system"


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """A system with all its parameters, in the order of the table of systems.

    ``label`` is what the user calls it, empty where nothing was said.
    """

    name: str
    parameters: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))
    label: str = ""

    def __str__(self) -> str:
        """The specification in full; reads as itself."""
        told = ",".join(f"{key}={_shown(value)}" for key, value in self.parameters.items())
        head = f"{self.label}={self.name}" if self.label else self.name
        return f"{head}:{told}" if told else head

    @property
    def tag(self) -> str:
        """What runs and tables call it: the label, else the name with what is not as usual; no blank."""
        if self.label:
            return self.label
        usual = _usual(self.name, self.parameters)
        told = ",".join(
            f"{key}={_shown(value)}" for key, value in plain(self).parameters.items() if value != usual[key]
        )
        return _UNTAGGED.sub("_", f"{self.name}:{told}" if told else self.name)

    @property
    def slug(self) -> str:
        """The tag as a file's name, without its ending."""
        return _UNSAFE.sub("-", self.tag).strip("-.")[:_LONGEST]


def parse_system(spec: str) -> SystemSpec:
    """Returns the system that ``[LABEL=]NAME[:key=value,...]`` asks for, what is not told as usual.

    Raises:
        BadRequest: no such system, key or value; the line names what there is.
    """
    head, _, tail = spec.lstrip().partition(":")
    label, named, name = head.strip().rpartition("=")
    if named and not _LABEL.fullmatch(label):
        raise BadRequest(
            f"not a label: {label!r}", f"{_WHERE} {spec}", "letters, digits and . _ + -, no blank"
        )
    if name not in SYSTEMS:
        raise BadRequest(f"no such system: {name!r}", _WHERE, _hint(name, SYSTEMS, "there are"))
    told: dict[str, str] = {}
    for part in _NEXT.split(tail) if tail else ():
        key, given, value = part.partition("=")
        if not given or key in told:
            wrong = f"{key!r} is told twice" if given else f"not key=value: {part!r}"
            raise BadRequest(wrong, f"{_WHERE} {spec}", "NAME:key=value,key=value")
        told[key] = value
    kinds = _kinds(name, told)
    for key in told:
        if key not in kinds:
            where, has = f"{_WHERE} {spec}", _variant_of(name, told)
            raise BadRequest(f"{has} has no {key!r}", where, _hint(key, kinds, "it has"))
    values = {
        key: kind.read(told[key], f"{_WHERE} {spec}: {key}") if key in told else kind.usual
        for key, kind in kinds.items()
    }
    return SystemSpec(name, MappingProxyType(values), label)


def distinct(specs: Iterable[SystemSpec]) -> list[SystemSpec]:
    """Returns the systems, each once.

    Raises:
        BadRequest: two different ones would share a name, or a file's.
    """
    found: dict[str, SystemSpec] = {}
    for spec in specs:
        other = found.setdefault(spec.slug.casefold(), spec)
        if other != spec:
            raise BadRequest(f"two systems are called {spec.tag}", _WHERE, f"LABEL={spec}")
    return list(found.values())


def is_usual(spec: SystemSpec) -> bool:
    """Returns whether every parameter of a system is what it is where nothing is told."""
    return dict(spec.parameters) == _usual(spec.name, {})


def tuned_on(spec: SystemSpec) -> list[str]:
    """Returns the collections on which what this system has as usual was chosen, by name, sorted.

    A parameter that is told otherwise leaves its own collections out: what it was chosen on its user knows.
    """
    found: set[str] = set()
    usual = _usual(spec.name, spec.parameters)
    for key, collections in _TUNED.get(spec.name, {}).items():
        if not key or spec.parameters.get(key) == usual.get(key):
            found.update(collections)
    return sorted(found)


class _Kind(Protocol):
    """What values a key takes."""

    @property
    def usual(self) -> Parameter:
        """The value where none is told."""
        ...

    def read(self, told: str, where: str) -> Parameter:
        """Returns a value as it was written. Raises BadRequest where it is none of the kind."""
        ...


@dataclass(frozen=True, slots=True)
class _Choice:
    values: tuple[str, ...]

    @property
    def usual(self) -> str:
        return self.values[0]

    def read(self, told: str, where: str) -> str:
        if told not in self.values:
            raise BadRequest(f"no such value: {told!r}", where, _hint(told, self.values, "it takes"))
        return told


@dataclass(frozen=True, slots=True)
class _Switch:
    usual: bool

    def read(self, told: str, where: str) -> bool:
        if told not in ("yes", "no"):
            raise BadRequest(f"neither yes nor no: {told!r}", where, "yes, no")
        return told == "yes"


@dataclass(frozen=True, slots=True)
class _Number:
    usual: float
    low: float = 0.0
    high: float = 1_000_000.0
    whole: bool = False

    def read(self, told: str, where: str) -> float:
        try:
            value: float = int(told) if self.whole else float(told)
        except ValueError:
            value = float("nan")
        if not self.low <= value <= self.high:  # not a number is within nothing
            kind = "a whole number" if self.whole else "a number"
            advice = f"{kind} from {self.low:g} to {self.high:.0f}"
            raise BadRequest(f"not {kind} in range: {told!r}", where, advice)
        return value


@dataclass(frozen=True, slots=True)
class _Words:
    usual: str
    empty: bool = False

    def read(self, told: str, where: str) -> str:
        if not (told.strip() or self.empty):
            raise BadRequest("nothing is told", where, "key=value")
        return told if self.empty else told.strip()


_YES, _NO = _Switch(usual=True), _Switch(usual=False)
_GRAMS = _Choice(("auto", "never", "always"))
_WORDS: Mapping[str, _Kind] = {"grams": _GRAMS, "restore": _YES}
_MEANING: Mapping[str, _Kind] = {
    "model": _Words("all-MiniLM-L6-v2"),
    "query": _Words("", empty=True),
    "passage": _Words("", empty=True),
}
_SYSTEMS: Mapping[str, Mapping[str, _Kind]] = {
    "rank-bm25": {
        "variant": _Choice(VARIANTS),
        "k1": _Number(K1, high=1_000.0),
        "b": _Number(B, high=1.0),
        "terms": _Choice(TERMS),
        "restore": _NO,
    },
    "lexical": _WORDS,
    "dense": {**_MEANING, "restore": _YES},
    "hybrid": {"weight": _Number(WORDS_WEIGHT, high=1.0), **_MEANING, **_WORDS},
    "reciprocal": {"k": _Number(RRF_K, whole=True), **_MEANING, **_WORDS},
    "search": {
        "mode": _Choice(("hybrid", "lexical", "dense")),
        "model": _Words(OWN_MODEL),
        "exact": _NO,
        "fold": _YES,
        "rerank": _Words(NONE),
    },
}
_OF_VARIANTS: Mapping[str, Mapping[str, _Kind]] = {
    "okapi": {"epsilon": _Number(EPSILON, high=1_000.0)},
    "l": {"delta": _Number(DELTAS["l"], high=1_000.0)},
    "plus": {"delta": _Number(DELTAS["plus"], high=1_000.0)},
}
SYSTEMS: tuple[str, ...] = tuple(_SYSTEMS)
"""The names of the systems."""

_DAMAGED_CRANFIELD = ("cranfield", "cranfield-cer05-s1", "cranfield-cer10-s1")
_OF_WORDS: Mapping[str, Sequence[str]] = {
    "": ("cranfield",),  # JOINED_WEIGHT, which nothing here changes
    "grams": _DAMAGED_CRANFIELD,  # GRAM_WEIGHT
    "restore": (*_DAMAGED_CRANFIELD, "scifact"),  # DAMAGED: from where on a text is read as damaged
}
_TUNED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "lexical": _OF_WORDS,
    "dense": {"restore": _OF_WORDS["restore"]},
    "hybrid": {**_OF_WORDS, "weight": ("cranfield", "scifact", "policy papers, not published")},
    "reciprocal": _OF_WORDS,
    "search": {"": (*_DAMAGED_CRANFIELD, "scifact", "policy papers, not published")},
}
"""By system and key (empty: always), the collections that decided what is usual: docs/measured.md."""


def _kinds(name: str, told: Mapping[str, Parameter]) -> Mapping[str, _Kind]:
    """Returns what keys a system takes, those of the variant that is told among them."""
    kinds = _SYSTEMS[name]
    variant = kinds.get("variant")
    if variant is None:
        return kinds
    return {**kinds, **_OF_VARIANTS.get(str(told.get("variant", variant.usual)), {})}


def _usual(name: str, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    return {key: kind.usual for key, kind in _kinds(name, parameters).items()}


def _variant_of(name: str, told: Mapping[str, str]) -> str:
    return f"{name} of variant {told['variant']}" if "variant" in told else name


def _hint(wrong: str, there: Iterable[str], words: str) -> str:
    """Returns what may have been meant, and all there is."""
    from policytext.store.naming import near  # loads rapidfuzz

    known = list(there)
    meant = near(wrong, known)
    every = f"{words} {', '.join(known)}" if known else "none"
    return f"{meant}; {every}" if meant else every


def _shown(value: Parameter) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _short(value: Parameter) -> str:
    """Returns the last part of a folder."""
    return _FOLDERS.split(str(value).rstrip("/\\"))[-1]


def plain(spec: SystemSpec) -> SystemSpec:
    """Returns the system with models called by the last part of their folders, as runs tell them."""
    named = {key: _short(value) if key in _FOLDERED else value for key, value in spec.parameters.items()}
    return replace(spec, parameters=MappingProxyType(named))
