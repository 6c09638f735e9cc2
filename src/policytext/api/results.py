"""What the Python door hands out: hits and tables that are sequences, data frames and notebook tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from policytext.export.frames import data_frame
from policytext.export.hits import RESULT_COLUMNS, WHOLE_NUMBERS, result_row
from policytext.export.notebook import also_words, hit_line, hits_html, plain, rows_html, said_words
from policytext.export.wording import display_date
from policytext.ranking import Also, Explanation, Part, Query
from policytext.search.engine import Mode
from policytext.search.results import Result
from policytext.spans import Span

if TYPE_CHECKING:
    from policytext.api.session import Session

_SHOWN = 10  # hits that a terminal is shown
_LINE = 96  # characters of a passage there


class SearchHit:
    """One hit: a passage, who says it, when it was said and printed, and where it stands.

    Every column of ``policytext search --format jsonl`` is an attribute: ``rank``, ``score``, ``passage``
    (its id), ``source``, ``start``, ``end`` (raw offsets), ``document``, ``title``, ``section``, ``line``,
    ``text``, ``speaker``, ``role``, ``statement_date`` (EDTF), ``date_basis``, ``statement``,
    ``statement_start``, ``statement_end``, ``publication_date``, ``quality``, ``citations`` and the others.
    """

    __slots__ = ("_found", "_mode", "_query", "_row", "_session")

    def __init__(self, session: Session, query: Query, mode: Mode, found: Result) -> None:
        self._session, self._query, self._mode, self._found = session, query, mode, found
        self._row = result_row(query, found)

    def __getattr__(self, name: str) -> Any:
        if name in RESULT_COLUMNS:
            return self._row[name]
        raise AttributeError(f"a hit has no {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *RESULT_COLUMNS})

    @property
    def marks(self) -> tuple[Span, ...]:
        """Where the words of the query stand: spans of ``text``."""
        return self._found.marks

    @property
    def also_in(self) -> tuple[Also, ...]:
        """Where else it is printed: the reprints folded into the hit, the column ``also`` as records."""
        return self._found.hit.also

    @property
    def found(self) -> Result:
        """The record behind the hit, with the statements and the raw spans of its passage."""
        return self._found

    def explain(self) -> Explained:
        """Returns how the score comes about: each ranking with its terms, and how they were brought together.

        Raises:
            ArchiveError: the session is closed.
        """
        return Explained(self._session.engine(self._mode).explain(self._query, self._found.hit))

    def to_dict(self) -> dict[str, Any]:
        """Returns the hit as a row of ``policytext search --format jsonl``."""
        return dict(self._row)

    def __repr__(self) -> str:
        return (
            f"SearchHit({self.rank}, {self.passage!r}, speaker={self.speaker!r}, "
            f"statement_date={self.statement_date!r})"
        )

    def __str__(self) -> str:
        """Two lines, who and when, and the words found among others; and one for each folded reprint."""
        who, when = said_words(self._found)
        printed = display_date(self.publication_date)
        said = f"said {when}" if self._found.statement else when
        head = plain(f"{who} · {said} · printed {printed} · {self.passage}")
        lines = [hit_line(self._found, _LINE), *(plain(also_words(a)) for a in self.also_in)]
        return "\n    ".join([f"{self.rank:>2}  {head}", *lines])


class Explained:
    """How a score comes about: a tree of ``parts``, each with its name, score, detail and children."""

    def __init__(self, explanation: Explanation) -> None:
        self.parts = explanation.parts

    def __repr__(self) -> str:
        """A line a part, what it is made of below it and further in."""
        return "\n".join(_lines(self.parts, 0))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns the parts as dicts within one another."""
        return [asdict(part) for part in self.parts]


def _lines(parts: Sequence[Part], depth: int) -> Iterator[str]:
    for part in parts:
        told = plain(f"{part.name} · {part.detail}" if part.detail else part.name)
        yield f"{part.score:>9.4f}  {'  ' * depth}{told}"
        yield from _lines(part.children, depth + 1)


class Results(Sequence[SearchHit]):
    """The hits of one search, best first.

    ``query`` is what was asked, ``mode`` how it was searched, ``notes`` what a reader should know of it, and
    ``offered`` another spelling of the query, None where none suggests itself.
    """

    def __init__(
        self,
        query: Query,
        hits: Sequence[SearchHit],
        mode: Mode,
        *,
        notes: tuple[str, ...] = (),
        offered: str | None = None,
        title: str | None = None,
    ) -> None:
        self.query, self.mode, self.notes, self.offered = query, mode, notes, offered
        self._title = title or f"for “{plain(query.text)}”"
        self._hits = tuple(hits)

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, at: SupportsIndex) -> SearchHit: ...
    @overload
    def __getitem__(self, at: slice) -> Results: ...
    def __getitem__(self, at: SupportsIndex | slice) -> SearchHit | Results:
        if isinstance(at, slice):
            return Results(
                self.query,
                self._hits[at],
                self.mode,
                notes=self.notes,
                offered=self.offered,
                title=self._title,
            )
        return self._hits[at]

    def __iter__(self) -> Iterator[SearchHit]:
        return iter(self._hits)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns the rows of ``policytext search --format jsonl``."""
        return [hit.to_dict() for hit in self._hits]

    def to_frame(self) -> Any:
        """Returns a ``pandas.DataFrame`` of the same rows and columns.

        Raises:
            PolicytextError: pandas is not installed.
        """
        return data_frame(self.to_dicts(), RESULT_COLUMNS, WHOLE_NUMBERS)

    def __repr__(self) -> str:
        lines = [*(f"note: {plain(note)}" for note in self._told()), self._caption()]
        lines += [str(hit) for hit in self._hits[:_SHOWN]]
        rest = len(self._hits) - _SHOWN
        return "\n".join([*lines, f"... and {rest} more"] if rest > 0 else lines)

    def _repr_html_(self) -> str:
        return hits_html([hit.found for hit in self._hits], self._caption(), self._told())

    def _told(self) -> list[str]:
        return [*self.notes, *([f"did you mean: {self.offered}"] if self.offered else [])]

    def _caption(self) -> str:
        count = len(self._hits)
        return f"{count or 'no'} {'hit' if count == 1 else 'hits'} {self._title} ({self.mode})"


class Table(Sequence[dict[str, Any]]):
    """Rows under named columns: a sequence of dicts that is also a data frame and a table in a notebook."""

    def __init__(self, name: str, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
        self.name, self.columns = name, tuple(columns)
        self._rows = list(rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: SupportsIndex) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> Table: ...
    def __getitem__(self, at: SupportsIndex | slice) -> dict[str, Any] | Table:
        if isinstance(at, slice):
            return Table(self.name, self.columns, self._rows[at])
        return dict(self._rows[at])

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns the rows, each under the names of the columns."""
        return [dict(row) for row in self._rows]

    def to_frame(self) -> Any:
        """Returns the rows as a ``pandas.DataFrame``.

        Raises:
            PolicytextError: pandas is not installed.
        """
        return data_frame(self._rows, self.columns)

    def __repr__(self) -> str:
        return f"<{len(self)} {self.name}: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return rows_html(self._rows, self.columns, f"{len(self)} {self.name}")
