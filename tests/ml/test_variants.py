"""Pages as people post them."""

from __future__ import annotations

import numpy as np

from cleaner.ml.variants import CONTENT_BLOCKS, OTHER_BLOCKS, PARAGRAPH, shortened_to_little, variants, without_head
from cleaner.parse import parse
from cleaner.types import Page, Parsed

MARKUP = (
    '<html><head><title>Kiln Lane</title><meta property="og:type" content="article"></head><body><ul>'
    + "".join(f"<li><a href=/{number}>Street {number}</a></li>" for number in range(40))
    + "</ul><main>"
    + "".join(
        f"<p>{'The kiln was lit again on day ' + str(number) + '. '}{'It burned well. ' * 20}</p>" for number in range(40)
    )
    + "</main></body></html>"
)


def kiln_lane() -> tuple[Parsed, np.ndarray]:
    parsed = parse(Page("kiln", MARKUP, kind="html", url="https://kiln.example/lane/lit-again"))
    return parsed, np.array([block.tag == "p" for block in parsed.blocks])


def test_without_head_nothing_tells_machines_what_the_page_is() -> None:
    bare = without_head(kiln_lane()[0])

    assert bare.page.url is None
    assert bare.head.meta == ()
    assert bare.head.title == "Kiln Lane"


def test_a_shortened_page_has_the_beginning_of_the_content_and_some_furniture() -> None:
    parsed, content = kiln_lane()

    short = shortened_to_little(parsed, content, np.random.default_rng(1))

    paragraphs = [block.text for block in short.blocks if block.tag == "p"]
    assert CONTENT_BLOCKS[0] <= len(paragraphs) < CONTENT_BLOCKS[1]
    assert OTHER_BLOCKS[0] <= len(short.blocks) - len(paragraphs) < OTHER_BLOCKS[1]
    assert paragraphs[0].startswith("The kiln was lit again on day 0.")
    assert all(len(text) <= PARAGRAPH and text.endswith(".") for text in paragraphs)
    main = next(element for element in short.elements if element.tag == "main")
    assert [block.tag for block in short.blocks[main.first : main.end]] == ["p"] * len(paragraphs)


def test_the_variants_of_a_page_are_the_same_every_time() -> None:
    parsed, content = kiln_lane()

    first, second = (
        [[block.text for block in one.blocks] for one in variants(parsed, content, np.random.default_rng(7))] for _ in range(2)
    )

    assert first == second
    assert len(first) == 3
