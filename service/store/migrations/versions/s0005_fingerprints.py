"""Fingerprints of the texts, and the bands of numbers in them by which near copies are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "document_fingerprints",
        sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("exact", sa.String(32), nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
    )
    op.create_index("document_fingerprints_by_text", "document_fingerprints", ["owner", "exact"])
    op.create_table(
        "document_bands",
        sa.Column("band", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("band", "number"),
        sqlite_with_rowid=False,
    )
