"""Documents, their pages and versions, why things were removed, full-text search, idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("host", sa.String(255)),
        sa.Column("language", sa.String(35)),
        sa.Column("date_published", sa.String(40)),
        sa.Column("quality", sa.Float),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sqlite_autoincrement=True,  # a number is never given twice, so a cursor never points at another document
    )
    op.create_index("documents_by_owner", "documents", ["owner", "number"])
    op.create_index("documents_by_host", "documents", ["owner", "host", "number"])
    op.create_table(
        "document_pages",
        _document_id(primary_key=True),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("charset", sa.String(40)),
        sa.Column("url", sa.Text),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
    )
    op.create_table(
        "document_versions",
        _document_id(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("cleaner", sa.String(100), nullable=False),
        sa.Column("cleaner_version", sa.String(40), nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "number"),
    )
    op.create_table(
        "document_reasons",
        _document_id(),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "reason"),
    )
    op.create_index("document_reasons_by_reason", "document_reasons", ["reason", "document_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("made", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute('CREATE VIRTUAL TABLE document_search USING fts5(words, tokenize = "unicode61 remove_diacritics 0")')
    else:
        op.execute(
            "CREATE TABLE document_search (number BIGINT PRIMARY KEY "
            "REFERENCES documents (number) ON DELETE CASCADE, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX document_search_by_words ON document_search USING gin (words)")


def _document_id(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False
    )
