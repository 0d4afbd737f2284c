"""What is done with one page of a batch, and what becomes of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cleaner.errors import CleanerError
from cleaner.formats import FORMATS, format_named, word_count
from cleaner.pipeline import clean
from cleaner.readers.found import Found
from cleaner.types import Document
from cleaner.writers.rows import ROW_WRITERS


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every page of a batch: the cleaner's name with profile and mode, and the name of the writer."""

    cleaner: str
    to: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page. ``content`` is its result; ``error`` names what went wrong, ``message`` says it.

    ``removed_words`` counts words by the wire name of the reason; ``seconds`` is the wall-clock time it took.
    """

    place: str
    target: str = ""
    content: bytes = b""
    error: str = ""
    message: str = ""
    is_empty: bool = False
    kept_words: int = 0
    removed_words: Mapping[str, int] = field(default_factory=dict)
    page_type: str = ""
    quality: float | None = None
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


def clean_found(found: Found, job: Job) -> Outcome:
    """Clean one page and render its result. Never raises, as one page never ends a batch."""
    if found.page is None:
        return Outcome(found.place, error=found.error, message=found.message)
    started = time.perf_counter()
    try:
        document = replace(clean(found.page, cleaner=job.cleaner), timings_ms={})  # the same page gives the same file
        content = _render(job.to)(document)
    except CleanerError as error:
        return Outcome(found.place, error=type(error).__name__, message=str(error))
    except MemoryError:
        return Outcome(found.place, error="PageRefused", message="the page takes more memory than a worker may have")
    except Exception as error:
        return Outcome(found.place, error=type(error).__name__, message=f"the cleaner broke on this page: {error!r}"[:500])
    return _counted(found, document, content, time.perf_counter() - started)


def _render(to: str) -> Callable[[Document], bytes]:
    if to in ROW_WRITERS:
        return ROW_WRITERS[to].render
    rendered = format_named(to).render
    return lambda document: rendered(document).encode("utf-8", "backslashreplace")


def _counted(found: Found, document: Document, content: bytes, seconds: float) -> Outcome:
    removed: Counter[str] = Counter()
    for piece in document.removed:
        removed[piece.reason.value] += word_count(piece.text)
    return Outcome(
        found.place,
        found.target,
        content,
        is_empty=document.status == "empty",
        kept_words=sum(word_count(block.text) for block in document.kept),
        removed_words=dict(removed),
        page_type=document.page_type,
        quality=document.quality,
        warnings=document.warnings,
        seconds=seconds,
    )


WRITERS = (*FORMATS, *ROW_WRITERS)
