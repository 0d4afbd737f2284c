"""Imported once by the process that worker processes are forked from: it reads the model and loads what cleaning needs."""

from __future__ import annotations

from service.cleaning import get_ready

get_ready()
