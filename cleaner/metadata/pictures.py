"""The pictures of the main content, with the words that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from cleaner.metadata.facts import Facts
from cleaner.metadata.nearby import Nearby
from cleaner.metadata.tidy import tidy
from cleaner.types import Picture, Reason

MAX_PICTURES = 100
TEXT_LIMIT = 500  # characters of a caption or an alternative text
_ABOVE_TEXT = 10  # blocks above the text among which its first picture stands
_LEVELS = 3  # of elements between a caption's words and its figure
_DECORATION = ".svg icon logo pixel sprite spacer avatar badge emoji button blank 1x1".split()  # in file names


def find_pictures(facts: Facts, nearby: Nearby) -> tuple[Picture, ...]:
    """The pictures between the title and the end of the text, in page order, each address once, without icons and logos."""
    found: dict[str, Picture] = {}
    for picture in _pictures(facts, nearby):
        known = found.get(picture.url)
        if known is None or (picture.caption and not known.caption):
            found[picture.url] = picture
        if len(found) == MAX_PICTURES:
            break
    return tuple(found.values())


def _pictures(facts: Facts, nearby: Nearby) -> Iterator[Picture]:
    title = nearby.title_block
    first = title if 0 <= title < facts.text_begins else facts.text_begins - _ABOVE_TEXT
    for image in facts.parsed.images:
        if not first <= image.block <= nearby.text_ends:
            continue
        name = image.target.rsplit("/", 1)[-1].lower()
        if not any(part in name for part in _DECORATION) and (url := facts.absolute(image.target)):
            yield Picture(url, tidy(image.text, TEXT_LIMIT), _caption(facts, image.block))


def _caption(facts: Facts, block: int) -> str:
    """The caption that the picture stands right before, in its figure or recognised as one."""
    if block >= len(facts.parsed.blocks):
        return ""
    around = islice(facts.parsed.ancestors(facts.parsed.blocks[block].element), _LEVELS)
    of_figure = any(element.tag == "figcaption" for element in around)
    is_caption = of_figure or facts.labels[block].reason is Reason.CAPTION
    return tidy(facts.parsed.blocks[block].text, TEXT_LIMIT) if is_caption else ""
