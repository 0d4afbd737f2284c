"""Copies are found whatever their order, exact or edited, and texts that are merely about the same are none."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from cleaner.duplicates import Fingerprint, alike, find_copies, fingerprint, read_store, store_header, to_line
from cleaner.errors import InputError
from tests.dressed_sites import Author

COUNT = 600
EDITED = 0.1  # of a copy's words


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Bodies of articles, and for every fifth an edited copy under the same number with a "c"."""
    rng = random.Random(8)  # noqa: S311
    author = Author(rng)
    made = {f"{number:04}": "\n".join(author.paragraph() for _ in range(rng.randint(3, 9))) for number in range(COUNT)}
    return made | {f"{name}c": edited(text, rng, author) for name, text in made.items() if int(name) % 5 == 0}


def edited(text: str, rng: random.Random, author: Author) -> str:
    words = text.split()
    for at in rng.sample(range(len(words)), round(EDITED * len(words))):
        words[at] = author.word()
    return " ".join(words)


def test_edited_copies_are_found_and_nothing_else(texts: dict[str, str]) -> None:
    groups = find_copies({name: fingerprint(text) for name, text in texts.items()})
    found = {(group.first, copy.id) for group in groups for copy in group.copies}
    wanted = {(name, f"{name}c") for name in texts if f"{name}c" in texts}
    assert len(wanted) == COUNT // 5
    assert len(found & wanted) >= 0.98 * len(wanted)
    assert len(found & wanted) >= 0.98 * len(found)


def test_the_order_of_the_texts_does_not_matter(texts: dict[str, str]) -> None:
    fingerprints = {name: fingerprint(text) for name, text in texts.items()}
    backwards = dict(reversed(fingerprints.items()))
    assert find_copies(backwards) == find_copies(fingerprints)


def test_exact_copies_differ_in_case_marks_and_spaces_at_most() -> None:
    first, second, third = "The ferry stays in port.", "THE FERRY\n stays — in port!", "The ferry stays in the port."
    groups = find_copies({"b": fingerprint(first), "a": fingerprint(second), "c": fingerprint(third)})
    assert [(group.first, [(copy.id, copy.exact, copy.alike) for copy in group.copies]) for group in groups] == [
        ("a", [("b", True, 1.0)])
    ]


def test_texts_without_words_are_copies_of_nothing() -> None:
    assert find_copies({"a": fingerprint(""), "b": fingerprint(" \n…")}) == []
    assert find_copies({}) == []


def test_a_chinese_text_and_its_edited_copy_are_near() -> None:
    text = (
        "渡轮公司周二表示，两岸之间的航线将在五月恢复，距离上一位船长把船系好已经过去九年。"
        "镇议会为新发动机找到了资金，四名村民学会了驾驶。"
    )
    copy = text.replace("周二", "星期二").replace("四名", "五名")
    assert alike(fingerprint(text), fingerprint(copy)) > 0.6
    assert len(find_copies({"a": fingerprint(text), "b": fingerprint(copy)})) == 1


def test_copies_of_copies_are_one_group_with_the_first_by_name(texts: dict[str, str]) -> None:
    text = texts["0003"]
    words = text.split()
    versions = {f"v{number}": " ".join(words[number * 2 :]) for number in range(4)}
    (group,) = find_copies({name: fingerprint(version) for name, version in reversed(versions.items())})
    assert (group.first, [copy.id for copy in group.copies]) == ("v0", ["v1", "v2", "v3"])


def test_a_store_gives_back_what_was_put_in(texts: dict[str, str]) -> None:
    fingerprints = {name: fingerprint(text) for name, text in list(texts.items())[:20]} | {"short": fingerprint("It rained.")}
    lines = [store_header(), *(to_line(name, one) for name, one in fingerprints.items())]
    assert read_store(lines, "the store") == fingerprints
    assert read_store([], "the store") == {}


def broken_stores() -> Iterator[list[str]]:
    line = to_line("a", fingerprint("It rained."))
    yield ["something else\n"]
    yield [line]
    yield [store_header(), "a\n"]
    yield [store_header(), line[:-3]]
    yield [store_header(), "a\tb\t!!\n"]
    yield [store_header(), "a\t" + "0" * 32 + "\tAAAA\n"]


@pytest.mark.parametrize("lines", list(broken_stores()))
def test_a_broken_store_is_refused_with_what_to_do(lines: list[str]) -> None:
    with pytest.raises(InputError, match="anew"):
        read_store(lines, "the store")


def test_an_id_that_a_store_cannot_hold_is_refused() -> None:
    with pytest.raises(InputError, match="line break"):
        to_line("a\tb", Fingerprint("", b""))
