"""Cleaners over samples: each page's figures. A cleaner that breaks on a page scores as if it had kept nothing."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context

from cleaner.cleaners import CLEANERS, Cleaner
from cleaner.cleaners.libraries import RAW_EXTRACTORS
from cleaner.cleaners.with_model import cleaner_and_model
from cleaner.errors import CleanerError, UnknownName
from cleaner.metadata import find_metadata
from cleaner.parse import parse
from cleaner.parse.decode import decode
from cleaner.pipeline import apply
from cleaner.scoring.kinds import BlockTruth, KindCount, Mistake
from cleaner.scoring.metrics import (
    Match,
    Shares,
    names_match,
    same_day,
    same_language,
    same_text,
    shingle_shares,
    snippets_found,
    without_optional,
    word_match,
)
from cleaner.scoring.peer_metadata import PEER_METADATA
from cleaner.scoring.samples import Sample
from cleaner.types import Label, Metadata, Page, Value

FIELDS = ("title", "authors", "date", "language", "site_name")
BATCH = 8  # samples that go to a worker process at once

_WARM_UP = Page("warm-up", "<html><body><h1>Rain</h1><p>" + "It rained all night, and the river rose by a metre. " * 9, "html")


@dataclass(frozen=True, slots=True)
class FieldScore:
    """One metadata field of one page: is it annotated, was a value given, and how well they agree (0 to 1)."""

    annotated: bool
    given: bool
    score: float


@dataclass(frozen=True, slots=True)
class PageScore:
    """One cleaner on one sample. ``cpu_ms`` is parsing, labelling and applying; ``metadata_ms`` comes on top.

    ``fields`` is empty for a library's own output where PEER_METADATA has no reader of its metadata. ``failure`` says what
    broke, else it is empty. ``quality`` is the word F1 that the cleaner foretold. ``mistakes`` and ``kinds`` are empty for a
    library's own output, which has no blocks.
    """

    sample: str
    page_type: str
    cleaner: str
    words: Match
    shingles: Shares
    with_found: int
    with_asked: int
    without_found: int
    without_asked: int
    fields: Mapping[str, FieldScore]
    cpu_ms: float
    metadata_ms: float
    failure: str = ""
    quality: float | None = None
    truth: str = ""
    text: str = ""
    covers: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    kinds: Mapping[str, KindCount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Cleaned:
    text: str
    metadata: Metadata | None
    cpu_ms: float
    metadata_ms: float
    failure: str = ""
    quality: float | None = None
    labels: Sequence[Label] | None = None


def check_names(names: Iterable[str]) -> None:
    """Raises UnknownName for a name that is neither a cleaner nor a library's own output; see ``cleaners.with_model``."""
    known = [*CLEANERS, *RAW_EXTRACTORS]
    for name in names:
        if re.split("[:@]", name, maxsplit=1)[0] not in known:
            raise UnknownName("cleaner", name, known)
        if name not in RAW_EXTRACTORS:
            cleaner_and_model(name)


def score_samples(samples: Iterable[Sample], names: Sequence[str], workers: int = 1) -> Iterator[list[PageScore]]:
    """The scores of each sample in turn, one a name in their order; at most a few batches of samples are in memory.

    Raises CleanerError when a worker process dies.
    """
    if workers == 1:
        warm_up(names)
        yield from (score_sample(sample, names) for sample in samples)
        return
    try:
        yield from _score_apart(samples, names, workers)
    except BrokenProcessPool as error:
        message = "a worker process died (out of memory?): score with --workers 1 and a smaller --limit to find the page"
        raise CleanerError(message) from error


def _score_apart(samples: Iterable[Sample], names: Sequence[str], workers: int) -> Iterator[list[PageScore]]:
    with ProcessPoolExecutor(workers, get_context("spawn"), warm_up, (names,)) as pool:
        running: deque[Future[list[list[PageScore]]]] = deque()
        rest = iter(samples)
        while batch := list(islice(rest, BATCH)):
            running.append(pool.submit(_score_batch, batch, names))
            if len(running) > 2 * workers:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


def warm_up(names: Sequence[str]) -> None:
    """Clean a small page with each, so that no page's time holds the import of a library."""
    sample = Sample("warm-up", _WARM_UP, "")
    score_sample(sample, names)


def score_sample(sample: Sample, names: Sequence[str]) -> list[PageScore]:
    """The scores of one sample, one a name in their order."""
    truth = BlockTruth(sample)
    return [_score(sample, truth, name, _cleaned(sample.page, name)) for name in names]


def _score_batch(batch: Sequence[Sample], names: Sequence[str]) -> list[list[PageScore]]:
    return [score_sample(sample, names) for sample in batch]


def _cleaned(page: Page, name: str) -> _Cleaned:
    extract = RAW_EXTRACTORS.get(name)
    try:
        return _extracted(page, name, extract) if extract else _labelled(page, cleaner_and_model(name))
    except Exception as error:  # a broken page is a row of the result, not its end
        metadata = Metadata() if name in PEER_METADATA or not extract else None
        return _Cleaned("", metadata, 0.0, 0.0, f"{type(error).__name__}: {error}")


def _extracted(page: Page, name: str, extract: Callable[[str], str]) -> _Cleaned:
    """A library's own output. These read HTML alone: flattened text gives nothing."""
    if page.kind == "text":
        return _Cleaned("", Metadata() if name in PEER_METADATA else None, 0.0, 0.0)
    source, _ = decode(page.content, page.charset)
    started = time.process_time()
    text = extract(source)
    cpu_ms = _ms_since(started)
    started = time.process_time()
    metadata = PEER_METADATA[name](source, page.url) if name in PEER_METADATA else None
    return _Cleaned(text, metadata, cpu_ms, _ms_since(started))


def _labelled(page: Page, cleaner: Cleaner) -> _Cleaned:
    """The steps of ``pipeline.clean`` one by one, as their times are wanted apart."""
    started = time.process_time()
    parsed = parse(page)
    labelled = cleaner.label(parsed)
    labels = labelled.labels
    kept, _, _ = apply(parsed, labels)
    cpu_ms = _ms_since(started)
    started = time.process_time()
    metadata = find_metadata(parsed, labels)
    text = "\n".join(block.text for block in kept)
    return _Cleaned(text, metadata, cpu_ms, _ms_since(started), quality=labelled.quality, labels=labels)


def _ms_since(started: float) -> float:
    return (time.process_time() - started) * 1000


def _score(sample: Sample, truth: BlockTruth, name: str, cleaned: _Cleaned) -> PageScore:
    text = without_optional(cleaned.text, sample.optional, sample.body)
    return PageScore(
        sample=sample.id,
        page_type=sample.page_type,
        cleaner=name,
        words=word_match(sample.body, text),
        shingles=shingle_shares(sample.body, text),
        with_found=snippets_found(sample.with_, cleaned.text),
        with_asked=len(sample.with_),
        without_found=snippets_found(sample.without, cleaned.text),
        without_asked=len(sample.without),
        fields=_field_scores(sample, cleaned.metadata) if cleaned.metadata else {},
        cpu_ms=cleaned.cpu_ms,
        metadata_ms=cleaned.metadata_ms,
        failure=cleaned.failure,
        quality=cleaned.quality,
        truth=sample.body,
        text=text,
        covers=sample.covers,
        mistakes=truth.mistakes(cleaned.labels) if cleaned.labels is not None else (),
        kinds=truth.kinds(cleaned.labels) if cleaned.labels is not None else {},
    )


def _field_scores(sample: Sample, metadata: Metadata) -> dict[str, FieldScore]:
    names = [author.value for author in metadata.authors]
    return {
        "title": _field_score(sample.title, metadata.title, same_text),
        "authors": FieldScore(bool(sample.authors), bool(names), names_match(sample.authors, names)),
        "date": _field_score(sample.date, metadata.date_published, same_day),
        "language": _field_score(sample.language, metadata.language, same_language),
        "site_name": _field_score(sample.site_name, metadata.site_name, same_text),
    }


def _field_score(truth: str | None, value: Value | None, compare: Callable[[str, str], float]) -> FieldScore:
    score = compare(truth, value.value) if truth is not None and value is not None else float(truth is None and value is None)
    return FieldScore(truth is not None, value is not None, score)
