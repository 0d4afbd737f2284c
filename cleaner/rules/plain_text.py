"""Where the content of a flattened page is: lines are all there is to go by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from cleaner.rules.main_content import SUBHEADING_WORDS
from cleaner.rules.reading import Finding, Reading, ends_sentence, has_bullet
from cleaner.types import Reason

# The weights of a logistic regression over the lines of annotated pages, flattened, rounded to two decimals: what each
# sign adds to the log-odds that a line is content. Signs are those of _signs, in its order.
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

_LENGTH_CAP = 60
_FAR = 60


def lines_of_furniture(reading: Reading) -> Iterator[Finding]:
    """Lines that stand where menus, link lists and cards stand: "World", "Politics", "Sport" one under the other.

    Each line is weighed by its length and ending, by its neighbours' and by its place; a sentence among sentences stays.
    """
    if reading.html or not len(reading):
        return
    for index, odds in enumerate(_odds(reading)):
        if odds < CONTENT_ODDS and reading.is_open(index) and not _in_text(reading, index):
            yield Finding(index, Reason.NOT_MAIN_CONTENT, 1 / (1 + math.exp(odds)))


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
    count = len(reading)
    words = reading.words
    spoken_against = [label is not None and not label.keep for label in reading.labels]
    sentences = [float(is_one and not gone) for is_one, gone in zip(reading.sentence, spoken_against, strict=True)]
    lengths = [math.log1p(min(number, _LENGTH_CAP)) for number in words]
    open_lengths = [0.0 if gone else length for length, gone in zip(lengths, spoken_against, strict=True)]
    gone = [float(flag) for flag in spoken_against]
    keys = Counter(reading.keys)
    near3, near10 = _window(sentences, 3), _window(sentences, 10)
    length20 = _window(open_lengths, 20)
    gone3, gone10 = _window(gone, 3), _window(gone, 10)
    run_words = _words_a_line(sentences, words)
    distance = [math.log1p(lines) for lines in _to_next(sentences)]
    in_sentences = list(accumulate((number * is_one for number, is_one in zip(words, sentences, strict=True)), initial=0.0))
    before_words = list(accumulate(words, initial=0))
    total, total_words = max(1.0, in_sentences[-1]), max(1, before_words[-1])
    share = sum(number for number, is_one in zip(words, reading.sentence, strict=True) if is_one) / total_words
    size = math.log(total)
    weights = list(WEIGHTS.values())
    odds = []
    for i in range(count):
        sentence = float(reading.sentence[i])
        capitals = _capitals(reading.blocks[i].text)
        place = before_words[i + 1] / total_words
        signs = (
            lengths[i],
            sentence,
            float(words[i] <= 2),
            capitals,
            capitals * lengths[i],
            float(keys[reading.keys[i]] > 1),
            near3[i],
            near10[i],
            length20[i],
            run_words[i],
            distance[i],
            gone3[i],
            gone10[i],
            place,
            place * place,
            share,
            size,
            size * sentence,
            size * distance[i],
            share * lengths[i],
            min(in_sentences[i] / total, 0.1) * 10,
            float(in_sentences[i + 1] >= in_sentences[-1]),
        )
        odds.append(BIAS + sum(weight * sign for weight, sign in zip(weights, signs, strict=True)))
    return odds


def _window(values: Sequence[float], reach: int) -> list[float]:
    """The mean over the lines within ``reach`` of each, itself among them."""
    sums = [0.0, *accumulate(values)]
    count = len(values)
    means = []
    for index in range(count):
        first, end = max(0, index - reach), min(count, index + reach + 1)
        means.append((sums[end] - sums[first]) / (end - first))
    return means


def _words_a_line(sentences: Sequence[float], words: Sequence[int]) -> list[float]:
    """For each line that is no sentence the log of the mean words a line in the run of such lines around it; else 0."""
    result = [0.0] * len(words)
    start = 0
    for index in range(len(words) + 1):
        if index == len(words) or sentences[index]:
            if index > start:
                mean = math.log1p(sum(words[start:index]) / (index - start))
                result[start:index] = [mean] * (index - start)
            start = index + 1
    return result


def _to_next(sentences: Sequence[float]) -> list[int]:
    """Lines to the nearest sentence in either direction, 0 for one itself, _FAR at most."""
    distance = [_FAR] * len(sentences)
    for order in (range(len(sentences)), range(len(sentences) - 1, -1, -1)):
        lines = _FAR
        for index in order:
            lines = 0 if sentences[index] else min(lines + 1, _FAR)
            distance[index] = min(distance[index], lines)
    return distance


def _capitals(text: str) -> float:
    """The share of words after the first that begin with a capital; one half where there are fewer than three words."""
    words = text.split()
    if len(words) < 3:
        return 0.5
    return sum(word[:1].isupper() for word in words[1:]) / (len(words) - 1)
