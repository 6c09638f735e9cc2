"""The header of a run: what made it, so that somebody else can make it again.

The convention is ir_metadata (Breuer, Keller and Schaer, "ir_metadata: An Extensible Metadata Schema for IR
Experiments", SIGIR 2022): comment lines before the run's first, between two marks, that are YAML once their
``#`` is off::

    # ir_metadata.start
    # platform:
    #   software:
    #     python: "3.12.4"
    # method:
    #   k1: 1.5
    # ir_metadata.end

trec_eval takes no comments: strip them for it with ``grep -v '^# ' FILE``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

START, END = "# ir_metadata.start", "# ir_metadata.end"

_DEEPEST = 100
_LONGEST = 1 << 16
"""Characters of a header that are read: a second's work. Those of runs are a few thousand long."""
_MOST_BITS = 1 << 12
_SHOWN = 80
_NUMBER_LIKE = frozenset("0123456789.+-")


class _Writer(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types
    """Writes every value out, and in quotes what one version of YAML or another takes for no text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _write_text(writer: _Writer, text: str) -> Any:
    quoted = not text.isprintable() or text[:1] in _NUMBER_LIKE
    return writer.represent_scalar("tag:yaml.org,2002:str", text, '"' if quoted else None)


_Writer.add_representer(str, _write_text)


class _Reader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """Reads plain data alone: aliases, with which ten lines grow to gigabytes, and tags are refused.

    Dates stay text.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(problem="an alias", problem_mark=event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise yaml.constructor.ConstructorError(problem="a tag", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


_Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def is_comment(line: bytes) -> bool:
    """Whether a line before a run's first is a comment; an id may begin with a hash, but holds no blank."""
    return line.startswith((b"# ", b"#\t")) or line.strip() == b"#"


def header_lines(header: Mapping[str, Any]) -> Iterator[str]:
    """Yields the lines of a header, its marks first and last; none for an empty one.

    Args:
        header: values that JSON knows, in the order in which they are to stand. Floats must be finite.

    Raises:
        TypeError: a key is no text, or a value nothing that JSON knows.
        ValueError: a number is not finite, or values nest too deep.
    """
    if not header:
        return
    plain = _plain(header)
    told: str = yaml.dump(
        plain, Dumper=_Writer, sort_keys=False, default_flow_style=False, allow_unicode=True, width=math.inf
    )
    yield f"{START}\n"
    # not splitlines: an id may hold what it takes for the end of a line
    yield from (f"# {line}\n" for line in told.removesuffix("\n").split("\n"))
    yield f"{END}\n"


def read_header(comments: Iterable[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Returns what the comment lines of a run say of how it was made, and a note where that cannot be read.

    Lines that do not lie between the marks are comments and nothing else. What is read are values that JSON
    knows; keys become text. A header that is longer than 65,536 characters, has an alias or a tag in it or is
    no mapping is not read, nor is a part of it.
    """
    inside, length = False, 0
    block: list[str] = []
    for line in comments:
        if line.strip() in (START, END):
            inside = line.strip() == START
        elif inside and length <= _LONGEST:
            text = line.removeprefix("#").rstrip("\r\n")
            block.append(text[1:] if text[:1] in (" ", "\t") else text)
            length += len(block[-1])
    if length > _LONGEST:
        return {}, (f"header not read: longer than {_LONGEST:,} characters",)
    try:
        found = _json_of(yaml.load("\n".join(block), Loader=_Reader))  # noqa: S506 - a safe one, see above
    except yaml.MarkedYAMLError as error:
        where = f" (its line {error.problem_mark.line + 1})" if error.problem_mark else ""
        return {}, (f"header not read: {str(error.problem)[:_SHOWN]}{where}",)
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError):
        return {}, ("header not read: no YAML of plain values",)
    if found is not None and not isinstance(found, dict):
        return {}, ("header not read: no keys and values",)
    return found or {}, ()


def _json_of(value: Any) -> Any:
    """Returns what was read as JSON knows it: numbers of any size that is meant, keys that are text."""
    if isinstance(value, dict):
        return {k if isinstance(k, str) else str(_json_of(k)): _json_of(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_json_of(each) for each in value]
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise ValueError("a number without end")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _plain(value: object, depth: int = 0) -> Any:
    """Returns a value in the types that are written. Raises as ``header_lines`` does."""
    if depth > _DEEPEST:
        raise ValueError(f"a header's values nest deeper than {_DEEPEST}")
    if isinstance(value, Mapping):
        return {_key(name): _plain(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(each, depth + 1) for each in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a header holds no {value}")
        return float(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"a header holds no {type(value).__name__}")


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a key of a header must be text, not {name!r}")
    return str(name)
