"""What only one copy of a story has is its site's furniture or its spam; its own paragraphs stay."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from cleaner.cleaners import cleaner_named
from cleaner.copies import CopiedText, CopyEvidence, own_pieces
from cleaner.errors import InputError
from cleaner.pipeline import clean
from cleaner.types import Reason
from tests.dressed_sites import DressedPage, dressed_sites

STORY = (
    "BERGEN, Norway (AP) — The ferry company will sail again in May, after nine years.",
    "The council has found 3 million for a new engine. Four people from the village have learned to steer it.",
    "Nobody expects the crossing to pay for itself, said the mayor, but the way round by the bridge takes an hour.",
)


def evidence(*texts: list[str]) -> CopyEvidence:
    found = CopyEvidence()
    found.add([CopiedText(f"page {number}", f"site {number}", lines) for number, lines in enumerate(texts)])
    return found


def pieces_of(lines: list[str]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Lines, parts, tokens and additions of a copy, where two other sites have the plain story."""
    shared = evidence(lines, list(STORY), ["Share this", *STORY]).shared("page 0")
    assert shared
    own = own_pieces(lines, shared)
    return (
        [lines[at] for at in own.lines],
        [lines[at][start:end] for at, places in own.parts.items() for start, end in places],
        [lines[at][start:end] for at, places in own.tokens.items() for start, end in places],
        [lines[at] for at in own.additions],
    )


def test_a_plain_copy_has_nothing_of_its_own() -> None:
    assert pieces_of(list(STORY)) == ([], [], [], [])


def test_lines_above_and_below_the_story_are_furniture() -> None:
    lines = ["Harbour Post Premium", *STORY, "This article was first read by our subscribers, who also got the morning letter."]
    assert pieces_of(lines) == ([lines[0], lines[-1]], [], [], [])


def test_prose_amid_the_story_is_the_sites_own_and_stays() -> None:
    own = "In our town the last ferry was sold to a museum, and the pier below the castle has been closed since then."
    label = "Read this, too"
    assert pieces_of([STORY[0], own, STORY[1], label, STORY[2]]) == ([label], [], [], [own])


def test_words_put_into_the_storys_sentences_are_a_token() -> None:
    lines = [
        STORY[0].replace("BERGEN, Norway", "BERGEN,Zelbit Norway"),
        STORY[1] + " Zelbit",
        STORY[2].replace("said the mayor", "said Zelbit the mayor"),
    ]
    assert pieces_of(lines) == ([], [], ["Zelbit", "Zelbit", "Zelbit"], [])


def test_one_word_more_in_one_place_is_an_editors() -> None:
    assert pieces_of([STORY[0].replace("will sail", "will probably sail"), *STORY[1:]]) == ([], [], [], [])


def test_a_short_sentence_glued_to_the_storys_is_furniture() -> None:
    lines = [*STORY[:2], STORY[2] + " Read more in the Harbour Post."]
    assert pieces_of(lines) == ([], ["Read more in the Harbour Post."], [], [])


def test_two_sites_are_too_few_to_tell() -> None:
    copies = [CopiedText(f"page {number}", f"site {number % 2}", list(STORY)) for number in range(6)]
    found = CopyEvidence()
    assert not found.add(copies)
    assert found.shared("page 0") is None


def test_the_combined_cleaner_cleans_better_with_copies() -> None:
    pages = list(dressed_sites(9, hosts=5, pages_per_host=6, spam_hosts=2, wire_share=0.5))
    copies: dict[str, list[DressedPage]] = defaultdict(list)
    for page in pages:
        if page.story.agency:
            copies[page.story.headline].append(page)
    found = CopyEvidence()
    for group in copies.values():
        found.add([CopiedText(page.url, page.host, clean(page.text).text.splitlines()) for page in group])
    cleaner = cleaner_named("combined", copies=found)
    spam = [page for group in copies.values() for page in group if page.spam_token]
    assert len(spam) >= 6
    reasons = set()
    for page in spam:
        document = clean(page.text, cleaner=cleaner)
        reasons |= {piece.reason for piece in document.removed}
        assert page.spam_token not in document.text
        assert words(document.text) - words(page.body) <= words(clean(page.text).text) - words(page.body)
        assert len(words(page.body) - words(document.text)) <= 0.02 * len(words(page.body))
    assert {Reason.ONLY_IN_THIS_COPY, Reason.SPAM_TOKEN} <= reasons


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_copies_are_for_the_combined_cleaner() -> None:
    with pytest.raises(InputError, match="choose combined"):
        cleaner_named("learned", copies=CopyEvidence())
