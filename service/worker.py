"""Imported once by the process that worker processes are forked from: it reads the model and loads what their work needs."""

from __future__ import annotations

from service import differences, line_jobs  # noqa: F401  # or each new worker loads them with the first request that needs them
from service.cleaning import get_ready

get_ready()
