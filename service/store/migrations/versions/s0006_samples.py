"""Samples: pages as people clean them, how far cleaners disagree on a page, and what people taught a site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "samples",
        _document_id(),
        sa.Column("annotator", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "annotator"),
    )
    op.create_table(
        "document_disputes",
        _document_id(),
        sa.Column("share", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_index("document_disputes_by_share", "document_disputes", ["share"])
    op.create_table(
        "taught_lines",
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("line_hash", sa.String(16), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("stays", sa.Boolean, nullable=False),
        sa.Column("taught_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("owner", "host", "line_hash"),
    )


def _document_id() -> sa.Column[str]:
    return sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False)
