"""Furniture glued to good text in one line, by whoever flattened the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cleaner.rules.phrasebook import Phrasebook
from cleaner.rules.reading import Finding, Reading, word_counts
from cleaner.types import Reason

BUTTON_WORDS = 6  # the longest button label that is looked for
GLUED_LINE_WORDS = 25  # buttons are glued to headings and labels, not to paragraphs
TAIL_WORDS = 25  # "Read also: <headline>" at a paragraph's end is not longer

_AFTER_SENTENCE = re.compile(r"[.!?。！？»”\"](?=\s*(\S+))")
_FIRST_CJK = "\u2e80"  # from here on scripts write no spaces, and a line's first word is the line
_BUTTONS = (Reason.CONSENT, Reason.SHARE, Reason.SUBSCRIPTION)


def glued_buttons(reading: Reading) -> Iterator[Finding]:
    """ "Accept Manage my choices The harbour's 'last season'": the buttons go, the subheading stays.

    Two buttons, or one of three words or more; a heading that begins with "Accept" or "Share" stays.
    """
    openers = _openers(reading.book)
    for index in reading.open:
        text, key = reading.texts[index], reading.keys[index]
        if not 2 < reading.words[index] <= GLUED_LINE_WORDS or key.split(" ", 1)[0] not in openers:
            continue
        if len(key) > len(text) or not _opens_with_button(reading.book, key):
            continue
        end, labels, label_words, reason = _buttons(reading, text)
        if (labels > 1 or label_words > 2) and end < len(text) and not text[end].islower():
            yield Finding(index, reason, 0.9, (0, end))
            reading.starts_at(index, end)


def glued_tail(reading: Reading) -> Iterator[Finding]:
    """ "… the boats stayed in port. Read also: Why the herring left": the pointer goes, the sentence stays."""
    pointers = _pointers(reading.book)
    for index in reading.open:
        if not reading.sentence[index] and reading.words[index] < TAIL_WORDS:
            continue
        text = reading.texts[index]
        for match in _AFTER_SENTENCE.finditer(text, max(0, len(text) - 12 * TAIL_WORDS - 1)):
            opener = match[1]
            if opener[0] < _FIRST_CJK and opener.casefold().strip(":") not in pointers:
                continue
            reason = _points_elsewhere(reading, text[match.start(1) :])
            if reason:
                yield Finding(index, reason, 0.8, (match.start() + 1, len(text)))
                break


@lru_cache(maxsize=1)
def _openers(book: Phrasebook) -> frozenset[str]:
    return book.openers(_BUTTONS)


def _opens_with_button(book: Phrasebook, key: str) -> bool:
    words = key.split(" ", BUTTON_WORDS)
    return any(book.line.get(" ".join(words[:size])) in _BUTTONS for size in range(1, BUTTON_WORDS + 1))


@lru_cache(maxsize=1)
def _pointers(book: Phrasebook) -> frozenset[str]:
    """The first words of phrases that point to other pages."""
    return book.start_words((Reason.RELATED, Reason.WIRE_SIGNOFF))


def _buttons(reading: Reading, text: str) -> tuple[int, int, int, Reason]:
    """Where the run of button labels at a line's start ends, how many labels and words it has, and what the first is for."""
    words = list(re.finditer(r"\S+", text))
    at = labels = taken = 0
    reason = Reason.CONSENT
    while at < len(words):
        for size in range(min(BUTTON_WORDS, len(words) - at), 0, -1):
            label = text[words[at].start() : words[at + size - 1].end()]
            found = _button(reading.book, label)
            if found is not None:
                reason = found if not labels else reason
                at += size
                labels += 1
                if reading.book.line.get(reading.book.keys([label])[0]) is found:  # "Follow us on" needs what follows it
                    taken = max(taken, size)
                break
        else:
            break
    return (words[at].start() if at < len(words) else len(text)), labels, taken, reason


def _button(book: Phrasebook, label: str) -> Reason | None:
    """What a button with that label is for: "Accept all", "Tweet", or "Share on" before the name of a network."""
    key = book.keys([label])[0]
    found = book.line.get(key)
    if found in _BUTTONS:
        return found
    return Reason.SHARE if key and book.starts(key, Reason.SHARE) == key else None


def _points_elsewhere(reading: Reading, tail: str) -> Reason | None:
    """What the end of a paragraph points to, if it does."""
    if word_counts([tail])[0] > TAIL_WORDS:
        return None
    key = reading.book.keys([tail])[0]
    pointer = reading.book.starts(key, Reason.RELATED)
    if pointer and key[len(pointer) :].lstrip()[:1] in (":", "："):
        return Reason.RELATED
    return Reason.WIRE_SIGNOFF if reading.book.starts(key, Reason.WIRE_SIGNOFF) else None
