"""Lists of other pages: under a heading that says so, or teasers with their sentences cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cleaner.rules.main_content import is_article
from cleaner.rules.phrasebook import Hit
from cleaner.rules.reading import PROSE_WORDS, Finding, Reading, ends_sentence, has_bullet
from cleaner.types import Reason

LONGEST_LIST = 60  # items under one heading
LIST_SHARE = 0.35  # of the page's words in one list, above which it is the content and not a pointer to other pages
TEASER_WORDS = 45
COMMENT_MARKS = 2  # labels of a comment section that must stand below an article
LINKED_ITEM = 0.5  # share of an item's characters inside a link

_NUMBER = "0123456789() "
_CUT_OFF = ("...", "…", "[…]", "[...]", "…]", "(...)", "……")


def related_list(reading: Reading) -> Iterator[Finding]:
    """ "Related", "Most read", "Recommendation", and the headlines under it until the text goes on."""
    if not is_article(reading):
        return
    for index in sorted(reading.spoken_for[Reason.RELATED]):
        if not any(_announces(hit, reading.texts[index]) for hit in reading.hits[index]):
            continue
        if reading.words[index] > PROSE_WORDS * 2 or (reading.sentence[index] and reading.links[index] < LINKED_ITEM):
            continue
        yield Finding(index, Reason.RELATED, 0.9)
        if any(hit.reason is Reason.RELATED and hit.place == "line" for hit in reading.hits[index]):
            items = _items(reading, index + 1)
            if sum(reading.words[item] for item in items) > LIST_SHARE * sum(reading.words):
                continue  # the list is what the page is for
            for item in items:
                yield Finding(item, Reason.RELATED, 0.85)


def cut_off_teasers(reading: Reading) -> Iterator[Finding]:
    """ "PORT AUTHORITY BUYS TUGS" over "HARBOUR – The port authority has bought…": a headline and a sentence cut off.

    One sentence that trails off is style; the same shape twice within a few lines is a list of teasers.
    """
    if not is_article(reading):
        return
    teasers = [index for index in reading.open if _is_cut_off(reading, index)]
    for place, index in enumerate(teasers):
        near = (teasers[place - 1] if place else None, teasers[place + 1] if place + 1 < len(teasers) else None)
        if not any(other is not None and abs(other - index) <= 4 for other in near):
            continue
        yield Finding(index, Reason.TEASER, 0.85)
        if (
            index
            and reading.is_open(index - 1)
            and not reading.sentence[index - 1]
            and reading.words[index - 1] < 2 * PROSE_WORDS
        ):
            yield Finding(index - 1, Reason.TEASER, 0.8)


def comments_below(reading: Reading) -> Iterator[Finding]:
    """ "3 comments", "Leave a reply", and what readers wrote under an article; one subheading "Comments" is no such place."""
    if reading.html or not is_article(reading):
        return
    marks = [index for index in range(len(reading)) if _marks_comments(reading, index)]
    times = Counter(reading.keys[index] for index in marks)
    head = next(iter(marks), None)
    if head is None or len(marks) < COMMENT_MARKS or times[reading.keys[head]] > 1:
        return
    if sum(reading.prose[head:]) < sum(reading.prose[:head]):
        for index in range(head, len(reading)):
            yield Finding(index, Reason.COMMENTS, 0.8)


def _marks_comments(reading: Reading, index: int) -> bool:
    """A label of a comment section, with or without a number before it."""
    if reading.words[index] >= PROSE_WORDS:
        return False
    hits = reading.hits.get(index, ())
    return any(hit.reason is Reason.COMMENTS and hit.place != "part" for hit in hits) or (
        reading.book.line.get(reading.keys[index].strip(_NUMBER)) is Reason.COMMENTS
    )


def headlines_at_the_end(reading: Reading) -> Iterator[Finding]:
    """Headlines of other articles below a flattened article, with no heading to announce them.

    What follows the last line that ends like a sentence is no part of the text, unless that line announces a list.
    """
    if reading.html or not is_article(reading):
        return
    last = len(reading) - 1
    while last >= 0 and (not reading.is_open(last) or not _closes_text(reading, last)):
        last -= 1
    if last < 0 or reading.blocks[last].text[-1] in ":：":
        return
    tail = [index for index in reading.open if index > last]
    if any(has_bullet(reading.blocks[index].text) for index in tail[:1]):
        return
    for index in tail:
        yield Finding(index, Reason.LINK_LIST, 0.7)


def _closes_text(reading: Reading, index: int) -> bool:
    text = reading.blocks[index].text
    return reading.sentence[index] or (reading.words[index] > 2 and (ends_sentence(text) or text[-1] in ":："))


def _announces(hit: Hit, text: str) -> bool:
    """A heading of a link list, or "Read also:" with its colon; "Related work" and "Read more than once" announce nothing."""
    if hit.reason is not Reason.RELATED or hit.place == "part":
        return False
    return hit.place == "line" or text.lstrip("-–•*· ")[len(hit.phrase) :].lstrip()[:1] in (":", "：", "»", ">")


def _items(reading: Reading, start: int) -> list[int]:
    """The blocks of a list that begins at ``start``: bullets, headlines, teasers, links; it ends where sentences begin."""
    items: list[int] = []
    index = start
    while index < len(reading) and len(items) < LONGEST_LIST and _is_item(reading, index):
        items.append(index)
        index += 1
    if len(items) > 1 and index < len(reading) and reading.sentence[index] and _is_subheading(reading, items):
        items.pop()
    return items


def _is_item(reading: Reading, index: int) -> bool:
    if not reading.is_open(index) or any(hit.place == "line" for hit in reading.hits.get(index, ())):
        return not reading.is_open(index) and reading.words[index] < PROSE_WORDS
    text = reading.blocks[index].text
    if has_bullet(text) or reading.links[index] > LINKED_ITEM or _is_cut_off(reading, index):
        return True
    return reading.is_line(index) or (reading.words[index] < 2 * PROSE_WORDS and text[-1] in "?!'\"’”»")


def _is_subheading(reading: Reading, items: list[int]) -> bool:
    """The last item is another kind of line than the others: the heading of the text that follows."""
    *others, last = items
    text = reading.blocks[last].text
    if reading.links[last] > LINKED_ITEM:
        return False
    if has_bullet(reading.blocks[others[0]].text) != has_bullet(text):
        return True
    if reading.links[others[0]] > LINKED_ITEM:
        return True
    mean = sum(reading.words[index] for index in others) / len(others)
    return reading.words[last] <= 5 and mean >= 7


def _is_cut_off(reading: Reading, index: int) -> bool:
    return reading.texts[index].endswith(_CUT_OFF) and reading.words[index] <= TEASER_WORDS
