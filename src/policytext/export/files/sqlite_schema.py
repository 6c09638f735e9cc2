"""The tables, views and indexes of the SQLite file for others, with the words that Datasette shows for them.

Tables are the layers of `policytext export` under the same names; beside EDTF dates stand the first and last
day, so that SQL can compare them. Lists are JSON, as Datasette shows and `json_each` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policytext.export.columns import COLUMNS, Column


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, keys, what it holds and how Datasette shows it."""

    columns: tuple[Column, ...]
    words: str
    key: str | None = "id"
    points: dict[str, str] = field(default_factory=dict)
    indexed: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    sort: str | None = None
    searched: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class View:
    """A view: its SQL, what it holds and how Datasette shows it."""

    sql: str
    words: str
    facets: tuple[str, ...] = ()


def _text(name: str, words: str) -> Column:
    return Column(name, "text", words)


def _days(said: str, what: str) -> tuple[Column, Column]:
    first = _text(
        f"{said}_earliest", f"First day on which it can have been {what} (ISO); empty: open or unknown"
    )
    return first, _text(f"{said}_latest", f"Last day on which it can have been {what} (ISO), likewise")


_PRINTED = _days("published", "printed")
_SAID = _days("said", "said")
_PAPER = {"document": "documents"}

TABLES: dict[str, Table] = {
    "about": Table(
        (_text("name", "What"), _text("value", "Its value; objects are JSON")),
        "How this file was made, and what is missing in it",
        key="name",
    ),
    "documents": Table(
        (*COLUMNS["documents"], *_PRINTED),
        "The papers, with where each fact about them comes from",
        indexed=("published_earliest",),
        facets=("kind", "carrier", "publisher"),
        sort="published_earliest",
    ),
    "blocks": Table(
        COLUMNS["blocks"],
        "Stretches of the papers with a role: heading, paragraph, list, table, footnote, ...",
        points=_PAPER,
        indexed=("document",),
        facets=("kind", "document"),
    ),
    "passages": Table(
        COLUMNS["passages"],
        "The papers in pieces of whole sentences, about 90 words; search them by words",
        points=_PAPER,
        indexed=("document",),
        facets=("document", "kind", "voice"),
        searched=True,
    ),
    "edits": Table(
        (Column("number", "int", "Counts them"), *COLUMNS["edits"]),
        "Repairs of the papers: applied, only suggested, or flagged",
        key="number",
        points=_PAPER,
        indexed=("document",),
        facets=("status", "reason", "rule", "document"),
    ),
    "speakers": Table(
        (
            _text("id", "Names the speaker"),
            _text("name", "Name"),
            Column("aliases", "texts", "Other names that papers give"),
            _text("type", "person or organisation"),
            Column("roles", "texts", "Offices, as printed"),
            Column("parties", "texts", "Parties, as printed"),
            Column("statements", "int", "Statements by the speaker"),
            Column("documents", "int", "Papers with one"),
            _text("first", "First day on which the speaker can have said one (ISO)"),
            _text("last", "Last such day (ISO)"),
            Column("perhaps", "texts", "Names that may be the same one's"),
        ),
        "Who speaks in the papers; names that mean one speaker are brought together",
        facets=("type",),
        sort="name",
    ),
    "statements": Table(
        (*COLUMNS["statements"], *_SAID, *_PRINTED),
        "What speakers say, with the date of saying beside that of printing",
        points=_PAPER,
        indexed=("document", "canonical", "said_earliest"),
        facets=("kind", "speaker_type", "canonical", "document"),
        searched=True,
    ),
    "said_by": Table(
        (
            _text("statement", "The statement"),
            _text("speaker", "Who says it"),
            Column("place", "int", "Of several, in the order in which they are named, from 1"),
        ),
        "Which speakers say a statement",
        key=None,
        points={"statement": "statements", "speaker": "speakers"},
        indexed=("statement", "speaker"),
    ),
    "dates": Table(
        (
            *COLUMNS["dates"],
            _text("date_earliest", "First day of it (ISO); empty: open, or not resolved"),
            _text("date_latest", "Last day of it (ISO), likewise"),
        ),
        "Dates that the papers mention",
        points=_PAPER,
        indexed=("document", "date_earliest"),
        facets=("type", "document"),
    ),
    "citations": Table(
        COLUMNS["citations"],
        "Acts, Bills, command papers and policy documents that the papers cite",
        points=_PAPER,
        indexed=("document", "title", "uri"),
        facets=("class", "title", "document"),
    ),
    "reprints": Table(
        (Column("number", "int", "Counts them"), *COLUMNS["reprints"]),
        "Printings of texts that are printed more than once",
        key="number",
        points={**_PAPER, "passage": "passages"},
        indexed=("document", "passage", "group"),
        facets=("relation", "document"),
    ),
    "codebook": Table(
        (
            _text("id", "Names the claim"),
            Column("place", "int", "Its place in the codebook, from 1"),
            _text("label", "The claim in words"),
            Column("says", "texts", "Sentences that say it"),
            Column("denies", "texts", "Sentences that say the opposite"),
            Column("works", "int", "Independent works that say it"),
            Column("confirmed", "int", "Witnesses that are confirmed"),
            Column("suggested", "int", "Witnesses that are only suggested"),
            Column("papers", "int", "Papers that hold confirmed ones"),
            _text("first_said", "First day on which it can have been said (ISO)"),
            _text("first_by", "Who said it first"),
            _text("last_said", "Last day on which it can have been said (ISO)"),
            _text("periods", "Periods that it covers, of those that have sources"),
            Column("longest_silence", "int", "Whole years, at least, before its longest-awaited return"),
            Column("returns", "int", "Returns after a silence"),
            Column("observed", "real", "Periods covered"),
            Column("expected", "real", "Periods that it would cover by chance"),
            Column("p", "real", "Probability of so many by chance; empty where that cannot be tested"),
            Column("q", "real", "The same, corrected for the number of claims"),
            _text("verdict", "The test in words"),
            _text("why", "Why it cannot be tested"),
            _text("hangs_on", "Papers without which it would be otherwise"),
        ),
        "The claims that were looked for, and how each comes again",
        facets=("verdict",),
        sort="place",
    ),
    "claims": Table(
        (*COLUMNS["claims"], *_SAID, *_PRINTED),
        "Witnesses: places that say or deny a claim. Count those with tier confirmed and "
        "counts_as_independent 1 only; the others are suggestions, or more places of a work that is counted",
        points={"family": "codebook", **_PAPER, "passage": "passages", "statement": "statements"},
        indexed=("family", "document", "passage", "statement", "said_earliest"),
        facets=("family", "tier", "stance", "relation"),
    ),
    "topics": Table(
        (
            Column("number", "int", "Counts the topics, the largest is 1"),
            _text("label", "Its telling terms"),
            Column("terms", "texts", "More of them"),
            Column("share", "real", "Share of all passages, 0 to 1"),
            Column("stability", "real", "How far it comes back when passages are sampled, 0 to 1"),
            _text("verdict", "That in words; no finding where it says not stable"),
            Column("npmi", "real", "Coherence of its terms, -1 to 1"),
            Column("passages", "int", "Passages that it leads"),
            Column("documents", "int", "Papers that it leads a passage of"),
            _text("largest", "The paper that has most of it"),
            Column("largest_share", "real", "How much of it that paper has, 0 to 1"),
        ),
        "What the papers speak of",
        key="number",
        points={"largest": "documents"},
        facets=("verdict",),
        sort="number",
    ),
    "topic_passages": Table(
        tuple(c for c in COLUMNS["topics"] if c.name != "label"),
        "Passages and the topics that they carry",
        key=None,
        points={"topic": "topics", "passage": "passages", **_PAPER},
        indexed=("topic", "passage"),
        facets=("topic", "document"),
    ),
}
"""In an order in which every table stands behind those that it points to."""

LABELS = {
    "documents": "title",
    "speakers": "name",
    "codebook": "label",
    "topics": "label",
    "passages": "id",
    "statements": "id",
}
"""The column that Datasette shows for a row that others point to."""

_DECADE = """CASE WHEN {0}_earliest IS NULL AND {0}_latest IS NULL THEN 'not dated'
  WHEN substr({0}_earliest, 1, 3) = substr({0}_latest, 1, 3) THEN substr({0}_earliest, 1, 3) || '0s'
  ELSE 'not sure which' END"""

VIEWS: dict[str, View] = {
    "timeline": View(
        """SELECT c.family, c.statement_date AS said, c.speaker, c.stance, c.text,
  c.publication_date AS printed, d.title AS paper, c.tier, c.relation, c.counts_as_independent,
  c.source, c.start, c."end", c.line, c.document, d.sha256, c.said_earliest, c.said_latest, c.date_basis,
  c.published_earliest, c.published_latest, c.work, c.id AS witness, b.label
FROM claims c JOIN codebook b ON b.id = c.family JOIN documents d ON d.id = c.document
ORDER BY coalesce(c.said_earliest, c.said_latest, '~'), c.published_earliest, c.document, c.start, c.id""",
        "Witnesses of the claims in the order in which they were said, with the paper that prints each",
        ("family", "tier", "stance", "relation"),
    ),
    "claims_by_decade": View(
        f"""SELECT c.family, {_DECADE.format("c.said")} AS decade_said,
  count(DISTINCT c.work) AS works, count(DISTINCT c.document) AS papers
FROM claims c WHERE c.tier = 'confirmed' AND c.stance <> 'denies' AND c.counts_as_independent = 1
GROUP BY c.family, decade_said ORDER BY c.family, decade_said""",
        "Independent, confirmed works that say a claim, by the decade in which they were said; "
        "'not sure which' where a date covers several. Before taking a gap for a silence, see "
        "papers_by_decade",
        ("family", "decade_said"),
    ),
    "papers_by_decade": View(
        f"""SELECT {_DECADE.format("published")} AS decade_printed, count(*) AS papers,
  sum(words) AS words FROM documents GROUP BY decade_printed ORDER BY decade_printed""",
        "How many papers there are of each decade: where there is none, nothing can be found",
    ),
    "statements_by_decade": View(
        f"""SELECT {_DECADE.format("said")} AS decade_said, count(*) AS statements,
  count(DISTINCT canonical) AS speakers, count(DISTINCT document) AS papers,
  sum(said_latest < published_earliest) AS said_before_printed
FROM statements GROUP BY decade_said ORDER BY decade_said""",
        "Statements by the decade in which they were said, and how many of them before their paper",
    ),
    "who_said": View(
        """SELECT c.speaker, c.family, c.stance, count(DISTINCT c.work) AS works,
  min(c.said_earliest) AS first_said, max(c.said_latest) AS last_said,
  count(DISTINCT c.document) AS papers
FROM claims c WHERE c.tier = 'confirmed' AND c.counts_as_independent = 1
GROUP BY c.speaker, c.family, c.stance ORDER BY works DESC, c.speaker, c.family, c.stance""",
        "Who says or denies which claim: independent, confirmed works",
        ("family", "stance", "speaker"),
    ),
    "cited_acts": View(
        """SELECT c.title, c.year, c.class, c.uri, count(*) AS citations,
  count(DISTINCT c.document) AS papers,
  min(d.published_earliest) AS first_cited, max(d.published_latest) AS last_cited
FROM citations c JOIN documents d ON d.id = c.document WHERE c.title IS NOT NULL
GROUP BY c.class, c.title, c.year, c.uri ORDER BY citations DESC, c.title, c.class, c.year""",
        "Legislation and state papers, those cited most often first",
        ("class",),
    ),
    "quoted_later": View(
        """SELECT s.canonical AS speaker, s.statement_date AS said, s.text, d.title AS paper,
  s.publication_date AS printed,
  cast(substr(s.published_earliest, 1, 4) AS INTEGER) - cast(substr(s.said_latest, 1, 4) AS INTEGER)
    - (substr(s.published_earliest, 5) < substr(s.said_latest, 5)) AS years_between,
  s.document, s.start, s."end", s.id AS statement
FROM statements s JOIN documents d ON d.id = s.document WHERE s.said_latest < s.published_earliest
ORDER BY s.said_earliest, s.document, s.start, s.id""",
        "Statements that surely were made before the paper that prints them, with the whole years between",
        ("speaker", "paper"),
    ),
}
