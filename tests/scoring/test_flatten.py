"""A page becomes the text that a crawler makes of it."""

from __future__ import annotations

import pytest

from cleaner.errors import UnknownName
from cleaner.scoring.flatten import FLATTENERS, flatten

PAGE = """<!doctype html><html><head><title>Eels return</title><style>p { color: red }</style></head><body>
<ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul>
<nav><a href=/a>Fish</a> <a href=/b>Boats</a></nav>
<h1>Eels <em>return</em></h1><p>They came back&nbsp;in <a href=/may>May</a>.<br>All of them.</p>
<div style="display:none">Cookies?</div><noscript>Switch on JavaScript</noscript><script>let x = 1</script>
<ol><li><p>First, the net.</p><p>It was old.</p></li><li>Then the boat.</li></ol></body></html>"""

EXPECTED = {
    "lines": """Home
News
Fish Boats
Eels return
They came back in May.
All of them.
Cookies?
Switch on JavaScript
First, the net.
It was old.
Then the boat.""",
    "bullets": """- Home
- News
Fish Boats
Eels return
They came back in May.
All of them.
Cookies?
Switch on JavaScript
- First, the net.
It was old.
- Then the boat.""",
    "glued": """Home News
Fish Boats
Eels return
They came back in May.
All of them.
Cookies?
Switch on JavaScript
First, the net.
It was old.
Then the boat.""",
    "paragraphs": """Home

News

Fish Boats

Eels return

They came back in May.
All of them.

Cookies?

Switch on JavaScript

First, the net.

It was old.

Then the boat.""",
}


@pytest.mark.parametrize("style", FLATTENERS)
def test_each_style_keeps_all_words_in_their_order_hidden_ones_too(style: str) -> None:
    assert flatten(PAGE, style) == EXPECTED[style]


def test_long_links_and_links_of_different_menus_are_not_glued() -> None:
    page = """<ul><li><a href=/>Home</a><li><a href=/n>News</a></ul><ul><li><a href=/u>Terms</a><li><a href=/i>Imprint</a></ul>
    <ul><li><a href=/1>The river took the bridge, and nobody saw it go</a><li><a href=/2>Eels</a></ul>"""
    assert flatten(page, "glued").splitlines() == [
        "Home News",
        "Terms Imprint",
        "The river took the bridge, and nobody saw it go",
        "Eels",
    ]


def test_a_page_without_text_is_empty() -> None:
    assert [flatten("<html><body><img src=a.png></body></html>", style) for style in FLATTENERS] == [""] * len(FLATTENERS)


def test_an_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="bullets, glued, lines, paragraphs"):
        flatten("<p>x", "sideways")
