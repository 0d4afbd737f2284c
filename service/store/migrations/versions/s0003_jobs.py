"""Jobs: what was uploaded, the pages in it and what became of each, and the webhooks that tell of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", _ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        sa.Column("pages", sa.Integer),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("leased_until", sa.String(32)),
        sa.Column("webhook", sa.Text),
        sa.Column("secret", sa.String(100)),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_by_owner", "jobs", ["owner", "number"])
    op.create_index("jobs_by_state", "jobs", ["state", "number"])
    op.create_table(
        "job_uploads",
        _job_id(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number"),
    )
    op.create_table(
        "job_pages",
        _job_id(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("document_id", sa.String(32)),
        sa.Column("version", sa.Integer),
        sa.Column("problem", sa.Text),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("page", sa.LargeBinary),
        sa.PrimaryKeyConstraint("job_id", "number"),
    )
    op.create_table(
        "webhooks",
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.String(32)),
        sa.Column("delivered_at", sa.String(32)),
        sa.Column("answer", sa.String(100)),
    )
    op.create_index("webhooks_by_due_at", "webhooks", ["due_at"])


def _job_id() -> sa.Column[str]:
    return sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False)
