"""Whole rooms of an HTML page: what is hidden, what its author called navigation, footer, sidebar, comments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from cleaner.rules.names import NAMED_BY_TAG, named, telling
from cleaner.rules.reading import PROSE_WORDS, Finding, Reading
from cleaner.types import HEADINGS, Element, Reason

CONTENT_SHARE = 0.3  # of the page's prose: a room that holds more is no sidebar, whatever it is called
SURE_SHARE = 0.8  # <nav>, <footer>, consent tools and comments are believed up to here: they are rarely called so wrongly
WORDS_SHARE = 0.5  # of all visible words; guards pages that have hardly any prose (shops, listings)
THREAD_SHARE = 0.4  # of the prose in comments, above which the comments are what the page is for

PROSE_OF_SECTION = 25  # words of sentences that a section of the text has below its heading
LINKED = 0.3  # share of such a section's characters inside links, at most
UNLINKED = 0.05  # the same where it has no sentences: dishes on a menu are no links, a site's menu is

_FACTS = re.compile(
    r"(?:^|[\s_-])(?:fact-?(?:s|box|file|sheet)?|info-?box|admonition|callout|footnotes?|key-?(?:facts|points|takeaways))(?:$|[\s_-])"
)
_ASKS = ("?", "？", "؟")
_WORD = re.compile(r"[^\W_]+")
_NEVER_FURNITURE = frozenset(("html", "body", "main", "article"))
_SURE_TAGS = frozenset(tag for tag, reason in NAMED_BY_TAG.items() if reason in (Reason.NAVIGATION, Reason.FOOTER))


def off_screen_text(reading: Reading) -> Iterator[Finding]:
    """``<div style="position:absolute;left:-9455px">best casino bonus</div>``: put where no reader sees it, spam or label.

    Of 370 such blocks of annotated pages hardly one is content.
    """
    for index, hidden in enumerate(reading.hidden):
        if hidden == "off-screen":
            yield Finding(index, Reason.HIDDEN)


def hidden_text(reading: Reading) -> Iterator[Finding]:
    """Text that a browser does not show: ``<div style="display:none">You have been logged out</div>``, country lists.

    Hidden sentences stay for the other rules to judge: forum engines put the thread into ``noscript``, and answers of an FAQ
    are folded away, short ones, too, below their question. A hidden copy of a visible block goes.
    """
    if not any(reading.hidden):
        return
    visible = {key for key, hidden in zip(reading.keys, reading.hidden, strict=True) if not hidden}
    for index, hidden in enumerate(reading.hidden):
        if not hidden:
            continue
        sentence = reading.words[index] >= PROSE_WORDS and reading.links[index] < 0.4
        if hidden == "embedded" or (index and reading.texts[index - 1].endswith(_ASKS) and reading.links[index] < 0.4):
            sentence = True
        if hidden in ("control", "template") or not sentence or reading.keys[index] in visible:
            yield Finding(index, Reason.HIDDEN)


def named_rooms(reading: Reading) -> Iterator[Finding]:
    """``<nav>``, ``<footer>``, ``<aside>``, ``<div class="sidebar">``, ``<ul class="breadcrumbs">``, ``<div id="comments">``.

    A name is believed only of a room that does not hold the page's content: ``<body class="has-sidebar">`` and
    ``<div class="post tag-news">`` are not taken at their word.
    """
    if not reading.html:
        return
    reasons = _room_reasons(reading)
    for index in reading.open:
        reason = reasons[index]
        if reason is not None:
            yield Finding(index, reason, 0.9)


def _room_reasons(reading: Reading) -> list[Reason | None]:
    """For each block the reason that the name of a room around it gives, the outermost that is believed, or None."""
    reasons: list[Reason | None] = [None] * len(reading)
    elements = reading.parsed.elements
    for index, reason in sorted(_believed(reading).items()):
        first, end = elements[index].first, elements[index].end
        if first < end and reasons[first] is None:
            reasons[first:end] = [reason] * (end - first)
    if Reason.COMMENTS in reasons and _is_thread(reading, reasons):
        return [None if reason is Reason.COMMENTS else reason for reason in reasons]
    return reasons


def _believed(reading: Reading) -> dict[int, Reason]:
    """The elements whose tag or names give a reason, unless those called the same hold too much of the page for it."""
    words, prose = reading.words_before, reading.prose_before
    alike: defaultdict[tuple[str, str, Reason], list[tuple[int, int, int]]] = defaultdict(list)
    for index, element in enumerate(reading.parsed.elements):
        tag, names = element.tag, element.names
        reason = NAMED_BY_TAG[tag] if tag in NAMED_BY_TAG else named(names) if names else None
        if reason is None or tag in _NEVER_FURNITURE or _is_of_the_text(reading, element, reason):
            continue
        if tag in NAMED_BY_TAG or not _is_called_by_its_heading(reading, element, reason):
            alike[tag, names, reason].append((index, element.first, element.end))
    believed: dict[int, Reason] = {}
    for (tag, _, reason), rooms in alike.items():
        words_share = sum([words[end] - words[first] for _, first, end in rooms]) / max(1, words[-1])
        prose_share = sum([prose[end] - prose[first] for _, first, end in rooms]) / max(1, prose[-1])
        if _is_small_enough(tag, reason, words_share, prose_share):
            believed |= [(index, reason) for index, _, _ in rooms]
    return believed


def _is_of_the_text(reading: Reading, room: Element, reason: Reason) -> bool:
    """``<div class="code-toolbar"><pre>`` holds code, ``<aside class="factbox">`` facts, ``<button>What happens in fog?`` a
    question whose answer is folded away: what was written, not the site's.
    """
    if room.tag == "aside":
        return _FACTS.search(room.names) is not None
    if room.tag == "button":
        return any(block.text.endswith(_ASKS) for block in reading.blocks[room.first : room.end])
    return reason is Reason.NAVIGATION and any(block.tag == "pre" for block in reading.blocks[room.first : room.end])


def _is_called_by_its_heading(reading: Reading, room: Element, reason: Reason) -> bool:
    """``<h3 id="cookies">Cookies and sessions``, ``<section id="related"><h2>Related projects``: an anchor, no kind of room.

    Generators make the ids of headings and sections from the heading's words. Readers' comments have such a heading, too,
    and so do lists of links.
    """
    heading = reading.blocks[room.first] if room.first < room.end else None
    if heading is None or heading.tag not in HEADINGS:
        return False
    said = _WORD.findall(heading.text.lower())
    if not all(set(_WORD.findall(name)) <= set(said) for name in telling(room.names)):
        return False
    if room.tag in HEADINGS:
        return True
    if reason is Reason.COMMENTS:
        return False
    below = range(room.first + 1, room.end)
    linked = sum(reading.blocks[index].link_chars for index in below)
    size = sum(len(reading.texts[index]) for index in below)
    prose = reading.prose_before[room.end] - reading.prose_before[room.first + 1]
    return linked <= (UNLINKED if prose < PROSE_OF_SECTION else LINKED) * size


def _is_small_enough(tag: str, reason: Reason, words_share: float, prose_share: float) -> bool:
    """The rooms called so do not hold too much of the page to be what they are called."""
    if tag in _SURE_TAGS or reason in (Reason.CONSENT, Reason.COMMENTS):
        return prose_share <= SURE_SHARE
    return prose_share <= CONTENT_SHARE and words_share <= WORDS_SHARE


def _is_thread(reading: Reading, reasons: list[Reason | None]) -> bool:
    """What looks like comments is the content: a forum thread, a question and its answers."""
    if reading.parsed_is_forum:
        return True
    comments = sum(prose for reason, prose in zip(reasons, reading.prose, strict=True) if reason is Reason.COMMENTS)
    other = sum(prose for reason, prose in zip(reasons, reading.prose, strict=True) if reason is None)
    return comments > THREAD_SHARE * (comments + other) and other < 150
