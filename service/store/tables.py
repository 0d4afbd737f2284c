"""The tables of the store. ``migrations/`` makes them; a test holds both against each other.

Times are text, ISO 8601 in UTC with microseconds, so that they sort and read alike in every database.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata = MetaData()

# SQLite numbers its rows by itself only where the column is called INTEGER.
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _document_id(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "document_id", String(32), ForeignKey("documents.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False
    )


# What the current version tells stands twice: in columns, to filter by, and in ``summary`` under its checksum, to be served.
documents = Table(
    "documents",
    metadata,
    Column("number", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("owner", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("host", String(255)),
    Column("language", String(35)),
    Column("date_published", String(40)),
    Column("quality", Float),
    Column("summary", Text, nullable=False),
    Column("checksum", String(64), nullable=False),
    Index("documents_by_owner", "owner", "number"),
    Index("documents_by_host", "owner", "host", "number"),
)

# The page as it came, compressed, and when it was fetched, where somebody told.
pages = Table(
    "document_pages",
    metadata,
    _document_id(primary_key=True),
    Column("media_type", String(40), nullable=False),
    Column("charset", String(40)),
    Column("url", Text),
    Column("content", LargeBinary, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("fetched_at", String(40)),
)

# What each cleaning made of it: the document as JSON, compressed; ``site_template`` is the version of the template it knew.
versions = Table(
    "document_versions",
    metadata,
    _document_id(),
    Column("number", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("cleaner", String(100), nullable=False),
    Column("cleaner_version", String(40), nullable=False),
    Column("site_template", String(16)),
    Column("record", LargeBinary, nullable=False),
    Column("checksum", String(64), nullable=False),
    PrimaryKeyConstraint("document_id", "number"),
)

# Why something was removed from the current version.
reasons = Table(
    "document_reasons",
    metadata,
    _document_id(),
    Column("reason", String(40), nullable=False),
    PrimaryKeyConstraint("document_id", "reason"),
    Index("document_reasons_by_reason", "reason", "document_id"),
)

# By which copies of the current text are found. A band's ``number`` is that of a document; it goes with the fingerprint.
document_fingerprints = Table(
    "document_fingerprints",
    metadata,
    _document_id(primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("exact", String(32), nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Column("checksum", String(64), nullable=False),
    Index("document_fingerprints_by_text", "owner", "exact"),
)
document_bands = Table(
    "document_bands",
    metadata,
    Column("band", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("band", "number"),
)

# What is kept of the pages of a site, those of the highest rank: each page is a row, so that services that learn at the same
# time lose nothing of each other's. What was learned from a document goes with it.
site_pages = Table(
    "site_pages",
    metadata,
    Column("owner", String(64), nullable=False),
    Column("site", String(253), nullable=False),
    Column("page", String(16), nullable=False),
    Column("rank", Float, nullable=False),
    _document_id(),
    Column("learned_at", String(32), nullable=False),
    Column("part", LargeBinary, nullable=False),
    Column("checksum", String(64), nullable=False),
    PrimaryKeyConstraint("owner", "site", "page"),
    Index("site_pages_by_rank", "owner", "site", "rank", "page"),
    Index("site_pages_by_document", "document_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", String(64), nullable=False),
    Column("key", String(255), nullable=False),
    Column("request", String(64), nullable=False),
    Column("made", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    PrimaryKeyConstraint("owner", "key"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("scopes", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
)

# ``detail`` says why a job failed; a job that is worked on has a ``lease``, which is somebody else's to take when it runs out.
jobs = Table(
    "jobs",
    metadata,
    Column("number", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("owner", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", String(255), nullable=False),
    Column("options", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("detail", Text),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Column("pages", Integer),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("lease", String(32)),
    Column("leased_until", String(32)),
    Column("webhook", Text),
    Column("secret", String(100)),
    Index("jobs_by_owner", "owner", "number"),
    Index("jobs_by_state", "state", "number"),
)


def _job_id(*, primary_key: bool = False) -> Column[str]:
    return Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False)


# What was uploaded, in pieces, until its pages are in ``job_pages``.
job_uploads = Table(
    "job_uploads",
    metadata,
    _job_id(),
    Column("number", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("job_id", "number"),
)

# A page of a job, and what became of it; ``page`` is there until it has ended, and ``document_id`` from the start where the
# page is one that is stored.
job_pages = Table(
    "job_pages",
    metadata,
    _job_id(),
    Column("number", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("document_id", String(32)),
    Column("version", Integer),
    Column("problem", Text),
    Column("ended", Boolean, nullable=False),
    Column("page", LargeBinary),
    PrimaryKeyConstraint("job_id", "number"),
)

# What is to be told of a job that ended; ``due_at`` is empty once it was told, or given up.
webhooks = Table(
    "webhooks",
    metadata,
    _job_id(primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("due_at", String(32)),
    Column("delivered_at", String(32)),
    Column("answer", String(100)),
    Index("webhooks_by_due_at", "due_at"),
)

# A page as a person cleans it: ``record`` is the compressed JSON of what goes and stays, its text and its metadata; ``version``
# counts how often it was saved.
samples = Table(
    "samples",
    metadata,
    _document_id(),
    Column("annotator", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("checksum", String(64), nullable=False),
    PrimaryKeyConstraint("document_id", "annotator"),
)

# The share of a document's words that two cleaners treat differently.
disputes = Table(
    "document_disputes",
    metadata,
    _document_id(primary_key=True),
    Column("share", Float, nullable=False),
    Index("document_disputes_by_share", "share"),
)

# What people taught a site by correcting its pages: the form of a line, and whether it stays.
taught_lines = Table(
    "taught_lines",
    metadata,
    Column("owner", String(64), nullable=False),
    Column("host", String(255), nullable=False),
    Column("line_hash", String(16), nullable=False),
    Column("line", Text, nullable=False),
    Column("stays", Boolean, nullable=False),
    Column("taught_at", String(32), nullable=False),
    PrimaryKeyConstraint("owner", "host", "line_hash"),
)

# ``document_search(number, words)`` is beside them: a virtual table of SQLite, a tsvector with its index in PostgreSQL.
SEARCH_TABLE = "document_search"
