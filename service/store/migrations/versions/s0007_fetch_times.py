"""When a page was fetched: without it, cleaning a stored page again cannot date what it published "2 hours ago"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("document_pages", sa.Column("fetched_at", sa.String(40)))
