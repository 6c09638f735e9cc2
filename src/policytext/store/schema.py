"""The tables of an archive. Offsets ``start``/``end`` are clean, ``raw_start``/``raw_end`` raw code points.

``raw_spans`` is a JSON list of [start, end] where a stretch has more than one raw span (a page number stood
between the halves of a paragraph), else NULL: then ``raw_start``/``raw_end`` say it all.
``line`` is the line of the raw text, counted from 1, on which ``raw_start`` stands.
Days are ISO text; NULL is an open or unknown side. ``marks`` is a JSON list of the clean [start, end] of the
marks that call a footnote, NULL where none does. ``quality`` is the share of words that read as words, in
[0, 1], NULL where there are too few to tell. ``profile`` is the JSON of a ``document.Profile``, ``asked``
holds the words, folded, whose evidence in other documents would help (joined by blanks, deflated),
``answers`` a JSON list of those of them that were attested when this document was processed. ``antecedent``
is the JSON of the raw [start, end] of what an annotation leans on, ``utterance`` numbers the sayings of a
document, ``flags`` is a JSON list of sentences.

``people`` are the speakers of the whole archive, derived from its statements: ``roles`` and ``parties`` are
JSON lists, ``first`` and ``last`` the days between which they speak, ``known_as`` all their names, folded.
``claims`` are those of the latest coding or discovery, in the order of the codebook, and ``witnesses`` the
spans that assert or deny them (``statement`` where the span lies in one, ``work`` the utterance or text it
prints, ``counts`` 0 where another witness of the same work counts for it); ``evidence``, ``says``,
``denies`` and ``facts`` are JSON. ``topics`` are those of the latest topic model, ``terms`` and ``facts``
JSON, ``topic_passages`` the passages that carry them, by share.

``names`` says who is meant by a name in a document, or (``joined`` 0) may be; ``sayers`` who speaks a
statement, in the order in which several are named.
"""

from __future__ import annotations

SCHEMA_VERSION = 4
"""Written to SQLite's ``user_version``."""

APPLICATION_ID = 0x70747831  # "ptx1": tells an archive from any other SQLite file

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE documents (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  relative TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  format TEXT NOT NULL,
  encoding TEXT NOT NULL,
  encoding_rule TEXT NOT NULL,
  encoding_confidence REAL NOT NULL,
  data BLOB NOT NULL,
  clean TEXT NOT NULL,
  metadata TEXT NOT NULL,
  title TEXT,
  authors TEXT,
  publisher TEXT,
  publication_date TEXT,
  published_earliest TEXT,
  published_latest TEXT,
  voice TEXT,
  notes TEXT NOT NULL,
  carrier TEXT NOT NULL,
  profile TEXT NOT NULL,
  quality REAL,
  asked BLOB NOT NULL,
  answers TEXT NOT NULL
);
CREATE INDEX documents_by_name ON documents (name);
CREATE INDEX documents_by_sha256 ON documents (sha256);

CREATE TABLE edits (
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, replacement TEXT,
  reason TEXT NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL, status TEXT NOT NULL,
  PRIMARY KEY (document, ordinal)
) WITHOUT ROWID;

CREATE TABLE moves (
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, landing INTEGER NOT NULL,
  reason TEXT NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL,
  PRIMARY KEY (document, ordinal)
) WITHOUT ROWID;

CREATE TABLE blocks (
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, raw_spans TEXT, line INTEGER NOT NULL,
  kind TEXT NOT NULL, level INTEGER NOT NULL, section TEXT NOT NULL,
  rule TEXT NOT NULL, confidence REAL NOT NULL, quality REAL, marks TEXT,
  PRIMARY KEY (document, ordinal)
) WITHOUT ROWID;

CREATE TABLE passages (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, raw_spans TEXT, line INTEGER NOT NULL,
  text TEXT NOT NULL, kind TEXT NOT NULL, section TEXT NOT NULL, context TEXT NOT NULL,
  pieces INTEGER NOT NULL, voice TEXT, voice_folded TEXT NOT NULL, quality REAL
);
CREATE INDEX passages_by_document ON passages (document, start);

CREATE TABLE statements (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, raw_spans TEXT, line INTEGER NOT NULL,
  text TEXT NOT NULL, kind TEXT NOT NULL,
  speaker TEXT, speaker_folded TEXT, speaker_type TEXT NOT NULL, speaker_text TEXT, role TEXT, party TEXT,
  statement_date TEXT, said_earliest TEXT, said_latest TEXT, date_basis TEXT, cue TEXT,
  rule TEXT NOT NULL, confidence REAL NOT NULL,
  antecedent TEXT, asserted_by TEXT, utterance INTEGER, role_then TEXT, party_then TEXT, flags TEXT NOT NULL
);
CREATE INDEX statements_by_document ON statements (document, start);

CREATE TABLE dates (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, raw_spans TEXT, line INTEGER NOT NULL,
  text TEXT NOT NULL, edtf TEXT, type TEXT NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL,
  antecedent TEXT
);
CREATE INDEX dates_by_document ON dates (document, start);

CREATE TABLE citations (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, raw_spans TEXT, line INTEGER NOT NULL,
  text TEXT NOT NULL, class TEXT NOT NULL, title TEXT, title_folded TEXT, year INTEGER, chapter TEXT,
  uri TEXT, provision TEXT, candidates TEXT NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL,
  antecedent TEXT, became TEXT
);
CREATE INDEX citations_by_document ON citations (document, start);

CREATE TABLE passage_statements (
  passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  statement INTEGER NOT NULL REFERENCES statements ON DELETE CASCADE,
  PRIMARY KEY (passage, statement)
) WITHOUT ROWID;
CREATE INDEX passage_statements_by_statement ON passage_statements (statement);

CREATE TABLE passage_citations (
  passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  citation INTEGER NOT NULL REFERENCES citations ON DELETE CASCADE,
  PRIMARY KEY (passage, citation)
) WITHOUT ROWID;
CREATE INDEX passage_citations_by_citation ON passage_citations (citation);

CREATE TABLE numbers (
  number INTEGER PRIMARY KEY,
  passage INTEGER NOT NULL UNIQUE REFERENCES passages ON DELETE CASCADE
);

CREATE TABLE reprints (
  grp TEXT NOT NULL,
  passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, raw_spans TEXT,
  relation TEXT NOT NULL, similarity REAL NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL,
  PRIMARY KEY (grp, passage, start)
) WITHOUT ROWID;
CREATE INDEX reprints_by_passage ON reprints (passage);

CREATE TABLE people (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, roles TEXT NOT NULL, parties TEXT NOT NULL,
  statements INTEGER NOT NULL, documents INTEGER NOT NULL, first TEXT, last TEXT, known_as TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE names (
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  alias TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
  joined INTEGER NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL,
  PRIMARY KEY (document, alias, person)
) WITHOUT ROWID;
CREATE INDEX names_by_person ON names (person);

CREATE TABLE sayers (
  statement INTEGER NOT NULL REFERENCES statements ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  person TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
  PRIMARY KEY (statement, ordinal)
) WITHOUT ROWID;
CREATE INDEX sayers_by_person ON sayers (person);

CREATE TABLE ledger (
  ordinal INTEGER PRIMARY KEY,
  path TEXT NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL
);
"""

ADDED = {
    4: """
CREATE TABLE claims (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE, label TEXT NOT NULL, says TEXT NOT NULL, denies TEXT NOT NULL, facts TEXT NOT NULL
);

CREATE TABLE witnesses (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  claim TEXT NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
  passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  statement INTEGER REFERENCES statements ON DELETE SET NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, raw_spans TEXT, line INTEGER NOT NULL,
  text TEXT NOT NULL, stance TEXT NOT NULL, tier TEXT NOT NULL, voice TEXT NOT NULL,
  speaker TEXT, party TEXT,
  statement_date TEXT, said_earliest TEXT, said_latest TEXT, date_basis TEXT, asserted_by TEXT,
  relation TEXT NOT NULL, work TEXT NOT NULL, counts INTEGER NOT NULL,
  score REAL NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL, evidence TEXT NOT NULL, reviewed_by TEXT
);
CREATE INDEX witnesses_by_claim ON witnesses (claim);
CREATE INDEX witnesses_by_passage ON witnesses (passage);
CREATE INDEX witnesses_by_statement ON witnesses (statement);

CREATE TABLE topics (
  number INTEGER PRIMARY KEY, label TEXT NOT NULL, terms TEXT NOT NULL, facts TEXT NOT NULL
);

CREATE TABLE topic_passages (
  topic INTEGER NOT NULL REFERENCES topics ON DELETE CASCADE,
  passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  share REAL NOT NULL,
  PRIMARY KEY (topic, passage)
) WITHOUT ROWID;
CREATE INDEX topic_passages_by_passage ON topic_passages (passage);
"""
}
"""What brings an archive of the version before to each version: tables are only ever added to."""

OLDEST = min(ADDED) - 1
"""The oldest version that is brought up to date; archives older than that do not open."""
