"""What is done with one page of a batch, and what becomes of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

from cleaner.cleaners import Cleaner, cleaner_named
from cleaner.duplicates import Fingerprint, fingerprint
from cleaner.errors import CleanerError
from cleaner.formats import Explain, format_named, to_json, word_count
from cleaner.ml.artefact import load
from cleaner.ml.in_use import folder_of_another, model_in_use, use
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.readers.found import Found
from cleaner.site_templates import SiteTemplates
from cleaner.types import Document, Page
from cleaner.writers.rows import ROW_WRITERS

Duplicates = Literal["keep", "mark", "first"]


class Task(Protocol):
    """What is done with every page of a batch. It is pickled; a worker process calls ``begin`` once, and the result a page."""

    def begin(self) -> Callable[[Found], Outcome]:
        """Get ready: read what is needed for all pages. What is returned never raises, as one page never ends a batch."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Clean and render: the cleaner's name with profile and mode, and the name of the writer.

    ``sites`` is a file of site templates; ``explain`` what JSON and Parquet tell of what went, see ``formats.to_dict``.
    ``duplicates`` says what becomes of pages whose bodies are copies of earlier ones: they are kept like all, kept and listed
    (mark), or listed and left out (first). ``model`` is the folder of the model that is in use when the batch begins, so that
    all of it is cleaned by one; None for the model that comes with the package.
    """

    cleaner: str
    to: str
    sites: Path | None = None
    explain: Explain = "none"
    duplicates: Duplicates = "keep"
    model: Path | None = field(default_factory=folder_of_another)

    def begin(self) -> Callable[[Found], Outcome]:
        """Raises InputError for templates or a model that cannot be read."""
        if self.model and model_in_use().folder != self.model:
            use(load(self.model))
        cleaner = cleaner_named(self.cleaner, SiteTemplates.read(self.sites) if self.sites else None)
        render = _render(self.to, self.explain)
        is_compared = self.duplicates != "keep"
        return lambda found: _cleaned(found, cleaner, render, is_compared)


@dataclass(frozen=True, slots=True)
class Learning:
    """Learn site templates: the content of an outcome is those of the page alone, as JSON, to be merged."""

    def begin(self) -> Callable[[Found], Outcome]:
        return lambda found: _settled(found, _learned)


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
    fingerprint: Fingerprint | None = None


def _cleaned(found: Found, cleaner: Cleaner, render: Callable[[Document], bytes], is_compared: bool) -> Outcome:
    def work(page: Page) -> Outcome:
        started = time.perf_counter()
        document = replace(clean(page, cleaner=cleaner), timings_ms={})  # the same page gives the same file
        outcome = _counted(found, document, render(document), time.perf_counter() - started)
        return replace(outcome, fingerprint=fingerprint(document.text)) if is_compared else outcome

    return _settled(found, work)


def _learned(page: Page) -> Outcome:
    templates = SiteTemplates()
    templates.learn(parse(page))
    return Outcome(page.id, content=templates.to_json().encode())


def _settled(found: Found, work: Callable[[Page], Outcome]) -> Outcome:
    """What becomes of a page, whatever happens."""
    if found.page is None:
        return Outcome(found.place, error=found.error, message=found.message)
    try:
        return work(found.page)
    except CleanerError as error:
        return Outcome(found.place, error=type(error).__name__, message=str(error))
    except MemoryError:
        return Outcome(found.place, error="PageRefused", message="the page takes more memory than a worker may have")
    except Exception as error:
        return Outcome(found.place, error=type(error).__name__, message=f"the cleaner broke on this page: {error!r}"[:500])


def _render(to: str, explain: Explain) -> Callable[[Document], bytes]:
    if to in ROW_WRITERS:
        return lambda document: ROW_WRITERS[to].render(document, explain)
    rendered = partial(to_json, explain=explain) if to == "json" else format_named(to).render
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
