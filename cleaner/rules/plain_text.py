"""Where the content of a flattened page is: lines are all there is to go by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.parse.plain import FEW_LINES
from cleaner.rules.main_content import SUBHEADING_WORDS
from cleaner.rules.reading import Finding, Reading, ends_sentence, has_bullet
from cleaner.types import Reason

# The weights of a logistic regression over the lines of annotated pages, flattened, rounded to two decimals: what each
# sign adds to the log-odds that a line is content. Signs are those of _signs.
BIAS = -0.96
WEIGHTS = {
    "length": 0.42,  # log of the words, 60 at most
    "sentence": 2.5,
    "two words or fewer": 0.14,
    "capitals": 1.54,  # share of the words after the first that begin with one
    "capitals x length": -1.02,
    "stands twice": -0.22,
    "sentences within 3 lines": 1.16,
    "sentences within 10 lines": 0.39,
    "length within 20 lines": 0.77,
    "words a line in this run of labels": -0.46,
    "lines to the next sentence": -0.12,
    "furniture within 3 lines": -2.12,
    "furniture within 10 lines": -2.54,
    "place": 4.4,  # share of the page's words before it
    "place squared": -5.76,
    "page in sentences": -0.18,  # share of the page's words that stand in sentences
    "length of all sentences": -0.21,  # log of their words
    "length of all sentences x sentence": -0.48,
    "length of all sentences x lines to the next": -0.02,
    "page in sentences x length": 0.53,
    "among the first sentences": 1.01,  # 0 before the first, 1 once a tenth of the sentences' words have passed
    "after the last sentence": -0.24,
}
CONTENT_ODDS = -0.32  # log-odds above which a line is content: a probability of .42 gave the best word F1
REACH = 3  # lines to either side that are looked at
PARAGRAPH_WORDS = 30  # a sentence or more of that length beside another is a paragraph; teasers stand between headlines
DENSE = 2  # sentences among them that make a sentence part of a text, whatever else speaks against it

HEADLINE_WORDS = 7  # mean words of list items, from which on they read like headlines

_CAP = 60  # words of a line, and lines to the next sentence; more makes no difference
_LOGS = np.array([math.log1p(number) for number in range(_CAP + 1)])

Column = NDArray[Any]


def lines_of_furniture(reading: Reading) -> Iterator[Finding]:
    """Lines that stand where menus, link lists and cards stand: "World", "Politics", "Sport" one under the other.

    Each line is weighed by its length and ending, by its neighbours' and by its place; a sentence among sentences stays.
    A page of a line or three, which could not be taken apart, has no furniture that could be told.
    """
    if reading.html or len(reading) <= FEW_LINES:
        return
    odds = _odds(reading)
    for index in reading.open:
        if odds[index] < CONTENT_ODDS and not _in_text(reading, index):
            yield Finding(index, Reason.NOT_MAIN_CONTENT, 1 / (1 + math.exp(odds[index])))


def _in_text(reading: Reading, index: int) -> bool:
    """The line belongs to a text: a sentence in a run of them, a short one beside one, a subheading between two, an item of
    a list that a sentence announces."""
    sentence = reading.sentence
    before = sum(sentence[max(0, index - REACH) : index])
    after = sum(sentence[index + 1 : index + 1 + REACH])
    words, text = reading.words[index], reading.blocks[index].text
    previous = index > 0 and sentence[index - 1]
    following = index + 1 < len(reading) and sentence[index + 1]
    if sentence[index]:
        paragraph = words >= PARAGRAPH_WORDS and (previous or following)
        return paragraph or before >= DENSE or after >= DENSE or before + after > DENSE
    if words > 2 and ends_sentence(text):
        return previous or (following and before + after >= DENSE)
    if has_bullet(text):
        return _is_announced(reading, index)
    return previous and following and words <= SUBHEADING_WORDS and before + after > DENSE


def _is_announced(reading: Reading, index: int) -> bool:
    """Going up over the items, one comes to a line that ends with a colon, or to a sentence and the items are no headlines."""
    items = words = 0
    while index > 0 and has_bullet(reading.blocks[index].text):
        items += 1
        words += reading.words[index]
        index -= 1
    text = reading.blocks[index].text
    return text[-1] in ":：" or ((reading.sentence[index] or ends_sentence(text)) and words < HEADLINE_WORDS * items)


def _odds(reading: Reading) -> list[float]:
    """For each line the log-odds that it is content."""
    signs = _signs(reading)
    odds: list[float] = (
        BIAS + sum((weight * signs[name] for name, weight in WEIGHTS.items()), np.zeros(len(reading)))
    ).tolist()
    return odds


def _signs(reading: Reading) -> dict[str, Column]:
    """What speaks for and against the lines, one entry a line, by the names in WEIGHTS."""
    words, sentence = np.array(reading.words), np.array(reading.sentence)
    gone = np.array([label is not None and not label.keep for label in reading.labels])
    sentences = (sentence & ~gone).astype(float)
    length = _LOGS[np.minimum(words, _CAP)]
    distance = _LOGS[_to_next(sentences)]
    capitals = np.array([_capitals(text) for text in reading.texts])
    times = Counter(reading.keys)
    place = np.cumsum(words) / max(1, words.sum())
    in_sentences = np.cumsum(words * sentences)
    total = max(1.0, in_sentences[-1])
    size = np.full(len(reading), math.log(total))
    share = words[sentence].sum() / max(1, words.sum())
    return {
        "length": length,
        "sentence": sentence,
        "two words or fewer": words <= 2,
        "capitals": capitals,
        "capitals x length": capitals * length,
        "stands twice": np.array([times[key] > 1 for key in reading.keys]),
        "sentences within 3 lines": _window(sentences, 3),
        "sentences within 10 lines": _window(sentences, 10),
        "length within 20 lines": _window(np.where(gone, 0.0, length), 20),
        "words a line in this run of labels": _words_a_line(sentences, words),
        "lines to the next sentence": distance,
        "furniture within 3 lines": _window(gone, 3),
        "furniture within 10 lines": _window(gone, 10),
        "place": place,
        "place squared": place * place,
        "page in sentences": np.full(len(reading), share),
        "length of all sentences": size,
        "length of all sentences x sentence": size * sentence,
        "length of all sentences x lines to the next": size * distance,
        "page in sentences x length": share * length,
        "among the first sentences": np.minimum((in_sentences - words * sentences) / total, 0.1) * 10,
        "after the last sentence": in_sentences >= in_sentences[-1],
    }


def _window(values: Column, reach: int) -> Column:
    """The mean over the lines within ``reach`` of each, itself among them."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=float)))
    lines = np.arange(len(values))
    first, end = np.maximum(0, lines - reach), np.minimum(len(values), lines + reach + 1)
    means: Column = (sums[end] - sums[first]) / (end - first)
    return means


def _words_a_line(sentences: Column, words: Column) -> Column:
    """For each line that is no sentence the log of the mean words a line in the run of such lines around it; else 0."""
    labels = sentences == 0
    run = np.cumsum(~labels)
    total, lines = np.bincount(run, words * labels), np.bincount(run, labels)
    means = [math.log1p(number / count) if count else 0.0 for number, count in zip(total, lines, strict=True)]
    return np.where(labels, np.array(means)[run], 0.0)


def _to_next(sentences: Column) -> Column:
    """Lines to the nearest sentence in either direction, 0 for one itself, _CAP at most."""
    lines = np.arange(len(sentences))
    before = np.maximum.accumulate(np.where(sentences, lines, -_CAP))
    after = np.minimum.accumulate(np.where(sentences, lines, len(lines) + _CAP)[::-1])[::-1]
    return np.minimum(np.minimum(lines - before, after - lines), _CAP)


def _capitals(text: str) -> float:
    """The share of words after the first that begin with a capital; one half where there are fewer than three words."""
    words = text.split()
    if len(words) < 3:
        return 0.5
    return len([word for word in words[1:] if word[0].isupper()]) / (len(words) - 1)
