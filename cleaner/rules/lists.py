"""Lists of other pages: under a heading that says so, or teasers with their sentences cut off."""

from __future__ import annotations

import re
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
LABEL_WORDS = 4  # a line that short is a label, with or without a full stop
LINKED_ITEM = 0.5  # share of an item's characters inside a link

_NOTE = re.compile(r"(?<=[.!?…\"”])\s?\[?\d{1,3}\]?$")  # the number of a footnote behind a sentence
_NUMBER = "0123456789() "
_POINTERS = (Reason.RELATED, Reason.READ_MORE)
_CLOSES_LABEL = ("]", "】", "］", "》", ")", "）", "?", "？")
_CUT_OFF = ("...", "…", "[…]", "[...]", "…]", "(...)", "……")


def pointer_amid_text(reading: Reading) -> Iterator[Finding]:
    """ "Read also: Why the herring left" between two paragraphs, in one line or as a headline under its label."""
    for index in _pointers(reading):
        items = _items(reading, index + 1) if _is_label(reading, index) else []
        last = items[-1] if items else index
        if len(items) == int(_is_label(reading, index)) and _stand_amid_text(reading, index, last):
            for place in (index, *items):
                yield Finding(place, Reason.RELATED, 0.9)


def related_list(reading: Reading) -> Iterator[Finding]:
    """ "Related", "Most read", "Recommendation", and the headlines under it until the text goes on."""
    if not is_article(reading):
        return
    for index in _pointers(reading):
        yield Finding(index, Reason.RELATED, 0.9)
        items = _items(reading, index + 1) if _is_label(reading, index) else []
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
    text = _NOTE.sub("", reading.blocks[index].text)
    return reading.sentence[index] or (reading.words[index] > 2 and (ends_sentence(text) or text[-1] in ":："))


def _pointers(reading: Reading) -> list[int]:
    """The open blocks that announce what stands elsewhere, in order; no sentences."""
    spoken_for = [i for i in reading.spoken_for[Reason.RELATED] if any(_announces(hit, reading, i) for hit in reading.hits[i])]
    return [
        index
        for index in sorted({*spoken_for, *_labels_over_a_link(reading)})
        if reading.words[index] <= PROSE_WORDS * 2 and (not reading.sentence[index] or reading.links[index] >= LINKED_ITEM)
    ]


def _announces(hit: Hit, reading: Reading, index: int) -> bool:
    """A heading of a link list, or "Read also:" with its colon; "Related work" and "Read more than once"
    announce nothing."""
    if hit.reason is not Reason.RELATED or hit.place == "part":
        return False
    rest = reading.keys[index][len(hit.phrase) :].lstrip()
    if hit.place == "line" or rest[:1] in (":", "：", "»", ">") or (rest and hit.phrase.endswith(_CLOSES_LABEL)):
        return True
    return not rest and reading.texts[index][-1] in ":："


def _labels_over_a_link(reading: Reading) -> Iterator[int]:
    """Paragraphs of two lines, a label and a link below it: "Read also" over "Why the herring left"."""
    for index in reading.open:
        if reading.links[index] > LINKED_ITEM and "\n" in reading.texts[index]:
            (key,) = reading.book.keys([reading.texts[index].split("\n", 1)[0]])
            if key and (reading.book.line.get(key) in _POINTERS or reading.book.starts(key, Reason.RELATED) == key):
                yield index


def _is_label(reading: Reading, index: int) -> bool:
    """The block is nothing but the words over a list: "Most read", "Read also:"."""
    return any(
        hit.reason is Reason.RELATED
        and (hit.place == "line" or (hit.phrase == reading.keys[index] and reading.texts[index][-1] in ":："))
        for hit in reading.hits.get(index, ())
    )


def _stand_amid_text(reading: Reading, first: int, last: int) -> bool:
    """Sentences stand right above and right below the blocks, and the blocks are none themselves."""
    if reading.links[last] < LINKED_ITEM and ends_sentence(reading.texts[last]):
        return False
    around = (first - 1, last + 1)
    return all(0 <= near < len(reading) and reading.is_open(near) and _is_text(reading, near) for near in around)


def _is_text(reading: Reading, index: int) -> bool:
    return reading.prose[index] > 0 or (
        reading.words[index] > LABEL_WORDS and reading.links[index] < LINKED_ITEM and ends_sentence(reading.texts[index])
    )


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
