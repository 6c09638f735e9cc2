"""``policytext.open(path).search(...)``: a session with an archive.

Arguments mean what the options of the command line mean, and results have the columns of its ``jsonl``.
Nothing is printed; whatever cannot be done raises one of the package's own errors.
"""

from __future__ import annotations

import weakref
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from sqlite3 import ProgrammingError
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self, Unpack

from policytext.api.asking import Day, Days, Narrowing, filters_of, text_of, whole_number
from policytext.api.results import Results, SearchHit, Table
from policytext.api.showing import Shown, shown_document, shown_passage
from policytext.config import archive_path
from policytext.errors import ArchiveError, BadRequest
from policytext.export.listings import LISTS
from policytext.export.readings import FACET_COLUMNS, KWIC_COLUMNS, facet_rows, kwic_row
from policytext.ranking import DateField, Hit, Query
from policytext.search.concordance import CONTEXT, ORDERS, Order, concordance, quoted, sorted_by
from policytext.search.engine import MODES, Mode, SearchEngine
from policytext.search.facets import facets
from policytext.search.results import results
from policytext.store.archive import Archive
from policytext.store.reader import document_id, passage_numbers, passages, raw_document

if TYPE_CHECKING:  # what judges quotations takes a while to load, and a search does without
    from policytext.analysis.timeline import Tier, TimelineKind
    from policytext.api.quoted import Quoted


def open(path: str | Path | None = None, *, model: str | None = None) -> Session:  # noqa: A001 - policytext.open
    """Opens an archive that ``policytext ingest`` made.

    Args:
        path: its folder; None takes ``POLICYTEXT_ARCHIVE``, else ``indexes/default``.
        model: the embedding model's folder or name; None takes the one that made the index, and "none" goes
            without.

    Raises:
        ArchiveError: there is no archive there, or it cannot be read.
    """
    return Session(archive_path(None if path is None else Path(path).expanduser()), model)


_LINES = 1000
"""So many hits at least are read for lines; a passage may hold several, or none."""


class _Manner(NamedTuple):
    """How a query is understood, see ``ranking.Query``."""

    plain: bool = False
    exact: bool = False
    fold: bool = True


class Session:
    """An open archive, asked from Python. It sees the archive as it was when it was opened.

    Works with ``with``; else it closes when nothing refers to it any more. The indexes are opened by the
    first search and stay open. A session belongs to the thread that opened it.
    """

    def __init__(self, folder: Path, model: str | None = None) -> None:
        self.folder = folder
        self._model = model
        self._engines: dict[Mode | None, SearchEngine] = {}
        self._archive = Archive.open(folder)
        self._closing = weakref.finalize(self, _close, self._archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the archive and its indexes; doing so twice is fine."""
        self._engines.clear()
        self._closing()

    @property
    def archive(self) -> Archive:
        """The store behind the session, for the package's other functions.

        Raises:
            ArchiveError: the session is closed.
        """
        if not self._closing.alive:
            raise ArchiveError("the session is closed", str(self.folder), "policytext.open again")
        return self._archive

    def __repr__(self) -> str:
        if not self._closing.alive:
            return f"<policytext archive {self.folder}, closed>"
        count = self.archive.sql.execute("SELECT count(*) FROM documents").fetchone()[0]
        return f"<policytext archive {self.folder}, {count} documents>"

    def engine(self, mode: Mode | None = None) -> SearchEngine:
        """Returns the engine for a mode, opened once; None takes hybrid where possible, else lexical.

        Raises:
            BadRequest: no such mode.
            IndexUnavailable, ModelUnavailable: the mode cannot be had.
        """
        if mode is not None and mode not in MODES:
            raise BadRequest(f"no such mode: {mode!r}", "mode", ", ".join(MODES))
        archive = self.archive
        if mode not in self._engines:
            engine = SearchEngine(archive, mode, self._model)
            self._engines[mode] = engine
            if engine.note is None:
                self._engines.setdefault(engine.mode, engine)
        return self._engines[mode]

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        mode: Mode | None = None,
        speaker: str | None = None,
        cites: str | None = None,
        said: Days | None = None,
        from_: Day | None = None,
        to: Day | None = None,
        dates: DateField = "statement",
        document: str | None = None,
        min_quality: float | None = None,
        plain: bool = False,
        exact: bool = False,
        fold: bool = True,
    ) -> Results:
        """Returns the best ``k`` hits for ``query``; the filters hold inside the search.

        Args:
            query: what is looked for, in the query language. Words rank; quoted phrases, ``+word``,
                ``-word``, AND, OR and NOT are conditions; ``speaker:`` and ``said:1956..1979`` filter.
            k: how many hits at most.
            mode: ``lexical``, ``dense`` or ``hybrid``; None takes hybrid where possible.
            speaker: whole words of the name of who says it.
            cites: an Act cited there: words of its title, or ``ukpga/2012/7``.
            said: when it was said: ``1956``, ``"1956-05"``, ``"1956..1979"``, ``(1956, 1979)``.
            from_: said on or after; with ``to`` the same as ``said``.
            to: said on or before; ``1960`` means the end of 1960.
            dates: whether ``from_`` and ``to`` ask when it was said (``statement``) or printed
                (``publication``).
            document: one document: its id or its file's name.
            min_quality: the least share, 0 to 1, of a passage's words that read as words.
            plain: take all of ``query`` as words: no quotes, no operators, no fields.
            exact: do not correct words that the papers do not hold.
            fold: bring reprints of a passage together in one hit, which lists its other places.

        Raises:
            BadRequest: an empty query, or an argument that cannot be understood.
            NotFound: no such document.
            IndexUnavailable, ModelUnavailable: the mode cannot be had.
        """
        asked = self._query(
            query,
            _Manner(plain, exact, fold),
            speaker=speaker,
            cites=cites,
            said=said,
            from_=from_,
            to=to,
            dates=dates,
            document=document,
            min_quality=min_quality,
        )
        engine = self.engine(mode)
        return self._results(asked, engine, engine.search(asked, whole_number(k, "k")))

    def like(self, passage: str | SearchHit, k: int = 10, **filters: Unpack[Narrowing]) -> Results:
        """Returns the ``k`` passages most like one; neither itself nor its reprints are among them.

        Args:
            passage: a hit, or its name as in ``SearchHit.passage``.
            k: how many hits at most.
            **filters: as ``search`` has them.

        Raises:
            BadRequest: the name of a whole document, or as ``search``.
            NotFound: no such passage.
        """
        name = passage.passage if isinstance(passage, SearchHit) else text_of(passage, "passage")
        document, _, number = name.partition(":")
        if not number:
            raise BadRequest(f"not the name of a passage: {name!r}", "passage", "one as in hit.passage")
        (wanted,) = passage_numbers(self.archive, document, number)
        (found,) = passages(self.archive, [wanted])
        asked = self._query(found.text, _Manner(plain=True, exact=True), **filters)
        engine = self.engine()
        hits = engine.like(wanted, whole_number(k, "k"), asked.filters)
        return self._results(asked, engine, hits, f"like {found.id}")

    def kwic(
        self,
        query: str,
        k: int = 1000,
        *,
        sort: Order = "rank",
        context: int = CONTEXT,
        mode: Mode = "lexical",
        plain: bool = False,
        exact: bool = False,
        **filters: Unpack[Narrowing],
    ) -> Table:
        """Returns a line for each place of the query's words, with what stands around it in its document.

        Args:
            query: as in ``search``; where it has phrases in quotes, they alone are looked for.
            k: how many lines at most, the first in that order.
            sort: by ``rank``, by the words to the ``left`` or ``right``, or by ``date``.
            context: characters on each side at most.
            mode: as in ``search``; by meaning most hits hold none of the words.
            plain: as in ``search``.
            exact: as in ``search``.
            **filters: as in ``search``; a line must itself be said by that speaker, at that time.

        Raises:
            BadRequest: as ``search``, or no such order.
        """
        if sort not in ORDERS:
            raise BadRequest(f"no such order: {sort!r}", "sort", ", ".join(ORDERS))
        asked, engine = self._query(query, _Manner(plain, exact), **filters), self.engine(mode)
        hits = engine.search(asked, max(whole_number(k, "k"), _LINES))
        understood = replace(engine.understood(asked), others=())  # lines are of the query's own words
        found = results(self.archive, asked, hits, understood)
        lines = concordance(
            self.archive,
            found,
            phrases=quoted(understood.needed),
            filters=understood.filters,
            context=whole_number(context, "context"),
        )
        rows = (kwic_row(asked.qid, line) for line in sorted_by(lines, sort)[:k])
        return Table("lines", KWIC_COLUMNS, rows)

    def facets(
        self, query: str, *, plain: bool = False, exact: bool = False, **filters: Unpack[Narrowing]
    ) -> Table:
        """Returns how many of all passages that match are whose, of when, in which paper, citing what.

        Args:
            query: as in ``search``.
            plain: as in ``search``.
            exact: as in ``search``.
            **filters: as in ``search``.

        Raises:
            BadRequest: as ``search``.
        """
        asked = self._query(query, _Manner(plain, exact), **filters)
        counted = facets(self.archive, self.engine("lexical").matching(asked))
        return Table("counts", FACET_COLUMNS, facet_rows(counted))

    def quote(
        self, text: str, *, document: str | None = None, speaker: str | None = None, everywhere: bool = False
    ) -> Quoted:
        """Returns whether the archive holds a quotation, where to the character, and what was done to it.

        Args:
            text: the quotation, with or without its quotation marks.
            document: id or file name of the only document to look into.
            speaker: whole words of a name; only places where that speaker says it count.
            everywhere: read every document, also of a very big archive.

        Raises:
            BadRequest: no words in the quotation, or more omissions than can be judged.
            NotFound: no such document.
            ArchiveError: the stored text is not what it was.
        """
        from policytext.api.quoted import Quoted
        from policytext.search.quote_placing import verify
        from policytext.search.quoting import find_quotation

        archive = self.archive
        verdict = find_quotation(
            archive, text_of(text, "text").strip(), document=document, speaker=speaker, everywhere=everywhere
        )
        for place in (*verdict.places, *([verdict.nearest] if verdict.nearest else [])):
            verify(archive, place)
        return Quoted(verdict)

    def timeline(
        self,
        *names: str,
        kind: TimelineKind | None = None,
        tier: Tier = "all",
        k: int = 25,
        mode: Mode | None = None,
        **filters: Unpack[Narrowing],
    ) -> Table:
        """Returns who said it when, a row a witness, as ``policytext timeline --format jsonl`` has them.

        Args:
            *names: ids of claims; or a query, or with ``kind`` a topic, a speaker or an Act.
            kind: ``claim``, ``topic``, ``speaker``, ``act`` or ``query``; None takes claims where all names
                are ids of claims, else a query.
            tier: of claims, ``confirmed`` witnesses or ``all``.
            k: of a query, how many passages are looked at.
            mode: of a query, as in ``search``.
            **filters: as in ``search``.

        Raises:
            BadRequest: as ``search``, no names, or several that are no claims.
            NotFound: no such claim, topic, speaker, Act or document.
            IndexUnavailable: the documents changed since claims were coded or topics made.
        """
        from policytext.api.timelines import timeline_asked
        from policytext.export.tables import TIMELINE_COLUMNS, timeline_rows

        texts = tuple(text_of(name, "timeline") for name in names)
        asked = self._query(" ".join(texts) or "-", _Manner(), **filters)
        found = timeline_asked(
            self.archive,
            texts,
            kind,
            asked,
            tier=tier,
            engine=lambda: self.engine(mode),
            k=whole_number(k, "k"),
        )
        return Table("witnesses", TIMELINE_COLUMNS, timeline_rows(found))

    def show(self, name: str | SearchHit, around: int = 300) -> Shown:
        """Returns a document, or one passage with its surroundings.

        Args:
            name: a hit; or a document's id or file name, alone or with ``:`` and the number of a passage.
            around: so many characters of the clean text before and after a passage.

        Raises:
            NotFound: no such document or passage.
        """
        wanted = name.passage if isinstance(name, SearchHit) else text_of(name, "name")
        document, _, passage = wanted.partition(":")
        archive = self.archive
        source = raw_document(archive, document_id(archive, document))
        if not passage:
            return shown_document(archive, source)
        (found,) = passages(archive, passage_numbers(archive, document, passage))
        return shown_passage(source, found, around)

    @property
    def documents(self) -> Table:
        """The documents, by date of publication, as ``policytext list documents`` has them."""
        return self._listed("documents")

    @property
    def speakers(self) -> Table:
        """The speakers, those with most statements first, as ``policytext list speakers`` has them."""
        return self._listed("speakers")

    @property
    def legislation(self) -> Table:
        """The Acts and papers cited, most cited first, as ``policytext list legislation`` has them."""
        return self._listed("legislation")

    @property
    def claims(self) -> Table:
        """The claims in the order of the codebook and how they recur, as in ``policytext list claims``."""
        return self._listed("claims")

    def _listed(self, what: str) -> Table:
        columns, rows = LISTS[what](self.archive)
        as_in_jsonl = ([list(c) if isinstance(c, tuple) else c for c in row] for row in rows)
        return Table(what, columns, (dict(zip(columns, row, strict=True)) for row in as_in_jsonl))

    def _query(self, text: str, manner: _Manner, **filters: Unpack[Narrowing]) -> Query:
        """Returns what is asked, its document named by id."""
        document = filters.get("document")
        if document is not None:
            filters["document"] = document_id(self.archive, text_of(document, "document"))
        return Query("1", text_of(text, "query"), filters_of(filters), *manner)

    def _results(
        self, asked: Query, engine: SearchEngine, hits: list[Hit], title: str | None = None
    ) -> Results:
        understood, mode = engine.understood(asked), engine.mode
        found = results(self.archive, asked, hits, None if title else understood)
        notes = (*([engine.note] if engine.note else []), *understood.notes)
        rows = [SearchHit(self, asked, mode, r) for r in found]
        return Results(asked, rows, mode, notes=notes, offered=understood.offered, title=title)


def _close(archive: Archive) -> None:
    with suppress(ProgrammingError):  # collected in another thread than it was opened in
        archive.close()
