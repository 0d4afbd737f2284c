"""Flattened pages that have lost their line ends, too: all in one line, or in three."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cleaner.parse.plain import FEW_LINES
from cleaner.rules.reading import CLOSING, Finding, Reading, ends_sentence
from cleaner.types import Reason

FURNITURE_WORDS = 30  # behind a story's first sentence: a prompt, a pointer, a claim; pages with more have lists
SENTENCE_WORDS = 100  # a longer one is a list that ends with a full stop
FIRST_WORDS = 60  # of the first sentence with what is glued before it: a title, a byline; with more it is a menu
NAMES = 0.5  # share of words after the first that begin with a capital, above which they are headlines
FEWEST_WORDS = 8  # of which that share is taken

_HEAD = frozenset((Reason.BYLINE, Reason.DATE_LINE))
_TRAILS_OFF = ("...", "…")
_ASKS = ("?", "？", "؟", "॥")


def nothing_but_sentences(reading: Reading) -> Iterator[Finding]:
    """ "The ferry will run on Sundays, the council decided. Seven voted for it. …" to the last full stop: all is the text.

    Where furniture stands between the sentences, as it does on whole pages in one line, others decide.
    """
    if reading.html or not len(reading) or _lines(reading) > FEW_LINES or _opens_with_a_frame(reading):
        return
    sentences = [_is_sentence(reading, index) for index in range(len(reading))]
    if sum(words for words, sentence in zip(reading.words[1:], sentences[1:], strict=True) if not sentence) > FURNITURE_WORDS:
        return
    for index in reading.open:
        if sentences[index]:
            yield Finding(index, None)


def _opens_with_a_frame(reading: Reading) -> bool:
    """ "Skip to content News Forums Search …": where a site's frame begins the page, more of it stands behind the text."""
    return reading.words[0] > FIRST_WORDS or any(hit.reason not in _HEAD for hit in reading.hits.get(0, ()))


def _lines(reading: Reading) -> int:
    """How many lines the page has; of one, each sentence may be a block."""
    source, blocks = reading.parsed.source, reading.blocks
    return 1 + sum(len(f"{source[before.end : after.start]}.".splitlines()) > 1 for before, after in pairwise(blocks))


def _is_sentence(reading: Reading, index: int) -> bool:
    """No rule has spoken against it, it ends like one, and neither by its length nor by its capitals is it a list."""
    label, text = reading.labels[index], reading.texts[index].rstrip(CLOSING)
    if (label and not label.keep) or reading.words[index] > SENTENCE_WORDS:
        return False
    if text.endswith(_TRAILS_OFF) or not (ends_sentence(text) or text.endswith(_ASKS)):
        return False
    words = text.split()
    if len(words) < FEWEST_WORDS or text.isupper():
        return True
    return sum(word[0].isupper() for word in words[1:]) <= NAMES * (len(words) - 1)
