"""Many pages: read, cleaned by worker processes, written and entered in a ledger; each page is its own unit of failure."""

from __future__ import annotations

from cleaner.batch.in_units import plan_units, run_in_store
from cleaner.batch.pages import Job, Outcome
from cleaner.batch.run import Batch, Plan, Progress, Shard, forget, plan_batch, run_batch
from cleaner.batch.stream import clean_sources
from cleaner.batch.workers import Limits

__all__ = [
    "Batch",
    "Job",
    "Limits",
    "Outcome",
    "Plan",
    "Progress",
    "Shard",
    "clean_sources",
    "forget",
    "plan_batch",
    "plan_units",
    "run_batch",
    "run_in_store",
]
