"""Whole rooms of an HTML page: what is hidden, what its author called navigation, footer, sidebar, comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from cleaner.rules.names import NAMED_BY_TAG, named
from cleaner.rules.reading import PROSE_WORDS, Finding, Reading
from cleaner.types import Reason

CONTENT_SHARE = 0.3  # of the page's prose: a room that holds more is no sidebar, whatever it is called
SURE_SHARE = 0.8  # <nav>, <footer>, consent tools and comments are believed up to here: they are rarely called so wrongly
WORDS_SHARE = 0.5  # of all visible words; guards pages that have hardly any prose (shops, listings)
THREAD_SHARE = 0.4  # of the prose in comments, above which the comments are what the page is for


def hidden_text(reading: Reading) -> Iterator[Finding]:
    """Text that a browser does not show: ``<div style="display:none">You have been logged out</div>``, country lists.

    Hidden sentences stay for the other rules to judge: answers of an FAQ are folded away, and forum engines put the
    thread into ``noscript``. A hidden copy of a visible block goes.
    """
    if not any(block.hidden for block in reading.blocks):
        return
    visible = {key for key, block in zip(reading.keys, reading.blocks, strict=True) if not block.hidden}
    for index, block in enumerate(reading.blocks):
        if not block.hidden:
            continue
        sentence = reading.words[index] >= PROSE_WORDS and reading.links[index] < 0.4
        if block.hidden in ("control", "template") or not sentence or reading.keys[index] in visible:
            yield Finding(index, Reason.HIDDEN)


def named_rooms(reading: Reading) -> Iterator[Finding]:
    """``<nav>``, ``<footer>``, ``<aside>``, ``<div class="sidebar">``, ``<ul class="breadcrumbs">``, ``<div id="comments">``.

    A name is believed only of a room that does not hold the page's content: ``<body class="has-sidebar">`` and
    ``<div class="post tag-news">`` are not taken at their word.
    """
    if not reading.html:
        return
    reasons = _room_reasons(reading)
    for index, block in enumerate(reading.blocks):
        reason = reasons[block.element]
        if reason is not None:
            yield Finding(index, reason, 0.9)


def _room_reasons(reading: Reading) -> list[Reason | None]:
    """For each element the reason its name or that of a room around it gives, or None."""
    elements = reading.parsed.elements
    prose = reading.prose_before
    words = [0, *accumulate(0 if block.hidden else count for block, count in zip(reading.blocks, reading.words, strict=True))]
    prose_of: Counter[tuple[str, str]] = Counter()
    words_of: Counter[tuple[str, str]] = Counter()
    for element in elements:
        if not element.names and element.tag not in NAMED_BY_TAG:
            continue
        prose_of[element.tag, element.names] += prose[element.end] - prose[element.first]
        words_of[element.tag, element.names] += words[element.end] - words[element.first]
    reasons: list[Reason | None] = []
    for element in elements:
        reason = reasons[element.parent] if element.parent >= 0 else None
        if (
            reason is None
            and (element.names or element.tag in NAMED_BY_TAG)
            and element.tag not in ("html", "body", "main", "article")
        ):
            called = element.tag, element.names
            reason = _believed(called, prose_of[called] / max(1, prose[-1]), words_of[called] / max(1, words[-1]))
        reasons.append(reason)
    if _is_thread(reading, reasons):
        return [None if reason is Reason.COMMENTS else reason for reason in reasons]
    return reasons


def _believed(called: tuple[str, str], prose_share: float, words_share: float) -> Reason | None:
    """The reason that tag and names give, unless the rooms called so hold too much of the page to be what they are called."""
    tag, names = called
    by_tag = NAMED_BY_TAG.get(tag)
    reason = by_tag or (named(names) if names else None)
    if by_tag in (Reason.NAVIGATION, Reason.FOOTER) or reason in (Reason.CONSENT, Reason.COMMENTS):
        return reason if prose_share <= SURE_SHARE else None
    return reason if prose_share <= CONTENT_SHARE and words_share <= WORDS_SHARE else None


def _is_thread(reading: Reading, reasons: list[Reason | None]) -> bool:
    """What looks like comments is the content: a forum thread, a question and its answers."""
    if reading.parsed_is_forum:
        return True
    comments = other = 0
    for block, prose in zip(reading.blocks, reading.prose, strict=True):
        reason = reasons[block.element]
        if reason is Reason.COMMENTS:
            comments += prose
        elif reason is None:
            other += prose
    return comments > THREAD_SHARE * (comments + other) and other < 150
