"""Counting and hashing over one buffer gives what a look at each text alone gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.ml.characters import Buffer, words_of

TEXTS = st.lists(st.text(min_size=1, max_size=60).filter(lambda text: "\n" not in text), min_size=1, max_size=6)


def test_characters_are_counted_by_class_for_each_text() -> None:
    counts = Buffer.of(["Hello World, 12 things.", "你好吗 ok"]).counts()

    found = {name: values.tolist() for name, values in counts.items()}
    assert found == {
        "lower": [14, 2],
        "upper": [2, 0],
        "digit": [2, 0],
        "space": [3, 1],
        "end": [1, 0],
        "comma": [1, 0],
        "mark": [0, 0],
        "cjk": [0, 3],
        "words": [4, 1],
        "capitals": [2, 0],
    }


def test_words_hash_alike_wherever_they_stand_and_however_they_are_written() -> None:
    words = words_of(["Rain fell on the harbour", "the HARBOUR", "harbours"])

    by_text = [words.hashes[words.text == number].tolist() for number in range(3)]
    assert by_text[0][3:] == by_text[1]
    assert by_text[2][0] not in by_text[0]
    assert words.counts.tolist() == [5, 2, 1]


def test_numbers_differ_by_their_length_alone() -> None:
    words = words_of(["12 comments", "97 comments", "3 comments"])

    assert words.whole[0] == words.whole[1] != words.whole[2]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(TEXTS)
def test_a_text_counts_the_same_alone_as_among_others(texts: list[str]) -> None:
    together = Buffer.of(texts).counts()
    words = words_of(texts)
    for number, text in enumerate(texts):
        alone = Buffer.of([text]).counts()
        assert all(together[name][number] == alone[name][0] for name in alone)
        assert words.hashes[words.text == number].tolist() == words_of([text]).hashes.tolist()
