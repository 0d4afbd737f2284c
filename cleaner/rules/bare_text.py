"""Flattened pages without a site around their text: a story in one line, what an agency or an editor sends."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.main_content import SUBHEADING_WORDS
from cleaner.rules.reading import CLOSING, Finding, Reading, ends_sentence
from cleaner.types import Reason

FURNITURE_WORDS = 30  # that are no sentence: a title, a prompt, a pointer, a claim; pages with more have lists
SENTENCE_WORDS = 100  # a longer one is a list that ends with a full stop
FIRST_WORDS = 60  # of the first sentence with what is glued before it: a title, a byline; with more it is a menu
NAMES = 0.5  # share of words after the first that begin with a capital, above which they are headlines
FEWEST_WORDS = 8  # of which that share is taken

_HEAD = frozenset((Reason.BYLINE, Reason.DATE_LINE))
_TRAILS_OFF = ("...", "…")
_ASKS = ("?", "？", "؟", "॥")


def nothing_but_sentences(reading: Reading) -> Iterator[Finding]:
    """ "The ferry will run on Sundays, the council decided. Seven voted for it. …" to the last full stop: all is the text.

    So are its subheadings. Where more stands between the sentences, as it does on whole pages, others decide.
    """
    if reading.html or not len(reading) or _opens_with_a_frame(reading):
        return
    sentences = [_is_sentence(reading, index) for index in range(len(reading))]
    text = [sentence or _is_subheading(reading, sentences, index) for index, sentence in enumerate(sentences)]
    if _words_of_others(reading, text) > FURNITURE_WORDS:
        return
    for index in reading.open:
        if text[index]:
            yield Finding(index, None)


def _words_of_others(reading: Reading, text: list[bool]) -> int:
    """The words that are no text, but for the first block's, and what rules know at the page's end: claims, policies."""
    end = len(text)
    while end > 1 and (label := reading.labels[end - 1]) and not label.keep:
        end -= 1
    return sum(reading.words[index] for index in range(1, end) if not text[index])


def _opens_with_a_frame(reading: Reading) -> bool:
    """ "Skip to content News Forums Search …": where a site's frame begins the page, more of it stands behind the text."""
    if reading.words[0] > FIRST_WORDS or reading.book.starts(reading.keys[0], Reason.NAVIGATION):
        return True
    return any(hit.reason not in _HEAD for hit in reading.hits.get(0, ()))


def _is_sentence(reading: Reading, index: int) -> bool:
    """No rule has spoken against it, it ends like one, and neither by its length nor by its capitals is it a list."""
    label, text = reading.labels[index], reading.texts[index].rstrip(CLOSING)
    if (label and not label.keep) or reading.words[index] > SENTENCE_WORDS:
        return False
    if text.endswith(_TRAILS_OFF) or not (ends_sentence(text) or text.endswith(_ASKS)):
        return False
    words = text[reading.begins.get(index, 0) :].split()
    if len(words) < FEWEST_WORDS or text.isupper():
        return True
    return sum(word[0].isupper() for word in words[1:]) <= NAMES * (len(words) - 1)


def _is_subheading(reading: Reading, sentences: list[bool], index: int) -> bool:
    """A short line between two sentences, of which no rule has spoken."""
    return (
        0 < index < len(sentences) - 1
        and sentences[index - 1]
        and sentences[index + 1]
        and reading.is_open(index)
        and reading.words[index] <= SUBHEADING_WORDS
    )
