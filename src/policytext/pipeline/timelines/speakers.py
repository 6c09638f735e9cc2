"""The timeline of a speaker: all that a person or a body says, quoted, reported or in papers of their own."""

from __future__ import annotations

from collections.abc import Iterator

from policytext.analysis.timeline import Timeline
from policytext.errors import BadRequest, NotFound
from policytext.pipeline.timelines.gathering import gathered
from policytext.pipeline.timelines.passages import Saying, allowed, drafts_of, own_words
from policytext.ranking import Filters
from policytext.search.results import satisfies, voice_satisfies
from policytext.store.archive import Archive
from policytext.store.folding import fold
from policytext.store.naming import near
from policytext.store.reader import FoundPassage

_MOST_NAMED = 8


def speaker_named(archive: Archive, name: str) -> tuple[str, str]:
    """Returns id and canonical name of the speaker of this id or name, or the only one with these words.

    Every name counts by which the archive knows somebody, as `policytext list speakers` shows them.

    Raises:
        NotFound: there is nobody of that name.
        BadRequest: several have it, or there is no word in it.
    """
    rows = archive.sql.execute(
        "SELECT id, name, known_as FROM people ORDER BY statements DESC, id"
    ).fetchall()
    wanted = fold(name)
    if not wanted:
        raise BadRequest(f"no word of a name in {name!r}", "--as speaker", "policytext list speakers")
    found = [r for r in rows if r["id"] == name] or [r for r in rows if fold(r["name"]) == wanted]
    found = found or [r for r in rows if wanted in r["known_as"]]
    if len(found) > 1:
        told = ", ".join(r["id"] for r in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        raise BadRequest(f"several speakers have this name: {told}{more}", name, "one of these ids")
    if not found:
        offered = near(name, [r["name"] for r in rows])
        told = f"; there is {offered}" if offered else ""
        raise NotFound("no such speaker", name, f"policytext list speakers{told}")
    return found[0]["id"], found[0]["name"]


def speaker_timeline(archive: Archive, speaker: str, filters: Filters | None = None) -> Timeline:
    """Returns everything said by the speaker of this id that satisfies the filters.

    That is every statement attributed to them (alone or among others), and every passage in their own voice
    of which at least half is their own words.

    Raises:
        NotFound: no such speaker.
    """
    row = archive.sql.execute("SELECT name FROM people WHERE id = ?", (speaker,)).fetchone()
    if row is None:
        raise NotFound("no such speaker", speaker, "policytext list speakers")
    asked = filters or Filters()
    said = {r[0] for r in archive.sql.execute(_STATEMENTS, (speaker,))}
    quoting = {r[0] for r in archive.sql.execute(_QUOTING, (speaker,))}
    own = {r[0] for r in archive.sql.execute(_OWN, (speaker,))}

    def choose(passage: FoundPassage) -> Iterator[Saying]:
        yield from (s for s in passage.statements if s.id in said and satisfies(s, asked))
        if passage.number in own and voice_satisfies(passage, asked) and _mostly_own(passage):
            yield None

    numbers = allowed(archive, quoting | own, asked)
    found = gathered(archive, drafts_of(archive, numbers, choose, {}))
    return Timeline(
        kind="speaker",
        title=row["name"],
        asked=(speaker,),
        witnesses=found.witnesses,
        papers=found.papers,
        notes=(f"All that is attributed to {row['name']}, and what stands in papers of theirs.",),
    )


def _mostly_own(passage: FoundPassage) -> bool:
    words = len(own_words(passage).split())
    return words > 0 and 2 * words >= len(passage.text.split())


_STATEMENTS = "SELECT s.id FROM sayers y JOIN statements s ON s.key = y.statement WHERE y.person = ?"
_QUOTING = (
    "SELECT DISTINCT n.number FROM sayers y JOIN passage_statements x ON x.statement = y.statement "
    "JOIN numbers n ON n.passage = x.passage WHERE y.person = ?"
)
_OWN = (
    "SELECT n.number FROM names v JOIN passages p ON p.document = v.document AND p.voice = v.alias "
    "JOIN numbers n ON n.passage = p.key WHERE v.person = ? AND v.joined"
)
