"""Pages of many engines and kinds, cleaned under the default settings: no word of the content is lost, no furniture stays.

A file of ``page_kinds/`` begins with its page's address; ``{+`` and ``+}`` stand around what is content, ``{?`` and ``?}``
around what may be kept or not. Texts are invented, elements and names are those that the engines write.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from cleaner import clean
from cleaner.parse import parse
from cleaner.types import Page

PAGES = sorted((Path(__file__).parent / "page_kinds").glob("*.html"))
WORD = re.compile(r"\w+")
MARK = re.compile(r"(\{[+?]|[+?]\})")
KEPT, CLEAN = 0.97, 0.95  # of the content's words, and of the words kept

# What is not reached yet: the share of the content kept, and of what is kept the share that is content.
SHORT_OF = {
    "amp-story": (0.9, 1.0),  # the last answer of news
    "drupal-notice": (0.9, 1.0),  # fields above the text
    "event-tribe": (0.71, 1.0),  # the event's facts below its links to calendars
    "gutenberg-recipe": (0.94, 1.0),  # how long a dish takes, above its ingredients
    "liveblog": (0.81, 1.0),  # the time of each entry
    "paper-abstract": (1.0, 0.89),  # authors, DOI, keywords
    "phpbb3": (1.0, 0.82),  # "by tholepin » 4 Mar 2032, 18:10"; annotators count such lines as content as often as not
    "portal-category": (0.96, 1.0),  # prices
    "real-estate": (0.88, 1.0),  # price and facts above the text
    "shopify-product": (0.77, 1.0),  # folded short sections below the description
    "squarespace-menu": (0.29, 1.0),  # dishes in what is called a menu
}
# Walls, errors and shells: nothing is content.
EMPTY = {"cookie-wall", "error-404", "js-shell", "login-wall", "rate-limit"}


def read(file: Path) -> tuple[Page, Counter[str], Counter[str]]:
    """The page without its marks, the words of its content, and those that may be kept or not."""
    address, marked = file.read_text(encoding="utf-8").split("\n", 1)
    words: dict[str, Counter[str]] = {"{+": Counter(), "{?": Counter(), "": Counter()}
    inside = ""
    for block in parse(Page(file.stem, marked, "html")).blocks:
        for piece in MARK.split(block.text):
            if MARK.fullmatch(piece):
                inside = piece if piece in words else ""
            else:
                words[inside].update(WORD.findall(piece.lower()))
    return Page(file.stem, MARK.sub("", marked), url=address.strip("<!-> ")), words["{+"], words["{?"]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_the_content_of_a_page_is_kept_whole_and_alone(file: Path) -> None:
    page, content, optional = read(file)
    document = clean(page)
    kept = Counter(WORD.findall(document.text.lower()))

    if file.stem in EMPTY:
        assert not content
        assert (document.status, document.text, document.quality) == ("empty", "", None)
        assert "no-content" in document.warnings
        return
    least_kept, least_clean = SHORT_OF.get(file.stem, (KEPT, CLEAN))
    lost, strange = content - kept, kept - content - optional
    assert 1 - lost.total() / content.total() >= least_kept, f"lost: {' '.join(lost.elements())}"
    assert 1 - strange.total() / kept.total() >= least_clean, f"kept as well: {' '.join(strange.elements())}"


def test_what_falls_short_is_a_page_and_no_better() -> None:
    """A floor goes up when its page gets better, and goes away when the page is as good as the others."""
    files = {file.stem: file for file in PAGES}
    for name, floors in SHORT_OF.items():
        page, content, optional = read(files[name])
        kept = Counter(WORD.findall(clean(page).text.lower()))
        reached = (
            1 - (content - kept).total() / content.total(),
            1 - (kept - content - optional).total() / kept.total(),
        )
        assert reached[0] < KEPT or reached[1] < CLEAN, name
        assert all(found - floor < 0.03 for found, floor in zip(reached, floors, strict=True)), (name, reached)
