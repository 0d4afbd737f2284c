"""Imported by the server that workers are forked from: what a first page loads is there before, once for all of them."""

from __future__ import annotations

from cleaner.pipeline import clean

clean("<html lang=en><title>Rain</title><p>It rained all night, and the river rose by a metre.</p></html>")
