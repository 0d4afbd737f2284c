"""A page in, a document out: parse, label, apply, describe."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace

from cleaner.cleaners import DEFAULT_CLEANER, Cleaner, cleaner_named
from cleaner.metadata import find_metadata
from cleaner.parse import parse
from cleaner.quality import find_warnings
from cleaner.types import Block, Cut, Document, Image, Label, Page, Parsed, Reason, Removed, Span


def clean(page: Page | str | bytes, *, cleaner: str | Cleaner = DEFAULT_CLEANER, url: str | None = None) -> Document:
    """Clean one page: HTML or flattened text, as bytes or as text.

    A bare ``str`` or ``bytes`` becomes a Page whose id is the hash of its content. The same page gives the same
    document, whatever was cleaned before.

    Raises PageRefused when the page is beyond a limit, UnknownName for a cleaner that is in no table, CleanerFailed when
    a library cleaner breaks.

    >>> clean("<nav><a href=/>Home</a></nav><p>It rained all night, and the river rose by a metre.</p>").text
    'It rained all night, and the river rose by a metre.'
    """
    if not isinstance(page, Page | str | bytes):
        raise TypeError(f"clean takes a page as str, bytes or Page, not {type(page).__name__}")
    if not isinstance(page, Page):
        page = Page(id=content_id(page), content=page, url=url)
    chosen = cleaner_named(cleaner) if isinstance(cleaner, str) else cleaner
    started = time.perf_counter()
    parsed = parse(page)
    parsed_at = time.perf_counter()
    labelled = chosen.label(parsed)
    labels = labelled.labels
    labelled_at = time.perf_counter()
    kept, images, removed = apply(parsed, labels)
    metadata = find_metadata(parsed, labels, labelled.site)
    described_at = time.perf_counter()
    return Document(
        parsed=parsed,
        labels=labels,
        kept=kept,
        images=images,
        removed=removed,
        metadata=metadata,
        cleaner=chosen.name,
        version=chosen.version,
        page_type=labelled.page_type,
        quality=labelled.quality if kept else None,
        warnings=find_warnings(parsed, labels, kept, labelled.page_type, labelled.site),
        timings_ms={
            "parse": (parsed_at - started) * 1000,
            "label": (labelled_at - parsed_at) * 1000,
            "metadata": (described_at - labelled_at) * 1000,
        },
    )


def content_id(content: str | bytes) -> str:
    """The id of a page that has no other: the first 16 hex digits of its SHA-256."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:16]


def apply(parsed: Parsed, labels: Sequence[Label]) -> tuple[list[Block], list[Image], list[Removed]]:
    """Carry out what the labels say: the kept blocks without their cuts, the pictures among them, and what was removed.

    This is the only function that removes anything. A block whose cuts leave nothing visible is not kept.
    A picture stays when the block it stands before stays.
    """
    if len(labels) != len(parsed.blocks):
        raise ValueError(f"{len(labels)} labels for {len(parsed.blocks)} blocks: a cleaner gives one label a block")
    kept: list[Block] = []
    removed: list[Removed] = []
    place_of: dict[int, int] = {}
    for index, (block, label) in enumerate(zip(parsed.blocks, labels, strict=True)):
        if not label.keep:
            reason = label.reason or Reason.NOT_MAIN_CONTENT
            removed.append(Removed(block.text, reason, label.by, label.score, index, 0, len(block.text)))
            continue
        removed += [
            Removed(block.text[cut.start : cut.end], cut.reason, cut.by, label.score, index, cut.start, cut.end)
            for cut in label.cuts
        ]
        remaining = without_cuts(block, label.cuts) if label.cuts else block
        if remaining is not None:
            place_of[index] = len(kept)
            kept.append(remaining)
    images = [replace(image, block=place_of[image.block]) for image in parsed.images if image.block in place_of]
    return kept, images, removed


def without_cuts(block: Block, cuts: Sequence[Cut]) -> Block | None:
    """The block without its cuts, or None when nothing visible is left.

    Where a cut joins two words, one space stands between them; a text block keeps the offsets of the whole line.
    """
    pieces: list[str] = []
    spans: list[Span] = []
    length = 0
    for start, end in _stretches(len(block.text), cuts):
        piece = block.text[start:end]
        lead = len(piece) - len(piece.lstrip()) if not pieces or pieces[-1][-1].isspace() else 0
        piece = piece[lead:]
        if length and piece and not piece[0].isspace() and not pieces[-1][-1].isspace() and _needs_space(block.text, start):
            pieces.append(" ")
            length += 1
        for span in block.spans:
            first, last = max(span.start, start + lead), min(span.end, end)
            if first < last:
                spans.append(replace(span, start=length + first - start - lead, end=length + last - start - lead))
        if piece:
            pieces.append(piece)
            length += len(piece)
    text = "".join(pieces).rstrip()
    if not text:
        return None
    spans = [replace(span, end=min(span.end, len(text))) for span in spans if span.start < len(text)]
    links = sum(span.end - span.start for span in spans if span.kind == "link")
    return replace(block, text=text, spans=tuple(spans), link_chars=min(links, len(text)))


def _stretches(length: int, cuts: Sequence[Cut]) -> list[tuple[int, int]]:
    """What the cuts leave of ``[0, length)``, in order."""
    stretches = []
    at = 0
    for cut in cuts:
        if cut.start > at:
            stretches.append((at, cut.start))
        at = max(at, cut.end)
    if at < length:
        stretches.append((at, length))
    return stretches


def _needs_space(text: str, start: int) -> bool:
    return text[start - 1 : start + 1].isalnum()
