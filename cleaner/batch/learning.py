"""The first of two passes: what repeats over the pages of a site is learned from all pages of a batch."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from cleaner.batch.pages import Learning
from cleaner.batch.reading import Find, Read
from cleaner.batch.run import Batch, Progress
from cleaner.batch.stream import clean_sources
from cleaner.site_templates import SiteTemplates
from cleaner.writers.file import write_whole


def learn_sites(batch: Batch) -> Generator[Progress, None, Path]:
    """Learn the site templates of all pages of a batch; returns the file that they are written to, for ``Job.sites``.

    Where that file is there, from an earlier run, it stays. A run that is killed over this learns anew. Pages that cannot be
    read are passed over: the second pass tells of them. All templates are held in memory, some 70 kB a site.
    """
    if not batch.sites.exists():
        templates = SiteTemplates()
        yield from _learned(batch, batch.find(), templates)
        write_sites(batch, templates)
    return batch.sites


def learn_from(batch: Batch, find: Find) -> SiteTemplates:
    """The site templates of the pages in some of the batch's files."""
    templates = SiteTemplates()
    for _ in _learned(batch, find, templates):
        pass
    return templates


def write_sites(batch: Batch, templates: SiteTemplates) -> None:
    templates.prune()
    write_whole(batch.sites, templates.to_json())


def _is_wanted(read: Read, batch: Batch, templates: SiteTemplates) -> bool:
    return batch.has(read) and (page := read.found().page) is not None and templates.wants(page)


def _learned(batch: Batch, find: Find, templates: SiteTemplates) -> Generator[Progress, None, None]:
    stream = clean_sources(
        find,
        Learning(),
        batch.workers,
        wanted=lambda read: _is_wanted(read, batch, templates),
        fields=batch.fields,
        limits=batch.limits,
    )
    with closing(stream):
        for pages, learned in enumerate(stream, 1):
            if learned.outcome.content:
                templates.merge(SiteTemplates.from_json(learned.outcome.content.decode()))
            yield Progress(pages, 0, 0, learned.position)
