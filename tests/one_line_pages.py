"""Dressed pages whose line ends were lost: menu, article and footer are one line, and whose each word is, is still known."""

from __future__ import annotations

from collections import Counter

from cleaner.types import Document, Page
from tests.dressed_sites import DressedPage


def in_one_line(page: DressedPage) -> Page:
    """The flattened page, a space where a line ended."""
    return Page(page.url, " ".join(line.text for line in page.lines), "text", page.url, fetched_at=page.fetched_at)


def words_of(page: DressedPage, document: Document) -> Counter[str]:
    """The words of a page in one line by whose they are, "template words" and "body words" among them, and those that went:
    "body words gone". A site's words that are glued to an article are its template's.
    """
    gone = bytearray(len(document.parsed.source))
    for block, label in zip(document.parsed.blocks, document.labels, strict=True):
        for start, end in [(cut.start, cut.end) for cut in label.cuts] if label.keep else [(0, len(block.text))]:
            gone[block.start + start : block.start + end] = b"\1" * (end - start)
    counts: Counter[str] = Counter()
    at = 0
    for line in page.lines:
        cut = at + line.text.index(line.cut) if line.cut else -1
        for word in line.text.split(" "):
            whose = "template" if line.cut and cut <= at < cut + len(line.cut.rstrip()) else line.kind
            if word:
                counts[f"{whose} words"] += 1
                counts[f"{whose} words gone"] += all(gone[at : at + len(word)])
            at += len(word) + 1
    return counts
