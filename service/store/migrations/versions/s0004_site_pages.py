"""What is kept of a site's pages to learn its template from, and the template that a version was cleaned with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "site_pages",
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("site", sa.String(253), nullable=False),
        sa.Column("page", sa.String(16), nullable=False),
        sa.Column("rank", sa.Float, nullable=False),
        sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("learned_at", sa.String(32), nullable=False),
        sa.Column("part", sa.LargeBinary, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("owner", "site", "page"),
    )
    op.create_index("site_pages_by_rank", "site_pages", ["owner", "site", "rank", "page"])
    op.create_index("site_pages_by_document", "site_pages", ["document_id"])
    op.add_column("document_versions", sa.Column("site_template", sa.String(16)))
