"""Imported once by the process that worker processes are forked from: it reads the model and loads what their work needs."""

from __future__ import annotations

from cleaner.ml.artefact import SHIPPED, load
from cleaner.ml.in_use import use

# or each new worker loads them with the first request that needs them
from service import differences, line_jobs, review_views, sample_jobs  # noqa: F401
from service.cleaning import get_ready

use(load(SHIPPED))  # what the environment names may have changed by now, or be damaged: each process is handed its model
get_ready()
