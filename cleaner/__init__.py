"""Turn scraped pages, as HTML or as flattened text, into clean articles, and say what was removed and why."""

from cleaner.errors import CleanerError, PageRefused
from cleaner.pipeline import clean
from cleaner.types import Document, Page
from cleaner.version import __version__

__all__ = ["CleanerError", "Document", "Page", "PageRefused", "__version__", "clean"]
