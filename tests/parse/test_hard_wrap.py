"""Text that a mail program or a terminal has wrapped at a column."""

from __future__ import annotations

import textwrap

from cleaner import clean
from cleaner.parse import parse
from cleaner.types import Page

PARAGRAPHS = [
    "The lock keepers of the Ouzel canal have gone back to opening the gates by hand, after the motors that were fitted in "
    "2011 failed for the third time in a month and no spare part could be found in the country.",
    "Boats now wait for about forty minutes at each of the nine locks. The keepers do not mind, they say, because people get "
    "out and talk to them again, and somebody has begun to sell soup on the towpath at the weekend.",
    "New motors have been ordered from a firm in Leiden and should arrive in the spring, a spokeswoman for the canal said.",
]


def test_a_wrapped_paragraph_is_one_block_with_its_place_in_the_page() -> None:
    page = "\n\n".join(textwrap.fill(paragraph, 72) for paragraph in PARAGRAPHS)
    parsed = parse(Page("wrapped", page))
    assert [" ".join(block.text.split()) for block in parsed.blocks] == PARAGRAPHS
    assert all(parsed.source[block.start : block.end] == block.text for block in parsed.blocks)


def test_no_word_of_a_wrapped_article_is_lost() -> None:
    page = "\r\n\r\n".join(textwrap.fill(paragraph, 66).replace("\n", "\r\n") for paragraph in PARAGRAPHS)
    assert clean(page).text.split() == " ".join(PARAGRAPHS).split()


def test_lines_of_uneven_length_are_blocks_of_their_own() -> None:
    page = "\n".join([*PARAGRAPHS, "Home", "News", "Weather", "Sport and leisure", "Contact"])
    assert len(parse(Page("lines", page)).blocks) == len(PARAGRAPHS) + 5


def test_paragraphs_that_no_blank_lines_part_end_where_the_next_word_would_have_fitted() -> None:
    sentence = "The ferry turned back at the second buoy, because the captain did not like the colour of the water that night. "
    paragraphs = [sentence * 3, sentence * 2 + "Nobody asked for the fare.", sentence * 4 + "So it was."]
    titles = ["Skelden buys another ferry, and this one floats, says the harbour", "Who painted the buoy?"]
    lines = ["FERRY TURNS BACK", *paragraphs, "Related", *(f"- {title}" for title in titles)]
    wrapped = "\n".join(line for text in lines for line in textwrap.wrap(text, 76))
    assert [" ".join(block.text.split()) for block in parse(Page("ferry", wrapped, "text")).blocks] == [
        " ".join(text.split()) for text in lines
    ]


def test_link_titles_of_like_lengths_are_not_taken_for_a_wrapped_paragraph() -> None:
    titles = [f"{'Harbour keeper ' * (count % 3 + 2)}no. {count}" for count in range(40)]
    assert [block.text for block in parse(Page("links", "\n".join(titles), "text")).blocks] == titles
