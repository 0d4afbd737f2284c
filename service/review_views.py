"""What a worker process does for the review page: clean a page with one cleaner or two, and write the page that shows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from cleaner.formats import FORMATS, to_dict, word_count
from cleaner.hand_cleaning import PAGE_TYPES, labels_by_hand
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.types import Block, Cut, Document, Label, Parsed, Reason
from service.cleaning import NO_SITE, Broke, knowing, page_of, site_for, told
from service.problems import Problem
from service.sample_jobs import begun, hand_of
from service.site_learning import SiteAsked, knows_sites
from service.store.rows import StoredPage, StoredSite
from service.web import FAMILY_OF, render

MAX_INLINE = 1_000_000  # characters of a page that is not stored, to be sent back with its result

_FIELDS = ("title", "authors", "date_published", "date_modified", "language", "site_name", "section", "agency", "tags")
_MORE_FIELDS = ("canonical_url", "description", "image", "license", "access", "comments")
_SHAPES = {**dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "head"), "li": "item", "td": "cell", "th": "cell"}
_SHAPES |= {"pre": "pre", "blockquote": "quote"}
_FETCHING_TAGS = re.compile(r"<(/?)(link|meta|base)(?=[\s/>])", re.I)
_QUIET_FRAME = (
    "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)


@dataclass(frozen=True, slots=True)
class ReviewJob:
    """A page, its content compressed, and the one or two cleaners it is shown by; ``document_id`` of one that is stored."""

    page: StoredPage
    cleaners: tuple[str, ...]
    document_id: str | None = None
    file_name: str = ""
    needs_keys: bool = False
    site: StoredSite | None = None


@dataclass(frozen=True, slots=True)
class BenchJob:
    """A stored page that a person cleans: the record, version and state of their draft, and the names of others' ones.

    ``order`` is that of the queue they go through.
    """

    page: StoredPage
    document_id: str
    annotator: str
    order: str
    record: dict[str, Any] | None = None
    version: int = 0
    done: bool = False
    others: tuple[str, ...] = ()
    needs_keys: bool = False
    site: StoredSite | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block's text; ``reason`` and ``by`` are empty where it stays."""

    text: str
    start: int
    end: int
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A block as one cleaner sees it."""

    keep: bool
    reason: str
    by: str
    score: str
    pieces: tuple[Piece, ...]  # at least one

    @property
    def cut(self) -> bool:
        """Whether a part of it goes."""
        return len(self.pieces) > 1 or bool(self.pieces[0].reason)


@dataclass(frozen=True, slots=True)
class Row:
    """A block of the page as each cleaner sees it; ``place`` is where it stands."""

    views: tuple[View, ...]
    shape: str
    place: str

    @property
    def keep(self) -> bool:
        return self.views[0].keep

    @property
    def kinds(self) -> list[str]:
        """What it can be filtered by: "kept", "differ" and reasons."""
        reasons = {view.reason for view in self.views} | {piece.reason for view in self.views for piece in view.pieces}
        kinds = ["kept"] if self.keep else []
        return kinds + (["differ"] if self.differ else []) + sorted(reasons - {""})

    @property
    def family(self) -> str:
        return FAMILY_OF.get(self.views[0].reason, "")

    @property
    def differ(self) -> bool:
        first, *others = self.views
        return any(view.keep != first.keep or _parts(view) != _parts(first) for view in others)


def run_review_job(job: ReviewJob) -> str | SiteAsked | Problem | Broke:
    """The review page as HTML. A stored page is cleaned with what is stored of its site, which is asked for. Never raises."""
    return told(lambda: _review(job))


def run_bench_job(job: BenchJob) -> str | SiteAsked | Problem | Broke:
    """The bench as HTML. Never raises."""
    return told(lambda: _bench(job))


def run_original_job(stored: StoredPage) -> str | Problem | Broke:
    """The page itself, to be shown in a frame without rights. Never raises."""
    return told(lambda: quiet(_as_html(parse(page_of(stored)))))


def rows_of(parsed: Parsed, labellings: Sequence[Sequence[Label]]) -> list[Row]:
    """A row a block, with a view for each labelling."""
    rows = []
    for index, block in enumerate(parsed.blocks):
        text = block.text.replace("\r", " ")  # which a browser would join to a line's end, and cuts are counted in characters
        views = tuple(_view(text, labels[index]) for labels in labellings)
        rows.append(Row(views, _SHAPES.get(block.tag, "para"), _place(parsed, block)))
    return rows


def quiet(source: str) -> str:
    """A page to be shown in a frame without rights: what would still fetch something there is renamed to nothing."""
    return _QUIET_FRAME + _FETCHING_TAGS.sub(r"<\1x-\2", source)


def about(document: Document) -> dict[str, Any]:
    """What the head of a page says."""
    metadata, url = document.metadata, document.parsed.page.url
    return {
        "title": metadata.title.value if metadata.title else "",
        "authors": [author.value for author in metadata.authors],
        "date": metadata.date_published.value[:10] if metadata.date_published else "",
        "page_type": document.page_type,
        "url": url,
        "link": url if url and urlsplit(url).scheme in ("http", "https") else "",
        "words": word_count(document.text),
        "words_in_page": word_count("\n".join(block.text for block in document.parsed.blocks)),
        "quality": document.quality,
        "warnings": document.warnings,
        "kind": "HTML" if document.parsed.kind == "html" else "flattened text",
        "charset": document.parsed.charset.name,
        "cleaner": document.cleaner,
        "version": document.version,
        "ms": sum(document.timings_ms.values()),
    }


def _review(job: ReviewJob) -> str | SiteAsked:
    page = page_of(job.page)
    site = site_for(page, job.site) if job.document_id else NO_SITE
    if isinstance(site, SiteAsked):
        return site
    documents = [clean(page, cleaner=knowing(name, site if knows_sites(name) else NO_SITE)) for name in job.cleaners]
    first = documents[0]
    parsed = first.parsed
    rows = rows_of(parsed, [document.labels for document in documents])
    kinds_of = [row.kinds for row in rows]
    told_here = about(first)
    if job.file_name and not told_here["url"]:
        told_here["url"] = job.file_name
    inline = job.document_id is None and len(parsed.source) <= MAX_INLINE
    return render(
        "review.html",
        about=told_here,
        rows=list(zip(rows, kinds_of, strict=True)),
        kinds={
            "kept": sum("kept" in kinds for kinds in kinds_of),
            "differ": sum("differ" in kinds for kinds in kinds_of),
            "reasons": _reasons(kinds_of),
        },
        fields=_fields(to_dict(first)),
        formats={name: FORMATS[name].render(first) for name in ("text", "markdown", "json")},
        types={name: format_.media_type for name, format_ in FORMATS.items()},
        suffixes={name: format_.suffix for name, format_ in FORMATS.items()},
        file=_file_name(told_here["title"]),
        cleaners=list(CLEANERS),
        chosen=job.cleaners,
        document_id=job.document_id,
        source=parsed.source if inline else None,
        original=quiet(_as_html(parsed)) if inline else None,
        caller=True,
        needs_keys=job.needs_keys,
        current="",
    )


@dataclass(frozen=True, slots=True)
class BenchRow:
    """A block as a person left it; ``machine_reason`` is why the cleaner would take it out, empty where it would not."""

    keep: bool
    pieces: tuple[Piece, ...]
    shape: str
    place: str
    machine_reason: str

    @property
    def cut(self) -> bool:
        """Whether a part of it goes."""
        return len(self.pieces) > 1 or bool(self.pieces[0].reason)

    @property
    def changed(self) -> bool:
        return self.keep == bool(self.machine_reason)


def _bench(job: BenchJob) -> str | SiteAsked:
    page = page_of(job.page)
    site = site_for(page, job.site)
    if isinstance(site, SiteAsked):
        return site
    document = clean(page, cleaner=knowing(DEFAULT_CLEANER, site))
    parsed, record = document.parsed, begun(document)
    fits = job.record is not None and job.record["reading"] == record["reading"]
    hand = hand_of(job.record if job.record is not None and fits else record)
    labels = labels_by_hand(parsed, hand)
    rows = [
        BenchRow(row.keep, row.views[0].pieces, row.shape, row.place, _reason(machine))
        for row, machine in zip(rows_of(parsed, [labels]), document.labels, strict=True)
    ]
    return render(
        "bench.html",
        about=about(document),
        rows=rows,
        hand=hand,
        page_types=PAGE_TYPES,
        reading=record["reading"],
        set_aside=job.record is not None and not fits,
        document_id=job.document_id,
        annotator=job.annotator,
        version=job.version,
        done=job.done and fits,
        order=job.order,
        others=job.others,
        caller=True,
        needs_keys=job.needs_keys,
        current="bench",
    )


def _reason(label: Label) -> str:
    return "" if label.keep else (label.reason or Reason.NOT_MAIN_CONTENT).value


def _as_html(parsed: Parsed) -> str:
    """A page's source; a flattened one is set as it stands."""
    if parsed.kind == "html":
        return parsed.source
    escaped = parsed.source.replace("&", "&amp;").replace("<", "&lt;")
    return f"<pre style=white-space:pre-wrap>{escaped}</pre>"


def _place(parsed: Parsed, block: Block) -> str:
    hidden = f" ({block.hidden}: not shown by browsers)" if block.hidden else ""
    return parsed.path(block) + hidden if parsed.kind == "html" else f"characters {block.start:,} to {block.end:,}"


def _view(text: str, label: Label) -> View:
    pieces = tuple(_pieces(text, label.cuts)) if label.keep else (Piece(text, 0, len(text)),)
    reason = "" if label.keep or label.reason is None else label.reason.value
    return View(label.keep, reason, label.by, f"{label.score:.2f}", pieces)


def _pieces(text: str, cuts: Sequence[Cut]) -> list[Piece]:
    pieces, at = [], 0
    for cut in cuts:
        if cut.start > at:
            pieces.append(Piece(text[at : cut.start], at, cut.start))
        pieces.append(Piece(text[cut.start : cut.end], cut.start, cut.end, cut.reason.value, cut.by))
        at = cut.end
    if at < len(text):
        pieces.append(Piece(text[at:], at, len(text)))
    return pieces or [Piece("", 0, 0)]


def _parts(view: View) -> list[tuple[int, int]]:
    return [(piece.start, piece.end) for piece in view.pieces if piece.reason]


def _reasons(kinds_of: Sequence[Sequence[str]]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter(kind for kinds in kinds_of for kind in kinds if kind not in ("kept", "differ"))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _fields(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The values that are there, each with where it was found and how sure that is."""
    rows: list[dict[str, Any]] = []
    for name in (*_FIELDS, *_MORE_FIELDS):
        value = record[name]
        values = value if isinstance(value, list) else [] if value is None else [value]
        found = record["sources"].get(name, [])
        for one, source in zip(values, found if isinstance(found, list) else [found], strict=False):
            rows.append(
                {
                    "name": name.replace("_", " "),
                    "value": one,
                    "source": source["source"],
                    "confidence": source["confidence"],
                    "ambiguous": source.get("ambiguous", False),
                    "others": source.get("others", []),
                }
            )
    return rows


def _file_name(title: str) -> str:
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower())[:8])
    return PurePath(words or "page").name
