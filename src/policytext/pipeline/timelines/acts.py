"""The timeline of an Act, or of any paper that is cited: who cites it, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policytext.analysis.timeline import Timeline
from policytext.errors import BadRequest, NotFound
from policytext.pipeline.timelines.gathering import gathered
from policytext.pipeline.timelines.passages import Saying, allowed, drafts_of
from policytext.ranking import Filters
from policytext.search.results import satisfies, voice_satisfies
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.folding import fold
from policytext.store.naming import near
from policytext.store.reader import FoundPassage

_MOST_TITLES = 5


@dataclass(frozen=True, slots=True)
class CitedAct:
    """What is cited by words of a title or an identifier: its title or titles, the most cited first."""

    asked: str
    titles: tuple[str, ...]


def act_named(archive: Archive, name: str) -> CitedAct:
    """Returns what is cited under whole words of a title or under an identifier (``ukpga/2012/7``).

    An identifier stands for its sections and other parts too (``ukpga/2012/7/section/195``).

    Raises:
        NotFound: nothing that is cited has that title.
        BadRequest: there is no word in it.
    """
    if not fold(name):
        raise BadRequest(f"nothing to look for in {name!r}", "--as act", "words of the title")
    rows = archive.sql.execute(_TITLES, _keys(name)).fetchall()
    if not rows:
        known = archive.sql.execute(
            "SELECT DISTINCT title FROM citations WHERE title IS NOT NULL ORDER BY title"
        )
        offered = near(name, [row["title"] for row in known])
        told = f"; there is {offered}" if offered else ""
        raise NotFound("no such Act is cited", name, f"policytext list legislation{told}")
    return CitedAct(name, tuple(row["title"] for row in rows))


def act_timeline(archive: Archive, act: CitedAct, filters: Filters | None = None) -> Timeline:
    """Returns the statements and passages that cite an Act and satisfy the filters.

    A statement is a witness where a citation stands in it; the passage's own voice is where one stands
    outside all statements.
    """
    asked = filters or Filters()
    cited: dict[int, list[Span]] = {}
    for number, start, end in archive.sql.execute(_CITING, _keys(act.asked)):
        cited.setdefault(number, []).append(Span(start, end))

    def choose(passage: FoundPassage) -> Iterator[Saying]:
        places = cited[passage.number]
        told = [s for s in passage.statements if any(Span(s.start, s.end).overlaps(c) for c in places)]
        yield from (s for s in told if satisfies(s, asked))
        outside = [c for c in places if not any(Span(s.start, s.end).overlaps(c) for s in told)]
        if outside and voice_satisfies(passage, asked):
            yield None

    found = gathered(archive, drafts_of(archive, allowed(archive, cited, asked), choose, {}))
    return Timeline(
        kind="act",
        title=act.titles[0] if len(act.titles) == 1 else act.asked,
        asked=(act.asked,),
        witnesses=found.witnesses,
        papers=found.papers,
        notes=(_told(act),),
    )


def _keys(name: str) -> tuple[str, str]:
    """Returns the values of the queries: words of a title, and an identifier."""
    return fold(name), name.strip().strip("/")


def _told(act: CitedAct) -> str:
    shown = "; ".join(act.titles[:_MOST_TITLES])
    more = len(act.titles) - _MOST_TITLES
    return f"What cites {shown}{f' and {more} more titles' if more > 0 else ''}."


_TITLES = """
SELECT title, count(*) AS times FROM citations
WHERE (instr(title_folded, ?1) OR uri = ?2 OR instr(uri, ?2 || '/') = 1) AND title IS NOT NULL
GROUP BY title ORDER BY times DESC, title
"""
_CITING = """
SELECT n.number, c.start, c.end FROM citations c JOIN passage_citations x ON x.citation = c.key
JOIN numbers n ON n.passage = x.passage
WHERE instr(c.title_folded, ?1) OR c.uri = ?2 OR instr(c.uri, ?2 || '/') = 1
ORDER BY n.number, c.start
"""
