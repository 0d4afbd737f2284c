"""The headline: it is metadata, not body."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.main_content import is_article
from cleaner.rules.reading import Finding, Reading, has_bullet
from cleaner.rules.stamps import DATE
from cleaner.types import Reason

HEAD_LINES = 15  # lines above the first sentence among which a flattened page's title stands
TITLE_WORDS = 32
SHORTEST_TITLE = 3  # words; shorter lines at the head are labels
TRAIL = (">", "»", "›", "/", "|", "→")


def headline(reading: Reading) -> Iterator[Finding]:
    """``<h1>`` of an article; the line "Mali severs ties with its neighbour" above a flattened article's first paragraph."""
    if reading.html:
        yield from _headings(reading)
        return
    title = _title_line(reading)
    if title is None:
        return
    yield Finding(title, Reason.TITLE, 0.8)
    for index in range(title):
        if _contains(reading.keys[index], reading.keys[title]):
            yield Finding(index, Reason.BREADCRUMB, 0.9)


def _headings(reading: Reading) -> Iterator[Finding]:
    if not is_article(reading):
        return
    said = [reading.parsed.head.title, *(content for name, content in reading.parsed.head.meta if name.endswith(":title"))]
    titles = reading.book.keys(said)
    lone = [index for index, block in enumerate(reading.blocks) if block.tag == "h1" and not block.hidden]
    if not any(titles) and len(lone) == 1:
        yield Finding(lone[0], Reason.TITLE, 0.8)
    for index, block in enumerate(reading.blocks):
        if (
            block.tag in ("h1", "h2")
            and (key := reading.keys[index])
            and any(_contains(title, key) or _contains(key, title) for title in titles if title)
        ):
            yield Finding(index, Reason.TITLE, 0.9)


def _title_line(reading: Reading) -> int | None:
    """The longest line that could be a title above the first sentence; the later of equals. None when the page has none."""
    first = next((index for index in range(len(reading)) if reading.sentence[index]), None)
    if first is None or first > HEAD_LINES:
        return None
    best = None
    for index in range(first):
        text = reading.blocks[index].text
        if (
            SHORTEST_TITLE <= reading.words[index] <= TITLE_WORDS
            and reading.is_open(index)
            and text[-1] not in ".。…:;,"
            and not has_bullet(text)
            and not any(mark in text for mark in (" > ", " » ", " › ", " | ", "…"))
            and not DATE.search(text)
            and (best is None or reading.words[index] >= reading.words[best])
        ):
            best = index
    return best


def _contains(line: str, title: str) -> bool:
    """The line holds the whole title and more of its own kind: a site name, a section, a token."""
    return len(title) > 12 and title in line
