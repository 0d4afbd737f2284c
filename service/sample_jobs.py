"""What a worker process does for samples: make one of a page and what a person says of it, and hold two of them together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from cleaner.cleaners import DEFAULT_CLEANER
from cleaner.errors import InputError
from cleaner.hand_cleaning import (
    Agreement,
    HandCleaning,
    agreement,
    dispute,
    first_draft,
    labels_by_hand,
    lines_for_site,
    reading_of,
    sample_files,
)
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.types import Document
from service.cleaning import Broke, knowing, page_of, site_for, told
from service.problems import Fault, Problem, invalid, page_reads_otherwise
from service.site_learning import SiteAsked
from service.store.rows import StoredPage, StoredSite

_DISPUTANTS = ("learned", "heuristic")


@dataclass(frozen=True, slots=True)
class SampleJob:
    """A stored page, its content compressed, and what a person says of it; ``reading`` is that of the page they saw."""

    page: StoredPage
    hand: HandCleaning
    reading: str
    site: StoredSite | None = None


@dataclass(frozen=True, slots=True)
class SampleMade:
    """What the store takes of a sample, and what the page can teach its ``host``: forms of lines that stay, and that go."""

    record: dict[str, Any]
    host: str
    stay: list[str]
    go: list[str]


@dataclass(frozen=True, slots=True)
class AgreementJob:
    """A stored page and what two people say of it."""

    page: StoredPage
    pair: tuple[HandCleaning, HandCleaning]
    reading: str


def run_sample_job(job: SampleJob) -> SampleMade | SiteAsked | Problem | Broke:
    """Make a sample of a page. Never raises."""
    return told(lambda: _sample(job))


def run_agreement_job(job: AgreementJob) -> Agreement | Problem | Broke:
    """How far two people agree. Never raises."""
    return told(lambda: _agreement(job))


def run_dispute_job(page: StoredPage) -> float | Problem | Broke:
    """The share of a page's words that the model and the rules treat differently. Never raises."""
    return told(lambda: _dispute(page))


def hand_of(record: dict[str, Any]) -> HandCleaning:
    """What a person said, out of a sample's record."""
    said = record["hand"]
    return HandCleaning(
        frozenset(said["removed"]),
        tuple((block, start, end) for block, start, end in said["cuts"]),
        said["page_type"],
        said["title"],
        tuple(said["authors"]),
        said["date_published"],
        said["language"],
        said["site_name"],
    )


def as_record(hand: HandCleaning) -> dict[str, Any]:
    """The same as JSON."""
    return asdict(hand) | {"removed": sorted(hand.removed), "cuts": sorted(hand.cuts), "authors": list(hand.authors)}


def begun(document: Document) -> dict[str, Any]:
    """The record of a draft that nobody has worked on."""
    return {"reading": reading_of(document.parsed), "hand": as_record(first_draft(document))}


def _sample(job: SampleJob) -> SampleMade | SiteAsked | Problem:
    page = page_of(job.page)
    site = site_for(page, job.site)
    if isinstance(site, SiteAsked):
        return site
    document = clean(page, cleaner=knowing(DEFAULT_CLEANER, site))
    parsed = document.parsed
    if reading_of(parsed) != job.reading:
        return page_reads_otherwise()
    try:
        text, meta = sample_files(parsed, job.hand, document.labels)
        labels = labels_by_hand(parsed, job.hand)
    except InputError as error:
        return invalid([Fault("pointer", "#", str(error))])
    stay, go = lines_for_site(parsed, labels, document.labels)
    record = {"reading": job.reading, "hand": as_record(job.hand), "text": text, "meta": meta}
    return SampleMade(record, site.host, stay, go)


def _agreement(job: AgreementJob) -> Agreement | Problem:
    parsed = parse(page_of(job.page))
    if reading_of(parsed) != job.reading:
        return page_reads_otherwise()
    return agreement(parsed, *job.pair)


def _dispute(stored: StoredPage) -> float:
    documents = [clean(page_of(stored), cleaner=name) for name in _DISPUTANTS]
    return dispute(documents[0].parsed, documents[0].labels, documents[1].labels)
